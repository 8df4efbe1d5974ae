"""What constituencies ask for, and what a party asks of an offer to carry it at home."""

from __future__ import annotations

import numpy as np

from sim._numerics import at, beside, total
from sim._typing import Float, Int, Rows
from sim.fields import Fields
from sim.game import Game
from sim.table.holding import HOME_STEP
from sim.table.state import State

__all__ = ["asked_at_home", "broken_pledges", "thresholds", "thresholds_on"]

_CAPTIVITY_DAYS = 180.0
_PLEDGE_SLACK = 0.1
"""How far below its public pledge a party may sign before the pledge counts as broken."""


def thresholds(game: Game, fields: Fields, state: State) -> Float:
    r"""Return the utility each constituency asks for today, before audience costs, (R or 1, C).

    .. math:: r_g(t) = r^0_g - h_g (1 - e^{-\text{days held}/180})
    """
    return thresholds_on(game, fields, state.day)


def thresholds_on(game: Game, fields: Fields, day: int) -> Float:
    """Return the utility each constituency asks for on a day, (R or 1, C)."""
    held = game.settings.held_days + day
    relief = 1.0 - np.exp(np.array([-held / _CAPTIVITY_DAYS]))
    asked: Float = fields.threshold - fields.urgency * relief
    return asked


def broken_pledges(game: Game, state: State, agenda: int, package: Int, rows: Rows) -> Float:
    """Return 1 where a package gives a constituency's party less than it pledged, (rows, C).

    Audience costs: Fearon 1994, doi:10.2307/2944796.
    """
    tables, point = game.agendas[agenda].tables, at(state.point, rows)
    columns = []
    for constituency in game.constituencies:
        party = constituency.home
        got = tables.worth(point, party, package)
        slack = _PLEDGE_SLACK * game.scale[party]
        columns.append(np.where(got < state.pledge[rows, party] - slack, 1.0, 0.0))
    return beside(columns) if columns else np.zeros((rows.size, 0))


def asked_at_home(game: Game, fields: Fields, state: State) -> Int:
    """Return the support at home each party asks of an offer, in steps, shape (R, P).

    The thresholds of its constituencies today, averaged as it counts them, plus what it learnt
    from failed votes.
    """
    today = thresholds(game, fields, state)
    asked = state.margin.copy(order="K")
    for party, members in enumerate(game.home_of):
        if members:
            counted = total(game.home_shares[party] * today[:, members])
            asked[:, party] += counted / game.scale[party]
    return np.round(asked / HOME_STEP).astype(np.int16)
