"""What an ensemble says: when agreement comes, how histories end, how long deals last."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from sim.errors import RunError
from sim.plots.style import COLOURS, DARK, OUTCOME_COLOURS, axes, time_axis, times

_FEW = 10
"""Fewer agreements at risk say nothing about survival; the curve ends before."""

_DASHES = ("-", "--", "-.", ":")
"""Once the colours are used up, lines differ by these."""

__all__ = ["plot_agreement_arms", "plot_agreement_curve", "plot_outcomes", "plot_survival"]


def plot_agreement_curve(
    table: pd.DataFrame, *, ax: Axes | None = None, label: str = "", dated: bool = False
) -> Axes:
    """Draw the share of histories with a ratified agreement by day, with its 95 % band.

    Parameters
    ----------
    table
        As ``statistics.agreement_curve`` returns it.
    label
        Name of the line, for comparisons.
    dated
        Whether the axis shows dates.
    """
    ax = axes(ax)
    x = times(table, dated=dated)
    (line,) = ax.step(x, table.share, where="post", label=label or "share, 95 % band")
    ax.fill_between(x, table.low, table.high, step="post", alpha=0.25, color=line.get_color(), lw=0)
    ax.set_ylabel("Share of histories with a\nratified agreement")
    ax.set_ylim(0, 1)
    if len(table) > 1:
        ax.set_xlim(x[0], x[-1])
    time_axis(ax, dated=dated)
    ax.set_title("When an agreement is ratified")
    ax.legend(loc="upper left")
    return ax


def plot_agreement_arms(
    tables: Mapping[str, pd.DataFrame], *, dated: bool = False, ax: Axes | None = None
) -> Axes:
    """Draw the share of histories with a ratified agreement by day, a line and band an arm.

    Parameters
    ----------
    tables
        For each arm, by its title, what ``statistics.agreement_curve`` returns.
    dated
        Whether the axis shows dates.

    Returns
    -------
    Axes
        The Axes given, or new ones.

    Raises
    ------
    RunError
        If there is no arm to draw.
    """
    if not tables:
        message = "tables is empty; allowed: the curve of one arm or more"
        raise RunError(message)
    ax = axes(ax)
    for number, (title, table) in enumerate(tables.items()):
        x, shade = times(table, dated=dated), COLOURS[number % len(COLOURS)]
        dash = _DASHES[number // len(COLOURS) % len(_DASHES)]
        last = table.iloc[-1]
        reached = f"{last.share:.1%} ± {100 * last.standard_error:.1f} (n = {last['count']:,})"
        label = f"{title}: {reached}"
        ax.step(x, table.share, where="post", color=shade, ls=dash, label=label)
        ax.fill_between(x, table.low, table.high, step="post", alpha=0.2, color=shade, lw=0)
    ax.set_ylim(0, None)
    ax.set_ylabel("Share of histories with a\nratified agreement, 95 % band")
    time_axis(ax, dated=dated)
    ax.set_title("When an agreement is ratified, by arm (± standard error)")
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.16), ncols=1 + (len(tables) > 4))
    return ax


def plot_outcomes(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw the share of each outcome class, with its 95 % interval and its count.

    Parameters
    ----------
    table
        As ``statistics.outcome_table`` returns it.
    """
    ax = axes(ax)
    place = np.arange(len(table))[::-1]
    errors = np.stack([table.share - table.low, table.high - table.share]).clip(0)
    ax.barh(place, table.share, color=[OUTCOME_COLOURS[n] for n in table.outcome], height=0.62)
    ax.errorbar(table.share, place, xerr=errors, fmt="none", ecolor=DARK, elinewidth=1.2, capsize=3)
    for y, row in zip(place, table.itertuples(), strict=True):
        ax.annotate(
            f"{row.count:,}",
            (row.high, y),
            xytext=(5, 0),
            textcoords="offset points",
            va="center",
            fontsize=9,
            color=DARK,
        )
    ax.set_yticks(place, [str(name) for name in table.outcome])
    ax.set_xlim(0, min(1.0, float(table.high.max()) * 1.2 + 0.02))
    ax.set_xlabel("Share of histories, 95 % interval; count beside")
    ax.set_title("How histories end")
    ax.grid(visible=False, axis="y")
    return ax


def plot_survival(table: pd.DataFrame, *, ax: Axes | None = None, label: str = "") -> Axes:
    """Draw the Kaplan-Meier survival of agreements in force, with numbers at risk.

    Parameters
    ----------
    table
        As ``statistics.survival_table`` returns it.
    """
    ax = axes(ax)
    if table.empty:
        ax.text(0.5, 0.5, "no agreement came into force", transform=ax.transAxes, ha="center")
        return ax
    table = table[(table.at_risk >= _FEW) | (table.day == 0)]
    (line,) = ax.step(table.day, table.survival, where="post", label=label or "share, 95 % band")
    ax.fill_between(
        table.day, table.low, table.high, step="post", alpha=0.25, color=line.get_color(), lw=0
    )
    last = max(float(table.day.max()), 1.0)
    for day in np.linspace(0, last, 5):
        at = table[table.day >= day]
        ax.annotate(
            f"{int(at.at_risk.iloc[0]):,}" if len(at) else "0",
            (day, 0.02),
            fontsize=8,
            xycoords=ax.get_xaxis_transform(),
            ha="left" if day == 0 else "center",
            color=DARK,
        )
    ax.annotate("at risk:", (0.005, 0.09), xycoords="axes fraction", fontsize=8, color=DARK)
    ax.set_xlim(0, last * 1.03)
    ax.set_ylim(0, 1.02)
    ax.set_xlabel(f"Days since ratification (while {_FEW} or more are at risk)")
    ax.set_ylabel("Share of agreements\nnot collapsed")
    ax.set_title("How long agreements hold")
    ax.legend(loc="upper right")
    return ax
