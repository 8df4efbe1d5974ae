"""What one party may sign and carry at home where packages are too many to list.

The best and the least package at each support at home lie on the frontier of own worth and
support, which is combined issue by issue. A package worth as little as may be above a level
comes from a sorted list of sums over the issues that weigh most, the others being settled first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from sim._typing import Bool, Float, Int
from sim.additive import additive_frontier, best_choice, blocks, choices_of
from sim.agenda import Agenda
from sim.preferences import Interaction
from sim.summed import SummedTables
from sim.table.holding import Change, Held, Moves, in_steps, short

__all__ = ["SortedSums", "Unlisted"]

_LIST = 65_536
_ROUNDING = 1e-12
"""Of a party's range: how much more is asked for, so that the order of addition costs nothing."""


class Unlisted(Held):
    """A party's packages where they are too many to list; see ``Held``."""

    exact_after = False

    def __init__(self, agenda: Agenda, party: int, point: int) -> None:
        super().__init__(agenda, party, point)
        if not isinstance(agenda.tables, SummedTables):
            message = "the packages of this agenda are listed"
            raise TypeError(message)
        self._tables = agenda.tables
        self._own = agenda.tables.parties.each[point][party]
        self._open = ~agenda.tables.lines[party]
        self.home_parts = agenda.tables.home_parts(point, party)

    def worth_of(self, codes: Int) -> Float:
        """Return what packages are worth to the party."""
        return self._tables.worth(self.point, self.party, codes)

    def steps_of(self, codes: Int) -> Int:
        """Return the support packages have at home, in steps."""
        return in_steps(self._tables.support(self.point, self.party, codes))

    @cached_property
    def bounds(self) -> tuple[int, int]:
        """Least and highest support any package the party may sign reaches, in steps."""
        sizes = self.agenda.space.sizes
        ends = [best_choice(s * self.home_parts, sizes, allowed=self._open) for s in (-1.0, 1.0)]
        low, high = self.steps_of(self.agenda.space.codes(np.stack(ends)))
        return int(low), int(high)

    @cached_property
    def tops(self) -> Int:
        """The party's own best among the open packages, by place."""
        codes, worth, place = self._edge(1.0)
        return np.array([codes[np.where(place >= k, worth, -np.inf).argmax()] for k in self._every])

    @cached_property
    def bottoms(self) -> Float:
        """What the least of the open packages is worth to the party, by place."""
        _, worth, place = self._edge(-1.0)
        return np.array([np.where(place >= k, worth, np.inf).min() for k in self._every])

    @property
    def _every(self) -> range:
        return range(self.places)

    def _edge(self, sign: float) -> tuple[Int, Float, Int]:
        """Return the packages of most (1) or least (-1) worth by support: codes, worth, place."""
        terms = [Interaction(t.issues, t.options, sign * t.value) for t in self._own.terms]
        found = additive_frontier(
            np.stack((sign * self._own.parts, self.home_parts)),
            self.agenda.space.sizes,
            allowed=self._open,
            interactions=(terms, ()),
            normalise=False,
        )
        codes = self.agenda.space.codes(found.options)
        return codes, self.worth_of(codes), self.place(self.steps_of(codes))

    def least(self, home: Int, level: Float) -> Int:
        """Return a package worth about as little as may be above ``level``, for any home, (rows,).

        Support at home is left to the caller.
        """
        best, lowest = np.zeros(level.shape[0], dtype=np.int64), np.full(level.shape[0], np.inf)
        for option, sums in self._sums.items():
            asked = level[:, option] + self._lowest + _ROUNDING * self.span
            code = sums.at_least(asked)
            worth = self.worth_of(code)
            better = (worth >= level[:, option]) & (worth < lowest)
            best, lowest = np.where(better, code, best), np.where(better, worth, lowest)
        return np.where(lowest < np.inf, best, self.top(home))

    def shortfall_after(self, home: Int, level: Float, change: Change) -> Float:
        """How far packages fall short once a single issue is changed, (rows, J); see ``Held``.

        The changes are added to what the package adds up to, without a sum over all issues for
        each, so the last digits may differ.
        """
        chosen, moves = change.chosen, change.moves
        issues, options = moves
        codes, stay = self.agenda.space.codes(chosen), chosen[:, issues]
        worth = self.worth_of(codes)[:, None] + self._gain(self.parts, moves, stay)
        for term in self._own.terms:
            before = (chosen[:, term.issues] == term.options).all(axis=1)[:, None]
            after = [
                self._after(chosen, issue, moves) == option
                for issue, option in zip(term.issues, term.options, strict=True)
            ]
            changed = (after[0] & after[1]).astype(np.float64) - before
            worth = worth + changed * (term.value * self._unit)
        support = self._tables.support(self.point, self.party, codes)[:, None]
        steps = in_steps(support + self._gain(self.home_parts, moves, stay))
        monitor, rows = self.agenda.monitor, np.arange(codes.size)[:, None]
        seen = self._after(chosen, monitor, moves) if monitor >= 0 else np.zeros((1, 1), int)
        barred = ~self._open
        crossed = barred[np.arange(chosen.shape[1]), chosen].sum(axis=1)[:, None]
        crossed = crossed - barred[issues, stay] + barred[issues, options]
        lacking = np.minimum(home, self.bounds[1])[:, None] - steps
        return short(level[rows, seen] - worth, self.span, lacking, crossed == 0)

    @staticmethod
    def _gain(parts: Float, moves: Moves, stay: Int) -> Float:
        """Return what each change adds to a sum over issues, (rows, J)."""
        issues, options = moves
        return parts[issues, options] - parts[issues, stay]

    @staticmethod
    def _after(chosen: Int, issue: int, moves: Moves) -> Int:
        """Return an issue's option after each change, (rows, J)."""
        issues, options = moves
        return np.where(issues == issue, options, chosen[:, issue, None])

    @property
    def _unit(self) -> float:
        """What one unit of the raw scale is worth."""
        table, place = self._tables.parties, (self.point, self.party)
        return float(table.scale[self.party] / table.width[place])

    @property
    def _lowest(self) -> float:
        """What the party's worst package adds up to: utility is measured from it."""
        return float(self._tables.parties.low[self.point, self.party]) * self._unit

    @cached_property
    def _sums(self) -> dict[int, SortedSums]:
        """Sorted sums of packages the party may sign, by the monitoring option they have."""
        monitor, found = self.agenda.monitor, {}
        if monitor < 0:
            return {0: SortedSums(self._groups(self._open))}
        for option in np.flatnonzero(self._open[monitor, : self.agenda.space.sizes[monitor]]):
            one = self._open.copy()
            one[monitor] = np.arange(one.shape[1]) == option
            found[int(option)] = SortedSums(self._groups(one))
        return found

    def _groups(self, open_: Bool) -> list[_Group]:
        """Return what the issues that interact with each other add together, group by group."""
        space, made = self.agenda.space, []
        for group in blocks(len(space.sizes), [self._own.terms]):
            values, options = choices_of(
                self._own.parts, space.sizes, group, allowed=open_, interactions=self._own.terms
            )
            order = np.argsort(values, kind="stable")
            codes = (options.astype(np.int64) * space.strides[group]).sum(axis=1)
            made.append(_Group(values[order] * self._unit, codes[order]))
        return made


