"""What stood in the way of a deal, day by day: the floor, home, a red line, or asking for more."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from sim.plots.style import DARK, axes

__all__ = ["plot_obstacles"]

_LOOK: dict[str, tuple[str, str]] = {
    "offers": ("#56B4E9", "|"),
    "signs": ("#009E73", "o"),
    "asks for more": ("#E69F00", "^"),
    "home": ("#CC79A7", "s"),
    "floor": ("#D55E00", "v"),
    "red line": ("#333333", "x"),
}


def plot_obstacles(
    sittings: pd.DataFrame,
    *,
    votes: pd.DataFrame | None = None,
    names: Mapping[str, str] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw what each party did at each session, and how constituencies voted.

    Parameters
    ----------
    sittings
        As ``Explanation.to_frame`` returns it; one agenda.
    votes
        As ``Explanation.votes`` returns it.
    names
        Names of parties and constituencies by id.

    Returns
    -------
    Axes
        The Axes given, or new ones.
    """
    ax = axes(ax)
    called = names or {}
    rows = sorted(sittings.party.unique())
    voters = sorted(votes.constituency.unique()) if votes is not None and len(votes) else []
    place = {name: -k for k, name in enumerate([*rows, *voters])}
    for reason, (colour, marker) in _LOOK.items():
        shown = sittings[sittings.reason == reason]
        if len(shown):
            heights = [place[name] for name in shown.party]
            ax.scatter(shown.day, heights, c=colour, marker=marker, s=26, label=reason, zorder=3)
    if voters and votes is not None:
        _votes(ax, votes, place)
    ax.set_yticks(list(place.values()), [called.get(name, name) for name in place])
    ax.set_ylim(-len(place) + 0.4, 0.6)
    ax.set_xlabel("Day")
    ax.set_title("What stood in the way, session by session")
    if not place:
        ax.text(0.5, 0.5, "no session was held", transform=ax.transAxes, ha="center", color=DARK)
        ax.set_title("What stood in the way, session by session")
        return ax
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.16), ncols=4, columnspacing=1.2)
    return ax


def _votes(ax: Axes, votes: pd.DataFrame, place: Mapping[str, int]) -> None:
    looks: dict[bool, dict[str, Any]] = {
        True: {"marker": "P", "c": "#0072B2", "label": "votes yes"},
        False: {"marker": "X", "c": "#6B6B6B", "label": "votes no"},
    }
    for yes, look in looks.items():
        shown = votes[votes.yes == yes]
        if len(shown):
            heights = [place[name] for name in shown.constituency]
            ax.scatter(shown.day, heights, s=48, zorder=3, **look)
