"""Stage 5: the table. One session is one offer, or one mediator's text, and its answers."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce

import numpy as np

from sim._numerics import anywhere, at, cleared, everyone, hold, places, put, someone, those
from sim._typing import Bool, Float, Int, Rows
from sim.errors import BehaviourError
from sim.fields import Fields
from sim.game import Game
from sim.noise import Noise
from sim.rules.beliefs import hoped_for, learn_floor
from sim.rules.floors import floors
from sim.rules.mediation import mediate
from sim.rules.shuttle import carried
from sim.rules.thresholds import asked_at_home
from sim.table.actors import Actors, PartyActor
from sim.table.protocols import name_of
from sim.table.state import OPEN, SIGNED, State
from sim.table.view import Session, View

__all__ = ["meet", "relative_gains"]

_TEXT = -1  # proposer of a mediator's text


def meet(
    game: Game,
    fields: Fields,
    actors: Actors,
    state: State,
    noise: Noise,
    lowest: Float | None,
) -> None:
    """Hold today's session on every open agenda at which all parties sit.

    ``lowest`` are the floors the parties came with, on the first agenda; ``None`` without a session.
    """
    state.failed = cleared(state.failed)
    state.conciliated = cleared(state.conciliated)
    if lowest is None:
        return
    for agenda, talks in enumerate(game.agendas):
        gathered = everyone(those(state.present, talks.signatories))
        rows = places(gathered & (state.stage[:, agenda] == OPEN) & (state.outcome == 0))
        if rows.size:
            floor = lowest if agenda == 0 else floors(game, fields, state, agenda)
            session = _open_session(game, fields, actors, state, noise, agenda, floor)
            if actors.witness is not None:
                actors.witness.opens(session)
            _hold_session(session, actors, rows)
    _conciliate(game, fields, state, noise)


def _open_session(
    game: Game,
    fields: Fields,
    actors: Actors,
    state: State,
    noise: Noise,
    agenda: int,
    floor: Float,
) -> Session:
    return Session(
        game=game,
        state=state,
        fields=fields,
        noise=noise,
        search=actors.searches[agenda],
        agenda=agenda,
        floors=floor,
        home=asked_at_home(game, fields, state),
    )


def _hold_session(session: Session, actors: Actors, rows: Rows) -> None:
    state, agenda = session.state, session.agenda
    text = mediate(session, actors, rows)
    proposer, package = _proposals(session, actors.parties, rows, text)
    held, offered = rows, proposer >= 0
    settings = session.game.settings
    if settings.protocol == "shuttle" and settings.mediated:
        reaches = carried(session, rows, proposer, package)
        rows, proposer, package = rows[reaches], proposer[reaches], package[reaches]
    gains = relative_gains(session, rows, package)
    agreed, answers = _answers(session, actors.parties, rows, proposer, package)
    moves, spoke = _in_turn(session, rows, proposer, answers)
    if session.game.settings.floor_learning:
        _learn_from_answers(session, rows, proposer, package, answers, spoke)
    _tell(session, actors.parties, rows, proposer, package)
    if actors.witness is not None:
        actors.witness.closes(session, rows, proposer, package, answers)
    _record(session, rows, proposer, package, agreed, gains)
    turn, sessions = state.turn[:, agenda], state.sessions[:, agenda]
    put(turn, held, turn.take(held) + offered * moves)
    put(sessions, held, sessions.take(held) + np.where(offered, moves, 1))


def _in_turn(
    session: Session, rows: Rows, proposer: Int, answers: Bool
) -> tuple[Int | int, Bool | None]:
    """Return how many turns an offer takes, and who comes to answer it, (rows, P); ``None`` for all.

    With stacked offers the others answer one after the other, and the first to refuse offers
    next (Aydogan, Festen, Hindriks and Jonker 2017, doi:10.1007/978-3-319-51563-2_10).
    """
    state, talks = session.state, session.talks
    if session.game.settings.protocol != "stacked-offers" or len(talks.signatories) == 2:
        return 1, None
    turn = state.turn[rows, session.agenda]
    moves = np.full(rows.size, len(talks.signatories) - 1)
    for ahead in range(len(talks.signatories) - 1, 0, -1):
        party = state.proposer(talks, rows, turn + ahead)
        moves = np.where(answers[np.arange(rows.size), party], moves, ahead)
    spoke = np.zeros(answers.shape, dtype=bool)
    for ahead in range(len(talks.signatories)):
        party = state.proposer(talks, rows, turn + ahead)
        spoke[np.arange(rows.size), party] = (ahead <= moves) | (proposer < 0)
    return moves, spoke


def relative_gains(session: Session, rows: Rows, package: Int) -> Float:
    """Return the smallest relative gain of any party, from 0 (its floor) to 1 (its ideal)."""
    columns = []
    for party in session.talks.signatories:
        floor = session.floor(party, rows, package)
        room = np.maximum(session.ideal(party, rows) - floor, 1e-9)
        columns.append((session.utility(party, rows, package) - floor) / room)
    return hold(reduce(np.minimum, columns), 0.0, 1.0)


def _proposals(
    session: Session, parties: Sequence[PartyActor], rows: Rows, text: Int
) -> tuple[Int, Int]:
    """Return who offers (-1 for a mediator) and which package, one entry a row."""
    state, agenda = session.state, session.agenda
    turn = state.proposer(session.talks, rows, state.turn[rows, agenda])
    proposer = np.where(text >= 0, _TEXT, turn)
    package = text.astype(np.int64)
    for party, actor in enumerate(parties):
        mine = places(proposer == party)
        if mine.size:
            view = session.view(party, rows[mine], actor.memory)
            package[mine] = _checked(actor, view, actor.bound.propose(view))
    return proposer, package


def _checked(actor: PartyActor, view: View, package: Int) -> Int:
    """Hold an offer to what the table allows: whole numbers that are packages of the agenda."""
    name = name_of(actor.behaviour)
    package = np.asarray(package)
    if package.shape != view.rows.shape or package.dtype.kind not in "iu":
        message = (
            f"{name}.propose on day {view.day} returned {package.dtype} of shape {package.shape}; "
            f"allowed: whole numbers of shape {view.rows.shape}, one package a row"
        )
        raise BehaviourError(message)
    wrong = places((package < 0) | (package >= view.agenda.space.count))
    if wrong.size:
        message = (
            f"{name}.propose offered package {int(package[wrong[0]])} in replication "
            f"{int(view.ids[wrong[0]])} on day {view.day}; allowed: 0 to "
            f"{view.agenda.space.count - 1}"
        )
        raise BehaviourError(message)
    return package


def _answers(
    session: Session,
    parties: Sequence[PartyActor],
    rows: Rows,
    proposer: Int,
    package: Int,
) -> tuple[Bool, Bool]:
    """Return where all sign, and each party's answer, (rows, P).

    A mediator's text meets the same rule as an offer. Whatever a behaviour says, nobody signs
    below its floor or across its red line, its own offer included.
    """
    answers = np.ones((rows.size, len(parties)), dtype=bool, order="F")
    for party in session.talks.signatories:
        actor = parties[party]
        whole = session.view(party, rows)
        answers[:, party] = whole.signable(package)
        asked = places((proposer != party) & answers[:, party])
        if asked.size:
            view = session.view(party, rows[asked], actor.memory)
            said = np.asarray(actor.bound.accepts(view, package[asked]))
            if said.shape != asked.shape or said.dtype != np.bool_:
                message = (
                    f"{name_of(actor.behaviour)}.accepts on day {view.day} returned "
                    f"{said.dtype} of shape {said.shape}; allowed: true or false for each of "
                    f"{asked.size} rows"
                )
                raise BehaviourError(message)
            answers[asked, party] = said
    return everyone(answers), answers


def _learn_from_answers(
    session: Session, rows: Rows, proposer: Int, package: Int, answers: Bool, spoke: Bool | None
) -> None:
    """Each party updates its belief of each other's floor; talk noise blurs what it reads.

    In proximity talks the sides sit apart, and mediators pass on offers and assent, no refusals.
    """
    state, game = session.state, session.game
    blurred = None
    if not game.idle("misperception", 0.0):
        blur = at(session.fields.misperception, rows).T * state.haze.take(rows)
        error = session.noise.normal(session.luck("answer"), game.keys("parties"), rows)
        blurred = (blur * error.T).T
    signing = session.talks.signatories
    for other in signing:
        worth = session.talks.public_worth(other, package)
        agreed, answered = answers[:, other], proposer != other
        for party in signing:
            if party == other:
                continue
            read = worth if blurred is None else worth + blurred[:, party]
            heard = agreed
            if game.settings.protocol != "proximity":
                believed = state.floor_mean[:, party, other].take(rows)
                hope = hoped_for(believed, session.times[:, party].take(rows))
                heard = agreed | (answered & (read >= hope))
            if spoke is not None:
                heard = heard & spoke[:, other]
            new = places(heard)
            if new.size:
                _learn_floor(state, rows[new], party, other, read[new], refused=~agreed[new])


def _learn_floor(
    state: State, rows: Rows, party: int, other: int, worth: Float, *, refused: Bool
) -> None:
    """Update a party's belief of another's floor from an answer to a package."""
    mean, sd = state.floor_mean[:, party, other], state.floor_sd[:, party, other]
    mean[rows], sd[rows] = learn_floor(mean.take(rows), sd.take(rows), worth, refused=refused)


def _tell(
    session: Session, parties: Sequence[PartyActor], rows: Rows, proposer: Int, package: Int
) -> None:
    """Let the others take note of each party's offer."""
    for source in range(len(parties)):
        heard = places(proposer == source)
        if not heard.size:
            continue
        for party in session.talks.signatories:
            if party != source:
                actor = parties[party]
                view = session.view(party, rows[heard], actor.memory)
                actor.bound.observe(view, source, package[heard])


