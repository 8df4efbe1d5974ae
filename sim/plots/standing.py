"""How the text on the table stood with each party, session by session, and what it left open."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
from matplotlib.axes import Axes

from sim.plots.style import DARK, axes, colours

__all__ = ["plot_gaps", "plot_regret"]

_SIGNING = ("signs", "offers")


def plot_gaps(
    sittings: pd.DataFrame, *, names: Mapping[str, str] | None = None, ax: Axes | None = None
) -> Axes:
    """Draw how far the text on the table lay above or below each party's floor.

    Parameters
    ----------
    sittings
        As ``Explanation.to_frame`` returns it; one agenda.
    names
        Names of the parties by id.

    Returns
    -------
    Axes
        The Axes given, or new ones.
    """
    ax = axes(ax)
    ax.axhline(0.0, color=DARK, lw=1.0)
    signed = _signed(sittings)
    for day in signed:
        ax.axvline(day, color=DARK, lw=1.0, ls=":")
    if signed:
        ax.annotate(
            "signed" if len(signed) == 1 else f"signed ({len(signed)} times)",
            (signed[-1], 1.0),
            xycoords=("data", "axes fraction"),
            xytext=(4, -4),
            textcoords="offset points",
            ha="left",
            va="top",
            fontsize=8,
        )
    _points(ax, sittings.assign(gap=sittings.utility - sittings.floor), "gap", names)
    ax.set_ylabel("Text above the floor (utils)")
    ax.set_title("Whose floor bound: the text on the table against each party's floor")
    return ax


def plot_regret(
    regrets: pd.DataFrame, *, names: Mapping[str, str] | None = None, ax: Axes | None = None
) -> Axes:
    """Draw what each party could have had beyond the text without taking from another.

    Parameters
    ----------
    regrets
        As ``Explanation.regrets`` returns it; one agenda.
    names
        Names of the parties by id.

    Returns
    -------
    Axes
        The Axes given, or new ones.
    """
    ax = axes(ax)
    _points(ax, regrets, "regret", names)
    ax.set_ylim(bottom=0.0)
    ax.set_ylabel("Left on the table (utils)")
    ax.set_title("What each could have had beyond the text, nobody else having less")
    return ax


def _signed(sittings: pd.DataFrame) -> list[int]:
    """Return the days on which every party signed or had made the offer."""
    alike = sittings.assign(yes=sittings.reason.isin(_SIGNING)).groupby("day").yes.all()
    return [int(day) for day in alike[alike].index]


def _points(ax: Axes, table: pd.DataFrame, column: str, names: Mapping[str, str] | None) -> None:
    """Draw a column by day, a colour for each party."""
    parties = sorted(table.party.unique())
    palette = colours(parties)
    for party in parties:
        mine = table[table.party == party]
        label = (names or {}).get(party, party)
        ax.plot(mine.day, mine[column], ".", ms=7, color=palette[party], label=label)
        ax.plot(mine.day, mine[column], "-", lw=0.6, alpha=0.35, color=palette[party])
    ax.set_xlabel("Day")
    if parties:
        ax.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
    else:
        ax.text(0.5, 0.5, "no session was held", transform=ax.transAxes, ha="center", color=DARK)
