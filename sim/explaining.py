"""Why one history went as it did: played again with a witness at the table."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from sim._typing import Bool, Int, Rows
from sim.ensemble import Run
from sim.errors import RunError
from sim.results import Trace
from sim.rules.events import numbers_today
from sim.rules.fighting import contest_shares
from sim.rules.floors import outside
from sim.rules.thresholds import broken_pledges, thresholds
from sim.sitting import Ballot, Beliefs, Help, Sitting
from sim.sittings import Sittings
from sim.table.protocols import Intervention
from sim.table.view import Session
from sim.telling import tell
from sim.tracing import each_day

__all__ = ["Explanation", "explain"]


class Explanation(Sittings):
    """What a history comes to, session by session; as text, ``print`` it."""

    def __str__(self) -> str:
        """Return the whole as text."""
        return tell(self)


def explain(trace: Trace) -> Explanation:
    """Say why a history went as it did.

    The history is played again with a witness at the table, who sees every session and touches
    nothing.

    Parameters
    ----------
    trace
        As ``trace_replication``, ``replay`` or ``Experiment.replay`` return it.

    Raises
    ------
    RunError
        If the trace does not say which scenario it was played with, or plays differently.

    Examples
    --------
    >>> import sim
    >>> found = explain(sim.trace_replication(sim.load_scenario("tutorial"), seed=1, replication=1))
    >>> str(found).splitlines()[0]
    'A fictional prisoner exchange and truce: seed 1, replication 1'
    """
    if trace.game is None:
        message = "the trace holds no compiled scenario; make it with trace_replication or replay"
        raise RunError(message)
    seed, replication = trace.provenance["seed"], trace.provenance["replication"]
    run = Run(trace.game, seed, replication, 1)
    witness = _Witness()
    run.actors.witness = witness
    days, ballots = _with_ballots(run, witness)
    if days != trace.days:
        message = "the history plays differently here; same versions and scenario are needed"
        raise RunError(message)
    sittings, helped = tuple(witness.sittings), tuple(witness.helped)
    return Explanation(trace, trace.game, sittings, helped, tuple(ballots))


def _with_ballots(run: Run, witness: _Witness) -> tuple[list[dict[str, Any]], list[Ballot]]:
    """Play a history; return its days, and how constituencies voted.

    A text is voted on some days after it was signed, or on the very day.
    """
    days: list[dict[str, Any]] = []
    ballots: list[Ballot] = []
    signed, due = run.state.package[0].copy(), run.state.vote_on[0].copy()
    for entry in each_day(run):
        days.append(entry)
        voting = {int(k): int(signed[k]) for k in np.flatnonzero(due == run.state.day)}
        if not run.game.settings.vote_delay:
            voting = witness.signed_on(run.state.day)
        for number, package in voting.items():
            if package >= 0:
                ballots += _ballots(run, entry["votes"], number, package)
        signed, due = run.state.package[0].copy(), run.state.vote_on[0].copy()
    return days, ballots


def _ballots(run: Run, votes: dict[str, bool], number: int, package: int) -> Iterator[Ballot]:
    """Yield today's votes on a package, each with what was asked for."""
    game, state, rows = run.game, run.state, np.zeros(1, dtype=int)
    fields, talks = numbers_today(game, state), game.agendas[number]
    broken = broken_pledges(game, state, number, np.array([package]), rows)
    asked = (thresholds(game, fields, state) + fields.audience_cost * broken)[0]
    for place, group in enumerate(game.constituencies):
        if group.id in votes and group.home in talks.signatories:
            worth = float(talks.tables.group_worth(state.point[0], place, package))
            yes = bool(votes[group.id])
            yield Ballot(int(state.day), number, place, worth, float(asked[place]), yes)


class _Witness:
    """Copies what the table saw; there is one row."""

    def __init__(self) -> None:
        self.sittings: list[Sitting] = []
        self.helped: list[Help] = []
        self._before: dict[str, Any] = {}

    def opens(self, session: Session) -> None:
        """Take down what floors are made of, before mediators add to it."""
        state = session.state
        self._before = {
            "outside": outside(session.fields, state)[0].copy(),
            "carrots": state.carrot[0].copy(),
            "sticks": state.stick[0].copy(),
            "beliefs": _beliefs(session),
        }

    def helps(self, session: Session, mediator: int, rows: Rows, step: Intervention) -> None:
        """Take down leverage, on whom."""
        parties, spoilers = len(session.game.parties), len(session.game.spoilers)
        none = {"carrots": parties, "sticks": parties, "inducements": spoilers}
        none["coercions"] = spoilers
        used = {name: getattr(step, name) for name in none}
        if rows.size and any(amounts is not None for amounts in used.values()):
            copied = {
                name: np.zeros(none[name]) if amounts is None else np.array(amounts[0], float)
                for name, amounts in used.items()
            }
            given = sum(float(amounts.sum()) for amounts in copied.values())
            spent = 0.0 if step.spend is None else float(step.spend[0])
            day = int(session.state.day)
            self.helped.append(Help(day, mediator, **copied, upkeep=max(spent - given, 0.0)))

    def signed_on(self, day: int) -> dict[int, int]:
        """Return the package signed on a day, by agenda."""
        return {one.agenda: one.package for one in self.sittings if one.day == day and one.signed}

    def closes(
        self, session: Session, rows: Rows, proposer: Int, package: Int, answers: Bool
    ) -> None:
        """Take down what came of the session, if an offer reached the table."""
        if rows.size:
            found = _sitting(session, rows, proposer, package, answers, self._before)
            self.sittings.append(found)


def _sitting(
    session: Session,
    rows: Rows,
    proposer: Int,
    package: Int,
    answers: Bool,
    before: dict[str, Any],
) -> Sitting:
    """Copy what the table saw; the one row there is."""
    state, code = session.state, int(package[0])
    parties = range(len(session.game.parties))
    point = int(state.point[0])
    held = [session.search.held(party, point) for party in parties]
    asked = session.home[0]
    carried = [
        int(held[p].steps_of(np.array(code))) >= min(int(asked[p]), held[p].bounds[1])
        for p in parties
    ]
    return Sitting(
        day=int(state.day),
        agenda=session.agenda,
        proposer=int(proposer[0]),
        package=code,
        worth=np.array([float(session.utility(p, rows, package)[0]) for p in parties]),
        floors=np.array([float(session.floor(p, rows, package)[0]) for p in parties]),
        outside=before["outside"],
        carried=np.array(carried),
        allowed=np.array([bool(held[p].permits(np.array(code))) for p in parties]),
        answers=answers[0].copy(),
        signed=bool(answers[0][list(session.talks.signatories)].all()),
        all_floors=session.floors[0].copy(),
        home=asked.copy(),
        carrots=before["carrots"],
        sticks=before["sticks"],
        beliefs=before["beliefs"],
    )


def _beliefs(session: Session) -> Beliefs:
    """Copy what the parties believe; the one row there is."""
    state = session.state
    return Beliefs(
        floor=state.floor_mean[0].copy(),
        floor_sd=state.floor_sd[0].copy(),
        chances=state.chances[0].copy(),
        chances_sd=np.sqrt(state.variance[0]),
        share=contest_shares(session.fields.capability)[0].copy(),
    )
