"""Finds packages for models that differ from row to row, from the structure of an agenda.

Own value is weighed against the model's merit issue by issue: the least weight on own value at
which the package is worth enough is looked for, then single issues are improved. Rows stand last
in all work arrays, so that each step passes over all of them in one go.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np

from sim._numerics import everywhere, smallest, total
from sim._typing import Float, Int
from sim.agenda import Agenda
from sim.table.aims import Issuewise
from sim.table.holding import Change, Held, HeldRows, Moves

__all__ = ["Structure"]

_WEIGHTS, _ROWS = 8, 512
_GRID = (np.arange(1, _WEIGHTS + 1) / _WEIGHTS)[:, None]
_IMPROVEMENTS = 2
_SHORTFALL = 1_000.0


class Structure:
    """The issues and options of an agenda, to be weighed against each other."""

    def __init__(self, agenda: Agenda) -> None:
        self.agenda = agenda
        self._width = max(agenda.space.sizes)

    @cached_property
    def moves(self) -> Moves:
        """All single options: issue and option of each, (J,)."""
        pairs = [(k, o) for k, size in enumerate(self.agenda.space.sizes) for o in range(size)]
        moves = np.array(pairs)
        return moves[:, 0], moves[:, 1]

    def find(self, holding: Held | HeldRows, level: Float, home: Int, model: Issuewise) -> Int:
        """Return a package good for the model and worth at least ``level``, (rows,).

        The party's own best stands in where none is found. See ``Search.best``.
        """
        lowest = smallest(level)
        merit = model.values.T[: self._width] * holding.span + self._padding[:, :, None]
        chosen = self._balance(self._worth(holding, level, lowest), merit, lowest - holding.offset)
        code = self.agenda.space.codes(chosen.T)
        for _ in range(_IMPROVEMENTS if model.each is None else 2 * _IMPROVEMENTS):
            before = code
            chosen, code, short = self._improve(holding, level, home, model, chosen, code)
            if np.array_equal(code, before):
                break
        if not holding.exact_after:
            short = holding.shortfall(home, level, code[:, None])[:, 0]
        good = short <= 0.0
        return code if everywhere(good) else np.where(good, code, holding.top(home))

    @cached_property
    def _padding(self) -> Float:
        """0 for options that exist, a large negative number for the padding, (O, I)."""
        padding = np.full((self._width, len(self.agenda.space.sizes)), -1e6)
        for issue, size in enumerate(self.agenda.space.sizes):
            padding[:size, issue] = 0.0
        return padding

    def _worth(self, holding: Held | HeldRows, level: Float, lowest: Float) -> Float:
        """Return own value by option and issue, less what monitoring asks for more, (O, I, rows)."""
        worth = np.empty((*self._padding.shape, level.shape[0]))
        parts = holding.parts.T if holding.parts.ndim > 2 else holding.parts.T[:, :, None]
        np.add(parts, self._padding[:, :, None], out=worth)
        if self.agenda.monitor >= 0:
            worth[: level.shape[1], self.agenda.monitor] -= level.T - lowest
        return worth

    def _balance(self, worth: Float, merit: Float, needed: Float) -> Int:
        """Find the least weight on own value that makes the package worth enough, (I, rows).

        A part of the rows at a time, so that work arrays stay in the cache.
        """
        chosen = np.empty(worth.shape[1:], dtype=np.int64)
        for start in range(0, needed.size, _ROWS):
            some = slice(start, start + _ROWS)
            chosen[:, some] = self._weighed(worth[..., some], merit[..., some], needed[some])
        return chosen

    def _weighed(self, worth: Float, merit: Float, needed: Float) -> Int:
        """Return the options at the least weight that is enough, (I, rows)."""
        low, high = np.zeros((1, needed.size)), np.ones((1, needed.size))
        rows = np.arange(needed.size)
        for _ in range(2):
            weights = low + (high - low) * _GRID
            enough = self._value_at(worth, merit, weights) >= needed
            enough[-1] = True
            high = weights[enough.argmax(axis=0), rows][None, :]
            low = high - (weights[1:2] - weights[:1])
        choice: Int = self._scores(worth, merit, high[0]).argmax(axis=0)
        return choice

    def _value_at(self, worth: Float, merit: Float, weights: Float) -> Float:
        """Return own value of the package best at each weight, (W, rows)."""
        scores = self._scores(worth[:, None], merit[:, None], weights[:, None, :])
        best, value = scores[0], worth[0]
        for option in range(1, self._width):
            value = np.where(scores[option] > best, worth[option], value)
            np.maximum(best, scores[option], out=best)
        if value.ndim < best.ndim:  # no issue has a second option
            value = np.broadcast_to(value, best.shape)
        return total(value.transpose(0, 2, 1), ordered=False)

    @staticmethod
    def _scores(worth: Float, merit: Float, weight: Float) -> Float:
        """Weigh own value against the model's merit; options stand first."""
        scores = weight * worth
        scores += (1.0 - weight) * merit
        return scores

    def _improve(
        self,
        holding: Held | HeldRows,
        level: Float,
        home: Int,
        model: Issuewise,
        chosen: Int,
        code: Int,
    ) -> tuple[Int, Int, Float]:
        """Change the single issue that helps the model most, or repairs most where it falls short.

        Returns
        -------
        tuple
            The options by issue, (I, rows), the packages, and what they fall short, (rows,).
        """
        issues, options = self.moves
        after = code + (options[:, None] - chosen[issues]) * self._strides
        short = holding.shortfall_after(home, level, Change(chosen.T, self.moves, after.T)).T
        gain = self._gain(model, chosen)
        move = np.where(short > 0.0, -_SHORTFALL - short, gain).argmax(axis=0)
        rows, chosen = np.arange(move.size), chosen.copy()
        chosen[issues[move], rows] = options[move]
        return chosen, after[move, rows], short[move, rows]

    @cached_property
    def _strides(self) -> Int:
        """What one more step of each single option's issue adds to the package, (J, 1)."""
        strides: Int = self.agenda.space.strides[self.moves[0]][:, None]
        return strides

    @cached_property
    def _cells(self) -> Int:
        """Where each single option stands among all cells, options first, (J,)."""
        issues, options = self.moves
        return options * len(self.agenda.space.sizes) + issues

    def _gain(self, model: Issuewise, chosen: Int) -> Float:
        """Return what each single change adds to the model's merit, (J, rows)."""
        issues, options = self.moves
        count, rows = chosen.shape
        if model.each is None:
            cells = model.values.T[: self._width].reshape(-1, rows)
            after = cells.take(self._cells, axis=0)
            now = cells[chosen * count + np.arange(count)[:, None], np.arange(rows)]
            after -= now.take(issues, axis=0)
            return after
        moved = np.broadcast_to(chosen.T[:, None], (rows, issues.size, count)).copy()
        moved[:, np.arange(issues.size), issues] = options
        return (model.merit(moved) - model.merit(chosen.T[:, None])).T
