"""Stage 8: the ledger, the only writer of trust, of harm, and of beliefs that fade overnight."""

from __future__ import annotations

import numpy as np

from sim._numerics import anywhere, at, power, special
from sim._typing import Bool, Float, Rows
from sim.fields import Fields
from sim.game import Game
from sim.noise import Noise
from sim.rules.beliefs import forget
from sim.table.state import State

__all__ = ["harm", "poisson_quantile", "settle", "update_trust"]


def settle(game: Game, fields: Fields, state: State) -> None:
    """Write down the day: trust by what each party did, beliefs a little wider, days fought."""
    kept = state.handed_over | state.conciliated
    broke = state.violated | (state.blamed & ~state.in_force[:, None])
    if game.asks_for_steps:
        kept, broke = kept | state.kept_step, broke | state.broke_step
    if anywhere(kept) or anywhere(broke):
        for i, j in game.pairs:
            state.trust[:, i, j] = update_trust(
                state.trust[:, i, j],
                kept[:, j],
                broke[:, j],
                fields.trust_gain[:, i],
                fields.trust_loss[:, i],
            )
    if game.settings.deals > 1:
        _fade(game, fields, state)
    if game.settings.floor_learning:
        state.floor_sd = forget(state.floor_sd)
    state.fought = state.fought + state.fighting


def _fade(game: Game, fields: Fields, state: State) -> None:
    """Let the precedent of an ended deal fade: trust drifts back to what it was at first."""
    after = (state.ended > 0) & ~state.in_force
    rate = 1.0 - power(1.0 - fields.trust_drift, 1.0 / 365.0)
    for i, j in game.pairs:
        gap = fields.initial_trust[:, i] - state.trust[:, i, j]
        state.trust[:, i, j] += np.where(after, rate[:, i] * gap, 0.0)


def update_trust(trust: Float, kept: Bool, broke: Bool, gain: Float, loss: Float) -> Float:
    r"""Return trust after a day: :math:`T + g(1 - T)` if kept, :math:`T - lT` if broken.

    Losses weigh more than gains (Slovic 1993, doi:10.1111/j.1539-6924.1993.tb01329.x).

    Examples
    --------
    >>> half, yes, no = np.full(1, 0.5), np.ones(1, dtype=bool), np.zeros(1, dtype=bool)
    >>> float(update_trust(half, yes, no, np.full(1, 0.05), np.full(1, 0.125))[0])
    0.525
    >>> float(update_trust(half, no, yes, np.full(1, 0.05), np.full(1, 0.125))[0])
    0.4375
    """
    up = np.where(kept & ~broke, gain * (1.0 - trust), 0.0)
    down = np.where(broke, loss * trust, 0.0)
    return trust + up - down


def harm(game: Game, fields: Fields, state: State, noise: Noise, rows: Rows) -> Float:
    """Return the people harmed on each side so far, shape (rows, P); read by no rule.

    On every day the count is Poisson with mean harm rate times days fought: one uniform per
    side and history is carried through the quantile function, so that counts never fall.
    """
    draws = noise.lasting("harm", game.keys("parties"), rows)
    return poisson_quantile(draws, at(fields.harm_rate, rows) * state.fought[rows][:, None])


def poisson_quantile(share: Float, mean: Float) -> Float:
    """Return the smallest count whose Poisson distribution function reaches ``share``.

    Examples
    --------
    >>> poisson_quantile(np.array([0.1, 0.5, 0.9]), np.array([2.0, 2.0, 2.0])).tolist()
    [0.0, 2.0, 4.0]
    """
    pdtr, pdtrik = special("pdtr"), special("pdtrik")
    mean = np.broadcast_to(mean, share.shape)
    if not anywhere(mean):
        return np.zeros(share.shape)
    high = np.ceil(pdtrik(share, np.maximum(mean, 1e-12)))
    high = np.maximum(high, 0.0)
    below = np.maximum(high - 1.0, 0.0)
    count = np.where(pdtr(below, mean) >= share, below, high)
    return np.where(np.isnan(mean), np.nan, np.where(share <= np.exp(-mean), 0.0, count))
