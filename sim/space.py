"""Packages of an agenda as codes, and what each is worth to every actor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

import numpy as np

from sim._typing import Bool, Float, Int

__all__ = ["LISTED", "Space", "Tables", "Values"]

LISTED = 1_000_000
"""Most packages that are listed with their values; of more, values are summed when asked for."""


class Space:
    """All packages of an agenda as mixed-radix codes 0 .. N - 1.

    Up to ``LISTED`` packages answer from a table, more by arithmetic.

    Parameters
    ----------
    sizes
        Number of options of each issue.

    Attributes
    ----------
    listed
        Whether the packages are few enough to be listed.

    Examples
    --------
    >>> space = Space([2, 3])
    >>> space.count, space.encode([1, 2]), space.decode(5)
    (6, 5, (1, 2))
    """

    def __init__(self, sizes: Sequence[int]) -> None:
        self.sizes = tuple(int(size) for size in sizes)
        self.count = int(np.prod(np.array(self.sizes, dtype=object))) if self.sizes else 1
        strides = [1]
        for size in reversed(self.sizes[1:]):
            strides.append(strides[-1] * size)
        self.strides = np.array(strides[::-1], dtype=np.int64)
        self._radix = np.array(self.sizes, dtype=np.int64)
        self.listed = self.count <= LISTED

    @property
    def code_type(self) -> type[np.signedinteger[Any]]:
        """Integers wide enough for every code."""
        return np.int32 if self.count <= np.iinfo(np.int32).max else np.int64

    def option(self, issue: int | Int, package: Int) -> Int:
        """Return the option index of an issue in packages; both are broadcast.

        Examples
        --------
        >>> Space([2, 3]).option(1, np.array([0, 5])).tolist()
        [0, 2]
        """
        if self.listed:
            return self.options[issue, package]
        digit: Int = package // self.strides[issue] % self._radix[issue]
        return digit

    def choices(self, package: Int) -> Int:
        """Return the option index of every issue in packages, issues on the first axis.

        Examples
        --------
        >>> Space([2, 3]).choices(np.array([0, 5])).tolist()
        [[0, 1], [0, 2]]
        """
        if self.listed:
            return self.options[:, package]
        digits = [self.option(issue, package) for issue in range(len(self.sizes))]
        return np.stack(digits).astype(np.int16)

    def codes(self, choices: Int) -> Int:
        """Return the codes of packages given by option, issues on the last axis.

        Examples
        --------
        >>> Space([2, 3]).codes(np.array([[0, 0], [1, 2]])).tolist()
        [0, 5]
        """
        found: Int = np.asarray(choices, dtype=np.int64).dot(self.strides)
        return found

    @cached_property
    def options(self) -> Int:
        """Option index of each issue in each package, shape (I, N); for listed packages only."""
        codes = np.arange(self.count, dtype=np.int64)
        digits: Int = (codes[None, :] // self.strides[:, None]) % self._radix[:, None]
        return digits.astype(np.int16)

    def encode(self, options: Sequence[int]) -> int:
        """Return the code of a package given the option index of each issue."""
        return int(sum(int(o) * int(s) for o, s in zip(options, self.strides, strict=True)))

    def decode(self, code: int) -> tuple[int, ...]:
        """Return the option index of each issue in a package."""
        return tuple(
            int(code // stride % size)
            for stride, size in zip(self.strides, self.sizes, strict=True)
        )


class Values(Protocol):
    """What packages are worth to every actor, for each preference point; asked for by code.

    ``Tables`` answers from lists of all packages, ``sim.summed.SummedTables`` by adding up.
    """

    @property
    def parts(self) -> Float:
        """The additive part of utility by issue and option, (G, P, I, O), padded with 0."""

    @property
    def shapes(self) -> Float:
        """Option scores from 0 to 1 that every side can read off an issue, (P, I, O)."""

    @property
    def gains(self) -> Float:
        """What full delivery adds to utility, (G, P, K, O)."""

    @property
    def ideal(self) -> Float:
        """Each party's best utility over what it may sign, (G, P)."""

    @property
    def ends(self) -> Float:
        """Each party's worst and best utility, (G, P, 2)."""

    @property
    def favourite(self) -> Int:
        """Each party's best package among those it may sign, (G, P)."""

    @property
    def feasible_count(self) -> int:
        """How many packages cross nobody's red line."""

    def worth(self, point: Any, party: Any, package: Any) -> Float:  # noqa: ANN401 - broadcast
        """Return utilities of parties; the three are broadcast."""

    @property
    def unbarred(self) -> tuple[bool, ...]:
        """Whether each party has no red line."""

    def permits(self, party: int, package: Int) -> Bool:
        """Return where packages cross no red line of a party, shape of ``package``."""

    def support(self, point: Any, party: int, package: Int) -> Float:  # noqa: ANN401
        """Return the mean support at a party's home, 0 to 1, shape of ``package``."""

    def group_worth(self, point: Any, group: Any, package: Any) -> Float:  # noqa: ANN401
        """Return utilities of constituencies; the three are broadcast."""

    def spoiler_worth(self, package: Int) -> Float:
        """Return utilities of spoilers, (S, *shape of package)."""


