"""Stage 2: spoilers attack, and the attack is blamed on somebody, rightly or wrongly."""

from __future__ import annotations

import numpy as np

from sim._numerics import hold, logistic
from sim._typing import Float
from sim.fields import Fields
from sim.game import Game
from sim.noise import Noise
from sim.rules.floors import detection_in_force
from sim.table.state import State

__all__ = ["attack", "hazard"]


def hazard(fields: Fields, near: Float, gap: Float) -> Float:
    r"""Return the daily hazard of an attack by each spoiler, shape (R, S).

    .. math:: h = b\,C(1-\text{coercion})\,\Lambda(a_0 + a_1\,\text{near}
              + a_2 (u_s(\text{status quo}) - u_s(\text{text}) - \text{inducement}))

    Parameters
    ----------
    near
        How near a deal is, 0 to 1, shape (R,).
    gap
        What the spoiler loses by the text against its status quo, shape (R, S).

    References
    ----------
    Stedman 1997, doi:10.1162/isec.22.2.5.
    """
    lost = gap - fields.inducement
    drive = fields.spoiler_base + fields.spoiler_near * near[:, None] + fields.spoiler_stake * lost
    able = fields.spoiler_capability * (1.0 - fields.coercion)
    return fields.attack_rate * able * logistic(drive)


def attack(game: Game, fields: Fields, state: State, noise: Noise) -> None:
    """Let spoilers attack; raise the fighting; attribute each attack.

    An attack is blamed on the linked party with the spoiler's ``blame`` times the chance that
    no monitor sees who did it (Kydd and Walter 2002, doi:10.1162/002081802320005487).
    """
    if not game.spoilers:
        return
    near = np.where(state.in_force, 1.0, state.near)
    worth = game.agendas[0].tables.spoilers[:, np.maximum(state.text[:, 0], 0)].T
    gap = np.where(state.text[:, :1] >= 0, fields.spoiler_status_quo - worth, 0.0)
    chance = 1.0 - np.exp(-hazard(fields, near, gap))
    keys = game.keys("spoilers")
    state.attacked = noise.uniform("attack", keys) < chance
    state.blamed = np.zeros_like(state.blamed)
    if not state.attacked.any():
        return
    hidden = 1.0 - detection_in_force(game, fields, state)
    mistaken = noise.uniform("blame", keys) < fields.blame * hidden[:, None]
    blamed = state.attacked & mistaken
    for number, spoiler in enumerate(game.spoilers):
        jump = np.where(state.attacked[:, number], fields.attack_jump[:, number], 0.0)
        state.fighting = hold(state.fighting + jump, 0.0, 1.0)
        if spoiler.home >= 0:
            state.blamed[:, spoiler.home] |= blamed[:, number]
