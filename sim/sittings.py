"""The sessions of one history, as the table saw them: who stood in the way, and what was left."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from sim._numerics import product
from sim._typing import Bool, Float, Int
from sim.game import Game
from sim.panel import Panel, panel_of
from sim.results import Trace
from sim.table.search import search_for

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["REASONS", "Ballot", "Beliefs", "Help", "Regret", "Sitting", "Sittings"]

REASONS = ("signs", "offers", "asks for more", "home", "floor", "red line", "away", "no text")
"""What a party did at a session, from yes to the hardest no: it signs; it made the offer itself; it
could sign and asks for more; it could not carry the text at home; the text is below its floor; it
crosses a red line; the party stays away; nothing was on the table."""


@dataclass(frozen=True, slots=True)
class Regret:
    """A package against the agreement zone of its day.

    Parameters
    ----------
    zone, among
        Packages that clear every floor, red line and home front that day, and of how many looked at.
    nash
        Package of the zone with the largest product of gains over the floors that its own monitoring
        asks for, -1 without one.
    values, best
        What the package, and what the Nash point, is worth to each party, (P,).
    spare
        The most each party could have had beyond the package without taking from any other, (P,).
    """

    zone: int
    among: int
    nash: int
    values: Float
    best: Float
    spare: Float


@dataclass(frozen=True, eq=False)
class Help:
    """What one mediator did with its leverage at one session.

    Parameters
    ----------
    day, mediator
        When, and the index of the mediator.
    carrots, sticks
        In shares of each party's utility range, (P,).
    inducements, coercions
        Given to each spoiler, and share of its capability taken, (S,).
    upkeep
        Spent on standing behind a guarantee, which is on nobody.
    """

    day: int
    mediator: int
    carrots: Float
    sticks: Float
    inducements: Float
    coercions: Float
    upkeep: float


@dataclass(frozen=True, slots=True)
class Ballot:
    """One constituency's vote.

    Parameters
    ----------
    day, agenda, constituency
        When, on the agreement on which agenda, and whose; indices.
    worth, asked
        What the agreement is worth to it, and what it asks for that day, a broken public pledge
        counted in, in utils. A vote also has luck in it.
    yes
        Whether it said yes.
    """

    day: int
    agenda: int
    constituency: int
    worth: float
    asked: float
    yes: bool


@dataclass(frozen=True, eq=False)
class Beliefs:
    """What each party believes when a session opens.

    Parameters
    ----------
    floor, floor_sd
        Of each other's floor, in public utility (the mean score over issues), (P, P).
    chances, chances_sd
        Of its own chance to prevail by force, (P,).
    share
        The true chance: its share of all capabilities, (P,).
    """

    floor: Float
    floor_sd: Float
    chances: Float
    chances_sd: Float
    share: Float


@dataclass(frozen=True, eq=False)
class Sitting:
    """One session, as the table saw it.

    Parameters
    ----------
    day, agenda
        When, and the index of the agenda.
    proposer
        Index of the party whose offer was on the table, -1 for a mediator's text.
    package
        The package on the table.
    worth, floors, outside
        What it is worth to each party, the floor it has to clear, the outside option, (P,).
    carried, allowed
        Whether each party believes it can carry it at home; whether it crosses no red line, (P,).
    answers
        Who signs, (P,).
    all_floors
        Floors by monitoring option, (P, O).
    home
        Support at home each party asks of a text, in steps, (P,).
    carrots, sticks
        In force at the table, (P,).
    beliefs
        What each party believed when the session opened.
    """

    day: int
    agenda: int
    proposer: int
    package: int
    worth: Float
    floors: Float
    outside: Float
    carried: Bool
    allowed: Bool
    answers: Bool
    all_floors: Float
    home: Int
    carrots: Float
    sticks: Float
    beliefs: Beliefs

    def reason(self, party: int) -> str:
        """Return what a party did, one of ``REASONS``."""
        if self.answers[party]:
            return "offers" if self.proposer == party else "signs"
        if not self.allowed[party]:
            return "red line"
        if self.worth[party] < self.floors[party]:
            return "floor"
        return "asks for more" if self.carried[party] else "home"


@dataclass(frozen=True, eq=False)
class Sittings:
    """A history with all its sessions.

    Parameters
    ----------
    trace
        The history.
    game
        The compiled scenario.
    sittings
        Its sessions.
    helped
        What mediators did with their leverage, session by session.
    ballots
        How constituencies voted, vote by vote.
    """

    trace: Trace
    game: Game = field(repr=False)
    sittings: tuple[Sitting, ...] = ()
    helped: tuple[Help, ...] = ()
    ballots: tuple[Ballot, ...] = ()

    def at(self, day: int, agenda: int = 0) -> Sitting | None:
        """Return the last session on an agenda by the end of a day, none if there was none."""
        held = [s for s in self.sittings if s.agenda == agenda and s.day <= day]
        return held[-1] if held else None

    def to_frame(self) -> pd.DataFrame:
        """Return one row per session and party: what was on the table, and why it did not pass.

        ``chances`` is what the party believes its chance to prevail by force to be, with its standard
        deviation, and ``share`` what it is: its share of all capabilities.

        Examples
        --------
        >>> import sim
        >>> found = sim.explain(sim.trace_replication(sim.load_scenario("tutorial"), seed=1, replication=1))
        >>> found.to_frame().columns.tolist()[:4]
        ['day', 'agenda', 'proposer', 'party']
        """
        import pandas as pd  # noqa: PLC0415 - heavy, loaded when asked for

        names = [party.id for party in self.game.parties]
        rows = [
            {
                "day": one.day,
                "agenda": self.game.agendas[one.agenda].id,
                "proposer": names[one.proposer] if one.proposer >= 0 else "text",
                "party": names[party],
                "utility": float(one.worth[party]),
                "floor": float(one.floors[party]),
                "outside_option": float(one.outside[party]),
                "chances": float(one.beliefs.chances[party]),
                "chances_sd": float(one.beliefs.chances_sd[party]),
                "share": float(one.beliefs.share[party]),
                "reason": one.reason(party),
            }
            for one in self.sittings
            for party in self.game.agendas[one.agenda].signatories
        ]
        columns = ["day", "agenda", "proposer", "party", "utility", "floor", "outside_option"]
        believed = ["chances", "chances_sd", "share"]
        return pd.DataFrame(rows, columns=[*columns, *believed, "reason"])

    def votes(self) -> pd.DataFrame:
        """Return one row per vote and constituency: what it got, what it asked for, whether it said yes.

        ``utility`` and ``asked`` in utils; a vote also has luck in it.
        """
        import pandas as pd  # noqa: PLC0415

        rows = [
            {
                "day": one.day,
                "agenda": self.game.agendas[one.agenda].id,
                "constituency": self.game.constituencies[one.constituency].id,
                "utility": one.worth,
                "asked": one.asked,
                "yes": one.yes,
            }
            for one in self.ballots
        ]
        return pd.DataFrame(
            rows, columns=["day", "agenda", "constituency", "utility", "asked", "yes"]
        )

    def beliefs(self) -> pd.DataFrame:
        """Return one row per session, party and other: the floor it believes the other to have.

        ``mean`` and ``sd`` are in public utility, the mean score of a text over its issues.
        """
        import pandas as pd  # noqa: PLC0415

        names = [party.id for party in self.game.parties]
        rows = [
            {
                "day": one.day,
                "agenda": self.game.agendas[one.agenda].id,
                "party": names[party],
                "other": names[other],
                "mean": float(one.beliefs.floor[party, other]),
                "sd": float(one.beliefs.floor_sd[party, other]),
            }
            for one in self.sittings
            for party, other in self.game.pairs
        ]
        columns = ["day", "agenda", "party", "other", "mean", "sd"]
        return pd.DataFrame(rows, columns=columns)

    def leverage(self) -> pd.DataFrame:
        """Return one row per session, mediator, target and kind of leverage that was used.

        ``target`` is a party (``carrot``, ``stick``: shares of its utility range), a spoiler
        (``inducement``, ``coercion``: shares of what it could be given, or of its capability), or
        empty (``guarantee``: its upkeep). The amounts of a mediator sum to what it spent.

        Examples
        --------
        >>> import sim
        >>> found = sim.explain(sim.trace_replication(sim.load_scenario("tutorial"), seed=1, replication=1))
        >>> found.leverage().columns.tolist()
        ['day', 'mediator', 'target', 'kind', 'amount']
        """
        import pandas as pd  # noqa: PLC0415

        parties = [party.id for party in self.game.parties]
        spoilers = [spoiler.id for spoiler in self.game.spoilers]
        rows = [
            {
                "day": one.day,
                "mediator": self.game.mediators[one.mediator].id,
                "target": name,
                "kind": kind,
                "amount": float(amount),
            }
            for one in self.helped
            for kind, names, amounts in (
                ("carrot", parties, one.carrots),
                ("stick", parties, one.sticks),
                ("inducement", spoilers, one.inducements),
                ("coercion", spoilers, one.coercions),
                ("guarantee", [""], [one.upkeep]),
            )
            for name, amount in zip(names, amounts, strict=True)
            if amount > 1e-12
        ]
        return pd.DataFrame(rows, columns=["day", "mediator", "target", "kind", "amount"])

    def counts(self, agenda: int = 0) -> dict[str, Counter[str]]:
        """Return how often each party did what, over the sessions of an agenda."""
        found: dict[str, Counter[str]] = {}
        for party in self.game.agendas[agenda].signatories:
            reasons = [s.reason(party) for s in self.sittings if s.agenda == agenda]
            found[self.game.parties[party].id] = Counter(reasons)
        return found

    def panel(self, agenda: int) -> Panel:
        """Return the packages a session of an agenda is judged against; made once."""
        talks, key = self.game.agendas[agenda], f"panel {self.point}"
        if key not in talks.cache:
            talks.cache[key] = panel_of(talks, self.point)
        found: Panel = talks.cache[key]
        return found

    def zone(self, one: Sitting) -> Bool:
        """Return which packages of the panel clear all floors, red lines and home fronts, (N,)."""
        agenda, panel = self.game.agendas[one.agenda], self.panel(one.agenda)
        search = search_for(agenda)
        clear = np.ones(panel.codes.size, dtype=bool)
        for party in agenda.signatories:
            lowest, highest = search.held(party, self.point).bounds
            asked = min(max(int(one.home[party]), lowest), highest)
            floor = one.all_floors[party][panel.monitored]
            clear &= panel.allowed[party] & (panel.steps[party] >= asked)
            clear &= panel.worth[party] >= floor
        return clear

    @property
    def point(self) -> int:
        """Preference point of the history."""
        place = int(self.trace.provenance["replication"]) if self.game.point.size > 1 else 0
        return int(self.game.point[place])

    def regret(self, one: Sitting, package: int | None = None) -> Regret:
        """Return how the package on the table stands against that day's agreement zone.

        Parameters
        ----------
        one
            The session.
        package
            Another package instead of the one on the table.
        """
        agenda, panel = self.game.agendas[one.agenda], self.panel(one.agenda)
        signing = list(agenda.signatories)
        worth, clear = panel.worth, self.zone(one)
        code = one.package if package is None else package
        values = agenda.tables.worth(self.point, np.arange(len(self.game.parties)), code)
        spare = np.zeros(len(self.game.parties))
        for party in signing:
            rest = [other for other in signing if other != party]
            kind = clear & (worth[rest] >= values[rest][:, None] - 1e-12).all(axis=0)
            if kind.any():
                spare[party] = max(float(worth[party][kind].max() - values[party]), 0.0)
        nash, best = -1, np.full(values.shape, np.nan)
        if clear.any():
            gains = worth[signing] - one.all_floors[signing][:, panel.monitored]
            merit = np.where(clear, product(np.maximum(gains, 0.0).T), -1.0)
            place = int(merit.argmax())
            nash, best = int(panel.codes[place]), worth[:, place]
        return Regret(int(clear.sum()), panel.codes.size, nash, values, best, spare)
