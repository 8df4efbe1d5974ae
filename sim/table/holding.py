"""What one party may sign and carry at home, at one preference point; all packages listed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

import numpy as np

from sim._numerics import anywhere, everywhere, places, smallest, total
from sim._typing import Bool, Float, Int
from sim.agenda import Agenda

__all__ = [
    "HOME_STEP",
    "Bottoms",
    "Change",
    "Held",
    "HeldRows",
    "Holding",
    "Holdings",
    "Moves",
    "in_steps",
    "level_of",
    "short",
]

Moves = tuple[Int, Int]
"""Changes of single issues: issue and option of each, (J,)."""


@dataclass(frozen=True, slots=True)
class Change:
    """Packages, and what they become once a single issue is changed.

    Parameters
    ----------
    chosen
        Options of the packages to change, (rows, I).
    moves
        Issue and option of each change, (J,) each.
    after
        The changed packages, (rows, J).
    """

    chosen: Int
    moves: Moves
    after: Int


HOME_STEP = 0.1
"""Grid on which parties judge support at home (in shares of the utility range)."""


class Held:
    """One party's packages at one preference point: worth, red lines, and support at home.

    Support is judged in steps of ``HOME_STEP``. A step asked for above what any package reaches
    counts as the highest reached, one below the least as the least; ``place`` numbers the steps in
    between from 0. ``Holding`` has all packages in lists, ``sim.table.unlisted.Unlisted`` adds up.
    """

    def __init__(self, agenda: Agenda, party: int, point: int) -> None:
        self.agenda = agenda
        self.party = party
        self.point = point
        self.parts = agenda.tables.parts[point, party]
        self.span = float(np.ptp(agenda.tables.ends[point, party]))

    @property
    def bounds(self) -> tuple[int, int]:
        """Least and highest support any package the party may sign reaches, in steps."""
        raise NotImplementedError

    @property
    def tops(self) -> Int:
        """The party's own best among the open packages, by place."""
        raise NotImplementedError

    @property
    def bottoms(self) -> Float:
        """What the least of the open packages is worth to the party, by place."""
        raise NotImplementedError

    def worth_of(self, codes: Int) -> Float:
        """Return what packages are worth to the party."""
        raise NotImplementedError

    def steps_of(self, codes: Int) -> Int:
        """Return the support packages have at home, in steps."""
        raise NotImplementedError

    def permits(self, codes: Int) -> Bool:
        """Return where packages cross none of the party's red lines."""
        return self.agenda.tables.permits(self.party, codes)

    exact_after: ClassVar[bool] = True
    """Whether ``shortfall_after`` has the same last digits as ``shortfall``."""

    def least(self, home: Int, level: Float) -> Int:
        """Return the open package worth least among those worth ``level``, else the own best."""
        raise NotImplementedError

    @property
    def places(self) -> int:
        """How many steps differ in what they leave open."""
        return self.bounds[1] - self.bounds[0] + 1

    def place(self, home: Int) -> Int:
        """Return the place of each step asked for, from 0."""
        return _place(home, *self.bounds)

    @cached_property
    def offset(self) -> float:
        """What the additive parts leave out of the utility of the first package."""
        plain = total(self.parts[:, 0][None, :], ordered=False)[0]
        return float(self.worth_of(np.zeros(1, dtype=np.int64))[0] - plain)

    def top(self, home: Int) -> Int:
        """Return the party's own best among the packages open at the support asked for, (rows,)."""
        return self.tops[self.place(home)]

    def shortfall(self, home: Int, level: Float, codes: Int) -> Float:
        """How far packages fall short of level, support and red lines; 0 where they clear.

        Parameters
        ----------
        home
            Support asked for, in steps, (rows,).
        level
            Least utility by monitoring option, (rows, O).
        codes
            Packages, (rows, J).
        """
        codes = codes.T
        below = level_of(self.agenda, level, codes) - self.worth_of(codes)
        lacking = np.minimum(home, self.bounds[1]) - self.steps_of(codes)
        free = self.agenda.tables.unbarred[self.party]
        return short(below, self.span, lacking, None if free else self.permits(codes)).T

    def shortfall_after(self, home: Int, level: Float, change: Change) -> Float:
        """How far packages fall short once a single issue is changed, (rows, J); see ``shortfall``."""
        return self.shortfall(home, level, change.after)


