"""On which terms histories agree, and what each actor could accept of each option."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import wrap

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from sim.plots.style import COLOURS, DARK, axes

__all__ = ["plot_acceptance", "plot_terms"]

_HEADING = 60
"""Letters of a heading before it is broken."""

_MIDDLE = 0.6
"""Share from which the colours are bright enough for black text."""


def plot_terms(
    table: pd.DataFrame, *, names: Mapping[str, str] | None = None, ax: Axes | None = None
) -> Axes:
    """Draw the share of agreements that settle each issue by each option, with standard errors.

    Parameters
    ----------
    table
        As ``statistics.terms_table`` returns it, one agenda or several.
    names
        Names of the issues by id, for people.
    """
    ax = axes(ax)
    place = 0.0
    ticks: list[float] = []
    labels: list[str] = []
    for number, (issue, rows) in enumerate(table.groupby("issue", sort=False, observed=True)):
        title = (names or {}).get(str(issue), str(issue))
        lines = wrap(f"{title} (n = {int(rows.agreements.iloc[0]):,})", _HEADING)
        place += 0.35 * (len(lines) - 1)
        ax.annotate(
            "\n".join(lines),
            (0.0, place),
            xytext=(2, 0),
            textcoords="offset points",
            va="center",
            fontsize=9,
            fontweight="bold",
            color=DARK,
        )
        at = place + 1 + 0.35 * (len(lines) - 1) + np.arange(len(rows))
        error = 1.96 * rows.standard_error.fillna(0.0)
        ax.barh(
            at,
            rows.share.fillna(0.0),
            height=0.7,
            color=COLOURS[0 if number % 2 == 0 else 4],
            xerr=error,
            error_kw={"ecolor": DARK, "elinewidth": 1.0, "capsize": 2},
        )
        ticks.extend(at)
        labels.extend(_short(str(option), 60) for option in rows.option)
        place = float(at[-1]) + 1.3
    ax.set_yticks(ticks, labels, fontsize=8)
    ax.set_ylim(place - 0.5, -0.7)
    ax.set_xlim(0, 1)
    ax.set_xlabel("Share of agreements, 95 % interval")
    ax.set_title("Terms agreed")
    ax.grid(visible=False, axis="y")
    return ax


def plot_acceptance(
    table: pd.DataFrame, *, names: Mapping[str, str] | None = None, ax: Axes | None = None
) -> Axes:
    """Draw who can accept what: of the packages with an option, the share an actor would accept.

    Parameters
    ----------
    table
        As ``acceptance_table`` returns it. Parties stand first, each followed by its
        constituencies; a cross marks an option on a party's red line.
    names
        Names of the issues by id, for people.
    """
    ax = axes(ax)
    actors = _order(table)
    rows = table[["issue", "option"]].drop_duplicates().reset_index(drop=True)
    shares = np.full((len(rows), len(actors)), np.nan)
    index = {pair: k for k, pair in enumerate(zip(rows.issue, rows.option, strict=True))}
    column = {name: k for k, name in enumerate(actors.actor)}
    places = zip(table.issue, table.option, table.actor, table.share, table.red_line, strict=True)
    for issue, option, actor, share, barred in places:
        y, x = index[issue, option], column[actor]
        shares[y, x] = share
        text, size = ("x", 11) if barred else (f"{100 * share:.0f}", 8)
        colour = "white" if share < _MIDDLE else "black"
        ax.text(x, y, text, ha="center", va="center", fontsize=size, color=colour)
    ax.imshow(shares, aspect="auto", cmap="cividis", vmin=0, vmax=1)
    ax.set_xticks(range(len(actors)), [_wrapped(n) for n in actors.name], fontsize=8, rotation=90)
    for label, kind in zip(ax.get_xticklabels(), actors.kind, strict=True):
        label.set_fontweight("bold" if kind == "party" else "normal")
    ax.set_yticks(range(len(rows)), [_short(str(o), 60) for o in rows.option], fontsize=8)
    starts = [k for k in range(len(rows)) if k == 0 or rows.issue[k] != rows.issue[k - 1]]
    for k in starts:
        if k:
            ax.axhline(k - 0.5, color="white", lw=2.5)
        title = _wrapped((names or {}).get(rows.issue[k], rows.issue[k]), 30)
        ax.annotate(
            title,
            (1.0, k),
            xycoords=("axes fraction", "data"),
            xytext=(6, 0),
            textcoords="offset points",
            fontsize=8,
            fontweight="bold",
            va="center",
            color=DARK,
            annotation_clip=False,
        )
    for k in range(1, len(actors)):
        if actors.home.iloc[k] != actors.home.iloc[k - 1]:
            ax.axvline(k - 0.5, color="white", lw=4)
    ax.grid(visible=False)
    ax.tick_params(length=0)
    ax.set_xlabel("Party (bold) and its constituencies; x: on the party's red line")
    ax.set_title("Who can accept what: % of the packages with an option", pad=8)
    return ax


def _order(table: pd.DataFrame) -> pd.DataFrame:
    """Return the actors, each party before its constituencies."""
    actors = table[["actor", "name", "kind", "home"]].drop_duplicates()
    first = (actors.kind != "party").astype(int)
    return actors.assign(first=first).sort_values(["home", "first", "actor"], kind="stable")


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _wrapped(name: str, most: int = 18) -> str:
    """Break a name once, near its middle."""
    if len(name) <= most:
        return name
    words = name.split()
    for k in range(1, len(words)):
        if len(" ".join(words[:k])) >= len(name) / 2 - 3:
            return " ".join(words[:k]) + "\n" + " ".join(words[k:])
    return name
