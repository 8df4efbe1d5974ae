"""How much a party asks for as time passes: pure functions of Faratin, Sierra and Jennings.

Faratin, Sierra and Jennings 1998, Robotics and Autonomous Systems 24:159-182,
doi:10.1016/S0921-8890(98)00029-3.
"""

from __future__ import annotations

import numpy as np

from sim._numerics import power
from sim._typing import Float

__all__ = ["SHAPES", "exponential", "polynomial"]


def polynomial(time: Float, beta: Float | float, k: Float | float) -> Float:
    r"""Return the share conceded, :math:`k + (1-k)\min(t,T)^{1/\beta}/T^{1/\beta}`.

    Parameters
    ----------
    time
        Share of the deadline that has passed, 0 to 1.
    beta
        Below 1 Boulware (concedes late), 1 linear, above 1 conceder.
    k
        Share conceded at the start, 0 to 1.

    Examples
    --------
    >>> round(float(polynomial(np.array([0.5]), 0.2, 0.1)[0]), 6)
    0.128125
    """
    return k + (1.0 - k) * power(time, 1.0 / np.asarray(beta, dtype=np.float64))


def exponential(time: Float, beta: Float | float, k: Float | float) -> Float:
    r"""Return the share conceded, :math:`\exp((1-\min(t,T)/T)^{\beta}\ln k)`.

    Parameters are those of ``polynomial``; ``k`` has to be above 0.

    Examples
    --------
    >>> round(float(exponential(np.array([0.5]), 0.2, 0.1)[0]), 6)
    0.134725
    """
    left = power(1.0 - time, beta)
    return np.exp(left * np.log(np.asarray(k, dtype=np.float64)))


SHAPES = {"polynomial": polynomial, "exponential": exponential}
