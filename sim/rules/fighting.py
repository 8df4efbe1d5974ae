"""Stage 3: the fighting moves, and battle teaches each side about its chances."""

from __future__ import annotations

import numpy as np

from sim._numerics import anywhere, hold, total
from sim._typing import Float
from sim.fields import Fields
from sim.game import Game
from sim.noise import Noise
from sim.table.state import State

__all__ = ["contest_shares", "fight", "learn_from_battle"]

_LONG, _SHORT, _SLOW = 2.0 / 91.0, 2.0 / 15.0, 2.0 / 11.0
"""Weights of today in means with the same mean age as 90-, 14- and 10-day windows."""


def fight(game: Game, fields: Fields, state: State, noise: Noise) -> None:
    r"""Move the intensity of fighting and let each side learn from it.

    Without a truce

    .. math:: x \leftarrow x + \rho(\bar x - x) + e\,[\text{failed round}] + \sigma\varepsilon,

    kept between 0 and 1; under one in force it falls to what the scope of the deal leaves,
    :math:`x \leftarrow x_s + r (x - x_s)`.
    """
    if game.peaceful:  # nothing moves, and a day without fighting teaches nothing
        return
    drift = fields.persistence[:, 0] * (fields.baseline[:, 0] - state.fighting)
    moved = state.fighting + drift
    if anywhere(state.failed):
        moved += np.where(state.failed, fields.escalation[:, 0], 0.0)
    if not game.idle("shock", 0.0):
        moved += fields.shock[:, 0] * noise.normal("fighting")[:, 0]
    moved, bound = hold(moved, 0.0, 1.0), state.in_force
    if anywhere(bound):
        moved = np.where(bound, _restrained(game, fields, state), moved)
    state.fighting = moved
    state.mean_long = state.mean_long + _LONG * (state.fighting - state.mean_long)
    state.mean_short = state.mean_short + _SHORT * (state.fighting - state.mean_short)
    if anywhere(state.fighting):  # a day without fighting teaches nothing
        _learn(fields, state, noise.normal("battle", game.keys("parties")))
    state.chances_before = state.chances_before + _SLOW * (state.chances - state.chances_before)


def _restrained(game: Game, fields: Fields, state: State) -> Float:
    """Return what the fighting falls to under a deal in force, (R,)."""
    if not game.scoped:
        return state.fighting * fields.restraint[:, 0]
    left = _left_over(game, fields, state)
    return left + (state.fighting - left) * fields.restraint[:, 0]


def _left_over(game: Game, fields: Fields, state: State) -> Float:
    """Return the fighting that goes on under the deal in force, by the scope it settles, (R,)."""
    share = np.zeros(state.rows)
    for number, talks in enumerate(game.agendas):
        if talks.scoped:
            here = talks.option_values(talks.residual, np.maximum(state.agreed[:, number], 0))
            share = np.where(state.agreed[:, number] >= 0, here, share)
    return share * fields.baseline[:, 0]


def contest_shares(capability: Float) -> Float:
    """Return each side's true chance as its share of all capabilities, (., P).

    Examples
    --------
    >>> contest_shares(np.array([[1.0, 3.0]])).tolist()
    [[0.25, 0.75]]
    """
    return capability / total(capability)[:, None]


def learn_from_battle(
    chances: Float, variance: Float, truth: Float, intensity: Float, noise: Float, signal: Float
) -> tuple[Float, Float]:
    r"""Update a normal belief about a chance from one day's fighting.

    The signal is :math:`z = p + \sigma_z \varepsilon/\sqrt{x}`, the weight on it
    :math:`v / (v + \sigma_z^2/x)`; written without dividing by the intensity, so that a day
    without fighting teaches nothing, exactly.

    Examples
    --------
    >>> one = np.ones(1)
    >>> mean, variance = learn_from_battle(0.5 * one, 0.09 * one, 0.7 * one, one, 0.3 * one, 0 * one)
    >>> round(float(mean[0]), 3), round(float(variance[0]), 4)
    (0.6, 0.045)
    """
    weight = variance / (variance * intensity + noise * noise)
    moved = intensity * (truth - chances) + noise * np.sqrt(intensity) * signal
    left = variance * (1.0 - weight * intensity)
    return chances + weight * moved, left


def _learn(fields: Fields, state: State, signal: Float) -> None:
    chances, variance = learn_from_battle(
        state.chances.T,
        state.variance.T,
        contest_shares(fields.capability).T,
        state.fighting,
        fields.signal_noise.T,
        signal.T,
    )
    state.chances, state.variance = chances.T, variance.T
