"""How much a party asks for as time passes: pure functions of Faratin, Sierra and Jennings.

Faratin, Sierra and Jennings 1998, Robotics and Autonomous Systems 24:159-182,
doi:10.1016/S0921-8890(98)00029-3.
"""

from __future__ import annotations

import numpy as np

from sim._numerics import power
from sim._typing import Float

__all__ = ["SHAPES", "exponential", "polynomial", "resource", "sigmoid"]


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


def sigmoid(time: Float, beta: Float | float, k: Float | float) -> Float:
    r"""Return the share conceded, :math:`k + (1-k)\,t^{1/\beta}/(t^{1/\beta}+(1-t)^{1/\beta})`.

    Parameters are those of ``polynomial``; 1 is linear, below it most is conceded about half
    time. No concession function of Faratin, Sierra and Jennings; it has their end points.

    Examples
    --------
    >>> sigmoid(np.array([0.25, 0.5, 0.75]), 0.5, 0.0).round(6).tolist()
    [0.1, 0.5, 0.9]
    """
    exponent = 1.0 / np.asarray(beta, dtype=np.float64)
    passed, left = power(time, exponent), power(1.0 - time, exponent)
    return k + (1.0 - k) * (passed / (passed + left))


def resource(left: Float, scale: Float | float, k: Float | float) -> Float:
    r"""Return the share conceded, :math:`k + (1-k)\,e^{-r}`, for a resource :math:`r` that runs out.

    Parameters
    ----------
    left
        What is left, for example sessions, at least 0.
    scale
        How much of it counts as one unit, above 0.
    k
        Share conceded while there is plenty, 0 to 1.

    Examples
    --------
    >>> resource(np.array([0.0, 2.0]), 1.0, 0.1).round(6).tolist()
    [1.0, 0.221802]
    """
    return k + (1.0 - k) * np.exp(-np.asarray(left, dtype=np.float64) / scale)


SHAPES = {"polynomial": polynomial, "exponential": exponential, "sigmoid": sigmoid}
