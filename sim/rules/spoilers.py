"""Stage 2: spoilers attack, and the attack is blamed on somebody, rightly or wrongly."""

from __future__ import annotations

import numpy as np

from sim._numerics import anywhere, cleared, hold, logistic
from sim._typing import Float
from sim.fields import Fields
from sim.game import Game
from sim.noise import Noise
from sim.rules.floors import detection_in_force
from sim.table.state import State

__all__ = ["attack", "hazard"]

_CALMED = -4.0
"""Where being included in a deal takes a spoiler's resolve in the long run (log-odds)."""


def hazard(
    fields: Fields,
    near: Float,
    gap: Float,
    resolve: Float | None = None,
    coerced: Float | None = None,
) -> Float:
    r"""Return the daily hazard of an attack by each spoiler, shape (R, S).

    .. math:: h = b\,C(1-\text{coercion})\,\Lambda(a_0 + a_1\,\text{near}
              + a_2 (u_s(\text{status quo}) - u_s(\text{text}) - \text{inducement}) + z)

    Parameters
    ----------
    near
        How near a deal is, 0 to 1, shape (R,).
    gap
        What the spoiler loses by the text against its status quo, shape (R, S).
    resolve
        z, what success added to its drive and inclusion took from it, (R, S); ``None`` for none.
    coerced
        Share of its capability that mediators' coercion has taken, (R, S); ``None`` for none.

    References
    ----------
    Stedman 1997, doi:10.1162/isec.22.2.5.
    """
    lost = (gap - fields.inducement).T
    drive = fields.spoiler_base.T + fields.spoiler_near.T * near + fields.spoiler_stake.T * lost
    able = fields.spoiler_capability * (1.0 - fields.coercion)
    if resolve is not None:
        drive = drive + resolve.T
    if coerced is not None:
        able = fields.spoiler_capability * np.maximum(1.0 - fields.coercion - coerced, 0.0)
    return ((fields.attack_rate * able).T * logistic(drive)).T


def attack(game: Game, fields: Fields, state: State, noise: Noise) -> None:
    """Let spoilers attack; raise the fighting; attribute each attack.

    An attack is blamed on the linked party with the spoiler's ``blame`` times the chance that
    no monitor sees who did it (Kydd and Walter 2002, doi:10.1162/002081802320005487). One from
    inside that party is its own failure: a monitor that sees it says so.
    """
    if not game.spoilers:
        return
    near = np.where(state.in_force, 1.0, state.near)
    keys = game.keys("spoilers")
    _socialise(game, fields, state)
    chance = 1.0 - np.exp(-_rate(game, fields, state, near))
    state.attacked = noise.uniform("attack", keys) < chance
    state.blamed = cleared(state.blamed)
    if not anywhere(state.attacked):
        return
    seen = detection_in_force(game, fields, state)
    held = fields.blame.T * (1.0 - seen)
    inside = np.array([spoiler.inside for spoiler in game.spoilers])
    if anywhere(inside):
        held = held + np.where(inside[:, None], seen, 0.0)
    blamed = state.attacked & (noise.uniform("blame", keys) < held.T)
    _grow(game, fields, state, noise, seen)
    for number, spoiler in enumerate(game.spoilers):
        jump = np.where(state.attacked[:, number], fields.attack_jump[:, number], 0.0)
        state.fighting = hold(state.fighting + jump, 0.0, 1.0)
        if spoiler.home >= 0:
            state.blamed[:, spoiler.home] |= blamed[:, number]


def _rate(game: Game, fields: Fields, state: State, near: Float) -> Float:
    """Return today's hazard, with what spoilers gained, were given and lost where that can be."""
    resolve = state.resolve if game.spoilers_grow else None
    gap = np.zeros((1, 1)) if game.idle("spoiler_stake", 0.0) else _gap(game, fields, state)
    if not game.spoilers_managed:
        return hazard(fields, near, gap, resolve)
    return hazard(fields, near, gap - state.induced, resolve, state.coerced)


def _gap(game: Game, fields: Fields, state: State) -> Float:
    """Return what each spoiler loses by the text on the table against its status quo, (R, S)."""
    worth = game.agendas[0].tables.spoiler_worth(np.maximum(state.text[:, 0], 0)).T
    return np.where(state.text[:, :1] >= 0, fields.spoiler_status_quo - worth, 0.0)


def _socialise(game: Game, fields: Fields, state: State) -> None:
    """Let spoilers that a deal includes come to live with it, a share of the way a day."""
    if not game.idle("socialisation", 0.0):
        towards = fields.socialisation * (_CALMED - state.resolve)
        state.resolve += np.where(state.in_force[:, None], towards, 0.0).astype(np.float32)


def _grow(game: Game, fields: Fields, state: State, noise: Noise, seen: Float) -> None:
    """Let a greedy spoiler want more after an attack nobody traced to it, and less after one seen.

    Goals that expand and contract with cost and risk: Stedman 1997, doi:10.1162/isec.22.2.5.
    """
    if not game.idle("appetite", 0.0):
        traced = noise.uniform("traced", game.keys("spoilers")) < seen[:, None]
        change = np.where(traced, -fields.appetite, fields.appetite)
        state.resolve += np.where(state.attacked, change, 0.0).astype(np.float32)
