"""What packages are worth where there are too many to list: sums over issues, formed when asked for.

The same numbers as the listed tables give, by the same additions in the same order; only a
party's worst and best package are found group by group instead of by looking at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from sim._numerics import total
from sim._typing import Bool, Float, Int
from sim.additive import best_choice
from sim.preferences import Interaction
from sim.space import Space

__all__ = ["Summand", "Summands", "SummedTables"]


@dataclass(frozen=True, eq=False)
class Summand:
    """One actor's utility at one preference point: weighted scores and pair terms, before scaling.

    Parameters
    ----------
    parts
        (I, O), padded with 0.
    terms
        Pair terms.
    """

    parts: Float
    terms: tuple[Interaction, ...] = ()

    def ends(self, sizes: Sequence[int]) -> tuple[Float, Float]:
        """Return the options of the worst and of the best package, red lines included, (I,) each."""
        against = [replace(term, value=-term.value) for term in self.terms]
        worst = best_choice(-self.parts, sizes, interactions=against)
        return worst, best_choice(self.parts, sizes, interactions=self.terms)

    def raw(self, chosen: Int) -> float:
        """Return the value of one package before scaling, added up as for many."""
        whole = 0.0
        for issue, option in enumerate(chosen):
            whole += float(self.parts[issue, option])
        for term in self.terms:
            both = all(chosen[k] == o for k, o in zip(term.issues, term.options, strict=True))
            whole += term.value if both else 0.0
        return whole


class Summands:
    """Utilities of the actors of one kind, from 0 (worst) to their scale (best package).

    Parameters
    ----------
    space
        The packages.
    each
        By preference point and actor.
    scale
        Width of each actor's utility, (A,).
    """

    def __init__(self, space: Space, each: Sequence[Sequence[Summand]], scale: Float) -> None:
        self.space = space
        self.each = each
        self.scale = scale
        self.raw = np.array([[one.parts for one in row] for row in each])
        ends = [[self._ends(one) for one in row] for row in each]
        self.low = np.array([[low for low, _ in row] for row in ends]).reshape(len(each), -1)
        self.width = np.array([[width for _, width in row] for row in ends]).reshape(len(each), -1)

    def _ends(self, one: Summand) -> tuple[float, float]:
        """Return the worst value and the width of the range; an actor that values nothing has 0, 1."""
        worst, best = one.ends(self.space.sizes)
        low = one.raw(worst)
        return low, (one.raw(best) - low) or 1.0

    def at(self, point: Any, actor: Any, package: Any, *, scaled: bool = True) -> Float:  # noqa: ANN401
        """Return utilities; points, actors and packages are broadcast."""
        package = np.asarray(package)
        options = [self.space.option(k, package) for k in range(len(self.space.sizes))]
        whole: Any = 0.0
        for issue, option in enumerate(options):
            whole = whole + self.raw[point, actor, issue, option]
        for number, one in enumerate(self.each[0]):
            if np.ndim(actor) == 0 and actor != number:
                continue
            for term in one.terms:
                (i, j), (a, b) = term.issues, term.options
                both = (options[i] == a) & (options[j] == b) & (np.asarray(actor) == number)
                whole = whole + np.where(both, term.value, 0.0)
        shares = (whole - self.low[point, actor]) / self.width[point, actor]
        found: Float = np.asarray(shares * self.scale[actor] if scaled else shares)
        return found


@dataclass(frozen=True, eq=False)
class SummedTables:
    """Values of packages to every actor where they are too many to list; see ``Values``.

    Parameters
    ----------
    space
        The packages.
    parties, groups, spoilers
        Utilities of parties, constituencies and spoilers.
    lines
        Options on a party's red line, (P, I, O).
    homes
        By party: its constituencies, and the share with which each counts at home.
    shapes, gains
        As ``Values`` says.
    """

    space: Space
    parties: Summands
    groups: Summands
    spoilers: Summands
    lines: Bool
    homes: tuple[tuple[tuple[int, ...], Float], ...]
    shapes: Float
    gains: Float

    @cached_property
    def parts(self) -> Float:
        """The additive part of utility by issue and option, (G, P, I, O), padded with 0."""
        width = self.parties.width[:, :, None, None]
        return self.parties.raw / width * self.parties.scale[:, None, None]

    @cached_property
    def ends(self) -> Float:
        """Each party's worst and best utility, (G, P, 2)."""
        best = np.broadcast_to(self.parties.scale, self.parties.low.shape)
        return np.stack((np.zeros(best.shape), best), axis=-1)

    @cached_property
    def ideal(self) -> Float:
        """Each party's best utility over what it may sign, (G, P)."""
        points, parties = np.indices(self.favourite.shape)
        return self.worth(points, parties, self.favourite)

    @cached_property
    def favourite(self) -> Int:
        """Each party's best package among those it may sign, (G, P)."""
        sizes = self.space.sizes
        chosen = [
            [
                best_choice(one.parts, sizes, allowed=~lines, interactions=one.terms)
                for one, lines in zip(row, self.lines, strict=True)
            ]
            for row in self.parties.each
        ]
        return self.space.codes(np.array(chosen))

    @cached_property
    def feasible_count(self) -> int:
        """How many packages cross nobody's red line."""
        barred = np.logical_or.reduce(self.lines, axis=0)
        left = [
            size - int(row[:size].sum()) for row, size in zip(barred, self.space.sizes, strict=True)
        ]
        return int(np.prod(np.array(left, dtype=object)))

    def worth(self, point: Any, party: Any, package: Any) -> Float:  # noqa: ANN401
        """Return utilities of parties; the three are broadcast."""
        return self.parties.at(point, party, package)

    @cached_property
    def unbarred(self) -> tuple[bool, ...]:
        """Whether each party has no red line."""
        return tuple(not bool(row.any()) for row in self.lines)

    def permits(self, party: int, package: Int) -> Bool:
        """Return where packages cross no red line of a party, shape of ``package``."""
        clear = np.ones(np.shape(package), dtype=bool)
        for issue, row in enumerate(self.lines[party]):
            if row.any():
                clear &= ~row[self.space.option(issue, package)]
        return clear

    def support(self, point: Any, party: int, package: Int) -> Float:  # noqa: ANN401
        """Return the mean support at a party's home, 0 to 1, shape of ``package``."""
        members, counted = self.homes[party]
        if not members:
            return np.ones(np.broadcast(point, package).shape)
        shares = [self.groups.at(point, one, package, scaled=False) for one in members]
        return total(counted * np.stack(shares, axis=-1))

    def home_parts(self, point: int, party: int) -> Float:
        """Return a party's support at home by issue and option, short of a constant, (I, O)."""
        whole = np.zeros(self.parties.raw.shape[2:])
        for one, share in zip(*self.homes[party], strict=True):
            whole += share * self.groups.raw[point, one] / self.groups.width[point, one]
        return whole

    def group_worth(self, point: Any, group: Any, package: Any) -> Float:  # noqa: ANN401
        """Return utilities of constituencies; the three are broadcast."""
        if not self.groups.each[0]:
            return np.zeros(np.broadcast(point, group, package).shape)
        return self.groups.at(point, group, package)

    def spoiler_worth(self, package: Int) -> Float:
        """Return utilities of spoilers, (S, *shape of package)."""
        rows = [self.spoilers.at(0, k, package) for k in range(len(self.spoilers.each[0]))]
        return np.stack(rows) if rows else np.zeros((0, *np.shape(package)))
