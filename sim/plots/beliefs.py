"""What parties hold to and what they believe of each other: floors, believed floors, chances."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
from matplotlib.axes import Axes

from sim.plots.style import DARK, axes, colours

__all__ = ["plot_chances", "plot_floors"]

Names = Mapping[str, str] | None


_GAP = 4
"""A pause of so many usual steps between sessions is no line."""


def _broken(rows: pd.DataFrame) -> pd.DataFrame:
    """Put an empty row into long pauses between sessions, so that no line is drawn across."""
    steps = rows.day.diff()
    gaps = rows[steps > _GAP * steps.median()]
    empty = gaps[["day"]] - 1
    return pd.concat([rows, empty]).sort_values("day", kind="stable")


def plot_floors(
    sessions: pd.DataFrame,
    beliefs: pd.DataFrame,
    party: str,
    *,
    names: Names = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw one party's floor and outside option, and what the others believe its floor to be.

    Parameters
    ----------
    sessions
        As ``Explanation.to_frame`` returns it, one agenda.
    beliefs
        As ``Explanation.beliefs`` returns it, one agenda: mean and standard deviation in public
        utility, the mean score of a text over its issues, since nobody knows another's weights.
    party
        Id of the party whose floor it is.
    names
        Names of the parties by id.

    Returns
    -------
    Axes
        The Axes given, or new ones.
    """
    ax = axes(ax)
    called = names or {}
    palette = colours(sessions.party.unique().tolist())
    if sessions.empty:
        ax.text(0.5, 0.5, "no session was held", transform=ax.transAxes, ha="center", color=DARK)
        return ax
    own = _broken(sessions[sessions.party == party].drop_duplicates("day", keep="last"))
    name = called.get(party, party)
    ax.plot(own.day, own.floor, color=palette[party], label=f"floor of {name}")
    ax.plot(own.day, own.outside_option, color=palette[party], ls=":", label="its outside option")
    for other, table in beliefs[beliefs.other == party].groupby("party"):
        rows = _broken(table)
        shade = palette[str(other)]
        label = f"believed by {called.get(str(other), str(other))} (± sd)"
        ax.plot(rows.day, rows["mean"], color=shade, ls="--", label=label)
        low, high = rows["mean"] - rows.sd, rows["mean"] + rows.sd
        ax.fill_between(rows.day, low, high, color=shade, alpha=0.15, lw=0)
    ax.set_xlabel("Day")
    ax.set_ylabel("Utility; beliefs in\npublic utility")
    ax.set_title(f"The floor of {name}, and where it is believed to stand")
    ax.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
    return ax


def plot_chances(sessions: pd.DataFrame, *, names: Names = None, ax: Axes | None = None) -> Axes:
    """Draw what each party believes its chance to prevail by force to be, and what it is.

    Parameters
    ----------
    sessions
        As ``Explanation.to_frame`` returns it.
    names
        Names of the parties by id.
    """
    ax = axes(ax)
    palette = colours(sessions.party.unique().tolist())
    for party, rows in sessions.groupby("party"):
        own = _broken(rows.drop_duplicates("day", keep="last"))
        shade, name = palette[str(party)], (names or {}).get(str(party), str(party))
        ax.plot(own.day, own.chances, color=shade, label=f"{name}, as it believes (± sd)")
        low, high = own.chances - own.chances_sd, own.chances + own.chances_sd
        ax.fill_between(own.day, low, high, color=shade, alpha=0.15, lw=0)
        ax.plot(own.day, own.share, color=shade, ls=":", lw=1.3)
    ax.plot([], [], color=DARK, ls=":", lw=1.3, label="share of all capabilities")
    ax.set_xlabel("Day")
    ax.set_ylabel("Chance to prevail\nby force")
    ax.set_ylim(0, 1)
    ax.set_title("What each side believes force would bring")
    ax.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
    return ax
