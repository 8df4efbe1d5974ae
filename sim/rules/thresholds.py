"""What constituencies ask for, and what a party asks of an offer to carry it at home."""

from __future__ import annotations

import numpy as np

from sim._numerics import total
from sim._typing import Float, Int
from sim.fields import Fields
from sim.game import Game
from sim.table.search import HOME_STEP
from sim.table.state import State

__all__ = ["asked_at_home", "thresholds"]

_CAPTIVITY_DAYS = 180.0


def thresholds(game: Game, fields: Fields, state: State) -> Float:
    r"""Return the utility each constituency asks for today, before audience costs, (R or 1, C).

    .. math:: r_g(t) = r^0_g - h_g (1 - e^{-\text{days held}/180})
    """
    held = game.settings.held_days + state.day
    relief = 1.0 - np.exp(np.full(1, -held / _CAPTIVITY_DAYS))
    asked: Float = fields.threshold - fields.urgency * relief
    return asked


def asked_at_home(game: Game, fields: Fields, state: State) -> Int:
    """Return the home margin each party asks of an offer, in steps, shape (R, P).

    What it learnt from failed votes, plus the mean move of its constituencies' thresholds since
    the start, weighted as they vote.
    """
    moved = thresholds(game, fields, state) - game.nominal
    asked = state.margin.copy()
    for party, members in enumerate(game.home_of):
        if members:
            weight = fields.vote_weight[:, members]
            shift = total(weight * moved[:, members]) / total(weight)
            asked[:, party] += shift / game.scale[party]
    return np.ceil(asked / HOME_STEP - 1e-9).astype(np.int16)
