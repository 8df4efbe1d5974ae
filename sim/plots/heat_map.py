"""An outcome over two fields, and where a deal exists."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from sim.plots.sensitivity import short_path
from sim.plots.style import DARK, axes

__all__ = ["plot_heat_map"]

_MOST_NUMBERS = 64


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
    if zone is not None:
        _zone(ax, table.pivot_table(index=y, columns=x, values=zone, sort=True))
    ax.set_xticks(across if across.size <= 8 else across[:: int(np.ceil(across.size / 8))])
    ax.set_yticks(up if up.size <= 8 else up[:: int(np.ceil(up.size / 8))])
    ax.set_xlabel(short_path(x))
    ax.set_ylabel(short_path(y))
    ax.grid(visible=False)
    count = f" (n = {int(table['count'].min()):,} a cell)" if "count" in table else ""
    ax.set_title(f"{label[:1].upper()}{label[1:]}{count}")
    ax.figure.colorbar(image, ax=ax, label=label)
    return ax


def _numbers(ax: Axes, table: pd.DataFrame, names: tuple[str, str, str], grid: Any) -> None:  # noqa: ANN401
    """Print value and standard error in each cell."""
    x, y, value = names
    middle = (np.nanmin(grid.to_numpy()) + np.nanmax(grid.to_numpy())) / 2.0
    for row in table.to_dict("records"):
        shade = "white" if row[value] < middle else "black"
        error = f"\n±{row['standard_error']:.3f}" if "standard_error" in row else ""
        text = f"{row[value]:.3g}{error}"
        ax.text(row[x], row[y], text, ha="center", va="center", color=shade, fontsize=8)


def _zone(ax: Axes, shares: Any) -> None:  # noqa: ANN401 - a frame
    """Draw lines of the share of histories in which a deal exists."""
    values = shares.to_numpy()
    if not (np.nanmin(values) < 0.75 and np.nanmax(values) > 0.25):
        everywhere = "everywhere" if np.nanmin(values) >= 0.75 else "hardly anywhere"
        text = (
            f"a deal exists {everywhere}: in {np.nanmin(values):.0%} to "
            f"{np.nanmax(values):.0%} of histories"
        )
        ax.annotate(text, (0.0, 1.01), xycoords="axes fraction", fontsize=8, color=DARK, va="bottom")
        return
    lines = ax.contour(
        shares.columns.to_numpy(float),
        shares.index.to_numpy(float),
        values,
        levels=[0.25, 0.5, 0.75],
        colors="#D55E00",
        linewidths=1.6,
        linestyles=["dotted", "dashed", "solid"],
    )
    ax.clabel(lines, fmt=lambda share: f"a deal exists in {share:.0%}", fontsize=8)
