"""One history: offers against floors, the fighting, trust and what marked the days."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from sim.plots.style import COLOURS, DARK, axes, colours

__all__ = ["plot_fighting", "plot_offers", "plot_trust"]


def plot_offers(
    offers: pd.DataFrame,
    parties: pd.DataFrame,
    party: str,
    *,
    name: str = "",
    ax: Axes | None = None,
) -> Axes:
    """Draw what each text on the table was worth to one party, against its floor.

    Parameters
    ----------
    offers, parties
        As ``Trace.offers_frame`` and ``Trace.parties_frame`` return them; one agenda.
    party
        Id of the party whose utility is shown.
    name
        Its name.
    """
    ax = axes(ax)
    shown = offers[offers.party == party]
    palette = colours(parties.party.unique().tolist())
    proposers = sorted(set(shown.proposer) - {"text"})
    for proposer in proposers:
        mine = shown[shown.proposer == proposer]
        ax.plot(
            mine.day,
            mine.utility,
            marker="o",
            ms=4,
            lw=1.2,
            color=palette[proposer],
            label=f"offered by {proposer}",
        )
    texts = shown[shown.proposer == "text"]
    if len(texts):
        ax.plot(texts.day, texts.utility, "D", ms=5, color=DARK, ls="none", label="mediators' text")
    own = parties[parties.party == party]
    ax.plot(own.day, own.floor, color=palette[party], ls="--", lw=1.5, label=f"floor of {party}")
    ax.set_xlabel("Day")
    ax.set_ylabel(f"Utility of {name or party}")
    low = float(np.nanmin([own.floor.min(), shown.utility.min() if len(shown) else 1.0]))
    ax.set_ylim(min(low, 0.0) - 0.03, 1.05)
    ax.set_title(f"Texts on the table, as {name or party} values them")
    ax.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
    return ax


def plot_fighting(days: Sequence[Mapping[str, Any]], *, ax: Axes | None = None) -> Axes:
    """Draw the intensity of fighting, attacks, signatures and the days a deal was in force.

    Parameters
    ----------
    days
        ``Trace.days``.
    """
    ax = axes(ax)
    number = np.array([day["day"] for day in days])
    ax.plot(number, [day["fighting"] for day in days], color=DARK, label="intensity of fighting")
    force = np.array([day["deal"] is not None for day in days])
    if force.any():
        ax.fill_between(
            number,
            0,
            1,
            where=force,
            step="mid",
            color=COLOURS[2],
            alpha=0.18,
            lw=0,
            label="deal in force",
        )
    attacks = [day["day"] for day in days if day["attacks"]]
    if attacks:
        ax.plot(
            attacks,
            [0.03] * len(attacks),
            "v",
            ms=7,
            color=COLOURS[5],
            ls="none",
            label="attack by a spoiler",
        )
    votes = _vote_days(days)
    for k, day in enumerate(votes):
        ax.axvline(
            day, color=COLOURS[3], lw=1.2, ls=":", label=None if k else "signed, vote follows"
        )
    ax.set_ylim(0, 1)
    ax.set_xlim(0, float(number.max()) + 1)
    ax.set_xlabel("Day")
    ax.set_ylabel("Share of full intensity")
    ax.set_title("Fighting, attacks and votes in one history")
    ax.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
    return ax


def _vote_days(days: Sequence[Mapping[str, Any]]) -> list[int]:
    """Return the days on which something was newly signed."""
    found, before = [], set[str]()
    for day in days:
        signed = {name for name, talks in day["agendas"].items() if talks["stage"] == "signed"}
        if signed - before:
            found.append(int(day["day"]))
        before = signed
    return found


def plot_trust(parties: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw each party's trust that the others deliver, over one history.

    Parameters
    ----------
    parties
        As ``Trace.parties_frame`` returns it.
    """
    ax = axes(ax)
    palette = colours(parties.party.unique().tolist())
    for name, table in parties.groupby("party"):
        ax.plot(table.day, table.trust, color=palette[str(name)], label=f"trust of {name}")
    ax.set_ylim(0, 1)
    ax.set_xlim(0, float(parties.day.max()) + 1)
    ax.set_xlabel("Day")
    ax.set_ylabel("Believed chance that the\nother side delivers")
    ax.set_title("Trust in one history")
    ax.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
    return ax
