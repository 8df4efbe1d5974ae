"""Exact bargaining geometry over utilities of shape (parties, packages).

Points follow Nash (1950, doi:10.2307/1907266), Kalai and Smorodinsky (1975, doi:10.2307/1914280)
and Kalai (1977, doi:10.2307/1913954). Ties, meant up to rounding, go to the higher sum of gains
and then to the canonical order of packages.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim._typing import Bool, Float, Rows

__all__ = [
    "POINTS",
    "Point",
    "agreement_zone",
    "bargaining_point",
    "candidates",
    "distances",
    "pareto",
    "undominated",
]

_TIE = 1e-12
POINTS = ("nash", "kalai_smorodinsky", "egalitarian", "utilitarian", "relative_welfare")


@dataclass(frozen=True, slots=True)
class Point:
    """One solution concept's package and what it is worth to each party."""

    concept: str
    package: int
    utilities: tuple[float, ...]


def pareto(utilities: Float, among: Bool | None = None) -> Rows:
    """Return the packages that no other package dominates, best for the first party first.

    Parameters
    ----------
    utilities
        Shape (P, N).
    among
        Packages to consider, shape (N,); all if omitted.

    Examples
    --------
    >>> pareto(np.array([[0.0, 0.5, 1.0, 0.4], [1.0, 0.5, 0.0, 0.4]])).tolist()
    [2, 1, 0]
    """
    codes = np.arange(utilities.shape[1]) if among is None else np.flatnonzero(among)
    points = utilities[:, codes]
    kept = _pareto_pairs(points) if points.shape[0] == 2 else _pareto_many(points)
    return codes[kept]


def _pareto_pairs(points: Float) -> Rows:
    """Sweep two parties' points from best to worst for the first."""
    order = np.lexsort((-points[1], -points[0]))
    first, second = points[0][order], points[1][order]
    best_before = np.concatenate(([-np.inf], np.maximum.accumulate(second)[:-1]))
    best_yet = np.maximum.accumulate(second)
    fresh = second > best_before
    leader = np.maximum.accumulate(np.where(fresh, np.arange(len(order)), 0))
    same = (second == best_yet) & (first == first[leader]) if len(order) else fresh
    return order[fresh | same]


def _pareto_many(points: Float) -> Rows:
    """Take the best remaining sum, drop all it dominates, repeat."""
    order = np.argsort(-points.sum(axis=0), kind="stable")
    left, kept = points[:, order], []
    while order.size:
        kept.append(int(order[0]))
        lead = left[:, :1]
        dominated: Bool = np.logical_and.reduce(left <= lead, axis=0) & np.logical_or.reduce(
            left < lead, axis=0
        )
        dominated[0] = True
        order, left = order[~dominated], left[:, ~dominated]
    index = np.array(kept, dtype=np.intp)
    return index[np.argsort(-points[0][index], kind="stable")]


def undominated(points: Float) -> Rows:
    """Return the columns of (P, n) that none dominates, one for each point, in their order.

    Examples
    --------
    >>> undominated(np.array([[1.0, 0.0, 1.0, 0.5], [0.0, 1.0, 0.0, 0.5]])).tolist()
    [0, 1, 3]
    """
    if points.shape[0] == 2:
        order = np.lexsort((-points[1], -points[0]))
        second = points[1][order]
        before = np.concatenate(([-np.inf], np.maximum.accumulate(second)[:-1]))
        kept: Rows = np.sort(order[second > before])
        return kept
    first = np.sort(np.unique(points, axis=1, return_index=True)[1])
    rest = points[:, first]
    return first[np.sort(_of_three(rest) if len(rest) == 3 else _pareto_many(rest))]


def _of_three(points: Float) -> Rows:
    """Sweep three parties' points, all different, from best to worst for the first.

    Of what was kept only a staircase matters: the best for the third party at each level of
    the second (Kung, Luccio and Preparata 1975, doi:10.1145/321906.321910).
    """
    order = np.lexsort((-points[2], -points[1], -points[0]))
    levels: list[float] = []
    bests: list[float] = []
    kept = []
    for code, level, best in zip(order, *points[1:, order].tolist(), strict=True):
        place = bisect_left(levels, level)
        if place < len(levels) and bests[place] >= best:
            continue
        kept.append(code)
        last = place + 1 if place < len(levels) and levels[place] == level else place
        while place > 0 and bests[place - 1] <= best:
            place -= 1
        levels[place:last], bests[place:last] = [level], [best]
    return np.array(kept, dtype=np.intp)


