"""The most similar package worth enough, from sorted tables."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

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
        kinds = int(monitored.max()) + 1
        lists = [np.flatnonzero(holding.open(place)) for place in range(holding.places)]
        widest = max(codes.size for codes in lists)
        self._order = np.zeros((len(lists), widest), dtype=np.int32)
        self._starts = np.zeros((len(lists), kinds + 1), dtype=np.int32)
        self._reach = np.zeros((len(lists), kinds, self._levels.size + 1), dtype=np.int32)
        self._listed: list[Int] = []
        for place, codes in enumerate(lists):
            keep = codes[np.lexsort((codes, -holding.worth[codes], monitored[codes]))]
            self._order[place, : keep.size] = keep
            self._listed.append(self._options[:, keep].astype(np.intp))
            self._starts[place] = np.searchsorted(monitored[keep], np.arange(kinds + 1))
            for kind in range(kinds):
                count = np.bincount(
                    ranks[codes[monitored[codes] == kind]], minlength=self._levels.size + 1
                )
                self._reach[place, kind] = count[::-1].cumsum()[::-1]
        self._type = np.int16 if widest < 32_000 else np.int32
        self._most = max(cells // widest, 1)
        self._clear()

    def _clear(self) -> None:
        self._rung_of = np.full((self._order.shape[0], self._options.shape[1]), -1, dtype=np.int32)
        self._rungs = np.empty((0, self._order.shape[1]), dtype=self._type)
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
        place = self._holding.place(home)
        kinds = self._starts.shape[1] - 1
        rank = np.searchsorted(self._levels, level[:, :kinds])
        height = self._reach[place[:, None], np.arange(kinds), rank]
        lowest = self._starts[place][:, :kinds] + np.maximum(height - 1, 0)
        lowest = np.minimum(lowest, self._order.shape[1] - 1)
        rung = self._rung(place, near)
        code = self._order[place[:, None], self._rungs[rung[:, None], lowest]]
        closeness = np.where(height > 0, self._between(code, near[:, None]), -np.inf)
        rows = np.arange(near.size)
        best = closeness.argmax(axis=1)
        reached = closeness[rows, best] > -np.inf
        return np.where(reached, code[rows, best], self._holding.tops[place])

    def _between(self, some: Int, others: Int) -> Float:
        """Return how alike packages are to the party: a sum over issues."""
        closeness = self._similarity[0, self._options[0, some], self._options[0, others]]
        for issue in range(1, self._similarity.shape[0]):
            options = self._options[issue]
            closeness = closeness + self._similarity[issue, options[some], options[others]]
        return closeness

    # rungs

    def _rung(self, place: Int, near: Int) -> Int:
        found: Int = self._rung_of[place, near]
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
        made: Int = self._rung_of[place, near]
        return made

    def _reserve(self, extra: int) -> None:
        needed = self._used + extra
        if needed > self._rungs.shape[0]:
            grown = np.empty((needed + needed // 2 + 16, self._rungs.shape[1]), dtype=self._type)
            grown[: self._used] = self._rungs[: self._used]
            self._rungs = grown

    def _climb(self, place: int, reference: int) -> Int:
        listed = self._listed[place]
        closeness = self._similarity[0, :, self._options[0, reference]].take(listed[0])
        for issue in range(1, self._similarity.shape[0]):
            alike = self._similarity[issue, :, self._options[issue, reference]]
            closeness += alike.take(listed[issue])
        best = np.zeros(self._rungs.shape[1], dtype=self._type)
        starts = self._starts[place]
        for low, high in pairwise(starts):
            if low == high:
                continue
            peak = np.maximum.accumulate(closeness[low:high])
            rises = np.flatnonzero(peak[1:] > peak[:-1]) + (low + 1)
            marks = np.concatenate(([low], rises, [high]))
            best[low:high] = np.repeat(marks[:-1], np.diff(marks))
        return best
