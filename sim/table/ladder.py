"""The most similar package worth enough, from sorted tables."""

from __future__ import annotations

from functools import reduce
from itertools import pairwise

import numpy as np

from sim._numerics import everywhere
from sim._typing import Float, Int
from sim.table.holding import Holding

__all__ = ["Ladder"]

_CELLS = 8_000_000


class Ladder:
    """A party's open packages from best to worst, for each support at home and monitoring option.

    For a reference package a rung holds, at every height of such a list, the most similar
    package at or above it; rungs are made when first asked for and kept until memory is full.

    Parameters
    ----------
    holding
        What the party may sign and carry at home.
    similarity
        Closeness of two options of an issue to the party, (I, O, O).
    cells
        Entries of the rungs kept at most.
    """

    def __init__(self, holding: Holding, similarity: Float, cells: int = _CELLS) -> None:
        self._holding = holding
        self._similarity = similarity
        self._options = holding.agenda.space.options
        self._levels, ranks = np.unique(holding.worth, return_inverse=True)
        monitored = holding.agenda.monitored
        self._kinds = int(monitored.max()) + 1
        lists = [np.flatnonzero(holding.open(place)) for place in range(holding.places)]
        self._width = max(codes.size for codes in lists)
        self._order = np.zeros((len(lists), self._width), dtype=np.int32)
        self._starts = np.zeros((len(lists), self._kinds + 1), dtype=np.int32)
        self._lowest = np.zeros((len(lists), self._kinds, self._levels.size + 1), dtype=np.int32)
        self._listed: list[Int] = []
        for place, codes in enumerate(lists):
            keep = codes[np.lexsort((codes, -holding.worth[codes], monitored[codes]))]
            self._order[place, : keep.size] = keep
            self._listed.append(self._options[:, keep].astype(np.intp))
            self._starts[place] = np.searchsorted(monitored[keep], np.arange(self._kinds + 1))
            for kind in range(self._kinds):
                count = np.bincount(
                    ranks[codes[monitored[codes] == kind]], minlength=self._levels.size + 1
                )
                height = count[::-1].cumsum()[::-1]
                last = self._starts[place, kind] + height - 1
                self._lowest[place, kind] = np.where(height > 0, last, -1)
        self._type = np.int16 if self._width < 32_000 else np.int32
        self._most = max(cells // self._width, 1)
        self._pairs = self._options.astype(np.int32) * similarity.shape[-1]
        self._clear()

    def _clear(self) -> None:
        self._rung_of = np.full((self._order.shape[0], self._options.shape[1]), -1, dtype=np.int32)
        self._rungs = np.empty((0, self._width), dtype=self._type)
        self._used = 0

    def find(self, home: Int, level: Float, near: Int) -> Int:
        """Return the most similar open package worth at least ``level``, (rows,).

        The party's own best stands in where there is none.

        Parameters
        ----------
        home
            Support asked for, in steps, (rows,).
        level
            Least utility by monitoring option, (rows, O).
        near
            Reference packages, (rows,).
        """
        place = self._holding.place(home).astype(np.intp)
        kinds = np.arange(self._kinds)[:, None]
        rank = np.searchsorted(self._levels, level[:, : self._kinds]).T.copy()
        row = place * self._kinds + kinds
        lowest = self._lowest.ravel().take(row * self._lowest.shape[2] + rank)
        rung = self._rung(place, near)
        step = self._rungs.ravel().take(rung * self._width + np.maximum(lowest, 0))
        code = self._order.ravel().take(place * self._width + step)
        closeness = np.where(lowest >= 0, self._between(code, near), -np.inf)
        best, rows = closeness.argmax(axis=0), np.arange(near.size)
        found, reached = code[best, rows], lowest[best, rows] >= 0
        return found if everywhere(reached) else np.where(reached, found, self._holding.tops[place])

    def _between(self, some: Int, near: Int) -> Float:
        """Return how alike packages (K, rows) are to one (rows,) for the party: a sum over issues."""
        alike = (
            similarity.ravel().take(pairs.take(some) + options.take(near))
            for similarity, pairs, options in zip(
                self._similarity, self._pairs, self._options, strict=True
            )
        )
        return reduce(np.add, alike)

    # rungs

    def _rung(self, place: Int, near: Int) -> Int:
        found: Int = self._rung_of[place, near].astype(np.intp)
        if found.min() >= 0:
            return found
        count = self._options.shape[1]
        missing = np.unique((place.astype(np.int64) * count + near)[found < 0])
        if self._used + missing.size > self._most:
            self._clear()
            missing = np.unique(place.astype(np.int64) * count + near)
        self._reserve(missing.size)
        for number in missing:
            where, reference = divmod(int(number), count)
            self._rungs[self._used] = self._climb(where, reference)
            self._rung_of[where, reference] = self._used
            self._used += 1
        made: Int = self._rung_of[place, near].astype(np.intp)
        return made

    def _reserve(self, extra: int) -> None:
        needed = self._used + extra
        if needed > self._rungs.shape[0]:
            grown = np.empty((needed + needed // 2 + 16, self._width), dtype=self._type)
            grown[: self._used] = self._rungs[: self._used]
            self._rungs = grown

    def _climb(self, place: int, reference: int) -> Int:
        listed = self._listed[place]
        closeness = self._similarity[0, :, self._options[0, reference]].take(listed[0])
        for issue in range(1, self._similarity.shape[0]):
            alike = self._similarity[issue, :, self._options[issue, reference]]
            closeness += alike.take(listed[issue])
        best = np.zeros(self._width, dtype=self._type)
        starts = self._starts[place]
        for low, high in pairwise(starts):
            if low == high:
                continue
            peak = np.maximum.accumulate(closeness[low:high])
            rises = np.flatnonzero(peak[1:] > peak[:-1]) + (low + 1)
            marks = np.concatenate(([low], rises, [high]))
            best[low:high] = np.repeat(marks[:-1], np.diff(marks))
        return best