@dataclass(frozen=True, eq=False)
class _Group:
    """Issues settled together: what each way adds to the utility, rising, and to the code."""

    values: Float
    codes: Int

    @property
    def span(self) -> float:
        return float(self.values[-1] - self.values[0])


class SortedSums:
    """Finds sums of one value from each group just above a target.

    The groups of the widest range are added up in one sorted list; the others are settled one
    after the other, each at the least value not below its share of what is still asked for.

    Parameters
    ----------
    groups
        Values of each group, rising; none may be empty.
    """

    def __init__(self, groups: Sequence[_Group]) -> None:
        wide = sorted(groups, key=lambda group: -group.span)
        fine = _Group(np.zeros(1), np.zeros(1, dtype=np.int64))
        self._first: list[_Group] = []
        for group in wide:
            if fine.values.size * group.values.size <= max(_LIST, group.values.size):
                fine = _together(fine, group)
            else:
                self._first.append(group)
        self._list = fine

    def at_least(self, target: Float) -> Int:
        """Return the codes of sums at or above the targets, the largest where there is none."""
        rest = [*self._first, self._list]
        code = np.zeros(target.size, dtype=np.int64)
        for number, group in enumerate(self._first):
            low = sum(float(one.values[0]) for one in rest[number:])
            span = sum(one.span for one in rest[number:])
            share = np.minimum(np.maximum((target - low) / max(span, 1e-300), 0.0), 1.0)
            place = np.searchsorted(group.values, group.values[0] + share * group.span)
            place = np.minimum(place, group.values.size - 1)
            code += group.codes[place]
            target = target - group.values[place]
        place = np.searchsorted(self._list.values, target)
        return code + self._list.codes[np.minimum(place, self._list.values.size - 1)]


def _together(one: _Group, other: _Group) -> _Group:
    """Return all sums of two groups, rising."""
    values = (one.values[:, None] + other.values[None, :]).ravel()
    codes = (one.codes[:, None] + other.codes[None, :]).ravel()
    order = np.argsort(values, kind="stable")
    return _Group(values[order], codes[order])
