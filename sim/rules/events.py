"""Stage 1: events change named numbers for a stated time; so do steps that mediators ask for."""

from __future__ import annotations

import numpy as np

from sim._numerics import anywhere, cleared, everywhere
from sim._typing import Bool, Float
from sim.fields import Fields, column_of
from sim.game import Event, Game
from sim.noise import Noise
from sim.table.state import OPEN, Outcome, State

__all__ = ["active_events", "apply_events", "numbers_today"]


def apply_events(game: Game, state: State, noise: Noise) -> Fields:
    """Return today's numbers: the scenario's own, with the effects of events laid over them.

    A scheduled event acts from its day for ``for_days`` days. One with a daily rate starts anew
    on any day it is not already running. Effects act in the order of event ids and lapse
    without trace. A step that a party was asked for and agreed to acts likewise while it is kept.
    """
    _start_random_events(game, state, noise)
    _ask_for_steps(game, state, noise)
    return numbers_today(game, state)


def numbers_today(game: Game, state: State) -> Fields:
    """Return the scenario's numbers with the effects of all that acts today laid over them."""
    fields = state.fields
    for number, event in enumerate(game.events):
        active = _active(event, number, state)
        if active is not None and anywhere(active):
            fields = _overlay(fields, event, active, state.rows)
    return fields


def _start_random_events(game: Game, state: State, noise: Noise) -> None:
    chance = game.random_events
    if not chance:
        return
    draws = noise.uniform("event", [game.events[number].key for number in chance])
    for column, number in enumerate(chance):
        idle = state.until[:, number] < state.day
        starts = idle & (draws[:, column] < state.fields.event_rate[:, number])
        state.until[starts, number] = state.day + game.events[number].for_days - 1


def _ask_for_steps(game: Game, state: State, noise: Noise) -> None:
    """Let mediators ask for concrete steps while they talk; see which are agreed to and kept.

    A step kept to its last day counts in the ledger as one's own conduct kept, one given up early
    as a violation: it is public either way (a halt to building, a halt to rocket fire; graduated
    steps: Osgood 1962, An Alternative to War or Surrender).
    """
    asked = game.requested_steps
    if not asked:
        return
    state.kept_step = cleared(state.kept_step)
    state.broke_step = cleared(state.broke_step)
    keys = [game.events[number].key for number in asked]
    answers, lapses = noise.uniform("step", keys), noise.uniform("lapse", keys)
    talking = (state.stage[:, 0] == OPEN) & (state.outcome == Outcome.OPEN) & ~state.in_force
    helped = game.settings.mediated and bool(game.mediators) and game.meets_on(state.day)
    for column, number in enumerate(asked):
        event, party = game.events[number], game.events[number].asked_of
        running = state.until[:, number] >= state.day
        broken = running & (lapses[:, column] < state.fields.event_lapse[:, number])
        state.broke_step[:, party] |= broken
        state.kept_step[:, party] |= running & ~broken & (state.until[:, number] == state.day)
        state.until[broken, number] = state.day - 1
        waited = (state.asked[:, number] < 0) | (state.day - state.asked[:, number] >= event.every)
        due = talking & ~running & waited & helped
        agreed = due & (answers[:, column] < state.fields.event_accept[:, number])
        state.asked[due, number] = state.day
        state.until[agreed, number] = state.day + event.for_days - 1


def active_events(game: Game, state: State, row: int) -> list[str]:
    """Return the ids of the events that act today in one history."""
    found = []
    for number, event in enumerate(game.events):
        active = _active(event, number, state)
        if active is not None and bool(active[row if active.size > 1 else 0]):
            found.append(event.id)
    return found


def _active(event: Event, number: int, state: State) -> Bool | None:
    """Return where an event acts today, shape (1,) or (R,); ``None`` for nowhere."""
    if event.on >= 0:
        runs = event.on <= state.day < event.on + event.for_days
        return np.ones(1, dtype=bool) if runs else None
    return state.until[:, number] >= state.day


def _overlay(fields: Fields, event: Event, active: Bool, rows: int) -> Fields:
    new: dict[str, Float] = {}
    everybody = everywhere(active)
    for name, position, operator, number in event.effects:
        table = new.get(name, getattr(fields, name))
        if table.shape[0] == 1 and not everybody:
            table = np.broadcast_to(table, (rows, *table.shape[1:]))
        table = table.copy()
        column = column_of(position)
        effect = _effect(table[column], operator, number)
        table[column] = effect if everybody else np.where(active, effect, table[column])
        new[name] = table
    return fields.changed(new)


def _effect(value: Float, operator: str, number: float) -> Float:
    if operator == "+":
        return value + number
    if operator == "*":
        return value * number
    return np.full_like(value, number)