class Holding(Held):
    """A party's packages where all are listed."""

    def __init__(self, agenda: Agenda, party: int, point: int) -> None:
        super().__init__(agenda, party, point)
        tables = agenda.listed
        self.worth = tables.utility[point, party]
        self.allowed = tables.allowed[party]
        self._home = tables.home[point, party]

    def worth_of(self, codes: Int) -> Float:
        """Return what packages are worth to the party."""
        return self.worth[codes]

    def steps_of(self, codes: Int) -> Int:
        """Return the support packages have at home, in steps."""
        return self.steps[codes]

    @cached_property
    def steps(self) -> Int:
        """Support at home of every package in whole steps, rounded down, (N,)."""
        return in_steps(self._home)

    @cached_property
    def bounds(self) -> tuple[int, int]:
        """Least and highest support any package the party may sign reaches, in steps."""
        reached = self.steps[self.allowed]
        return int(reached.min()), int(reached.max())

    def open(self, place: int) -> Bool:
        """Return which packages the party may sign and believes it can carry at home, (N,)."""
        open_: Bool = self.allowed & (self.steps >= self.bounds[0] + place)
        return open_

    @cached_property
    def tops(self) -> Int:
        """Return the party's own best among the open packages, by place."""
        worths = [np.where(self.open(k), self.worth, -np.inf) for k in range(self.places)]
        return np.array([int(np.argmax(worth)) for worth in worths], dtype=np.int32)

    @cached_property
    def bottoms(self) -> Float:
        """What the least of the open packages is worth to the party, by place."""
        return np.array([self.worth[self.open(k)].min() for k in range(self.places)])

    @cached_property
    def ranked(self) -> Int:
        """Packages the party may sign from best to worst, ties in canonical order, (n,)."""
        codes = places(self.allowed)
        return codes[np.argsort(-self.worth[codes], kind="stable")]

    @cached_property
    def _rising(self) -> tuple[Int, Float]:
        """The same packages from worst to best, and what they are worth."""
        codes = places(self.allowed)
        codes = codes[np.argsort(self.worth[codes], kind="stable")]
        return codes, self.worth[codes]

    def least(self, home: Int, level: Float) -> Int:
        """Return the open package worth least among those worth ``level``, else the own best."""
        codes, worth = self._rising
        place = np.searchsorted(worth, smallest(level))
        least = np.minimum(home, self.bounds[1])
        alike = self.agenda.monitor < 0 and self.places == 1
        waiting = np.arange(0 if alike else home.size)
        while waiting.size:
            here = np.minimum(place[waiting], codes.size - 1)
            code = codes[here]
            enough = worth[here] >= level[waiting, self.agenda.monitoring(code)]
            fits = enough & (self.steps[code] >= least[waiting])
            waiting = waiting[~fits & (place[waiting] < codes.size)]
            place[waiting] += 1
        found = codes.take(place, mode="clip").astype(np.int32)
        reached = place < codes.size
        return found if everywhere(reached) else np.where(reached, found, self.top(home))


class Bottoms:
    """What the least open package is worth to each party, by the support it asks for at home."""

    def __init__(self, each: Sequence[Held]) -> None:
        bounds = np.array([one.bounds for one in each])
        self._low, self._high = bounds[:, 0], bounds[:, 1]
        widest = max(one.places for one in each)
        rows = [np.pad(one.bottoms, (0, widest - one.places)) for one in each]
        self._table = np.stack(rows)
        self._parties = np.arange(len(each))

    def at(self, home: Int) -> Float:
        """Return it for support asked for in steps, (rows, P)."""
        if self._table.shape[1] == 1:
            return np.broadcast_to(self._table.T, home.shape)
        found: Float = self._table[self._parties, _place(home, self._low, self._high)]
        return found


