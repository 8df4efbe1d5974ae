"""Differences between arms, each with its interval: a forest plot."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from sim.plots.style import COLOURS, DARK, axes

__all__ = ["plot_differences"]


def plot_differences(
    table: pd.DataFrame,
    outcome: str,
    *,
    label: str = "",
    names: Mapping[str, str] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw how arms differ from a base run in one outcome, with 95 % intervals.

    Parameters
    ----------
    table
        As ``paired_differences`` returns it.
    outcome
        Which of its outcomes.
    label
        What the outcome is called in the title.
    names
        Titles of arms.
    """
    ax = axes(ax)
    rows = table[table.outcome == outcome].reset_index(drop=True)
    place = np.arange(len(rows))[::-1]
    error = 1.96 * rows.standard_error.to_numpy()
    ax.axvline(0.0, color=DARK, lw=1.0)
    ax.errorbar(
        rows.difference, place, xerr=error, fmt="o", ms=6, color=COLOURS[0], ecolor=DARK, capsize=3
    )
    named = names or {}
    ax.set_yticks(place, [named.get(str(name), str(name)) for name in rows.name])
    ax.set_ylim(-0.6, len(rows) - 0.4)
    count = int(rows["count"].iloc[0]) if len(rows) else 0
    ax.set_xlabel(f"Difference from the base, 95 % interval (n = {count:,} pairs)")
    title = label or outcome.replace("_", " ")
    ax.set_title(f"{title[:1].upper()}{title[1:]}")
    ax.grid(visible=False, axis="y")
    return ax
