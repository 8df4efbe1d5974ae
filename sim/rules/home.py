"""Stage 4: outside options, the home fronts, and readiness, which decides presence alone."""

from __future__ import annotations

from functools import reduce

import numpy as np

from sim._numerics import (
    anywhere,
    cleared,
    everyone,
    everywhere,
    hold,
    logistic,
    power,
    smallest,
    those,
)
from sim._typing import Float
from sim.fields import Fields
from sim.game import Game
from sim.noise import Noise
from sim.rules.floors import floors
from sim.rules.succession import reopen, without_a_deal
from sim.table.state import FORCE, OPEN, Outcome, State

__all__ = [
    "motivation",
    "optimism",
    "readiness",
    "reconsider",
]


def reconsider(game: Game, fields: Fields, state: State, noise: Noise) -> Float | None:
    """Let each party decide whether to sit at the table; wait for those who stay away.

    Returns
    -------
    array or None
        The floors on the first agenda that parties came to today's session with, (R, P, O);
        ``None`` on a day without one.
    """
    if game.settings.deals > 1:
        reopen(game, state)
    lowest = None
    if game.meets_on(state.day):
        lowest = floors(game, fields, state, 0)
        _decide_presence(game, fields, state, noise, lowest)
    _wait(game, state)
    return lowest


def _wait(game: Game, state: State) -> None:
    """Count the days on which talks stand open and somebody stays away; give up after so many."""
    there = everyone(those(state.present, game.agendas[0].signatories))
    if everywhere(there):
        state.empty = cleared(state.empty)
        return
    missing = ~there & (state.stage[:, 0] == OPEN)
    state.empty = np.where(missing, state.empty + 1, 0).astype(state.empty.dtype)
    gone = (state.empty >= game.settings.abandon_after) & (state.outcome == Outcome.OPEN)
    if anywhere(gone):
        walked = without_a_deal(state, Outcome.WALKED)
        state.outcome = np.where(gone, walked, state.outcome).astype(state.outcome.dtype)


def motivation(fields: Fields, state: State) -> Float:
    r"""Return motivation to talk: a costly stalemate, (R, P).

    .. math:: \mathrm{Mot}_i = \Lambda\big((\kappa_i \bar x - c^*)/s_M\big)
              \,[1 - |\hat p_t - \hat p_{t-10}|/e]_+

    Zartman 2000 (in Stern and Druckman, doi:10.17226/9897); Pruitt 1997,
    doi:10.1163/157180697X00278. The ten-day change is taken against a slow mean.
    """
    pain = fields.daily_cost.T * state.mean_short - fields.cost_threshold.T
    still = 1.0 - np.abs(state.chances - state.chances_before) / fields.drift_tolerance
    return logistic(pain / fields.cost_scale.T).T * np.maximum(still, 0.0)


def optimism(game: Game, state: State, lowest: Float) -> Float:
    """Return the believed chance that some package clears all floors, (R, P).

    What a party could still offer the other at its own floor, read off public option scores
    with equal weights, is set against its belief of the other's floor; the least of these.
    """
    floor, table = smallest(lowest), game.agendas[0].reach
    ideal = game.agendas[0].tables.ideal[state.point]
    steps = table.shape[-1] - 1
    share = floor / np.maximum(ideal, 1e-9)
    place = hold(np.ceil(share * steps), 0.0, steps).astype(np.intp)
    parties, point = np.arange(len(game.parties)), state.point[:, None]
    chances = []
    for others in game.counterparts:
        room = table[point, parties, others, place] - state.floor_mean[:, parties, others]
        chances.append(logistic(1.702 * room / state.floor_sd[:, parties, others]))
    return np.where(floor > ideal, 0.0, reduce(np.minimum, chances))


def readiness(game: Game, fields: Fields, state: State, lowest: Float) -> Float:
    r"""Return readiness, :math:`\mathrm{Mot}^\omega \mathrm{Opt}^{1-\omega}`, (R, P).

    Strength 0 makes every party ready, exactly. ``lowest`` are the floors of the first agenda.
    """
    if game.idle("readiness_strength", 0.0):
        return np.ones(state.present.shape)
    weight = fields.readiness_weight
    hope = optimism(game, state, lowest)
    raw = power(motivation(fields, state), weight) * power(hope, 1.0 - weight)
    return 1.0 - fields.readiness_strength * (1.0 - raw)


def _decide_presence(game: Game, fields: Fields, state: State, noise: Noise, lowest: Float) -> None:
    if game.idle("readiness_strength", 0.0) and everywhere(state.present):
        return  # all sit, and all are ready to
    ready = readiness(game, fields, state, lowest)
    state.ready = ready.astype(np.float32)
    low = ready < fields.readiness_minimum
    if everywhere(state.present) and not anywhere(low):
        state.weary = cleared(state.weary)
        return  # all sit, and nobody tires of it
    weary = np.where(state.present & low, state.weary + 1, 0)
    leaves = weary >= game.settings.patience
    enters = noise.uniform("presence", game.keys("parties")) < ready
    bound = (state.stage[:, 0] == FORCE)[:, None]
    state.present = np.where(state.present, ~leaves | bound, enters)
    state.weary = np.where(state.present, weary, 0).astype(state.weary.dtype)
