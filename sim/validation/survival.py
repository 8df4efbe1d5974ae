"""Survival of agreements with weights: Kaplan and Meier's estimate and Weibull's shape."""

from __future__ import annotations

import numpy as np

from sim._typing import Bool, Float

__all__ = ["kaplan_meier", "weibull_shape"]

_STEPS = 60


def kaplan_meier(time: Float, event: Bool, weights: Float, day: float) -> float:
    """Return the share that survives a day, each case counting with its weight.

    Kaplan and Meier 1958, doi:10.1080/01621459.1958.10501452.

    Examples
    --------
    >>> time, ended = np.array([1.0, 2.0, 3.0, 3.0]), np.array([True, True, False, False])
    >>> kaplan_meier(time, ended, np.ones(4), 2.0)
    0.5
    """
    order = np.argsort(time, kind="stable")
    time, event, weights = time[order], event[order], weights[order]
    at_risk = weights[::-1].cumsum()[::-1]
    days, first = np.unique(time, return_index=True)
    ended = np.add.reduceat(np.where(event, weights, 0.0), first)
    before = (days <= day) & (at_risk[first] > 0)
    return float(np.prod(1.0 - ended[before] / at_risk[first][before]))


def weibull_shape(time: Float, event: Bool, weights: Float) -> float:
    r"""Return the shape of Weibull's distribution of right-censored times: below 1, hazards fall.

    The maximum-likelihood shape k solves

    .. math:: \frac{\sum w t^k \ln t}{\sum w t^k} - \frac1k = \frac{\sum_{ended} w \ln t}{\sum_{ended} w}

    and is found by bisection (Lawless 2003, Statistical Models and Methods for Lifetime Data, 5.2).
    Times are counted from half a day, so that the first day has a logarithm.

    Examples
    --------
    >>> luck = np.random.Generator(np.random.Philox(1))
    >>> time = 100 * luck.weibull(0.6, 20000)
    >>> round(weibull_shape(time, np.ones(20000, dtype=bool), np.ones(20000)), 1)
    0.6
    """
    ended = np.where(event, weights, 0.0)
    if ended.sum() == 0:
        return float("nan")
    logs = np.log(np.maximum(time, 0.5))
    wanted = (ended * logs).sum() / ended.sum()
    low, high = 0.02, 20.0
    for _ in range(_STEPS):
        shape = np.sqrt(low * high)
        power = weights * np.exp(shape * (logs - logs.max()))
        if (power * logs).sum() / power.sum() - 1.0 / shape > wanted:
            high = shape
        else:
            low = shape
    return float(np.sqrt(low * high))
