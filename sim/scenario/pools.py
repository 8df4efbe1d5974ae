"""Texts mediators choose from, and what a party could offer another: made once for an agenda."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim._typing import Bool, Float, Int, Rows
from sim.additive import AdditiveFrontier, additive_frontier, supported_frontier
from sim.frontier import candidates
from sim.preferences import Interaction
from sim.space import Space, Tables, Values
from sim.summed import SummedTables

__all__ = ["TOLERANCE", "on_offer", "pool_and_reach", "summed_frontier"]

POOL = 24
REACH_STEPS = 20
TOLERANCE = 0.01
"""Of each party's range: how much worse a frontier of three parties may be than the exact one, where
packages are too many to list."""
_MOST_PARTIES = 3
"""Of more parties the frontier is too long to be listed as well."""


def pool_and_reach(tables: Values, space: Space, signing: Sequence[int]) -> tuple[Int, Float]:
    """Return mediators' candidate texts (G, Q) and what each can offer each (G, P, P, steps + 1)."""
    points, parties = tables.parts.shape[:2]
    pools, reach = [], np.zeros((points, parties, parties, REACH_STEPS + 1))
    for point in range(points):
        if isinstance(tables, Tables):
            pools.append(_listed_pool(tables, point, signing))
            reach[point] = _listed_reach(tables, space, point)
        elif isinstance(tables, SummedTables):
            pools.append(_summed_pool(tables, point, signing))
            reach[point] = _summed_reach(tables, point)
    width = max(pool.size for pool in pools)
    padded = np.stack([np.pad(pool, (0, width - pool.size), mode="edge") for pool in pools])
    return padded, reach


def _listed_pool(tables: Tables, point: int, signing: Sequence[int]) -> Rows:
    feasible = tables.feasible if tables.feasible.any() else None
    return candidates(tables.utility[point, list(signing)], feasible, POOL)


def _listed_reach(tables: Tables, space: Space, point: int) -> Float:
    parties = tables.utility.shape[1]
    reach = np.zeros((parties, parties, REACH_STEPS + 1))
    public = np.stack([_public(tables.shapes[j], space) for j in range(parties)])
    for i in range(parties):
        own = np.where(tables.allowed[i], tables.utility[point, i], -np.inf)
        order: Rows = np.argsort(-own, kind="stable")
        for j in range(parties):
            reach[i, j] = _steps(own[order] / tables.ideal[point, i], public[j][order])
    return reach


def _steps(heights: Float, offered: Float) -> Float:
    """Return the best on offer at each share of the ideal, packages in falling order of worth."""
    steps = np.arange(REACH_STEPS + 1) / REACH_STEPS
    counts = np.searchsorted(-heights, 1e-12 - steps, side="right")
    best: Float = np.maximum.accumulate(offered)
    return best[np.maximum(counts - 1, 0)]


def _public(shapes: Float, space: Space) -> Float:
    """Return the mean public score of every package, (N,)."""
    mean = np.zeros(space.count)
    for issue, options in enumerate(space.options):
        mean += shapes[issue, options]
    return mean / len(space.sizes)


def on_offer(tables: Values, point: int, signing: Sequence[int]) -> tuple[Float, Bool | None]:
    """Return utilities of those who sign and which packages to consider: the frontier or all."""
    if isinstance(tables, SummedTables):
        return summed_frontier(tables, point, signing).utilities, None
    if isinstance(tables, Tables):
        return tables.utility[point, list(signing)], tables.feasible
    raise TypeError(tables)


def summed_frontier(
    tables: SummedTables, point: int, signing: Sequence[int], only: Sequence[int] | None = None
) -> AdditiveFrontier:
    """Return the frontier of those who sign, on nobody's red line, without listing packages.

    Exact for two parties, within ``TOLERANCE`` for three; of more, the packages that are best for
    some weighing of the parties.

    Parameters
    ----------
    only
        (issue, option): packages with this option of the issue alone.
    """
    allowed = ~np.logical_or.reduce(tables.lines, axis=0)
    if only is not None:
        issue, option = only
        allowed[issue] &= np.arange(allowed.shape[1]) == option
    each = [tables.parties.each[point][party] for party in signing]
    parts, terms = np.stack([one.parts for one in each]), [one.terms for one in each]
    sizes = tables.space.sizes
    if len(each) > _MOST_PARTIES:
        return supported_frontier(parts, sizes, allowed=allowed, interactions=terms)
    tolerance = TOLERANCE if len(each) > 2 else 0.0
    return additive_frontier(parts, sizes, allowed=allowed, interactions=terms, tolerance=tolerance)


def _summed_pool(tables: SummedTables, point: int, signing: Sequence[int]) -> Rows:
    found = summed_frontier(tables, point, signing)
    codes = tables.space.codes(found.options)
    rising = np.argsort(codes, kind="stable")
    return codes[rising][candidates(found.utilities[:, rising], None, POOL)]


def _summed_reach(tables: SummedTables, point: int) -> Float:
    """As for listed packages, from the frontier of own worth and the other's public scores."""
    parties, issues = len(tables.parties.each[0]), len(tables.space.sizes)
    reach = np.zeros((parties, parties, REACH_STEPS + 1))
    for i, one in enumerate(tables.parties.each[point]):
        for j in range(parties):
            no_terms: tuple[Interaction, ...] = ()
            found = additive_frontier(
                np.stack((one.parts, tables.shapes[j] / issues)),
                tables.space.sizes,
                allowed=~tables.lines[i],
                interactions=(one.terms, no_terms),
                normalise=False,
            )
            codes = tables.space.codes(found.options)
            heights = tables.worth(point, i, codes) / tables.ideal[point, i]
            reach[i, j] = _steps(heights, found.utilities[1])
    return reach