def level_of(agenda: Agenda, level: Float, codes: Int) -> Float:
    """Return levels (rows, O) at the monitoring options of packages, (rows,) or (J, rows)."""
    if agenda.monitor < 0:
        return level[:, 0]
    found: Float = level.T[agenda.monitoring(codes), np.arange(codes.shape[-1])]
    return found


def in_steps(support: Float) -> Int:
    """Return support at home in whole steps, rounded down."""
    return np.floor(support / HOME_STEP + 1e-9).astype(np.int16)


def _place(home: Int, low: Any, high: Any) -> Int:  # noqa: ANN401 - a number, or one a row
    """Return the place of each step asked for among those from ``low`` to ``high``, from 0."""
    place: Int = np.minimum(np.maximum(home, low), high) - low
    return place


def short(below: Float, span: Any, lacking: Int, allowed: Bool | None) -> Float:  # noqa: ANN401
    """Add up what packages lack: worth in shares of the span, support at home, a red line 1.

    ``allowed`` is ``None`` where there is no red line.
    """
    lacks = np.maximum(below, 0.0)
    lacks /= span
    lacking = np.maximum(lacking, 0)
    if anywhere(lacking):
        lacks += HOME_STEP * lacking
    if allowed is not None and not everywhere(allowed):
        lacks += ~allowed
    return lacks


class Holdings:
    """A party's packages where rows differ in their preference point: ``Held`` row by row.

    It gives the same numbers, to the last bit, without a pass for each point.

    Parameters
    ----------
    each
        The party's holding at every point.
    """

    def __init__(self, each: Sequence[Held]) -> None:
        first = each[0]
        self.agenda, self.party = first.agenda, first.party
        self.parts = first.agenda.tables.parts[:, first.party]
        self.span = np.array([one.span for one in each])
        self.offset = np.array([one.offset for one in each])
        self.bounds = np.array([one.bounds for one in each])
        widest = max(one.places for one in each)
        self.tops = np.stack([np.pad(one.tops, (0, widest - one.places)) for one in each])
        listed = [one.steps for one in each if isinstance(one, Holding)]
        self._steps = np.stack(listed) if listed else None

    def at(self, point: Int) -> HeldRows:
        """Return what the rows hold, each at its own point."""
        return HeldRows(self, point)

    def steps_of(self, point: Int, codes: Int) -> Int:
        """Return the support packages have at home at each row's point, in steps."""
        if self._steps is not None:
            return self._steps[point, codes]
        return in_steps(self.agenda.tables.support(point, self.party, codes))


class HeldRows:
    """Rows at their own preference points; the part of ``Held`` a search by structure needs."""

    exact_after: ClassVar[bool] = True

    def __init__(self, whole: Holdings, point: Int) -> None:
        self._whole, self._point = whole, point
        self.parts = whole.parts[point]
        self.span = whole.span[point]
        self.offset = whole.offset[point]
        self._bounds = whole.bounds[point]

    def top(self, home: Int) -> Int:
        """Return the party's own best among the packages open at the support asked for, (rows,)."""
        found: Int = self._whole.tops[self._point, _place(home, *self._bounds.T)]
        return found

    def shortfall(self, home: Int, level: Float, codes: Int) -> Float:
        """How far packages fall short of level, support and red lines; see ``Held``."""
        whole, point, codes = self._whole, self._point, codes.T
        worth = whole.agenda.tables.worth(point, whole.party, codes)
        below = level_of(whole.agenda, level, codes) - worth
        lacking = np.minimum(home, self._bounds[:, 1]) - whole.steps_of(point, codes)
        permitted = whole.agenda.tables.permits(whole.party, codes)
        return short(below, self.span, lacking, permitted).T

    def shortfall_after(self, home: Int, level: Float, change: Change) -> Float:
        """How far packages fall short once a single issue is changed; see ``Held``."""
        return self.shortfall(home, level, change.after)
