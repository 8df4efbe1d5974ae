"""What an actor at the table may see: its own private fields, public offers, its beliefs."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from sim._numerics import at, of
from sim._typing import Bool, Float, Int, Rows
from sim.agenda import Agenda
from sim.fields import Fields
from sim.game import Game
from sim.noise import Noise
from sim.table.aims import Issuewise, Least, Near
from sim.table.holding import level_of
from sim.table.search import Search
from sim.table.state import State

__all__ = ["Session", "View"]


@dataclass(eq=False)
class Session:
    """One session on one agenda, over all open rows; views are cut from it.

    Parameters
    ----------
    agenda
        Index of the agenda.
    floors
        Lowest utility each party signs at today, by monitoring option, (R, P, O).
    home
        Support at home each party asks for, in steps, (R, P).
    """

    game: Game
    state: State
    fields: Fields
    noise: Noise
    search: Search
    agenda: int
    floors: Float
    home: Int

    def __post_init__(self) -> None:
        """Find the agenda under discussion."""
        self.talks: Agenda = self.game.agendas[self.agenda]

    @cached_property
    def bottoms(self) -> Float:
        """What each party concedes down to, by monitoring option, (R, P, O); see ``View.bottom``."""
        return np.maximum(self.floors, self.search.bottoms(self.state.point, self.home)[..., None])

    @cached_property
    def times(self) -> Float:
        """Share of each party's believed deadline that has passed, (R, P)."""
        limit = self.fields.deadline
        if self.talks.deadline:
            limit = np.full(limit.shape, float(self.talks.deadline))
        return np.minimum(self.state.sessions[:, self.agenda] / limit.T, 1.0).T

    def luck(self, name: str) -> str:
        """Return the stream of a draw on this agenda; agendas that meet on one day share none."""
        return name if self.agenda == 0 else f"{name} on {self.talks.id}"

    def view(self, party: int, rows: Rows, memory: Any = None) -> View:  # noqa: ANN401
        """Cut the view of one party over some rows."""
        return View(self, party, rows, memory)

    def utility(self, party: int, rows: Rows, package: Int) -> Float:
        """Return what packages are worth to a party, shape of ``package``."""
        alone = self.state.point.shape[0] == 1
        point = int(self.state.point[0]) if alone else self.state.point[rows]
        return self.talks.tables.worth(point, party, package)

    def ideal(self, party: int, rows: Rows) -> Float:
        """Return the utility of a party's best package, (rows,)."""
        ideal = self.talks.tables.ideal[at(self.state.point, rows), party]
        return ideal if ideal.size == rows.size else ideal.repeat(rows.size)

    def floor(self, party: int, rows: Rows, package: Int) -> Float:
        """Return the party's floor for packages; it depends on their monitoring option."""
        if self.talks.monitor < 0:
            return self.floors[:, party, 0].take(rows)
        return self.floors[rows, party, self.talks.monitoring(package)]


