"""An outcome over two fields, and where a deal exists."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from sim.plots.sensitivity import short_path
from sim.plots.style import axes

__all__ = ["plot_heat_map"]

_MOST_NUMBERS = 64
_MOST_TICKS = 8
_LINE = "#D55E00"
_LEVELS = {0.25: "dotted", 0.5: "dashed", 0.75: "solid"}


def plot_heat_map(
    table: pd.DataFrame,
    x: str,
    y: str,
    *,
    value: str = "value",
    zone: str | None = None,
    label: str = "",
    ax: Axes | None = None,
) -> Axes:
    """Draw an outcome over a grid of two fields.

    Parameters
    ----------
    table
        One row a point: columns ``x``, ``y``, ``value`` and, to be printed in the cells,
        ``standard_error`` and ``count``.
    x, y
        Field paths.
    value
        Column drawn.
    zone
        Column with the share of histories that begin with a package above every floor; lines at
        a quarter, a half and three quarters are drawn.
    label
        Name of the outcome.
    """
    ax = axes(ax)
    grid = table.pivot_table(index=y, columns=x, values=value, sort=True)
    across, up = grid.columns.to_numpy(float), grid.index.to_numpy(float)
    image = ax.pcolormesh(across, up, grid.to_numpy(), cmap="cividis", shading="nearest")
    if grid.size <= _MOST_NUMBERS:
        _numbers(ax, table, (x, y, value), grid)
    ax.set_xticks(*_ticks(across))
    ax.set_yticks(*_ticks(up))
    ax.set_xlabel(short_path(x))
    ax.set_ylabel(short_path(y))
    ax.grid(visible=False)
    count = f" (n = {int(table['count'].min()):,} a cell)" if "count" in table else ""
    title = f"{label[:1].upper()}{label[1:]}{count}"
    if zone is not None:
        title += _zone(ax, table.pivot_table(index=y, columns=x, values=zone, sort=True))
    ax.set_title(title)
    ax.figure.colorbar(image, ax=ax, label=label)
    return ax


def _ticks(values: Any) -> tuple[Any, list[str]]:  # noqa: ANN401 - an array
    """Return at most eight ticks and their labels."""
    shown = values[:: int(np.ceil(values.size / _MOST_TICKS))]
    return shown, [f"{value:.3g}" for value in shown]


def _numbers(ax: Axes, table: pd.DataFrame, names: tuple[str, str, str], grid: Any) -> None:  # noqa: ANN401
    """Print value and standard error in each cell."""
    x, y, value = names
    middle = (np.nanmin(grid.to_numpy()) + np.nanmax(grid.to_numpy())) / 2.0
    for row in table.to_dict("records"):
        shade = "white" if row[value] < middle else "black"
        error = f"\n±{row['standard_error']:.3f}" if "standard_error" in row else ""
        text = f"{row[value]:.3g}{error}"
        ax.text(row[x], row[y], text, ha="center", va="center", color=shade, fontsize=8)


def _zone(ax: Axes, shares: Any) -> str:  # noqa: ANN401 - a frame
    """Draw lines of the share of histories in which a deal exists; return a line for the title."""
    values = shares.to_numpy()
    least, most = float(np.nanmin(values)), float(np.nanmax(values))
    levels = [level for level in _LEVELS if least < level < most]
    span = f"{most:.0%}" if f"{least:.0%}" == f"{most:.0%}" else f"{least:.0%} to {most:.0%}"
    if levels:
        ax.contour(
            shares.columns.to_numpy(float),
            shares.index.to_numpy(float),
            values,
            levels=levels,
            colors=_LINE,
            linewidths=2.0,
            linestyles=[_LEVELS[level] for level in levels],
        )
        proxies = [
            Line2D([], [], color=_LINE, lw=2.0, ls=_LEVELS[level], label=f"in {level:.0%}")
            for level in levels
        ]
        ax.legend(
            handles=proxies,
            title="a deal exists",
            loc="upper left",
            bbox_to_anchor=(0.0, -0.16),
            ncols=len(levels),
        )
    return f"\nA deal exists on the first day in {span} of histories"
