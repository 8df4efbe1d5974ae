"""One history in full: what stood on the table each day, and what each side made of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import numpy as np

from sim.engine import close_at_horizon, step
from sim.ensemble import Run
from sim.errors import RunError
from sim.results import Outcomes, Trace, provenance
from sim.rules.events import active_events
from sim.rules.floors import floors, outside
from sim.rules.ledger import harm
from sim.scenario import Scenario
from sim.table.state import FORCE, OPEN, OUTCOMES, OVER, SIGNED

__all__ = ["day_entry", "each_day", "play_days", "replay", "trace_replication"]

_STAGES = {OPEN: "open", SIGNED: "signed", FORCE: "in force", OVER: "over"}


def day_entry(run: Run) -> dict[str, Any]:
    """Return the day of a run's first row as plain data: numbers, texts, mappings."""
    game, state = run.game, run.state
    start = dt.date.fromisoformat(game.start)
    seen = floors(game, state.fields, state, 0)[0]
    worst = [float(value) for value in seen.min(axis=1)]
    hurt = harm(game, state.fields, state, run.noise, np.zeros(1, dtype=np.intp))[0]
    left = outside(state.fields, state)[0]
    parties = {}
    for number, party in enumerate(game.parties):
        parties[party.id] = {
            "present": bool(state.present[0, number]),
            "outside_option": float(left[number]),
            "floor": worst[number],
            "readiness": float(state.ready[0, number]),
            "trust": {
                other.id: float(state.trust[0, number, k])
                for k, other in enumerate(game.parties)
                if k != number
            },
            "released": float(state.released[0, number]),
            "harmed": float(hurt[number]),
            "carrot": float(state.carrot[0, number]),
            "stick": float(state.stick[0, number]),
        }
    return {
        "day": state.day,
        "date": (start + dt.timedelta(days=state.day - 1)).isoformat(),
        "fighting": float(state.fighting[0]),
        "parties": parties,
        "mediators": {
            mediator.id: {"spent": float(state.spent[0, number])}
            for number, mediator in enumerate(game.mediators)
        },
        "events": active_events(game, state, 0),
        "guarantee": float(state.guarantee[0])
        if state.guarantee_ends[0] >= state.day or state.agenda[0] < 0
        else 0.0,
        "attacks": [s.id for n, s in enumerate(game.spoilers) if state.attacked[0, n]],
        "agendas": {agenda.id: _talks(run, number) for number, agenda in enumerate(game.agendas)},
        "nearness": float(state.near[0]),
        "deal": _deal(run),
        "votes": {
            group.id: bool(state.voted[0, number])
            for number, group in enumerate(game.constituencies)
            if state.voted[0, number] >= 0
        },
        "outcome": OUTCOMES[int(state.outcome[0])],
    }


def _talks(run: Run, number: int) -> dict[str, Any]:
    game, state = run.game, run.state
    agenda = game.agendas[number]
    offers = {}
    for place, party in enumerate(game.parties):
        code = int(state.offer[0, number, place])
        if code >= 0:
            offers[party.id] = _package(run, number, code)
    stage = int(state.stage[0, number])
    package = int(max(state.package[0, number], state.agreed[0, number]))
    text = int(state.text[0, number])
    return {
        "stage": _STAGES.get(stage, "not open yet"),
        "sessions": int(state.sessions[0, number]),
        "last_offers": offers,
        "text": _package(run, number, text) if text >= 0 else None,
        "proposer": _proposer(run, number, text),
        "package": agenda.describe(package) if package >= 0 else None,
    }


def _proposer(run: Run, number: int, text: int) -> str | None:
    """Return whose text is on the table: a party's id, or ``text`` for a mediator's."""
    state = run.state
    if text < 0:
        return None
    turn = state.turn[:1, number].astype(int) - 1
    last = int(state.proposer(run.game.agendas[number], np.zeros(1, dtype=int), turn)[0])
    own = int(state.turn[0, number]) > 0 and int(state.offer[0, number, last]) == text
    return run.game.parties[last].id if own else "text"


def _package(run: Run, number: int, code: int) -> dict[str, Any]:
    tables, point = run.game.agendas[number].tables, int(run.state.point[0])
    worth = {p.id: float(tables.worth(point, k, code)) for k, p in enumerate(run.game.parties)}
    return {"package": run.game.agendas[number].describe(code), "utilities": worth}


def _deal(run: Run) -> dict[str, Any] | None:
    game, state = run.game, run.state
    number = int(state.agenda[0])
    if number < 0:
        return None
    return {
        "agenda": game.agendas[number].id,
        "since": int(state.since[0]),
        "last_day": int(state.term[0]),
        "delivered": int(state.delivered[0]),
        "tranches": game.agendas[number].tranches,
        "disputed": bool(state.dispute[0] >= 0),
    }


def each_day(run: Run) -> Iterator[dict[str, Any]]:
    """Play a run of one history to its end, a day at a time, and yield its days."""
    outcome = OUTCOMES[0]
    while outcome == OUTCOMES[0]:
        step(run.game, run.actors, run.state, run.noise)
        if run.state.day >= run.game.days:
            close_at_horizon(run.state)
        entry = day_entry(run)
        outcome = entry["outcome"]
        yield entry


def play_days(run: Run) -> list[dict[str, Any]]:
    """Play a run of one history to its end and return its days."""
    return list(each_day(run))


def trace_replication(scenario: Scenario, *, seed: int, replication: int) -> Trace:
    """Play one replication and keep every day.

    Examples
    --------
    >>> import sim
    >>> trace = sim.trace_replication(sim.load_scenario("tutorial"), seed=1, replication=0)
    >>> trace.days[0]["day"]
    1
    """
    days = play_days(Run(scenario.game, seed, replication, 1))
    found = provenance(scenario, seed, 1) | {"replication": replication}
    return Trace(days, days[-1]["outcome"], found, scenario.game)


def replay(outcomes: Outcomes, replication: int) -> Trace:
    """Play one replication of an ensemble again and keep every day.

    Raises
    ------
    RunError
        If the ensemble has no such replication.

    Examples
    --------
    >>> import sim
    >>> outcomes = sim.run_ensemble("tutorial", replications=5, seed=1)
    >>> sim.replay(outcomes, 3).outcome == outcomes.to_frame().outcome[3]
    True
    """
    place = replication - outcomes.first
    if not 0 <= place < outcomes.replications:
        last = outcomes.first + outcomes.replications - 1
        message = f"replication is {replication}; allowed: {outcomes.first} to {last}"
        raise RunError(message)
    seed = outcomes.provenance["seed"]
    days = play_days(Run(outcomes.game, seed, replication, 1))
    found = outcomes.provenance | {"replication": replication}
    return Trace(days, days[-1]["outcome"], found, outcomes.game)
