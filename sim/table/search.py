"""How a behaviour finds a package: the best for a model among those worth enough to itself.

Small spaces with a shared model answer from sorted tables, exactly. Models that differ from
row to row answer from structure: weigh own value against the model issue by issue, find the
weight at which the package is worth enough, then improve single issues.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np

from sim._numerics import anywhere, everywhere, places, smallest, total
from sim._typing import Float, Int
from sim.agenda import Agenda
from sim.table.aims import Issuewise, Least, Near
from sim.table.holding import Bottoms, Change, Held, HeldRows, Holding, Holdings, Moves
from sim.table.ladder import Ladder
from sim.table.unlisted import Unlisted

__all__ = ["Search", "search_for"]

_TABLE_LIMIT = 4_096
_CELLS, _FEW_LADDERS = 64_000_000, 8
"""Entries of all rungs together, and how many ladders share them at least."""
_WEIGHTS, _ROWS = 8, 512
_GRID = (np.arange(1, _WEIGHTS + 1) / _WEIGHTS)[:, None]
_IMPROVEMENTS = 2
_SHORTFALL = 1_000.0


def search_for(agenda: Agenda) -> Search:
    """Return the search of an agenda, made once and kept with it."""
    if "search" not in agenda.cache:
        agenda.cache["search"] = Search(agenda)
    found: Search = agenda.cache["search"]
    return found


class Search:
    """Finds packages for the parties of one agenda; keeps sorted tables between calls."""

    def __init__(self, agenda: Agenda) -> None:
        self.agenda = agenda
        self.tables = agenda.tables
        self._holdings: dict[tuple[int, int], Held] = {}
        self._stacked: dict[int, Holdings] = {}
        self._rankings: dict[int, Int] = {}
        self._least: dict[int, Bottoms] = {}
        self._ladders: dict[tuple[int, int], Ladder] = {}

    @cached_property
    def similarity(self) -> Float:
        """Closeness of two options of an issue by each party's scores, (P, I, O, O)."""
        shapes = self.tables.shapes
        return 1.0 - np.abs(shapes[..., :, None] - shapes[..., None, :])

    def held(self, party: int, point: int) -> Held:
        """Return what a party may sign and carry at home, made once."""
        key = (party, point)
        if key not in self._holdings:
            kind = Holding if self.agenda.space.listed else Unlisted
            self._holdings[key] = kind(self.agenda, party, point)
        return self._holdings[key]

    def holding(self, party: int, point: int) -> Holding:
        """Return what a party may sign and carry at home, all packages listed.

        Raises
        ------
        SimError
            Where they are too many to list; the message says what to cut.
        """
        held = self.held(party, point)
        if not isinstance(held, Holding):
            raise self.agenda.too_many()
        return held

    def _rows(self, party: int, point: Int) -> HeldRows:
        """Return what a party holds where rows differ in their point."""
        if party not in self._stacked:
            self._stacked[party] = Holdings([self.held(party, one) for one in self._points])
        return self._stacked[party].at(point)

    @property
    def _points(self) -> range:
        """Preference points."""
        return range(self.tables.parts.shape[0])

    def best(
        self, party: int, point: Int, level: Float, home: Int, model: Near | Least | Issuewise
    ) -> Int:
        """Return the model's best package worth at least ``level`` to the party.

        Parameters
        ----------
        party
            Index of the party.
        point
            Preference point of each row, shape (1,) or (rows,).
        level
            Least utility, by monitoring option, shape (rows, options).
        home
            Support at home asked for, in steps of ``HOME_STEP``, shape (rows,).
        model
            What to maximise.
        """
        if point.size == 1:
            return self._at_point(party, int(point[0]), level, home, model)
        if isinstance(model, Near) and self.agenda.space.count > _TABLE_LIMIT:
            model = Issuewise(self._closeness(party, model.package))
        if isinstance(model, Issuewise):
            return self._from_structure(self._rows(party, point), level, home, model)
        result = np.empty(home.size, dtype=self.agenda.space.code_type)
        for one in np.unique(point):
            rows = places(point == one)
            some = model.at(rows)
            result[rows] = self._at_point(party, int(one), level[rows], home[rows], some)
        return result

    def _at_point(
        self, party: int, point: int, level: Float, home: Int, model: Near | Least | Issuewise
    ) -> Int:
        held = self.held(party, point)
        if isinstance(model, Issuewise):
            return self._from_structure(held, level, home, model)
        if isinstance(model, Least):
            return self._least_of(held, level, home)
        if self.agenda.space.count > _TABLE_LIMIT:
            model = Issuewise(self._closeness(party, model.package))
            return self._from_structure(held, level, home, model)
        ladder = self._ladder(self.holding(party, point), point)
        return ladder.find(home, level, model.package)

    def _least_of(self, held: Held, level: Float, home: Int) -> Int:
        """Return a package worth little above the level; what home refuses is sought by support."""
        found = held.least(home, level)
        if isinstance(held, Unlisted):
            lacks = places(held.shortfall(home, level, found[:, None])[:, 0] > 0.0)
            if lacks.size:
                support = np.broadcast_to(held.home_parts, (lacks.size, *held.home_parts.shape))
                carried = self._from_structure(held, level[lacks], home[lacks], Issuewise(support))
                found[lacks] = carried
        return found

    def bottoms(self, point: Int, home: Int) -> Float:
        """Return what the least package each party can carry at home is worth to it, (rows, P)."""
        if point.size == 1:
            return self._bottoms(int(point[0])).at(home)
        least = np.empty(home.shape)
        for one in np.unique(point):
            rows = point == one
            least[rows] = self._bottoms(int(one)).at(home[rows])
        return least

    def _bottoms(self, point: int) -> Bottoms:
        if point not in self._least:
            parties = range(self.tables.parts.shape[1])
            self._least[point] = Bottoms([self.held(party, point) for party in parties])
        return self._least[point]

    def ranked(self, party: int, point: Int, place: Int) -> Int:
        """Return the package at a place of a party's ranking, best at 0, (rows,)."""
        if point.size == 1:
            return self.holding(party, int(point[0])).ranked[place]
        if party not in self._rankings:
            rankings = [self.holding(party, one).ranked for one in self._points]
            self._rankings[party] = np.stack(rankings)
        found: Int = self._rankings[party][point, place]
        return found

    def exact(self, party: int, point: int, level: Float, step: int, model: Issuewise) -> Int:
        """Answer by enumeration, one row at a time: the reference the other paths are held to."""
        options = self.agenda.space.options
        holding = self.holding(party, point)
        place = int(holding.place(np.array(step)))
        open_ = holding.open(place)
        found = np.empty(level.shape[0], dtype=np.int32)
        for row in range(level.shape[0]):
            merit = model.at(np.array([row])).merit(options.T[None])[0]
            enough = open_ & (holding.worth >= level[row][self.agenda.monitored])
            if anywhere(enough):
                found[row] = int(np.argmax(np.where(enough, merit, -np.inf)))
            else:
                found[row] = holding.tops[place]
        return found

    def _ladder(self, holding: Holding, point: int) -> Ladder:
        key = (holding.party, point)
        if key not in self._ladders:
            count = self.tables.parts.shape[0] * self.tables.parts.shape[1]
            cells = _CELLS // max(count, _FEW_LADDERS)
            self._ladders[key] = Ladder(holding, self.similarity[holding.party], cells)
        return self._ladders[key]

    # structure

    def _closeness(self, party: int, package: Int) -> Float:
        """Similarity to a package as a sum over issues, shape (rows, I, O)."""
        options = self.agenda.space.choices(package)
        similarity = self.similarity[party]
        return np.stack([similarity[k][:, options[k]].T for k in range(len(options))], axis=1)

    @cached_property
    def _width(self) -> int:
        return max(self.agenda.space.sizes)

    @cached_property
    def _padding(self) -> Float:
        """0 for options that exist, a large negative number for the padding, (I, O)."""
        padding = np.full((len(self.agenda.space.sizes), self._width), -1e6)
        for issue, size in enumerate(self.agenda.space.sizes):
            padding[issue, :size] = 0.0
        return padding

    @cached_property
    def _moves(self) -> Moves:
        """All single options: issue and option of each, (J,)."""
        pairs = [(k, o) for k, size in enumerate(self.agenda.space.sizes) for o in range(size)]
        moves = np.array(pairs)
        return moves[:, 0], moves[:, 1]

    @cached_property
    def _cells(self) -> tuple[Int, Int]:
        """Where each issue begins, (I,), and each single option stands, (J,), in a row of values."""
        issues, options = self._moves
        return np.arange(len(self.agenda.space.sizes)) * self._width, issues * self._width + options

    def _from_structure(
        self, holding: Held | HeldRows, level: Float, home: Int, model: Issuewise
    ) -> Int:
        lowest = smallest(level)
        worth = np.empty((level.shape[0], *self._padding.shape))
        np.add(holding.parts, self._padding, out=worth)
        if self.agenda.monitor >= 0:
            worth[:, self.agenda.monitor, : level.shape[1]] -= level - lowest[:, None]
        merit = model.values[:, :, : self._width] * holding.span + self._padding
        chosen = self._balance(worth, merit, lowest - holding.offset)
        code = self.agenda.space.codes(chosen)
        for _ in range(_IMPROVEMENTS if model.each is None else 2 * _IMPROVEMENTS):
            before = code
            chosen, code, short = self._improve(holding, level, home, model, chosen, code)
            if np.array_equal(code, before):
                break
        if not holding.exact_after:
            short = holding.shortfall(home, level, code[:, None])[:, 0]
        good = short <= 0.0
        return code if everywhere(good) else np.where(good, code, holding.top(home))

    def _balance(self, worth: Float, merit: Float, needed: Float) -> Int:
        """Find the least weight on own value that makes the package worth enough, (rows, I).

        Rows stand last and a part of them at a time, so that work arrays stay in the cache.
        """
        chosen = np.empty((needed.size, worth.shape[1]), dtype=np.int64)
        for start in range(0, needed.size, _ROWS):
            some = slice(start, start + _ROWS)
            own, theirs = (part[some].transpose(2, 1, 0).copy() for part in (worth, merit))
            chosen[some] = self._weighed(own, theirs, needed[some]).T
        return chosen

    def _weighed(self, worth: Float, merit: Float, needed: Float) -> Int:
        """Return the options at the least weight that is enough, (I, rows); parts are (O, I, rows)."""
        low, high = np.zeros((1, needed.size)), np.ones((1, needed.size))
        rows = np.arange(needed.size)
        for _ in range(2):
            weights = low + (high - low) * _GRID
            enough = self._value_at(worth, merit, weights) >= needed
            enough[-1] = True
            high = weights[enough.argmax(axis=0), rows][None, :]
            low = high - (weights[1:2] - weights[:1])
        return self._choice_at(worth, merit, high[0])

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

    def _choice_at(self, worth: Float, merit: Float, weight: Float) -> Int:
        """Return the best option of each issue at one weight a row, (I, rows)."""
        choice: Int = self._scores(worth, merit, weight).argmax(axis=0)
        return choice

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
            The options by issue, (rows, I), the packages, and what they fall short, (rows,).
        """
        issues, options = self._moves
        after = code[:, None] + (options - chosen[:, issues]) * self._strides
        short = holding.shortfall_after(home, level, Change(chosen, self._moves, after))
        gain = self._gain(model, chosen)
        move = np.where(short > 0.0, -_SHORTFALL - short, gain).argmax(axis=1)
        rows, chosen = np.arange(move.size), chosen.copy()
        chosen[rows, issues[move]] = options[move]
        return chosen, after[rows, move], short[rows, move]

    @cached_property
    def _strides(self) -> Int:
        """What one more step of each single option's issue adds to the package, (J,)."""
        strides: Int = self.agenda.space.strides[self._moves[0]]
        return strides

    def _gain(self, model: Issuewise, chosen: Int) -> Float:
        """Return what each single change adds to the model's merit, (rows, moves)."""
        issues, options = self._moves
        if model.each is None:
            starts, cells = self._cells
            flat = model.values[:, :, : self._width].reshape(chosen.shape[0], -1)
            rows = np.arange(chosen.shape[0])[:, None]
            after = flat.take(cells, axis=1)
            after -= flat[rows, chosen + starts].take(issues, axis=1)
            return after
        moved = np.broadcast_to(chosen[:, None, :], (chosen.shape[0], issues.size, chosen.shape[1]))
        moved = moved.copy()
        moved[:, np.arange(issues.size), issues] = options
        return model.merit(moved) - model.merit(chosen[:, None, :])
