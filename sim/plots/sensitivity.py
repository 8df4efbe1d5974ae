"""What an outcome rests on: screening, indices, tornado; what it would take."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from sim.plots.style import COLOURS, DARK, GREY, PALE, axes

__all__ = ["plot_indices", "plot_screening", "plot_search", "plot_tornado", "short_path"]


def short_path(path: str) -> str:
    """Return a field path in two lines at most: whose it is, and what it is.

    Examples
    --------
    >>> short_path("parties.north.outside_option.daily_cost")
    'north: outside option, daily cost'
    >>> short_path("fighting.baseline")
    'fighting: baseline'
    """
    steps = path.split(".")
    if steps[0] == "parties" and steps[2:3] == ["constituencies"]:
        whose, what = f"{steps[1]}, {steps[3]}", steps[4:]
    elif steps[0] in {"parties", "mediators", "spoilers", "events"}:
        whose, what = steps[1], steps[2:]
    else:
        whose, what = steps[0], steps[1:]
    return f"{whose}: {', '.join(what)}".replace("_", " ")


def plot_screening(table: pd.DataFrame, *, most: int = 15, ax: Axes | None = None) -> Axes:
    """Draw Morris's mean size of effect for the fields that have most, with 95 % intervals.

    Parameters
    ----------
    table
        Rows of one outcome of ``Sensitivity.screening``.
    most
        Fields shown.
    """
    ax = axes(ax)
    shown = table.sort_values("mu_star", kind="stable").tail(most)
    place = np.arange(len(shown))
    ax.barh(place, shown.mu_star, color=COLOURS[4], height=0.6)
    ax.errorbar(
        shown.mu_star, place, xerr=shown.half_width, fmt="none", ecolor=DARK, capsize=2, lw=1.0
    )
    noise = float(shown.noise.max())
    ax.axvline(noise, color=COLOURS[5], ls="--", lw=1.2, label="what luck alone may leave")
    ax.set_yticks(place, [short_path(path) for path in shown.field])
    ax.set_xlim(left=0.0)
    ax.set_xlabel("Mean size of effect over the field's range (Morris's µ*)")
    ax.grid(visible=False, axis="y")
    ax.legend(loc="lower right")
    left = len(table) - len(shown)
    ax.set_title(f"Screening{f': {len(shown)} of {len(table)} fields' if left else ''}")
    return ax


def plot_indices(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw Sobol's first and total indices of each field, with 95 % intervals.

    Parameters
    ----------
    table
        Rows of one outcome of ``Sensitivity.indices``.
    """
    ax = axes(ax)
    shown = table.sort_values("total", kind="stable")
    place = np.arange(len(shown))
    for name, label, shift, colour in (
        ("first", "alone (first index)", 0.17, COLOURS[0]),
        ("total", "with others (total index)", -0.17, COLOURS[1]),
    ):
        ax.barh(place + shift, shown[name], height=0.32, color=colour, label=label)
        ax.errorbar(
            shown[name],
            place + shift,
            xerr=shown[f"{name}_half"],
            fmt="none",
            ecolor=DARK,
            capsize=2,
            lw=1.0,
        )
    ax.axvline(0.0, color=DARK, lw=0.8)
    ax.set_yticks(place, [short_path(path) for path in shown.field])
    ax.set_xlabel("Share of the variance between points")
    ax.grid(visible=False, axis="y")
    ax.legend(loc="upper left", bbox_to_anchor=(0.0, -0.16), ncols=2)
    ax.set_title("Sobol's indices, 95 % intervals")
    return ax


def plot_tornado(table: pd.DataFrame, *, label: str = "", ax: Axes | None = None) -> Axes:
    """Draw how an outcome moves when one field goes to either end of its range.

    Parameters
    ----------
    table
        Rows of one outcome of ``Sensitivity.tornado``.
    label
        Name of the outcome.
    """
    ax = axes(ax)
    wide = table.pivot_table(index="field", columns="end", values="difference", sort=False)
    order = wide.abs().max(axis=1).sort_values(kind="stable").index
    rows = table.set_index(["field", "end"])
    for place, path in enumerate(order):
        for end, colour, mark in (("low", COLOURS[4], "v"), ("high", COLOURS[1], "^")):
            row = rows.loc[(path, end)]
            name = f"{end} end of its range" if place == 0 else None
            ax.barh(place, row.difference, height=0.5, color=colour, label=name)
            half = 1.96 * row.standard_error
            ax.errorbar(
                row.difference, place, xerr=half, fmt=mark, ms=4, color=DARK, capsize=2, lw=1.0
            )
    numbers = {path: rows.loc[path] for path in order}
    ax.axvline(0.0, color=DARK, lw=1.0)
    ax.set_yticks(
        np.arange(len(order)),
        [
            f"{short_path(path)}\n{numbers[path].loc['low', 'number']:g} to "
            f"{numbers[path].loc['high', 'number']:g}, stated {numbers[path].stated.iloc[0]:g}"
            for path in order
        ],
    )
    count = int(table["count"].iloc[0])
    base = float(table.base.iloc[0])
    ax.set_xlabel(f"Difference from {base:.3f} as stated, 95 % interval (n = {count:,} pairs)")
    ax.grid(visible=False, axis="y")
    ax.legend(loc="upper left", bbox_to_anchor=(0.0, -0.16), ncols=2)
    ax.set_title(f"One field at a time{f': {label}' if label else ''}")
    return ax


def plot_search(
    curves: pd.DataFrame,
    row: Mapping[Any, Any],
    target: float,
    *,
    label: str = "",
    ax: Axes | None = None,
) -> Axes:
    """Draw an outcome over one institution's range, the target, and where it is reached.

    Parameters
    ----------
    curves
        Rows of one field of ``Search.curves``.
    row
        The field's row of ``Search.table``.
    target
        The value searched for.
    label
        Name of the outcome.
    """
    ax = axes(ax)
    half = 1.96 * curves.standard_error
    ax.fill_between(curves.number, curves["mean"] - half, curves["mean"] + half, color=PALE)
    ax.plot(curves.number, curves["mean"], "o-", ms=4, color=COLOURS[0])
    ax.axhline(target, color=COLOURS[5], ls="--", lw=1.2, label="target")
    ax.axvline(row["stated"], color=GREY, lw=1.2, label="as stated")
    if row["reached"]:
        ax.axvspan(
            row["low"], row["high"], color=COLOURS[1], alpha=0.3, label="reached here (95 %)"
        )
    ax.set_xlabel(short_path(str(row["field"])))
    ax.set_ylabel(label[:1].upper() + label[1:])
    ax.legend(loc="best")
    ax.set_title(f"What it would take (n = {int(row['count']):,} histories a point)")
    return ax
