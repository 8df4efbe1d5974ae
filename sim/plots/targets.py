"""Leverage that mediators spent, by whom and on whom."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from sim.plots.style import COLOURS, DARK, axes

__all__ = ["plot_leverage_targets"]

_KINDS = {
    "carrot": (COLOURS[2], ""),
    "stick": (COLOURS[5], "//"),
    "inducement": (COLOURS[4], ".."),
    "coercion": (COLOURS[3], "xx"),
    "guarantee": (COLOURS[6], "--"),
}
"""Colour and hatching of each kind, so that it can be told without colours too."""


def plot_leverage_targets(
    table: pd.DataFrame, *, names: Mapping[str, str] | None = None, ax: Axes | None = None
) -> Axes:
    """Draw what each mediator spent on whom over one history, by kind of leverage.

    Parameters
    ----------
    table
        As ``Explanation.leverage`` returns it.
    names
        Names of mediators, parties and spoilers by id.

    Returns
    -------
    Axes
        The Axes given, or new ones.
    """
    ax = axes(ax)
    called = names or {}
    amounts: dict[Any, float] = table.groupby(["mediator", "target", "kind"]).amount.sum().to_dict()
    pairs = sorted({(m, t) for m, t, _ in amounts})
    place = {pair: -k for k, pair in enumerate(pairs)}
    ends = dict.fromkeys(pairs, 0.0)
    for kind, (colour, hatch) in _KINDS.items():
        here = {(m, t): amount for (m, t, k), amount in amounts.items() if k == kind}
        if not here:
            continue
        heights = np.array([place[pair] for pair in here])
        starts = [ends[pair] for pair in here]
        ax.barh(
            heights,
            list(here.values()),
            left=starts,
            height=0.6,
            color=colour,
            hatch=hatch,
            edgecolor="white",
            label=kind,
        )
        for pair, amount in here.items():
            ends[pair] += amount
    for pair, end in ends.items():
        ax.annotate(
            f"{end:.3f}",
            (end, place[pair]),
            xytext=(4, 0),
            textcoords="offset points",
            va="center",
            fontsize=8,
            color=DARK,
        )
    if pairs:
        labels = [f"{called.get(m, m)} on {called.get(t, t) or 'a guarantee'}" for m, t in pairs]
        ax.set_yticks(list(place.values()), labels)
        ax.set_ylim(-len(pairs) + 0.4, 0.6)
        ax.set_xlim(0, 1.15 * max(ends.values()))
        ax.xaxis.set_major_locator(MaxNLocator(5))
        ax.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
    else:
        ax.text(0.5, 0.5, "no leverage was used", transform=ax.transAxes, ha="center", color=DARK)
        ax.set_yticks([])
    ax.set_xlabel("Spent, in shares of a party's utility range")
    ax.set_title("Leverage spent, by whom and on whom")
    ax.grid(visible=False, axis="y")
    return ax
