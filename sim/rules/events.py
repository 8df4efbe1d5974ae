"""Stage 1: events change named numbers of the scenario for a stated time."""

from __future__ import annotations

import numpy as np

from sim._typing import Bool, Float
from sim.fields import Fields, column_of
from sim.game import Event, Game
from sim.noise import Noise
from sim.table.state import State

__all__ = ["active_events", "apply_events"]


def apply_events(game: Game, state: State, noise: Noise) -> Fields:
    """Return today's numbers: the scenario's own, with the effects of events laid over them.

    A scheduled event acts from its day for ``for_days`` days. One with a daily rate starts anew
    on any day it is not already running. Effects act in the order of event ids and lapse
    without trace.
    """
    _start_random_events(game, state, noise)
    fields = state.fields
    for number, event in enumerate(game.events):
        active = _active(event, number, state)
        if active is not None:
            fields = _overlay(fields, event, active, state.rows)
    return fields


def _start_random_events(game: Game, state: State, noise: Noise) -> None:
    chance = [number for number, event in enumerate(game.events) if event.on < 0]
    if not chance:
        return
    draws = noise.uniform("event", [game.events[number].key for number in chance])
    for column, number in enumerate(chance):
        idle = state.until[:, number] < state.day
        starts = idle & (draws[:, column] < state.fields.event_rate[:, number])
        last = state.day + game.events[number].for_days - 1
        state.until[:, number] = np.where(starts, last, state.until[:, number])


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
    for name, position, operator, number in event.effects:
        table = new.get(name, getattr(fields, name))
        if active.size > 1 and table.shape[0] == 1:
            table = np.broadcast_to(table, (rows, *table.shape[1:]))
        table = table.copy()
        column = column_of(position)
        table[column] = np.where(active, _effect(table[column], operator, number), table[column])
        new[name] = table
    return fields.changed(new)


def _effect(value: Float, operator: str, number: float) -> Float:
    if operator == "+":
        return value + number
    if operator == "*":
        return value * number
    return np.full_like(value, number)
