r"""Value functions: additive scores with pairwise interactions, red lines, support at home.

.. math:: u_i(x) = \mathrm{norm}\Big(\sum_k w_{ik} s_{ik}(x_k) + \text{pair terms}\Big)

runs from 0 to 1 over the whole agenda, packages across red lines included, and means nothing
across parties.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim._numerics import total
from sim._typing import Bool, Float
from sim.game import home_weights
from sim.space import Space

__all__ = [
    "Interaction",
    "home_support",
    "normalised",
    "red_lines",
    "undelivered",
    "values",
]


@dataclass(frozen=True, slots=True)
class Interaction:
    """A pair term: ``value`` is added where both options are chosen.

    Parameters
    ----------
    issues
        Indices of two issues of one agenda.
    options
        The option of each.
    value
        Added to the weighted sum before it is normalised; weights sum to 1.
    """

    issues: tuple[int, int]
    options: tuple[int, int]
    value: float


def values(space: Space, parts: Float, interactions: Sequence[Interaction] = ()) -> Float:
    """Return the raw value of every package, shape (N,).

    Parameters
    ----------
    space
        The packages.
    parts
        Weighted scores by issue and option, shape (I, O).
    interactions
        Pair terms.

    Examples
    --------
    >>> values(Space([2, 2]), np.array([[0.0, 0.6], [0.0, 0.4]])).tolist()
    [0.0, 0.4, 0.6, 1.0]
    """
    result = np.zeros(space.count)
    for issue, options in enumerate(space.options):
        result += parts[issue, options]
    for term in interactions:
        first, second = (
            space.options[issue] == option
            for issue, option in zip(term.issues, term.options, strict=True)
        )
        result += np.where(first & second, term.value, 0.0)
    return result


def normalised(raw: Float, parts: Float) -> tuple[Float, Float]:
    """Return values and their additive parts on the scale from 0 (worst) to 1 (best package).

    Raises
    ------
    ValueError
        If all packages are worth the same.

    Examples
    --------
    >>> normalised(np.array([1.0, 2.0, 3.0]), np.array([[2.0]]))[0].tolist()
    [0.0, 0.5, 1.0]
    """
    low, width = float(raw.min()), float(np.ptp(raw))
    if width <= 0.0:
        message = "every package is worth the same, so no scale from worst to best exists"
        raise ValueError(message)
    return (raw - low) / width, parts / width


def red_lines(space: Space, lines: Sequence[tuple[int, int]]) -> Bool:
    """Return which packages cross none of the red lines, shape (N,).

    Parameters
    ----------
    space
        The packages.
    lines
        Pairs of (issue, option) the party never signs.

    Examples
    --------
    >>> red_lines(Space([2, 2]), [(0, 1)]).tolist()
    [True, True, False, False]
    """
    allowed = np.ones(space.count, dtype=bool)
    for issue, option in lines:
        allowed &= space.options[issue] != option
    return allowed


def home_support(utilities: Float, weights: Float, vetoes: Bool) -> Float:
    """Return the mean support of a package at home, by which a party judges what it can carry.

    Constituencies count by their weight; a veto player counts as much as all of them together.
    The vote itself follows the thresholds (Putnam 1988, doi:10.1017/S0020818300027697); this is
    what a party goes by beforehand.

    Parameters
    ----------
    utilities
        Utility to each constituency, shape (C, N).
    weights, vetoes
        Weight of each constituency and whether it holds a veto, shape (C,).

    Examples
    --------
    >>> u = np.array([[0.2], [0.8]])
    >>> home_support(u, np.array([0.5, 0.5]), np.array([False, False])).tolist()
    [0.5]
    >>> home_support(u, np.array([0.5, 0.5]), np.array([True, False])).round(6).tolist()
    [0.35]
    """
    counted = home_weights(weights, vetoes)
    return total((counted[:, None] * utilities).T)


def undelivered(scores: Float, *, gives: bool) -> float:
    """Return the score of non-delivery where the scenario gives none.

    Who delivers is best off keeping what it would hand over; who receives is worst off.

    Examples
    --------
    >>> undelivered(np.array([0.1, 0.9]), gives=True)
    0.9
    """
    return float(scores.max() if gives else scores.min())
