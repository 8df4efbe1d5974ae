"""The flow of histories from talks to signature, vote, each tranche, and how they end."""

from __future__ import annotations

from collections.abc import Sequence
from math import nan, sqrt
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from sim.plots.style import DARK, OUTCOME_COLOURS, PALE, axes
from sim.statistics import number_text

__all__ = ["plot_flow"]

_BAR = 0.16
_ROOM = 1.9
_LEAST = 0.075


def plot_flow(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw how far histories come, as a grey stream, and how they end, as coloured ribbons.

    Parameters
    ----------
    table
        As ``statistics.flow_table`` returns it. The stream at a step is as wide as the share of
        histories that come so far; who goes no further leaves below it to the class in which
        the history ends.
    """
    ax = axes(ax)
    steps = table.drop_duplicates("step")
    reached = (steps.reached / steps.replications).to_numpy()
    last = len(reached) - 1
    for step in range(last):
        ax.add_patch(_box(step + _BAR, 1.0, reached[step + 1], PALE, 1.0 - _BAR))
    for step, share in enumerate(reached):
        ax.add_patch(_box(step, 1.0, share, DARK))
        ax.text(
            step + _BAR / 2,
            1.02,
            f"{steps.name.iloc[step]}\n{share:.0%}",
            ha="center",
            va="bottom",
            fontsize=8,
            color=DARK,
        )
    bottom = _leavers(ax, table, reached, last)
    ax.set_xlim(-0.15, last + _ROOM + 2.6)
    ax.set_ylim(min(bottom, 0.0) - 0.08, 1.16)
    ax.set_axis_off()
    ax.set_title(
        "From talks to completion, and how histories end (± standard error; count)", pad=16
    )
    ax.set_xlabel("step")
    return ax


def _leavers(ax: Axes, table: pd.DataFrame, reached: Any, last: int) -> float:  # noqa: ANN401
    """Draw the ribbons from each step to the classes, and the classes with their counts.

    Returns the lower end of the lowest class.
    """
    leaving = table[table["count"] > 0]
    whole = int(table.replications.iloc[0])
    present = [name for name in OUTCOME_COLOURS if (leaving.outcome == name).any()]
    counts = {name: int(leaving.loc[leaving.outcome == name, "count"].sum()) for name in present}
    tops = _stacked([counts[name] / whole for name in present])
    used = dict.fromkeys(present, 0.0)
    for step in range(last, -1, -1):
        top = reached[step + 1] if step < last else 0.0
        here = leaving[leaving.step == step].set_index("outcome")["count"]
        level = 1.0 - top
        for name in present:
            share = float(here.get(name, 0)) / whole
            if share <= 0.0:
                continue
            target = tops[present.index(name)] - used[name]
            _bend(
                ax,
                (step + _BAR, last + 0.6, last + _ROOM),
                (level, target),
                share,
                OUTCOME_COLOURS[name],
            )
            used[name] += share
            level -= share
    for name, top in zip(present, tops, strict=True):
        share = counts[name] / whole
        ax.add_patch(_box(last + _ROOM, top, share, OUTCOME_COLOURS[name]))
        error = 100 * sqrt(share * (1 - share) / whole) if whole > 1 else nan
        ax.text(
            last + _ROOM + _BAR + 0.08,
            top - share / 2,
            f"{name}: {share:.1%} ± {number_text(error, 1)} ({counts[name]:,})",
            va="center",
            fontsize=8.5,
            color=DARK,
        )
    return tops[-1] - counts[present[-1]] / whole


def _stacked(shares: Sequence[float]) -> list[float]:
    """Return the upper ends of blocks from the top, each with room for its label."""
    rooms = [max(share + 0.012, _LEAST) for share in shares]
    spare = max(1.1 - sum(rooms), 0.0) / max(len(rooms), 1)
    tops, level = [], 1.05
    for share, room in zip(shares, rooms, strict=True):
        tops.append(level - (room - share) / 2)
        level -= room + spare
    return tops


def _box(x: float, top: float, share: float, colour: str, width: float = _BAR) -> PathPatch:
    corners = [(x, top), (x + width, top), (x + width, top - share), (x, top - share), (x, top)]
    return PathPatch(Path(corners), facecolor=colour, lw=0)


def _bend(
    ax: Axes, xs: tuple[float, float, float], tops: tuple[float, float], width: float, colour: str
) -> None:
    """Draw a ribbon that runs level below the stream, then bends to its class."""
    start, turn, end = xs
    level, target = tops
    middle = (turn + end) / 2
    line = [
        (start, level),
        (turn, level),
        *[(middle, level), (middle, target), (end, target)],
        (end, target - width),
        *[(middle, target - width), (middle, level - width), (turn, level - width)],
        (start, level - width),
        (start, level),
    ]
    curve = [Path.CURVE4] * 3
    codes = [Path.MOVETO, Path.LINETO, *curve, Path.LINETO, *curve, Path.LINETO, Path.CLOSEPOLY]
    ax.add_patch(PathPatch(Path(line, codes), facecolor=colour, lw=0, alpha=0.55))
