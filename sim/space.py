"""Packages of an agenda as codes, and what each is worth to every actor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from sim._typing import Bool, Float, Int

__all__ = ["Space", "Tables"]


class Space:
    """All packages of an agenda as mixed-radix codes 0 .. N - 1.

    Parameters
    ----------
    sizes
        Number of options of each issue.

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

    @cached_property
    def options(self) -> Int:
        """Option index of each issue in each package, shape (I, N)."""
        codes = np.arange(self.count, dtype=np.int64)
        sizes = np.array(self.sizes, dtype=np.int64)
        digits: Int = (codes[None, :] // self.strides[:, None]) % sizes[:, None]
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


@dataclass(frozen=True, eq=False)
class Tables:
    """Values of every package to every actor, for each preference point.

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
