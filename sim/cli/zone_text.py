"""The agreement zone as text, for terminals and logs."""

from __future__ import annotations

from itertools import combinations

import numpy as np

from sim._typing import Float, Rows
from sim.geometry import Geometry

__all__ = ["zone_text"]

_WIDTH, _LEAST_WIDTH, _HEIGHT = 60, 20, 16
_MOST_PAIRS = 3
_LEGEND = "· package  o in the zone  # frontier  N Nash point  ┊┄ floors of day 1"


def zone_text(found: Geometry, names: dict[str, str], width: int = _WIDTH) -> str:
    """Return what packages are worth to each pair of parties, as a picture of letters.

    Parameters
    ----------
    found
        The geometry of an agenda.
    names
        Names of the parties by id.
    width
        Most columns to draw in, 20 to 60.

    Examples
    --------
    >>> import sim
    >>> from sim.geometry import geometry
    >>> text = zone_text(geometry(sim.load_scenario("tutorial")), {})
    >>> "N" in text and "#" in text
    True
    """
    pairs = list(combinations(range(len(found.parties)), 2))
    size = min(max(width, _LEAST_WIDTH), _WIDTH)
    parts = [_pair(found, pair, names, size) for pair in pairs[:_MOST_PAIRS]]
    if len(pairs) > _MOST_PAIRS:
        parts.append(f"({len(pairs) - _MOST_PAIRS} more pairs of parties are not drawn)")
    return "\n".join([*parts, _LEGEND])


def _pair(found: Geometry, pair: tuple[int, int], names: dict[str, str], width: int) -> str:
    across, up = (found.utilities[party] for party in pair)
    low, high = ((float(u.min()), float(u.max())) for u in (across, up))
    grid = np.full((_HEIGHT, width), " ")
    floors = [float(found.floors[party].min()) for party in pair]
    column = int(_places(np.array(floors[0]), low, width))
    row = int(_places(np.array(floors[1]), high, _HEIGHT))
    if 0 <= column < width:
        grid[:, column] = "┊"
    if 0 <= row < _HEIGHT:
        grid[row, :] = "┄"
    x, y = _places(across, low, width), _places(up, high, _HEIGHT)
    grid[y, x] = "·"
    grid[y[found.zone], x[found.zone]] = "o"
    grid[y[found.frontier], x[found.frontier]] = "#"
    nash = next((point.package for point in found.points if point.concept == "nash"), None)
    if nash is not None:
        place = np.searchsorted(found.codes, nash)
        grid[y[place], x[place]] = "N"
    called = [names.get(found.parties[party], found.parties[party]) for party in pair]
    lines = [f"{high[1]:5.2f} │{''.join(grid[-1])}"]
    lines += [f"      │{''.join(line)}" for line in grid[-2:0:-1]]
    lines += [f"{high[0]:5.2f} │{''.join(grid[0])}", f"      └{'─' * width}"]
    ends = f"{low[0]:<8.2f}{f'utility of {called[0]}':^{width - 16}}{low[1]:>8.2f}"
    return "\n".join([f"      utility of {called[1]}", *lines, f"       {ends}"])


def _places(values: Float, ends: tuple[float, float], size: int) -> Rows:
    """Return in which column or row of the picture each value stands."""
    width = max(ends[1] - ends[0], 1e-12)
    return np.floor((values - ends[0]) / width * (size - 1) + 0.5).astype(np.intp)