def _record(
    session: Session, rows: Rows, proposer: Int, package: Int, agreed: Bool, gains: Float
) -> None:
    """Write the round to the public record."""
    state, agenda, game = session.state, session.agenda, session.game
    offered = places(proposer >= 0)
    if offered.size == rows.size:
        _offer(session, rows, proposer, package)
    else:
        _offer(session, rows[offered], proposer[offered], package[offered])
    put(state.text[:, agenda], rows, package)
    if agenda == 0:
        put(state.near, rows, gains)
    if anywhere(agreed):
        _sign(session, rows[agreed], package[agreed])
    if game.settings.protocol != "proximity":  # a refusal nobody hears of provokes nobody
        state.failed[rows[~agreed]] = True


def _offer(session: Session, rows: Rows, proposer: Int, package: Int) -> None:
    """Write down parties' offers; those that become public pledge a party to what it asked for."""
    state, offers = session.state, package.astype(session.state.offer.dtype)
    for party in session.talks.signatories:
        column, mine = state.offer[:, session.agenda, party], proposer == party
        if rows.size == state.rows:
            column[...] = np.where(mine, offers, column)
        else:
            column[rows[mine]] = offers[mine]
    _pledge(session, rows, proposer, package)


def _sign(session: Session, rows: Rows, package: Int) -> None:
    """Write down what was signed; sticks end."""
    state, agenda = session.state, session.agenda
    state.stage[rows, agenda] = SIGNED
    state.package[rows, agenda] = package
    state.vote_on[rows, agenda] = state.day + session.game.settings.vote_delay
    state.signed_on[rows] = np.where(state.signed_on[rows] < 0, state.day, state.signed_on[rows])
    if agenda == 0:
        state.stick[rows] = 0.0


