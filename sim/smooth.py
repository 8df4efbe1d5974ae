"""Bargaining points of two parties on a smooth frontier, where textbooks state them in closed form.

Scenarios are finite; this is for checking and teaching. Derivatives are taken by complex step,
exact to the last digits, so the utilities have to be NumPy expressions of one number.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sim.frontier import POINTS

__all__ = ["SmoothPoint", "smooth_point"]

Curve = Callable[[complex], complex]
_STEP = 1e-200
_EDGE = 1e-12


@dataclass(frozen=True, slots=True)
class SmoothPoint:
    """A solution concept's point: the parameter of the frontier and both utilities."""

    concept: str
    x: float
    utilities: tuple[float, float]


def smooth_point(
    concept: str,
    first: Curve,
    second: Curve,
    floors: tuple[float, float] = (0.0, 0.0),
    power: float = 0.5,
) -> SmoothPoint:
    r"""Return a solution concept's point on the frontier x -> (first(x), second(x)), x from 0 to 1.

    Parameters
    ----------
    concept
        As ``bargaining_point`` knows them.
    first, second
        Concave utilities, rising and falling in x.
    floors
        Disagreement utilities; both must be reachable together.
    power
        The first party's exponent of the asymmetric Nash product, 0 to 1.

    References
    ----------
    Nash 1950, doi:10.2307/1907266; Kalai and Smorodinsky 1975, doi:10.2307/1914280; Kalai 1977,
    doi:10.2307/1913954. Complex step: Squire and Trapp 1998, doi:10.1137/S003614459631241X.

    Examples
    --------
    >>> import numpy as np
    >>> round(smooth_point("nash", np.sqrt, lambda x: 1 - x).x, 9)
    0.333333333
    """
    low = _crossing(lambda x: floors[0] - _value(first, x), 0.0, 1.0)
    high = _crossing(lambda x: _value(second, x) - floors[1], 0.0, 1.0)
    best = (_value(first, high), _value(second, low))
    rooms = (best[0] - floors[0], best[1] - floors[1])

    def gains(x: float) -> tuple[float, float]:
        return _value(first, x) - floors[0], _value(second, x) - floors[1]

    def nash(x: float) -> float:
        one, other = gains(x)
        return power * _slope(first, x) * other + (1.0 - power) * _slope(second, x) * one

    conditions: dict[str, Callable[[float], float]] = {
        "nash": nash,
        "kalai_smorodinsky": lambda x: gains(x)[1] / rooms[1] - gains(x)[0] / rooms[0],
        "egalitarian": lambda x: gains(x)[1] - gains(x)[0],
        "utilitarian": lambda x: _slope(first, x) + _slope(second, x),
        "relative_welfare": lambda x: _slope(first, x) / rooms[0] + _slope(second, x) / rooms[1],
    }
    if concept not in conditions:
        message = f"unknown concept {concept!r}; known: {', '.join(POINTS)}"
        raise ValueError(message)
    x = _crossing(conditions[concept], low, high)
    return SmoothPoint(concept, x, (_value(first, x), _value(second, x)))


def _value(curve: Curve, x: float) -> float:
    return float(complex(curve(x)).real)


def _slope(curve: Curve, x: float) -> float:
    return float(complex(curve(complex(x, _STEP))).imag / _STEP)


def _crossing(falling: Callable[[float], float], low: float, high: float) -> float:
    """Return where a falling condition reaches 0, or the end where it stays on one side."""
    from scipy.optimize import brentq  # noqa: PLC0415 - nothing else here needs it

    width = high - low
    left, right = low + _EDGE * width, high - _EDGE * width
    if falling(left) <= 0.0:
        return low
    if falling(right) >= 0.0:
        return high
    return float(brentq(falling, left, right, xtol=1e-15, rtol=1e-14))
