"""Mediators at a session: what they do is applied here, whatever their style."""

from __future__ import annotations

import numpy as np

from sim._numerics import of, places
from sim._typing import Bool, Float, Int, Rows
from sim.rules.beliefs import believe_message, message_weight
from sim.table.actors import Actors
from sim.table.desk import Desk
from sim.table.protocols import Intervention
from sim.table.view import Session

__all__ = ["mediate"]

_LEAST_HAZE = 0.2


def mediate(session: Session, actors: Actors, rows: Rows) -> Int:
    """Let each mediator act; return the text on the table, -1 for none, (rows,).

    Mediators that draft take turns, one text a session at most. Where they pool their leverage, the
    others that attend stand behind the text of the one whose turn it is.
    """
    text = np.full(rows.size, -1, dtype=np.int64)
    if not session.game.settings.mediated:
        return text
    pooled = session.game.settings.coordination == "pooled"
    before = _given(session, rows) if pooled else None
    drafters = [m for m, actor in enumerate(actors.mediators) if actor.behaviour.drafts]
    leads = _leads(session, rows, len(drafters))
    for number, actor in enumerate(actors.mediators):
        here = _attending(session, rows, number)
        if not here.size:
            continue
        mine = np.zeros(here.size, dtype=bool)
        if number in drafters:
            mine = leads[here] == drafters.index(number)
        desk = Desk(session, number, rows[here], mine)
        step = actor.behaviour.act(desk)
        _apply(session, actors, number, desk.rows, step)
        if step.text is not None:
            text[here] = np.where(step.text >= 0, step.text, text[here])
            _spread_message(session, number, desk.rows, step, mine)
    if before is not None:
        _stand_behind(session, actors, rows, text, leads, before)
    return text


def _stand_behind(
    session: Session, actors: Actors, rows: Rows, text: Int, leads: Int, before: Float
) -> None:
    """Let mediators that have leverage add theirs to another's text, in the order of their ids.

    What was added since the session opened (``before``, (rows, P)) no longer lacks.
    """
    drafters = [m for m, actor in enumerate(actors.mediators) if actor.behaviour.drafts]
    for number, actor in enumerate(actors.mediators):
        back = getattr(actor.behaviour, "back", None)
        if back is None:
            continue
        place = drafters.index(number) if number in drafters else -2
        here = _attending(session, rows, number)
        here = here[(text[here] >= 0) & (leads[here] != place)]
        if here.size:
            desk = Desk(session, number, rows[here], np.zeros(here.size, dtype=bool))
            given = (_given(session, desk.rows) - before[here]) / session.game.scale
            _apply(session, actors, number, desk.rows, back(desk, text[here], given))


def _given(session: Session, rows: Rows) -> Float:
    """Return the carrots and sticks that stand, (rows, P)."""
    return of(session.state.carrot, rows) + of(session.state.stick, rows)


def _attending(session: Session, rows: Rows, mediator: int) -> Rows:
    """Return the places of the rows whose session a mediator attends today."""
    if session.game.idle("attention", 1.0):
        return np.arange(rows.size)
    attention = session.fields.attention[:, mediator]
    key = session.game.keys("mediators")[mediator]
    there = session.noise.uniform("attention", [key])[:, 0] < attention
    return places(there[rows])


def _leads(session: Session, rows: Rows, drafters: int) -> Int:
    """Return which drafter's turn it is to table a text, -1 where no text is due."""
    settings = session.game.settings
    held = session.state.sessions[rows, session.agenda].astype(np.int64)
    if not drafters:
        return np.full(rows.size, -1)
    every = 1 if settings.protocol == "single-text" else settings.text_every
    due = (held + 1) % every == 0
    return np.where(due, (held // every) % drafters, -1)


def _apply(session: Session, actors: Actors, mediator: int, rows: Rows, step: Intervention) -> None:
    state, scale = session.state, session.game.scale
    if actors.witness is not None:
        actors.witness.helps(session, mediator, rows, step)
    if step.haze is not None:
        state.haze[rows] = np.maximum(state.haze[rows] * step.haze, _LEAST_HAZE)
    if step.carrots is not None:
        _add(state.carrot, rows, step.carrots * scale)
    if step.sticks is not None:
        _add(state.stick, rows, step.sticks * scale)
    if step.guarantee is not None:
        state.guarantee[rows] = np.maximum(state.guarantee[rows], step.guarantee)
    if step.penalty is not None:
        state.penalty[rows] = np.maximum(state.penalty[rows], step.penalty)
    if step.spend is not None:
        state.spent[rows, mediator] += step.spend
    if step.inducements is not None:
        _add(state.induced, rows, step.inducements)
    if step.coercions is not None:
        state.coerced[rows] = np.minimum(state.coerced[rows] + step.coercions, 1.0)


def _add(values: Float, rows: Rows, what: Float) -> None:
    """Add to some rows of an array, column by column."""
    for place in range(values.shape[1]):
        column = values[:, place]
        column[rows] += what[:, place]


def _spread_message(
    session: Session, mediator: int, rows: Rows, step: Intervention, lead: Bool
) -> None:
    """Pass each party's reported floor on to the others, as far as they believe the mediator."""
    state, game = session.state, session.game
    if step.reported is None or not game.settings.messages:
        return
    interest = session.fields.peace_interest[:, mediator]
    signing, led = session.talks.signatories, rows[lead]
    for party in signing:
        weight = message_weight(session.fields.bias[:, mediator, party], interest)
        weight = weight if weight.size == 1 else weight[led]
        for other in signing:
            if other == party:
                continue
            told = step.reported[:, other] / game.scale[other]
            believed = state.floor_mean[:, party, other]
            believed[led] = believe_message(believed.take(led), told[lead], weight)
