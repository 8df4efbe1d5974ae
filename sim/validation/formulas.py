"""Published formulas and the values they have to give; those a rule computes are the rule's own.

Each takes plain numbers and returns one number or a truth value.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from sim.negotiators.opponent import posterior
from sim.rules.beliefs import kydd_threshold
from sim.rules.compliance import Course, Stakes, discounted
from sim.rules.framing import decision_weight, prospect_value

__all__ = ["FORMULAS"]


def fearon_risk_return(
    chance: float, cost: float, most_cost: float, *, what: str = "demand"
) -> float:
    r"""Return the best demand, or the chance of war, when the other's cost is uniform up to a most.

    .. math:: x^* = p + (C - c_A)/2, \qquad P(\text{war}) = (1 - c_A/C)/2

    in the interior. Fearon 1995, doi:10.1017/S0020818300033324.

    Examples
    --------
    >>> round(fearon_risk_return(0.5, 0.1, 0.4), 3), fearon_risk_return(0.5, 0.1, 0.4, what="war")
    (0.65, 0.375)
    """
    if what == "demand":
        return chance + max(most_cost - cost, 0.0) / 2.0
    return max(1.0 - cost / most_cost, 0.0) / 2.0


def bargaining_range(chance: float, cost: float, other_cost: float) -> float:
    """Return the width of Fearon's bargaining range, from p - c_A to p + c_B.

    Examples
    --------
    >>> round(bargaining_range(0.5, 0.1, 0.1), 3)
    0.2
    """
    return (chance + other_cost) - (chance - cost)


def commitment_war(
    now: float, then: float, discount: float, cost: float, other_cost: float, guarantee: float = 0.0
) -> bool:
    r"""Return whether a declining side fights although a bargain exists.

    Two periods, war locks in: it fights iff :math:`\delta (p_2 - p_1) > p_1 + c_D + \delta c_R`; a
    guarantee takes its share of the shift. Derived in the spirit of Powell 2006,
    doi:10.1017/S0020818306060061.

    Examples
    --------
    >>> commitment_war(0.1, 0.9, 0.95, 0.1, 0.1), commitment_war(0.1, 0.9, 0.95, 0.1, 0.1, 0.75)
    (True, False)
    """
    shift = (then - now) * (1.0 - guarantee)
    return discount * shift > now + cost + discount * other_cost


def kydd_truth_premium(bias: float, peace_interest: float, error: float = 0.1) -> float:
    r"""Return what a mediator gains by telling the truth rather than crying war.

    Told that the other side is soft, the recipient asks for much and meets war with chance e; told
    that it means to fight, it settles for little:

    .. math:: \lambda[(1 - e) x_t + e (p - c_1) - x_g] - e w

    with the stylised constants of the rule. No leverage stands in it. Kydd 2003,
    doi:10.1111/1540-5907.00042.

    Examples
    --------
    >>> kydd_truth_premium(0.4, 0.5) < 0 < kydd_truth_premium(0.43, 0.5)
    True
    """
    return bias * ((1.0 - error) * 0.7 + error * (0.5 - 0.1) - 0.55) - error * peace_interest


def cooperation_threshold(
    temptation: float, reward: float, punishment: float, penalty: float = 0.0
) -> float:
    r"""Return the least discount factor at which cooperation holds under a guarantee's penalty.

    .. math:: \delta^* = \frac{T - gK - R}{T - gK - P}

    Walter 1997, doi:10.1162/002081897550384.

    Examples
    --------
    >>> cooperation_threshold(1.0, 0.6, 0.2)
    0.5
    """
    left = temptation - penalty
    return (left - reward) / (left - punishment)


def self_enforcing(
    tranche: int, tranches: int, value: float, cost: float, discount: float, guarantee: float
) -> bool:
    """Return whether a tranche holds when all later ones are believed to come.

    The model's own continuation value, with full trust, full detection and nothing after the
    exchange (Schelling 1960; derived for this project).

    Examples
    --------
    >>> [self_enforcing(k, 5, 1.0, 0.3, 0.95, 0.0) for k in (1, 4, 5)]
    [True, True, False]
    """
    shape = (1, 1, tranches)
    stake = Stakes(np.full(shape, value), np.full(shape, cost), np.zeros((1, 1)))
    none, done = np.zeros((1, 1)), np.array([[tranche - 1]])
    course = Course(stake, none, none, np.full((1, 1), discount), done, tranches, interval=1.0)
    future, price = discounted(course)
    return bool(price[0, 0] <= future[0, 0] + guarantee + 1e-12)


def win_set(low: float, high: float, grid: int) -> float:
    """Return how many of so many evenly spaced terms both home fronts carry, from low to high.

    Putnam 1988, doi:10.1017/S0020818300027697.

    Examples
    --------
    >>> [win_set(low, 0.6, 101) for low in (0.35, 0.65)]
    [26.0, 0.0]
    """
    terms = np.arange(grid) / (grid - 1)
    return float(((terms >= low - 1e-12) & (terms <= high + 1e-12)).sum())


def ranking_posterior(bids: Sequence[Sequence[float]], ranking: int, sigma: float = 0.1) -> float:
    """Return the belief in one of six rankings of three issues after some bids.

    Rankings in the order 012, 021, 102, 120, 201, 210; weights 2(n - r + 1)/(n(n + 1)); bids are
    expected to be worth 1 - .05 t. Hindriks and Tykhonov 2008 (AAMAS, 331-338).

    Examples
    --------
    >>> round(ranking_posterior([[1, 1, 1], [1, 1, 0.5], [1, 0.8, 0.2], [1, 0.6, 0]], 0), 3)
    0.716
    """
    rankings = ((0, 1, 2), (0, 2, 1), (1, 0, 2), (1, 2, 0), (2, 0, 1), (2, 1, 0))
    by_issue = np.zeros((6, 3))
    for number, order in enumerate(rankings):
        by_issue[number, list(order)] = (3 / 6, 2 / 6, 1 / 6)
    belief = np.full(6, 1 / 6)
    for number, bid in enumerate(bids):
        worth = (by_issue * np.array(bid)).sum(axis=1)
        belief = posterior(belief, worth, np.array(1.0 - 0.05 * (number + 1)), sigma)
    return float(belief[ranking])


def _kydd(peace_interest: float, error: float) -> float:
    return float(kydd_threshold(peace_interest, error))


def _value(gain: float, loss_aversion: float = 2.25, curvature: float = 0.88) -> float:
    return float(prospect_value(np.array([gain]), loss_aversion, curvature)[0])


def _weight(chance: float, distortion: float) -> float:
    return float(decision_weight(np.array([chance]), distortion)[0])


FORMULAS: dict[str, Callable[..., float | bool]] = {
    "bargaining_range": bargaining_range,
    "commitment_war": commitment_war,
    "cooperation_threshold": cooperation_threshold,
    "decision_weight": _weight,
    "fearon_risk_return": fearon_risk_return,
    "kydd_threshold": _kydd,
    "kydd_truth_premium": kydd_truth_premium,
    "prospect_value": _value,
    "ranking_posterior": ranking_posterior,
    "self_enforcing": self_enforcing,
    "win_set": win_set,
}
"""Formulas by name."""
