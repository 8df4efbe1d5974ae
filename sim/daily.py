"""The ensemble day by day: people released, aid that came in, days of truce."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import numpy as np

from sim._typing import Float, Rows
from sim.agenda import Agenda
from sim.engine import close_at_horizon, step
from sim.ensemble import Run
from sim.results import Outcomes
from sim.rules.compliance import portions
from sim.table.state import State

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["daily_table"]


def daily_table(outcomes: Outcomes, *, most: int = 500) -> pd.DataFrame:
    """Play the first replications of an ensemble again and return what had come about by each day.

    Parameters
    ----------
    outcomes
        The ensemble.
    most
        Replications to play again at most.

    Returns
    -------
    DataFrame
        One row per day, measure and side, over all replications played: mean, standard error,
        10 % and 90 % quantiles, count. ``released`` is by party, in people so far; ``aid`` the
        amount so far of what the scenario marks as a flow, in its unit times days; ``truce_days``
        the days of truce so far. A history that has ended keeps what it had.

    Examples
    --------
    >>> import sim
    >>> outcomes = sim.run_ensemble("tutorial", replications=20, seed=1)
    >>> sorted(daily_table(outcomes).measure.unique())
    ['released', 'truce_days']
    """
    import pandas as pd  # noqa: PLC0415 - heavy, loaded when asked for

    count = min(most, outcomes.replications)
    run = Run(outcomes.game, outcomes.provenance["seed"], outcomes.first, count)
    record = _Record(run, count)
    rows: list[dict[str, Any]] = []
    for day in range(1, outcomes.game.days + 1):
        if run.state.rows:
            step(run.game, run.actors, run.state, run.noise)
            if run.state.day >= run.game.days:
                close_at_horizon(run.state)
            record.note(run.state)
            run.sweep()
        rows.extend({"day": day, **row} for row in record.rows())
    table = pd.DataFrame(rows)
    start = dt.date.fromisoformat(outcomes.game.start)
    dates = [start + dt.timedelta(days=int(day) - 1) for day in table.day]
    table.insert(1, "date", pd.to_datetime(dates))
    return table


class _Record:
    """What each history has come to so far, whether it is open or not."""

    def __init__(self, run: Run, count: int) -> None:
        self._game = run.game
        self._parties = [party.id for party in run.game.parties]
        self.released = np.zeros((count, len(self._parties)))
        self.aid = np.zeros(count)
        self.truce = np.zeros(count)

    def note(self, state: State) -> None:
        """Take down the day of the histories that are open."""
        slots = state.slots
        self.released[slots] = state.released
        self.truce[slots] = state.truce_days
        for number, talks in enumerate(self._game.agendas):
            here = np.flatnonzero((state.agenda == number) & (state.since <= state.day))
            if here.size and any(issue.flow for issue in talks.issues):
                self.aid[slots[here]] += _flow(talks, state, number, here)

    def rows(self) -> list[dict[str, Any]]:
        """Return today's rows of the table."""
        found = [
            _row("released", name, self.released[:, k]) for k, name in enumerate(self._parties)
        ]
        if any(issue.flow for talks in self._game.agendas for issue in talks.issues):
            found.append(_row("aid", "", self.aid))
        return [*found, _row("truce_days", "", self.truce)]


def _flow(talks: Agenda, state: State, number: int, rows: Rows) -> Float:
    """Return what comes in today: the amount agreed, as far as its tranches were delivered."""
    package = state.agreed[rows, number]
    whole = np.zeros(rows.size)
    for place, issue in enumerate(talks.issues):
        if not issue.flow:
            continue
        amount = talks.numbers[place, talks.space.option(place, package)]
        share = np.ones(rows.size)
        for item, delivery in enumerate(talks.deliveries):
            if delivery.issue == place:
                due = np.broadcast_to(portions(talks, item, package), (rows.size, talks.slots))
                came = np.arange(talks.slots)[None, :] < state.delivered[rows][:, None]
                share = np.where(came, due, 0.0).sum(axis=1)
        whole += amount * share
    return whole


def _row(measure: str, side: str, values: Float) -> dict[str, Any]:
    low, high = np.quantile(values, [0.1, 0.9])
    spread = values.std(ddof=1) if values.size > 1 else float("nan")
    return {
        "measure": measure,
        "side": side,
        "mean": float(values.mean()),
        "standard_error": float(spread / np.sqrt(values.size)),
        "low": float(low),
        "high": float(high),
        "count": values.size,
    }
