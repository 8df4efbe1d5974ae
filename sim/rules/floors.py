"""The floor: the lowest utility a party signs at today, its only reservation."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim._numerics import anywhere, at, smallest, those
from sim._typing import Float, Rows
from sim.fields import Fields
from sim.game import Game
from sim.rules.framing import decision_weight, framed, premium
from sim.table.state import State

__all__ = ["confidence", "detection", "detection_in_force", "floors", "least_trust", "outside"]

_LEAST_CONFIDENCE = 0.02


def outside(fields: Fields, state: State, rows: Rows | None = None) -> Float:
    r"""Return the forward-looking outside option of each party, (R, P), or of some rows, (rows, P).

    .. math:: d_i = S_i \hat p_i - \kappa_i (1 + \nu_i a)\, x'\, L_i - \chi_i

    x' is the intensity of fighting today; under a deal, which would end, that to which it would
    return, if it is more. Sunk cost stays out. Fearon 1995, doi:10.1017/S0020818300033324.
    """
    stake, daily, left, exhaustion = (
        leaf.T for leaf in (fields.stake, fields.daily_cost, fields.days_left, fields.exhaustion)
    )
    usual, chances, stick = fields.baseline[:, 0], state.chances.T, state.stick.T
    weary, fighting, bound = state.mean_long, state.fighting, state.in_force
    if rows is not None:
        stake, daily, left, exhaustion = (
            leaf if leaf.shape[1] == 1 else leaf.take(rows, axis=1)
            for leaf in (stake, daily, left, exhaustion)
        )
        usual, chances, stick = (
            at(usual, rows),
            chances.take(rows, axis=1),
            stick.take(rows, axis=1),
        )
        weary, fighting, bound = weary.take(rows), fighting.take(rows), bound.take(rows)
    if anywhere(bound):
        fighting = np.where(bound, np.maximum(fighting, usual), fighting)
    cost = daily * (1.0 + exhaustion * weary) * fighting * left
    return (stake * chances - cost - stick).T


def least_trust(trust: Float, signing: Sequence[int]) -> Float:
    """Return each party's trust in the other signatory it trusts least, shape (R, P)."""
    return smallest(those(trust, signing))


def confidence(trust: Float, detected: Float) -> Float:
    """Return the believed chance that an agreement holds, Q = 1 - (1 - T)(1 - m).

    Examples
    --------
    >>> confidence(np.array([0.5]), np.array([0.6])).tolist()
    [0.8]
    """
    return np.maximum(1.0 - (1.0 - trust) * (1.0 - detected), _LEAST_CONFIDENCE)


def detection(game: Game, fields: Fields, agenda: int) -> Float:
    """Return the chance that a violation is detected, by monitoring option, (1 or R, O)."""
    talks = game.agendas[agenda]
    return fields.default_detection if talks.monitor < 0 else talks.detection[None, :]


def detection_in_force(game: Game, fields: Fields, state: State, rows: Rows | None = None) -> Float:
    """Return the detection of the deal in force, the default where there is none, (R,) or (rows,)."""
    seen, agenda, agreed = fields.default_detection[:, 0], state.agenda, state.agreed
    if rows is not None:
        seen, agenda, agreed = at(seen, rows), agenda.take(rows), agreed.take(rows, axis=0)
    for number, talks in enumerate(game.agendas):
        if talks.monitor < 0:
            continue
        package = np.maximum(agreed[:, number], 0)
        here = talks.detection[talks.monitoring(package)]
        seen = np.where(agenda == number, here, seen)
    return seen if seen.size == agenda.size else np.full(agenda.size, seen[0])


def floors(game: Game, fields: Fields, state: State, agenda: int) -> Float:
    r"""Return the floor of each party by monitoring option, shape (R, P, O).

    .. math:: f_i(x) = d_i + \ell_i (1 - Q_i)/Q_i - y_i - v_i, \qquad
              \ell_i = (\ell^0_i + S_i [\Delta_i]_+)(1 - G_i),

    the same as asking :math:`Q(u + y + v) + (1 - Q)(d - \ell) \ge d`; with :math:`v` the
    believed chance of a next stage times what it can be expected to bring. A later agenda is
    judged against the status quo under the
    agreement in force. Powell 2006, doi:10.1017/S0020818306060061; Walter 1997,
    doi:10.1162/002081897550384.
    """
    shift = fields.stake * np.maximum(fields.power_shift, 0.0)
    loss = (fields.collapse_loss + shift).T * (1.0 - state.guarantee)
    seen = detection(game, fields, agenda).T[:, None]
    trust = least_trust(state.trust, game.agendas[agenda].signatories).T
    holds = confidence(trust, seen)
    if not game.idle("distortion", 1.0):
        holds = 1.0 - decision_weight(1.0 - holds, fields.distortion.T)
    plain_sight = game.idle("loss_aversion", 1.0) and game.idle("curvature", 1.0)
    if plain_sight:
        risk = loss * (1.0 - holds) / holds
    else:
        risk = premium(loss, holds, fields.loss_aversion.T, fields.curvature.T)
    if agenda == 0:
        base = outside(fields, state) - state.carrot
        if not game.idle("next_stage", 0.0):
            base = base - fields.next_stage * game.agendas[0].ahead[state.point]
    else:
        base = np.broadcast_to(fields.status_quo, state.chances.shape)
    lowest = (base.T + risk).T  # entities first until here: options, parties, rows
    return lowest if plain_sight else _framed(game, fields, state, agenda, lowest)


def _framed(game: Game, fields: Fields, state: State, agenda: int, plain: Float) -> Float:
    """Return the floors as seen from each party's reference point, (R, P, O).

    Losses are shares of a party's range, so that its scale does not matter.
    """
    seen = np.copy(plain)
    for party, actor in enumerate(game.parties):
        if actor.reference == "status-quo":  # below it lies only the loss of a collapse
            continue
        scale = game.scale[party]
        point = _reference(game, fields, state, agenda, party, actor.reference)
        felt = framed(
            plain[:, party].T / scale,
            point / scale,
            fields.loss_aversion[:, party],
            fields.curvature[:, party],
        )
        seen[:, party] = scale * felt.T
    return seen


def _reference(
    game: Game, fields: Fields, state: State, agenda: int, party: int, kind: str
) -> Float:
    """Return the utility a party measures concessions from, (R,).

    Its ideal, or the best of the others' last offers; before the first there is nothing to lose.
    """
    tables = game.agendas[agenda].tables
    if kind == "aspiration":
        return np.broadcast_to(tables.ideal[state.point, party], (state.rows,))
    best = np.full(state.rows, -np.inf)
    for other in game.agendas[agenda].signatories:
        if other != party:
            heard = state.offer[:, agenda, other]
            worth = tables.worth(state.point, party, np.maximum(heard, 0))
            best = np.maximum(best, np.where(heard >= 0, worth, -np.inf))
    return best
