"""A round-robin as a matrix: each behaviour's mean against each other."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes

from sim._typing import Float
from sim.plots.style import axes

__all__ = ["plot_tournament"]


def plot_tournament(
    behaviours: Sequence[str],
    values: Float,
    errors: Float,
    *,
    label: str = "Mean relative gain",
    count: int | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw means of each behaviour (row) against each other (column), standard errors below.

    Parameters
    ----------
    behaviours
        Names, one a row and column.
    values, errors
        Means and their standard errors, as ``Tournament.matrix`` returns them, (K, K).
    label
        What is drawn.
    count
        Histories behind each number, for the title.
    """
    ax = axes(ax)
    image = ax.imshow(values, cmap="cividis", aspect="auto")
    middle = (np.nanmin(values) + np.nanmax(values)) / 2.0
    for row, column in np.ndindex(values.shape):
        shade = "white" if values[row, column] < middle else "black"
        text = f"{values[row, column]:.2f}\n±{errors[row, column]:.3f}"
        ax.text(column, row, text, ha="center", va="center", color=shade, fontsize=8)
    names = [name.replace(":", ":\n").replace(",", ",\n") for name in behaviours]
    ax.set_xticks(np.arange(len(names)), names, rotation=30, ha="right")
    ax.set_yticks(np.arange(len(names)), names)
    ax.set_xlabel("played against")
    ax.set_ylabel("behaviour")
    ax.grid(visible=False)
    ax.spines[:].set_visible(False)
    behind = "" if count is None else f" (n = {count:,} histories a scenario and seat)"
    ax.set_title(f"{label} ± standard error{behind}")
    ax.figure.colorbar(image, ax=ax, label=label)
    return ax
