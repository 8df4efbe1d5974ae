"""The sessions of one history, as the table saw them: who stood in the way, and what was left."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from sim._numerics import product
from sim._typing import Bool
from sim.game import Game
from sim.panel import Panel, panel_of
from sim.results import Trace
from sim.sitting import Ballot, Help, Regret, Sitting
from sim.table.search import search_for

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Sittings"]


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

    def regrets(self) -> pd.DataFrame:
        """Return one row per session and party: what it could have had beyond the text on the table.

        ``regret`` in utils: the most it could have had that day without taking from any other party,
        among packages that clear every floor, red line and home front.
        """
        import pandas as pd  # noqa: PLC0415

        rows = [
            {
                "day": one.day,
                "agenda": self.game.agendas[one.agenda].id,
                "party": self.game.parties[party].id,
                "regret": float(spare),
            }
            for one in self.sittings
            for party, spare in enumerate(self.regret(one).spare)
            if party in self.game.agendas[one.agenda].signatories
        ]
        return pd.DataFrame(rows, columns=["day", "agenda", "party", "regret"])

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
