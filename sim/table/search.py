"""How a behaviour finds a package: the best for a model among those worth enough to itself.

Small spaces with a shared model answer from sorted tables, exactly. Models that differ from
row to row answer from structure (``sim.table.structure``).
"""

from __future__ import annotations

from functools import cached_property

import numpy as np

from sim._numerics import anywhere, places
from sim._typing import Float, Int
from sim.agenda import Agenda
from sim.table.aims import Issuewise, Least, Near
from sim.table.holding import Bottoms, Held, HeldRows, Holding, Holdings
from sim.table.ladder import Ladder
from sim.table.structure import Structure
from sim.table.unlisted import Unlisted

__all__ = ["Search", "search_for"]

_TABLE_LIMIT = 4_096
_CELLS, _FEW_LADDERS = 64_000_000, 8
"""Entries of all rungs together, and how many ladders share them at least."""


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
            return self._structure.find(self._rows(party, point), level, home, model)
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
            return self._structure.find(held, level, home, model)
        if isinstance(model, Least):
            return self._least_of(held, level, home)
        if self.agenda.space.count > _TABLE_LIMIT:
            model = Issuewise(self._closeness(party, model.package))
            return self._structure.find(held, level, home, model)
        ladder = self._ladder(self.holding(party, point), point)
        return ladder.find(home, level, model.package)

    def _least_of(self, held: Held, level: Float, home: Int) -> Int:
        """Return a package worth little above the level; what home refuses is sought by support."""
        found = held.least(home, level)
        if isinstance(held, Unlisted):
            lacks = places(held.shortfall(home, level, found[:, None])[:, 0] > 0.0)
            if lacks.size:
                support = np.broadcast_to(held.home_parts, (lacks.size, *held.home_parts.shape))
                carried = self._structure.find(held, level[lacks], home[lacks], Issuewise(support))
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

    @cached_property
    def _structure(self) -> Structure:
        return Structure(self.agenda)

    def _closeness(self, party: int, package: Int) -> Float:
        """Similarity to a package as a sum over issues, shape (rows, I, O)."""
        options = self.agenda.space.choices(package)
        similarity = self.similarity[party]
        return np.stack([similarity[k][:, options[k]].T for k in range(len(options))], axis=1)