def candidates(utilities: Float, among: Bool | None, most: int) -> Rows:
    """Return at most ``most`` packages of the frontier, in canonical order.

    Packages worth the same to all count once. Two parties: evenly spaced along the frontier, the same set from either end, so that neither
    party is favoured by being first. More parties: evenly spaced by package.

    Examples
    --------
    >>> u = np.stack([np.arange(10.0), np.arange(10.0)[::-1]])
    >>> candidates(u, None, 4).tolist()
    [0, 3, 6, 9]
    """
    codes = np.arange(utilities.shape[1]) if among is None else np.flatnonzero(among)
    frontier = codes[undominated(utilities[:, codes])]
    frontier = frontier[np.lexsort((-utilities[1, frontier], -utilities[0, frontier]))]
    if frontier.size > most:
        if utilities.shape[0] > 2:
            frontier = np.sort(frontier)
        half = np.linspace(0, frontier.size - 1, most)[: (most + 1) // 2]
        left = np.floor(half + 0.5).astype(np.intp)
        frontier = frontier[np.unique(np.concatenate((left, frontier.size - 1 - left)))]
    return np.sort(frontier)


def agreement_zone(utilities: Float, floors: Float, feasible: Bool | None = None) -> Bool:
    """Return which packages every party would sign, shape (N,).

    Examples
    --------
    >>> agreement_zone(np.array([[0.2, 0.8], [0.9, 0.1]]), np.array([0.1, 0.5])).tolist()
    [True, False]
    """
    zone = np.logical_and.reduce(utilities >= floors[:, None], axis=0)
    return zone if feasible is None else zone & feasible


def bargaining_point(
    concept: str,
    utilities: Float,
    floors: Float,
    feasible: Bool | None = None,
    power: Float | None = None,
    ideal: Float | None = None,
) -> Point | None:
    """Return a solution concept's package, or ``None`` where no package clears every floor.

    Parameters
    ----------
    concept
        ``nash`` (largest product of gains), ``kalai_smorodinsky`` (largest minimum of relative
        gains), ``egalitarian`` (largest minimum of gains), ``utilitarian`` (largest sum of
        gains) or ``relative_welfare`` (largest sum of relative gains).
    utilities
        Shape (P, N).
    floors
        Disagreement utilities, shape (P,). The worst utilities give the unconstrained variant.
    feasible
        Packages on nobody's red line, shape (N,).
    power
        Exponents of the asymmetric Nash product, shape (P,); equal if omitted.
    ideal
        Utilities that relative gains are measured against, shape (P,): each party's best among
        packages that clear every floor if omitted (Kalai and Smorodinsky); some programs take
        the best of all packages.

    Examples
    --------
    >>> u = np.array([[1.0, 0.6, 0.0], [0.0, 0.6, 1.0]])
    >>> bargaining_point("nash", u, np.zeros(2)).package
    1
    """
    codes = np.flatnonzero(agreement_zone(utilities, floors, feasible))
    if codes.size == 0:
        return None
    points = utilities[:, codes]
    gains = points - floors[:, None]
    room = gains.max(axis=1) if ideal is None else ideal - floors
    best = int(codes[_best(_merit(concept, gains, power, room), gains.sum(axis=0))])
    return Point(concept, best, tuple(float(value) for value in utilities[:, best]))


def _merit(concept: str, gains: Float, power: Float | None, room: Float) -> Float:
    """Return what a concept maximises over individually rational packages."""
    if concept == "nash":
        exponents = np.ones(gains.shape[0]) if power is None else power
        merit: Float = np.prod(gains ** exponents[:, None], axis=0)
        return merit
    if concept == "egalitarian":
        return gains.min(axis=0)
    if concept == "utilitarian":
        return gains.sum(axis=0)
    if concept in ("kalai_smorodinsky", "relative_welfare"):
        whole = np.broadcast_to(room[:, None], gains.shape)
        shares: Float = np.divide(gains, whole, out=np.ones_like(gains), where=whole > 0)
        return shares.min(axis=0) if concept == "kalai_smorodinsky" else shares.sum(axis=0)
    message = f"unknown concept {concept!r}; known: {', '.join(POINTS)}"
    raise ValueError(message)


def _best(merit: Float, welfare: Float) -> int:
    """Return the first package within rounding of the best merit, then of the best welfare."""
    tied = merit >= merit.max() - _TIE
    top = np.where(tied, welfare, -np.inf)
    return int(np.argmax(top >= top.max() - _TIE))


def distances(agreed: Float, points: Sequence[Point], frontier: Float) -> dict[str, float]:
    """Return how far an agreement lies from each concept's package and from the frontier.

    Distances are Euclidean, in the utilities' own units.

    Parameters
    ----------
    agreed
        What the agreement is worth to each party, (P,).
    points
        Solution concepts.
    frontier
        Utilities of the undominated packages, (P, F).

    Examples
    --------
    >>> nash = Point("nash", 0, (0.6, 0.8))
    >>> distances(np.array([0.3, 0.4]), [nash], np.array([[0.3], [0.5]]))
    {'nash': 0.5, 'pareto': 0.09999999999999998}
    """
    found = {
        p.concept: float(np.sqrt(((np.array(p.utilities) - agreed) ** 2).sum())) for p in points
    }
    gaps = np.sqrt(((frontier - agreed[:, None]) ** 2).sum(axis=0))
    return found | {"pareto": float(gaps.min())}
