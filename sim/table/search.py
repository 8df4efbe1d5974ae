"""How a behaviour finds a package: the best for a model among those worth enough to itself.

Small spaces with a shared model answer from sorted tables, exactly. Models that differ from
row to row answer from structure: weigh own value against the model issue by issue, find the
weight at which the package is worth enough, then improve single issues.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

import numpy as np

from sim._numerics import total
from sim._typing import Bool, Float, Int, Rows
from sim.game import Agenda
from sim.table.aims import Issuewise, Near

__all__ = ["HOME_STEP", "Search", "search_for"]

HOME_STEP = 0.1
"""Grid on which parties judge support at home (in shares of the utility range)."""

_TABLE_LIMIT = 4_096
_RUNG_CELLS = 3_000_000
_MOST_LADDERS = 24
_WEIGHTS = 8
_IMPROVEMENTS = 2
_SHORTFALL = 1_000.0


class _Ladder:
    """Packages of one party from best to worst within each monitoring option.

    For each reference package a rung holds, at every height, the most similar package at or
    above it.
    """

    def __init__(
        self, codes: Rows, utility: Float, monitored: Int, similarity: Float, options: Int
    ) -> None:
        count = int(monitored.max()) + 1
        keep = np.lexsort((codes, -utility[codes], monitored[codes]))
        self.order = codes[keep]
        self.starts = np.searchsorted(monitored[self.order], np.arange(count + 1))
        self.heights = -utility[self.order]
        self._similarity = similarity
        self._options = options
        self._rung_of = np.full(options.shape[1], -1, dtype=np.int32)
        self._type = np.int16 if self.order.size < 32_000 else np.int32
        self._rungs = np.empty((0, self.order.size), dtype=self._type)
        self._used = 0

    def rungs(self, references: Int) -> tuple[Int, Int]:
        """Return the table of rungs and the rung of each reference package."""
        missing = np.unique(references[self._rung_of[references] < 0])
        if (self._used + missing.size) * self.order.size > _RUNG_CELLS:
            self._rung_of[:] = -1
            self._used = 0
            missing = np.unique(references)
        if missing.size:
            self._reserve(missing.size)
            for code in missing:
                self._rungs[self._used] = self._climb(int(code))
                self._rung_of[code] = self._used
                self._used += 1
        return self._rungs, self._rung_of[references]

    def _reserve(self, extra: int) -> None:
        """Make room for more rungs; they are kept until memory is full."""
        needed = self._used + extra
        if needed > self._rungs.shape[0]:
            grown = np.empty((needed + needed // 2 + 16, self.order.size), dtype=self._type)
            grown[: self._used] = self._rungs[: self._used]
            self._rungs = grown

    def _climb(self, reference: int) -> Int:
        closeness = np.zeros(self.order.size)
        for issue, options in enumerate(self._options):
            closeness += self._similarity[issue, options[self.order], options[reference]]
        places = np.arange(self.order.size)
        best = np.empty(self.order.size, dtype=self._type)
        for low, high in zip(self.starts[:-1], self.starts[1:], strict=True):
            part = closeness[low:high]
            if not part.size:
                continue
            before = np.concatenate(([-np.inf], np.maximum.accumulate(part)[:-1]))
            place = np.where(part > before, places[low:high], 0)
            best[low:high] = np.maximum.accumulate(place)
        return best


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
        self._ladders: dict[tuple[int, int, int], _Ladder] = {}
        self._ceilings: dict[tuple[int, int], int] = {}
        self._support: dict[tuple[int, int], Int] = {}
        self._tops: dict[tuple[int, int, int], int] = {}

    @cached_property
    def similarity(self) -> Float:
        """Closeness of two options of an issue by each party's scores, (P, I, O, O)."""
        shapes = self.tables.shapes
        return 1.0 - np.abs(shapes[..., :, None] - shapes[..., None, :])

    def best(self, party: int, point: Int, level: Float, home: Int, model: Near | Issuewise) -> Int:
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
        result = np.empty(level.shape[0], dtype=np.int32)
        for (place, step), rows in self._groups(party, point, home):
            some = level[rows]
            if isinstance(model, Near) and self.agenda.space.count <= _TABLE_LIMIT:
                found = self._from_ladder(party, place, step, some, model.package[rows])
            else:
                wanted = (
                    Issuewise(self._closeness(party, model.package[rows]))
                    if isinstance(model, Near)
                    else model.at(rows)
                )
                found = self._from_structure(party, place, step, some, wanted)
            result[rows] = found
        return result

    def exact(self, party: int, place: int, level: Float, step: int, model: Issuewise) -> Int:
        """Answer by enumeration, one row at a time: the reference the other paths are held to."""
        options, tables = self.agenda.space.options, self.tables
        worth = tables.utility[place, party]
        open_ = self._open(party, place, min(step, self._ceiling(party, place)))
        found = np.empty(level.shape[0], dtype=np.int32)
        for row in range(level.shape[0]):
            merit = model.at(np.array([row])).merit(options.T[None])[0]
            enough = open_ & (worth >= level[row][self.agenda.monitored])
            if enough.any():
                found[row] = int(np.argmax(np.where(enough, merit, -np.inf)))
            else:
                found[row] = self._top(party, place, step)
        return found

    # groups of rows that share tables

    def _groups(self, party: int, point: Int, home: Int) -> Iterator[tuple[tuple[int, int], Rows]]:
        places = np.broadcast_to(point, home.shape)
        everything = np.arange(home.size)
        if home.size == 0:
            return
        if home.min() == home.max() and places.min() == places.max():
            yield (int(places[0]), int(home[0])), everything
            return
        least = int(home.min())
        width = int(home.max()) - least + 1
        key = places.astype(np.int64) * width + (home - least)
        for number in np.flatnonzero(np.bincount(key)):
            place, step = divmod(int(number), width)
            yield (place, step + least), np.flatnonzero(key == number)

    def _ceiling(self, party: int, place: int) -> int:
        """Highest support any package the party may sign reaches."""
        key = (party, place)
        if key not in self._ceilings:
            steps = self._home_steps(party, place)
            self._ceilings[key] = int(steps[self.tables.allowed[party]].max())
        return self._ceilings[key]

    def _top(self, party: int, place: int, step: int) -> int:
        """Return the party's own best among packages it may sign and can carry at home."""
        step = min(step, self._ceiling(party, place))
        key = (party, place, step)
        if key not in self._tops:
            open_ = self._open(party, place, step)
            worth = np.where(open_, self.tables.utility[place, party], -np.inf)
            self._tops[key] = int(np.argmax(worth))
        return self._tops[key]

    def _open(self, party: int, place: int, step: int) -> Bool:
        """Return which packages the party may sign and believes it can carry at home, (N,)."""
        open_: Bool = self.tables.allowed[party] & (self._home_steps(party, place) >= step)
        return open_

    def _ladder(self, party: int, place: int, step: int) -> _Ladder:
        step = min(step, self._ceiling(party, place))
        key = (party, place, step)
        if key not in self._ladders:
            if len(self._ladders) >= _MOST_LADDERS:
                self._ladders.pop(next(iter(self._ladders)))
            self._ladders[key] = _Ladder(
                np.flatnonzero(self._open(party, place, step)),
                self.tables.utility[place, party],
                self.agenda.monitored,
                self.similarity[party],
                self.agenda.space.options,
            )
        return self._ladders[key]

    # sorted tables

    def _from_ladder(self, party: int, place: int, step: int, level: Float, near: Int) -> Int:
        ladder = self._ladder(party, place, step)
        rungs, rung = ladder.rungs(near)
        options = self.agenda.space.options
        best = np.full(near.size, -np.inf)
        found = np.full(near.size, self._top(party, place, step), dtype=np.int32)
        for option, (low, high) in enumerate(
            zip(ladder.starts[:-1], ladder.starts[1:], strict=True)
        ):
            if low == high:
                continue
            height = np.searchsorted(ladder.heights[low:high], -level[:, option], side="right")
            reached = height > 0
            place_ = rungs[rung, np.maximum(low + height - 1, low)]
            code = ladder.order[np.minimum(place_, ladder.order.size - 1)]
            closeness = self._between(party, options[:, code], options[:, near])
            better = reached & (closeness > best)
            best = np.where(better, closeness, best)
            found = np.where(better, code, found)
        return found

    def _between(self, party: int, some: Int, others: Int) -> Float:
        similarity = self.similarity[party]
        issues = np.arange(similarity.shape[0])[:, None]
        return total(similarity[issues, some, others].T, ordered=False)

    # structure

    def _closeness(self, party: int, package: Int) -> Float:
        """Similarity to a package as a sum over issues, shape (rows, I, O)."""
        options = self.agenda.space.options[:, package]
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
    def _moves(self) -> tuple[Int, Int]:
        """All single options: issue and option of each, (J,)."""
        pairs = [(k, o) for k, size in enumerate(self.agenda.space.sizes) for o in range(size)]
        moves = np.array(pairs)
        return moves[:, 0], moves[:, 1]

    def _from_structure(
        self, party: int, place: int, step: int, level: Float, model: Issuewise
    ) -> Int:
        values = model.values
        own = self.tables.parts[place, party] + self._padding
        lowest = level.min(axis=1)
        needed = lowest - self._offset(party, place)
        worth = np.broadcast_to(own[None], (level.shape[0], *own.shape))
        if self.agenda.monitor >= 0:
            worth = worth.copy()
            extra = level - lowest[:, None]
            worth[:, self.agenda.monitor, : level.shape[1]] -= extra
        merit = values[:, :, : self._width] * self._span(party, place) + self._padding[None]
        chosen = self._balance(worth, merit, needed)
        code = (chosen * self.agenda.space.strides[None, :]).sum(axis=1)
        for _ in range(_IMPROVEMENTS if model.each is None else 2 * _IMPROVEMENTS):
            code, chosen = self._improve(party, place, step, level, model, code, chosen)
        good = self._clears(party, place, step, level, code)
        return np.where(good, code, self._top(party, place, step))

    def _offset(self, party: int, place: int) -> float:
        """Return what the additive parts leave out of the utility of the first package."""
        parts = self.tables.parts[place, party]
        plain = total(parts[:, 0][None, :], ordered=False)[0]
        return float(self.tables.utility[place, party, 0] - plain)

    def _span(self, party: int, place: int) -> float:
        """Return the width of the party's utility, worst to best package."""
        return float(np.ptp(self.tables.ends[place, party]))

    def _balance(self, worth: Float, merit: Float, needed: Float) -> Int:
        """Find the least weight on own value that makes the package worth enough."""
        rows = needed.size
        low, high = np.zeros((rows, 1)), np.ones((rows, 1))
        grid = np.arange(1, _WEIGHTS + 1) / _WEIGHTS
        for _ in range(2):
            weights = low + (high - low) * grid
            enough = self._pick(worth, merit, weights)[1] >= needed[:, None]
            first = np.where(enough.any(axis=1), enough.argmax(axis=1), _WEIGHTS - 1)
            high = np.take_along_axis(weights, first[:, None], axis=1)
            low = high - (weights[:, 1:2] - weights[:, :1])
        return self._pick(worth, merit, high)[0][:, 0]

    def _pick(self, worth: Float, merit: Float, weight: Float) -> tuple[Int, Float]:
        """Choose the best option of each issue at each weight; return choices and own value."""
        mixed = weight[:, :, None]
        rest = 1.0 - mixed
        best = mixed * worth[:, None, :, 0] + rest * merit[:, None, :, 0]
        value = np.broadcast_to(worth[:, None, :, 0], best.shape)
        choice = np.zeros(best.shape, dtype=np.int64)
        for option in range(1, self._width):
            own = worth[:, None, :, option]
            score = mixed * own + rest * merit[:, None, :, option]
            better = score > best
            best = np.where(better, score, best)
            value = np.where(better, own, value)
            choice = np.where(better, option, choice)
        return choice, total(value, ordered=False)

    def _improve(
        self,
        party: int,
        place: int,
        step: int,
        level: Float,
        model: Issuewise,
        code: Int,
        chosen: Int,
    ) -> tuple[Int, Int]:
        """Change the single issue that helps the model most, or repairs most where it falls short."""
        issues, options = self._moves
        strides = self.agenda.space.strides
        tried = code[:, None] + (options[None, :] - chosen[:, issues]) * strides[issues][None, :]
        rows = np.arange(code.size)[:, None]
        gain = self._gain(model, chosen)
        short = self._shortfall(party, place, step, level, tried)
        merit = np.where(short > 0.0, -_SHORTFALL - short, gain)
        move = merit.argmax(axis=1)
        code = tried[rows[:, 0], move]
        chosen = chosen.copy()
        chosen[rows[:, 0], issues[move]] = options[move]
        return code, chosen

    def _gain(self, model: Issuewise, chosen: Int) -> Float:
        """Return what each single change adds to the model's merit, (rows, moves)."""
        issues, options = self._moves
        if model.each is None:
            rows = np.arange(chosen.shape[0])[:, None]
            after = model.values[rows, issues[None, :], options[None, :]]
            return after - model.values[rows, issues[None, :], chosen[:, issues]]
        moved = np.broadcast_to(chosen[:, None, :], (chosen.shape[0], issues.size, chosen.shape[1]))
        moved = moved.copy()
        moved[:, np.arange(issues.size), issues] = options
        return model.merit(moved) - model.merit(chosen[:, None, :])

    def _shortfall(self, party: int, place: int, step: int, level: Float, codes: Int) -> Float:
        """How far packages fall short of level, support at home and red lines; 0 where they clear."""
        rows = np.arange(codes.shape[0])[:, None]
        asked = level[rows, self.agenda.monitored[codes]]
        worth = self.tables.utility[place, party]
        short = np.maximum(asked - worth[codes], 0.0) / self._span(party, place)
        step = min(step, self._ceiling(party, place))
        lacking = step - self._home_steps(party, place)[codes]
        short = short + HOME_STEP * np.maximum(lacking, 0)
        return np.where(self.tables.allowed[party][codes], short, short + 1.0)

    def _home_steps(self, party: int, place: int) -> Int:
        """Support at home of every package in whole steps, rounded down."""
        key = (party, place)
        if key not in self._support:
            support = self.tables.home[place, party]
            self._support[key] = np.floor(support / HOME_STEP + 1e-9).astype(np.int16)
        return self._support[key]

    def _clears(self, party: int, place: int, step: int, level: Float, code: Int) -> Bool:
        clear: Bool = self._shortfall(party, place, step, level, code[:, None])[:, 0] <= 0.0
        return clear
