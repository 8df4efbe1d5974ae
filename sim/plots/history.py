"""One history: offers against floors, fighting, harm, trust, readiness, leverage, what happened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from sim.milestones import milestones
from sim.plots.style import COLOURS, DARK, axes, colours, time_axis, times

__all__ = [
    "mark_milestones",
    "plot_fighting",
    "plot_harm",
    "plot_leverage",
    "plot_offers",
    "plot_readiness",
    "plot_trust",
]

Days = Sequence[Mapping[str, Any]]
Names = Mapping[str, str] | None

_LETTER = 0.0105
"""Width of a letter of a label, as a share of the axis at notebook width."""

_BESIDE: dict[str, Any] = {"loc": "center left", "bbox_to_anchor": (1.0, 0.5)}


def plot_offers(
    offers: pd.DataFrame,
    parties: pd.DataFrame,
    party: str,
    *,
    names: Names = None,
    dated: bool = False,
    ax: Axes | None = None,
) -> Axes:
    """Draw what each text on the table was worth to one party, against its floor.

    Parameters
    ----------
    offers, parties
        As ``Trace.offers_frame`` and ``Trace.parties_frame`` return them; one agenda.
    party
        Id of the party whose utility is shown.
    names
        Names of the parties by id.
    dated
        Whether the axis shows dates.
    """
    ax = axes(ax)
    named = names or {}
    shown = offers[offers.party == party]
    palette = colours(parties.party.unique().tolist())
    for proposer in sorted(set(shown.proposer) - {"text"}):
        mine = shown[shown.proposer == proposer]
        ax.plot(
            times(mine, dated=dated),
            mine.utility,
            marker="o",
            ms=4,
            lw=1.2,
            color=palette[proposer],
            label=f"offered by {named.get(proposer, proposer)}",
        )
    texts = shown[shown.proposer == "text"]
    if len(texts):
        x = times(texts, dated=dated)
        ax.plot(x, texts.utility, "D", ms=5, color=DARK, ls="none", label="mediators' text")
    own = parties[parties.party == party]
    name = named.get(party, party)
    x = times(own, dated=dated)
    ax.plot(x, own.floor, color=palette[party], ls="--", lw=1.5, label=f"floor of {name}")
    low = float(np.nanmin([own.floor.min(), shown.utility.min() if len(shown) else 1.0]))
    ax.set_ylim(min(low, 0.0) - 0.03, max(1.0, float(own.floor.max())) + 0.05)
    ax.set_ylabel("Utility, 0 (worst)\nto 1 (best package)")
    ax.set_title(f"Texts on the table, as {name} values them")
    time_axis(ax, dated=dated)
    ax.legend(**_BESIDE)
    return ax


def plot_fighting(days: Days, *, dated: bool = False, ax: Axes | None = None) -> Axes:
    """Draw the intensity of fighting, attacks by spoilers and the days a deal was in force.

    Parameters
    ----------
    days
        ``Trace.days``.
    dated
        Whether the axis shows dates.
    """
    ax = axes(ax)
    x = times(days, dated=dated)
    ax.plot(x, [day["fighting"] for day in days], color=DARK, label="intensity of fighting")
    shade_deals(ax, days, dated=dated)
    struck = np.array([bool(day["attacks"]) for day in days])
    if struck.any():
        ax.plot(
            x[struck],
            np.full(struck.sum(), 0.03),
            "v",
            ms=7,
            color=COLOURS[5],
            ls="none",
            label="attack by a spoiler",
        )
    ax.set_ylim(0, 1)
    ax.set_ylabel("Fighting, share of\nfull intensity")
    ax.set_title("Fighting")
    time_axis(ax, dated=dated)
    ax.legend(**_BESIDE)
    return ax


def shade_deals(ax: Axes, days: Days, *, dated: bool, label: str = "deal in force") -> None:
    """Shade the days a deal was in force, over the height of the Axes."""
    force = np.array([day["deal"] is not None for day in days])
    if force.any():
        x = times(days, dated=dated)
        ax.fill_between(
            x,
            0,
            1,
            where=force,
            step="mid",
            transform=ax.get_xaxis_transform(),
            color=COLOURS[2],
            alpha=0.15,
            lw=0,
            label=label,
        )


def plot_harm(
    parties: pd.DataFrame, *, names: Names = None, dated: bool = False, ax: Axes | None = None
) -> Axes:
    """Draw the people harmed on each side so far. No rule reads this count.

    Parameters
    ----------
    parties
        As ``Trace.parties_frame`` returns it.
    names
        Whom the harm of each party's side is counted among, by the party's id.
    dated
        Whether the axis shows dates.
    """
    ax = _by_party(parties, "harmed", names, dated=dated, ax=ax)
    most = float(parties.harmed.max())
    if most == 0.0:
        ax.text(0.5, 0.5, "none counted", transform=ax.transAxes, ha="center", color=DARK)
    least = float(parties.groupby("party").harmed.max().min())
    if most > 20 * max(least, 1.0):
        ax.set_yscale("symlog", linthresh=10)
        ax.set_ylabel("People so far\n(logarithmic above 10)")
    else:
        ax.set_ylabel("People so far")
    ax.set_ylim(0, max(most * 1.3, 1.0))
    ax.set_title("Harm by side, read by no rule")
    return ax


def plot_trust(
    parties: pd.DataFrame, *, names: Names = None, dated: bool = False, ax: Axes | None = None
) -> Axes:
    """Draw each party's trust that the others deliver, over one history.

    Parameters
    ----------
    parties
        As ``Trace.parties_frame`` returns it.
    names
        Names of the parties by id.
    dated
        Whether the axis shows dates.
    """
    ax = _by_party(parties, "trust", names, dated=dated, ax=ax)
    ax.set_ylim(0, 1)
    ax.set_ylabel("Believed chance that\nthe other delivers")
    ax.set_title("Trust")
    return ax


def plot_readiness(
    parties: pd.DataFrame, *, names: Names = None, dated: bool = False, ax: Axes | None = None
) -> Axes:
    """Draw each party's readiness to sit at the table; dots mark the days it stayed away.

    Parameters
    ----------
    parties
        As ``Trace.parties_frame`` returns it.
    names
        Names of the parties by id.
    dated
        Whether the axis shows dates.
    """
    ax = _by_party(parties, "readiness", names, dated=dated, ax=ax)
    palette = colours(parties.party.unique().tolist())
    for number, (party, table) in enumerate(parties.groupby("party")):
        away = table[~table.present.astype(bool)]
        if len(away):
            x = times(away, dated=dated)
            y = np.full(len(away), 0.03 + 0.05 * number)
            name = (names or {}).get(str(party), str(party))
            ax.plot(x, y, ".", ms=4, color=palette[str(party)], label=f"{name} stays away")
    ax.set_ylim(0, 1)
    ax.set_ylabel("Readiness\nto sit at the table")
    ax.set_title("Readiness")
    ax.legend(**_BESIDE)
    return ax


def plot_leverage(
    days: Days, *, names: Names = None, dated: bool = False, ax: Axes | None = None
) -> Axes:
    """Draw what each mediator has spent so far, and the guarantee on offer or in force.

    Parameters
    ----------
    days
        ``Trace.days``.
    names
        Names of the mediators by id.
    dated
        Whether the axis shows dates.
    """
    ax = axes(ax)
    x = times(days, dated=dated)
    mediators = sorted(days[0]["mediators"]) if days else []
    spenders = [m for m in mediators if days[-1]["mediators"][m]["spent"] > 0]
    palette = dict(zip(mediators, COLOURS[2:] + COLOURS[:2], strict=False))
    for name in spenders:
        spent = [day["mediators"][name]["spent"] for day in days]
        ax.step(
            x,
            spent,
            where="post",
            color=palette[name],
            label=f"spent by {(names or {}).get(name, name)}",
        )
    guarantee = [day["guarantee"] for day in days]
    if any(guarantee):
        ax.step(x, guarantee, where="post", color=DARK, ls="--", lw=1.3, label="guarantee")
    if not spenders and not any(guarantee):
        ax.text(0.5, 0.5, "no leverage was used", transform=ax.transAxes, ha="center", color=DARK)
    ax.set_ylim(0, None)
    ax.set_ylabel("Leverage, share of a\nparty's utility range")
    ax.set_title("Leverage of the mediators")
    time_axis(ax, dated=dated)
    if spenders or any(guarantee):
        ax.legend(**_BESIDE)
    return ax


def mark_milestones(
    ax: Axes, days: Days, *, names: Names = None, dated: bool = False, labels: bool = True
) -> Axes:
    """Mark signatures, votes, ends of deals and events by lines; label them above the Axes.

    Parameters
    ----------
    days
        ``Trace.days``.
    names
        Names of the events by id.
    labels
        Whether to write what each line stands for.
    """
    x = times(days, dated=dated)
    colour = {"talks": COLOURS[0], "event": COLOURS[3]}
    marks = [(place, _short(text), colour[kind]) for place, kind, text in milestones(days, names)]
    heights = _heights([(place / len(days), len(text)) for place, text, _ in marks])
    for (place, text, shade), (height, align) in zip(marks, heights, strict=True):
        ax.axvline(x[place], color=shade, lw=1.0, ls=":")
        if labels:
            ax.annotate(
                text,
                (x[place], 1.0),
                xycoords=("data", "axes fraction"),
                xytext=(0, 5 + 11 * height),
                textcoords="offset points",
                fontsize=8,
                color=shade,
                ha=align,
            )
    return ax


def _short(text: str, most: int = 56) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _heights(marks: Sequence[tuple[float, int]]) -> list[tuple[int, str]]:
    """Return the row of each label, the lowest that is free, and the side it is written to.

    Parameters
    ----------
    marks
        Place along the axis, 0 to 1, and number of letters.
    """
    free: list[float] = []
    found = []
    for place, letters in marks:
        width = letters * _LETTER
        align = "left" if place + width < 1.0 else "right"
        start = place if align == "left" else place - width
        row = next((k for k, end in enumerate(free) if end < start), len(free))
        free[row : row + 1] = [start + width + 2 * _LETTER]
        found.append((row, align))
    return found


def _by_party(
    parties: pd.DataFrame, column: str, names: Names, *, dated: bool, ax: Axes | None
) -> Axes:
    """Draw a line for each party."""
    ax = axes(ax)
    palette = colours(parties.party.unique().tolist())
    for party, table in parties.groupby("party"):
        x = times(table, dated=dated)
        name = (names or {}).get(str(party), str(party))
        ax.plot(x, table[column], color=palette[str(party)], label=name)
    time_axis(ax, dated=dated)
    ax.legend(**_BESIDE)
    return ax