@dataclass(eq=False)
class View:
    """What one party sees at one session, over the rows it is asked about. Read-only.

    ``slots`` addresses the behaviour's memory; ``ids`` are the absolute replication numbers.
    A behaviour answers row by row and may not look at other rows.
    """

    session: Session
    party: int
    rows: Rows
    memory: Any

    @property
    def game(self) -> Game:
        """The compiled scenario."""
        return self.session.game

    @property
    def agenda(self) -> Agenda:
        """The agenda under discussion."""
        return self.session.talks

    @property
    def day(self) -> int:
        """Day of the calendar, counted from 1."""
        return self.session.state.day

    @cached_property
    def slots(self) -> Rows:
        """Places of the rows in the behaviour's memory, (rows,)."""
        return self.session.state.slots[self.rows]

    @property
    def ids(self) -> Int:
        """Absolute replication numbers, (rows,)."""
        return self.session.state.ids[self.rows]

    @property
    def count(self) -> int:
        """Number of rows."""
        return int(self.rows.size)

    @cached_property
    def sessions(self) -> Int:
        """Sessions held before this one, (rows,)."""
        counted: Int = self.session.state.sessions[self.rows, self.session.agenda]
        return counted

    @cached_property
    def deadline(self) -> Float:
        """Sessions the party believes there are, (1,) or (rows,); those of the agenda if it has some."""
        if self.agenda.deadline:
            return np.full(1, float(self.agenda.deadline))
        deadline = self.session.fields.deadline[:, self.party]
        return at(deadline, self.rows)

    @cached_property
    def time(self) -> Float:
        """Share of the believed deadline that has passed, 0 to 1, (rows,); 0 without one."""
        return of(self.session.times[:, self.party], self.rows)

    @property
    def to_offer(self) -> Bool:
        """Where it is the party's turn to offer at this session, (rows,)."""
        state = self.session.state
        turn = state.turn[self.rows, self.session.agenda]
        mine: Bool = state.proposer(self.agenda, self.rows, turn) == self.party
        return mine

    @cached_property
    def floor(self) -> Float:
        """Lowest utility the party signs at today, by monitoring option, (rows, O)."""
        return of(self.session.floors[:, self.party], self.rows)

    @cached_property
    def bottom(self) -> Float:
        """What the party concedes down to, by monitoring option, (rows, O).

        Its floor, or what the least package is worth that it believes it can carry at home, if that
        is more: nobody plans to concede what home would refuse (Putnam 1988,
        doi:10.1017/S0020818300027697).
        """
        return of(self.session.bottoms[:, self.party], self.rows)

    @cached_property
    def ideal(self) -> Float:
        """Utility of the party's best package, (rows,)."""
        return self.session.ideal(self.party, self.rows)

    @cached_property
    def spread(self) -> float:
        """Width of the party's utility range."""
        return float(self.game.scale[self.party])

    @property
    def others(self) -> tuple[int, ...]:
        """Indices of the other parties that sign this agenda."""
        return tuple(p for p in self.agenda.signatories if p != self.party)

    @cached_property
    def previous(self) -> Int:
        """The party that offered last, -1 for none, (rows,)."""
        state, agenda = self.session.state, self.session.agenda
        turn = state.turn[self.rows, agenda]
        last = state.proposer(self.agenda, self.rows, turn - 1)
        return np.where(turn > 0, last, -1)

    @cached_property
    def on_the_table(self) -> Int:
        """The last offer another party made, the party's own best where there is none, (rows,)."""
        state, agenda = self.session.state, self.session.agenda
        offers = state.offer[self.rows, agenda, np.maximum(self.previous, 0)]
        none = (self.previous < 0) | (self.previous == self.party) | (offers < 0)
        return np.where(none, self.favourite, offers)

    @property
    def favourite(self) -> Int:
        """The party's best package, (rows,)."""
        best = self.agenda.tables.favourite[at(self.session.state.point, self.rows), self.party]
        return best if best.size == self.rows.size else best.repeat(self.rows.size)

    def last_offer(self, party: int) -> Int:
        """Return a party's last offer, -1 for none, (rows,)."""
        offers: Int = self.session.state.offer[self.rows, self.session.agenda, party]
        return offers

    def value(self, package: Int) -> Float:
        """Return what packages are worth to the party, (rows,)."""
        return self.session.utility(self.party, self.rows, package)

    def level(self, share: Float) -> Float:
        """Return the utility at a share of the way from the bottom to the ideal, (rows, O).

        1 is the ideal, 0 the bottom; a bottom above the ideal leaves the bottom.
        """
        room = np.maximum(self.ideal - self.bottom.T, 0.0)
        return self.bottom + (share * room).T

    def level_at(self, level: Float, package: Int) -> Float:
        """Return a level by monitoring option at the packages' options, (rows,)."""
        return level_of(self.agenda, level, package)

    def own(self, parameter: Any) -> Any:  # noqa: ANN401 - a number, or one for each row
        """Return a behaviour's parameter for the rows asked about, where it varies by row."""
        return parameter[self.rows] if isinstance(parameter, np.ndarray) else parameter

    def signable(self, package: Int) -> Any:  # noqa: ANN401 - boolean array
        """Return where packages cross no red line and are worth the floor, (rows,)."""
        enough = self.value(package) >= self.session.floor(self.party, self.rows, package)
        if self.agenda.tables.unbarred[self.party]:
            return enough
        return enough & self.agenda.tables.permits(self.party, package)

    def best_at_or_above(self, level: Float, model: Near | Least | Issuewise) -> Int:
        """Return the model's best package worth at least ``level``, (rows,).

        Parameters
        ----------
        level
            (rows, O) as ``level`` returns it, or (rows,).
        model
            What to maximise among packages that cross no red line and pass at home.
        """
        if level.ndim == 1:
            level = np.broadcast_to(level[:, None], self.floor.shape)
        point = at(self.session.state.point, self.rows)
        home = self.session.home[self.rows, self.party]
        return self.session.search.best(self.party, point, level, home, model)

    def uniform(self, name: str) -> Float:
        """Return the party's own uniforms for today, (rows,)."""
        key = self.game.keys("parties")[self.party]
        stream = self.session.luck(f"behaviour {name}")
        return self.session.noise.uniform(stream, [key], self.rows)[:, 0]

    def normal(self, name: str) -> Float:
        """Return the party's own standard normal numbers for today, (rows,)."""
        key = self.game.keys("parties")[self.party]
        stream = self.session.luck(f"behaviour {name}")
        return self.session.noise.normal(stream, [key], self.rows)[:, 0]

    def misread(self) -> Float:
        """Return how far the party misreads a signal today, (rows,)."""
        if self.game.idle("misperception", 0.0):
            return np.zeros(self.rows.size)
        size = at(self.session.fields.misperception[:, self.party], self.rows)
        return self.normal("misread") * size * self.session.state.haze[self.rows]

    def with_memory(self, memory: Any) -> View:  # noqa: ANN401 - each behaviour has its own
        """Return the same view with another memory, as parts of a behaviour keep their own."""
        same = View(self.session, self.party, self.rows, memory)
        same.__dict__ = self.__dict__ | {"memory": memory}
        return same

    def at_next_turn(self) -> View:
        """Return the view at the session at which the party is next to offer, all else as today."""
        state, agenda = self.session.state, self.session.agenda
        turn = state.turn[self.rows, agenda]
        wait = np.zeros(self.rows.size, dtype=np.int64)
        for ahead in range(len(self.agenda.signatories), 0, -1):
            mine = state.proposer(self.agenda, self.rows, turn + ahead) == self.party
            wait = np.where(mine, ahead, wait)
        later = View(self.session, self.party, self.rows, self.memory)
        later.__dict__["sessions"] = self.sessions + wait
        later.__dict__["time"] = np.minimum(later.sessions / later.deadline, 1.0)
        return later

    @property
    def rankable(self) -> int:
        """How many packages the party may sign."""
        return int(self.agenda.listed.allowed[self.party].sum())

    def ranked(self, place: Int) -> Int:
        """Return the package at a place of each row's own ranking, best at 0, (rows,).

        A place beyond the last is the last.
        """
        point = at(self.session.state.point, self.rows)
        return self.session.search.ranked(self.party, point, np.minimum(place, self.rankable - 1))

    def row(self, number: int, memory: Any = None) -> View:  # noqa: ANN401
        """Cut the view of a single row."""
        return View(self.session, self.party, self.rows[number : number + 1], memory)
