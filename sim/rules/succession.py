"""What follows a deal that has ended: the history ends with it, or the parties talk again."""

from __future__ import annotations

import numpy as np

from sim._numerics import anywhere, at, hold
from sim._typing import Int, Rows
from sim.fields import Fields
from sim.game import Game
from sim.table.state import CLOSED, NEVER, OPEN, Outcome, State

__all__ = ["end_deal", "reopen", "without_a_deal"]


def end_deal(game: Game, fields: Fields, state: State, rows: Rows, outcome: int) -> None:
    """End the deals in force in some rows, by collapse or at their term.

    The last deal a history may see ends it. Before that, talks open again after a while, with
    fresh clocks and no instrument left on the table; what the sides learnt of each other, and
    their trust, stay: the precedent. A collapse lets the fighting jump.
    """
    if not rows.size:
        return
    if outcome == Outcome.COLLAPSED:
        jump = at(fields.collapse_jump, rows)[:, 0]
        state.fighting[rows] = hold(state.fighting[rows] + jump, 0.0, 1.0)
    first = rows[state.lapsed_on[rows] < 0]
    state.lapsed_on[first] = state.day
    state.lapsed_as[first] = outcome
    last = state.ended[rows] + 1 >= game.settings.deals
    state.outcome[rows[last]] = outcome
    again = rows[~last]
    state.ended[again] += 1
    state.fate[again] = outcome
    state.resumes[again] = np.minimum(state.day + game.settings.resume_after, NEVER)
    _clear(state, again)


def _clear(state: State, rows: Rows) -> None:
    """Take the deal and all that belonged to its talks off the table."""
    for name in ("sessions", "turn", "failures"):
        getattr(state, name)[rows] = 0
    for name in ("package", "text", "offer", "agenda", "dispute"):
        getattr(state, name)[rows] = -1
    for name in ("carrot", "stick", "guarantee", "penalty", "near", "pledge"):
        getattr(state, name)[rows] = 0.0
    state.stage[rows] = CLOSED
    state.breach[rows] = 0
    state.guarantee_ends[rows] = 0
    state.term[rows] = NEVER


def reopen(game: Game, state: State) -> None:
    """Open the talks again whose day has come."""
    due = (state.fate > 0) & (state.resumes == state.day)
    if anywhere(due):
        first = [number for number, talks in enumerate(game.agendas) if talks.after < 0]
        for number in first:
            state.stage[due, number] = OPEN


def without_a_deal(state: State, outcome: int) -> Int:
    """Return how a history ends that has no deal in force: its last deal's fate, if it had one."""
    return np.where(state.fate > 0, state.fate, outcome)
