"""The agreement zone: what each package is worth to two parties."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure, SubFigure

from sim.geometry import Geometry, geometry
from sim.plots.style import COLOURS, DARK, GREY, axes
from sim.scenario import Scenario

__all__ = ["plot_agreement_zone", "plot_agreement_zone_grid", "zone_table"]

_CONCEPTS = {
    "nash": "Nash",
    "kalai_smorodinsky": "Kalai-Smorodinsky",
    "egalitarian": "egalitarian",
    "utilitarian": "utilitarian",
    "relative_welfare": "sum of relative gains",
}
_MARKS = {
    "nash": "o",
    "kalai_smorodinsky": "s",
    "egalitarian": "^",
    "utilitarian": "D",
    "relative_welfare": "v",
}
_MOST_POINTS = 20_000


def zone_table(found: Geometry) -> pd.DataFrame:
    """Return one row per package: utilities, whether feasible, in the zone, on the frontier."""
    table = pd.DataFrame(dict(zip(found.parties, found.utilities, strict=True)))
    table["feasible"] = found.feasible
    table["zone"] = found.zone
    table["frontier"] = np.isin(np.arange(len(table)), found.frontier)
    return table


def plot_agreement_zone(
    scenario: Scenario,
    *,
    agenda: int = 0,
    parties: tuple[int, int] = (0, 1),
    offers: pd.DataFrame | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw all packages, the agreement zone of the first day, the frontier and bargaining points.

    Parameters
    ----------
    scenario
        The scenario.
    agenda
        Index of the agenda.
    parties
        Which two parties span the plane.
    offers
        One history's texts on the table, as ``Trace.offers_frame`` returns them: their path is
        drawn, each party's offers and the mediators' texts apart, from pale (early) to full.
    ax
        Axes to draw on; new ones if omitted.
    """
    ax = axes(ax)
    found = geometry(scenario, agenda)
    table = zone_table(found)
    x, y = (found.parties[k] for k in parties)
    names = {party.id: party.name for party in scenario.game.parties}
    outside = _sample(table[~table.zone])
    listed = found.agenda.space.listed
    label = "other packages" if listed else "best under other monitoring"
    ax.scatter(outside[x], outside[y], s=6, color=GREY, alpha=0.35, linewidths=0, label=label)
    zone = _sample(table[table.zone])
    if len(zone):
        ax.scatter(zone[x], zone[y], s=9, color=COLOURS[4], linewidths=0, label="agreement zone")
    edge = table[table.frontier].sort_values([x, y])
    style: dict[str, Any] = (
        {"color": DARK, "lw": 1.0}
        if len(found.parties) == 2
        else {"color": DARK, "lw": 0, "marker": "."}
    )
    ax.plot(edge[x], edge[y], label="frontier (off red lines)", **style)
    if offers is not None:
        _path(ax, found, offers, (x, y), names)
    _points(ax, found, parties)
    lows = found.floors.min(axis=1)
    ax.axvline(
        lows[parties[0]],
        color=COLOURS[parties[0]],
        ls="--",
        lw=1.2,
        label=f"floor of {names[x]}, as stated",
    )
    ax.axhline(
        lows[parties[1]],
        color=COLOURS[parties[1]],
        ls="--",
        lw=1.2,
        label=f"floor of {names[y]}, as stated",
    )
    ax.set_xlabel(f"Utility of {names[x]} (0 to 1)")
    ax.set_ylabel(f"Utility of {names[y]} (0 to 1)")
    about = f", {found.agenda.id.replace('_', ' ')}" if len(scenario.game.agendas) > 1 else ""
    ax.set_title(f"What each package is worth on day 1{about}")
    ax.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
    return ax


def _sample(table: pd.DataFrame) -> pd.DataFrame:
    """Return at most so many rows, spread evenly whatever the order of the options."""
    count = len(table)
    if count <= _MOST_POINTS:
        return table
    scattered = np.argsort((np.arange(count) * 0.6180339887498949) % 1.0, kind="stable")
    return table.iloc[np.sort(scattered[:_MOST_POINTS])]


def plot_agreement_zone_grid(
    scenario: Scenario,
    figure: Figure | SubFigure,
    *,
    agenda: int = 0,
    offers: pd.DataFrame | None = None,
) -> Figure | SubFigure:
    """Draw the agreement zone for every pair of parties, one Axes a pair; return the figure."""
    count = len(scenario.game.parties)
    pairs = [(i, j) for i in range(count) for j in range(i + 1, count)]
    columns = 1 if len(pairs) == 1 else 2
    cells = len(pairs) + (columns > 1)
    panels = np.atleast_1d(figure.subplots(-(-cells // columns), columns)).ravel()
    for ax, pair in zip(panels, pairs, strict=False):
        plot_agreement_zone(scenario, agenda=agenda, parties=pair, offers=offers, ax=ax)
        if columns > 1:
            ax.get_legend().remove()
            ax.set_title("")
    for ax in panels[len(pairs) :]:
        ax.set_axis_off()
    if columns > 1:
        known: dict[str, Any] = {}
        for ax in panels[: len(pairs)]:
            known |= dict(zip(*reversed(ax.get_legend_handles_labels()), strict=True))
        panels[len(pairs)].legend(list(known.values()), list(known), loc="center left")
        figure.suptitle(
            "What each package is worth on day 1, by pair of parties", x=0.02, ha="left"
        )
    return figure


def _path(
    ax: Axes,
    found: Geometry,
    offers: pd.DataFrame,
    plane: tuple[str, str],
    names: Mapping[str, str],
) -> None:
    """Draw where one history's texts stood, in the order they came."""
    mine = offers[offers.agenda == found.agenda.id]
    wide = mine.pivot_table(
        index=["day", "proposer"], columns="party", values="utility"
    ).reset_index()
    for proposer, rows in wide.groupby("proposer"):
        text = proposer == "text"
        colour = DARK if text else COLOURS[found.parties.index(str(proposer))]
        strength = np.linspace(0.25, 1.0, len(rows))
        rgba = [(*to_rgb(colour), float(a)) for a in strength]
        ax.plot(rows[plane[0]], rows[plane[1]], color=colour, lw=0.7, alpha=0.4)
        ax.scatter(rows[plane[0]], rows[plane[1]], s=20, c=rgba, marker="D" if text else "o", lw=0)
        label = "mediators' texts" if text else f"offers of {names[str(proposer)]}"
        ax.plot([], [], "D" if text else "o", ms=5, color=colour, label=f"{label} (later: darker)")


def _points(ax: Axes, found: Geometry, parties: tuple[int, int]) -> None:
    """Mark the bargaining points; concepts that agree share a mark."""
    together: dict[int, list[str]] = {}
    for point in found.points:
        together.setdefault(point.package, []).append(point.concept)
    for (package, concepts), colour in zip(
        together.items(), (COLOURS[5], COLOURS[3], COLOURS[2], COLOURS[1]), strict=False
    ):
        label = ", ".join(_CONCEPTS[name] for name in concepts)
        x, y = (found.worth(package)[k] for k in parties)
        ax.plot(x, y, _MARKS[concepts[0]], ms=8, color=colour, mec="white", ls="none", label=label)