@dataclass(frozen=True, eq=False)
class Tables:
    """Values of every package to every actor, for each preference point; see ``Values``.

    Parameters
    ----------
    utility
        (G, P, N), from 0 to ``scale`` within a party.
    parts
        (G, P, I, O), the additive part of ``utility`` by issue and option, padded with 0.
    shapes
        (P, I, O), option scores from 0 to 1 that every side can read off an issue; weights
        stay private.
    allowed
        (P, N), packages that cross no red line of the party.
    home
        (G, P, N), mean support of a package at a party's home, 0 to 1.
    constituencies
        (G, C, N), utility of each constituency.
    spoilers
        (S, N), utility of each spoiler.
    gains
        (G, P, K, O), what full delivery of item k under option o adds to a party's utility:
        above 0 for receivers, below 0 for the giver.
    """

    utility: Float
    parts: Float
    shapes: Float
    allowed: Bool
    home: Float
    constituencies: Float
    spoilers: Float
    gains: Float

    def worth(self, point: Any, party: Any, package: Any) -> Float:  # noqa: ANN401
        """Return utilities of parties; the three are broadcast."""
        found: Float = self.utility[point, party, package]
        return found

    @cached_property
    def unbarred(self) -> tuple[bool, ...]:
        """Whether each party has no red line."""
        return tuple(bool(row.all()) for row in self.allowed)

    def permits(self, party: int, package: Int) -> Bool:
        """Return where packages cross no red line of a party, shape of ``package``."""
        return self.allowed[party][package]

    def support(self, point: Any, party: int, package: Int) -> Float:  # noqa: ANN401
        """Return the mean support at a party's home, 0 to 1, shape of ``package``."""
        found: Float = self.home[point, party, package]
        return found

    def group_worth(self, point: Any, group: Any, package: Any) -> Float:  # noqa: ANN401
        """Return utilities of constituencies; the three are broadcast."""
        found: Float = self.constituencies[point, group, package]
        return found

    def spoiler_worth(self, package: Int) -> Float:
        """Return utilities of spoilers, (S, *shape of package)."""
        return self.spoilers[:, package]

    @property
    def feasible_count(self) -> int:
        """How many packages cross nobody's red line."""
        return int(self.feasible.sum())

    @cached_property
    def feasible(self) -> Bool:
        """Packages on nobody's red line, shape (N,)."""
        return np.logical_and.reduce(self.allowed, axis=0)

    @cached_property
    def ideal(self) -> Float:
        """Each party's best utility over what it may sign, shape (G, P)."""
        return np.where(self.allowed[None], self.utility, -np.inf).max(axis=2)

    @cached_property
    def ends(self) -> Float:
        """Each party's worst and best utility, shape (G, P, 2)."""
        return np.stack((self.utility.min(axis=2), self.utility.max(axis=2)), axis=-1)

    @cached_property
    def favourite(self) -> Int:
        """Each party's best package among those it may sign, shape (G, P)."""
        return np.where(self.allowed[None], self.utility, -np.inf).argmax(axis=2)
