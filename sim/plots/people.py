"""What reaches people over time, over an ensemble: releases, aid, days of truce."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
from matplotlib.axes import Axes

from sim.plots.style import DARK, axes, colours, time_axis, times

__all__ = ["plot_daily"]

_TITLES = {
    "released": ("People released so far", "People (mean; band 10 % to 90 %)"),
    "aid": ("Aid that came in under agreements so far", "Amount (mean; band 10 % to 90 %)"),
    "truce_days": ("Days of truce so far", "Days (mean; band 10 % to 90 %)"),
}


def plot_daily(
    table: pd.DataFrame,
    measure: str,
    *,
    names: Mapping[str, str] | None = None,
    unit: str = "",
    dated: bool = False,
    ax: Axes | None = None,
) -> Axes:
    """Draw one measure of an ensemble by day: its mean and the middle 80 % of histories.

    Parameters
    ----------
    table
        As ``daily_table`` returns it.
    measure
        ``released`` (by side), ``aid`` or ``truce_days``.
    names
        Names of the sides by id.
    unit
        Unit of the measure, for the axis.
    dated
        Whether the axis shows dates.
    """
    ax = axes(ax)
    shown = table[table.measure == measure]
    sides = sorted(shown.side.unique().tolist())
    palette = colours([side for side in sides if side])
    for side in sides:
        rows = shown[shown.side == side]
        colour = palette.get(side, DARK)
        name = (names or {}).get(side, side)
        x = times(rows, dated=dated)
        ax.plot(x, rows["mean"], color=colour, label=f"released by {name}" if side else "mean")
        ax.fill_between(x, rows.low, rows.high, color=colour, alpha=0.15, lw=0)
    title, label = _TITLES[measure]
    ax.set_title(title)
    ax.set_ylabel(label.replace("Amount", unit[:1].upper() + unit[1:]) if unit else label)
    if measure == "released" and float(shown.high.max()) > 20 * max(1.0, _smallest(shown)):
        ax.set_yscale("symlog", linthresh=10)
        ax.set_ylabel(f"{ax.get_ylabel()}\nlogarithmic above 10")
        ax.set_ylim(0, None)
    else:
        ax.set_ylim(0, None)
    time_axis(ax, dated=dated)
    if len(sides) > 1:
        ax.legend(loc="upper left")
    return ax


def _smallest(shown: pd.DataFrame) -> float:
    """Return the smallest of the sides' largest values."""
    return float(shown.groupby("side").high.max().min())