def _pledge(session: Session, rows: Rows, proposer: Int, package: Int) -> None:
    """Pledge a party to the utility it asked for in an offer that became public."""
    state, game = session.state, session.game
    if game.settings.protocol not in ("alternating-offers", "stacked-offers") or session.agenda:
        return
    if game.idle("publicity", 0.0):
        return
    heard = session.noise.uniform("publicity", game.keys("parties")) < session.fields.publicity
    for party in range(len(game.parties)):
        mine = (proposer == party) & heard[rows, party]
        if anywhere(mine):
            at = rows[mine]
            asked = session.utility(party, at, package[mine])
            state.pledge[at, party] = np.maximum(state.pledge[at, party], asked)


def _conciliate(game: Game, fields: Fields, state: State, noise: Noise) -> None:
    """Let parties take unilateral, announced and kept steps, and answer each other's.

    GRIT: Osgood 1962, An Alternative to War or Surrender; Lindskold 1978,
    doi:10.1037/0033-2909.85.4.772.
    """
    waiting = ~state.in_force & (state.outcome == 0)
    if game.idle("conciliation", 0.0) or not anywhere(waiting):
        return
    keys = game.keys("parties")
    steps = noise.uniform("conciliation", keys) < fields.conciliation
    if not game.idle("reciprocity", 0.0):
        answers = noise.uniform("reciprocity", keys) < fields.reciprocity
        steps |= answers & someone(steps)[:, None]
    state.conciliated = steps & waiting[:, None]
