"""The figures of one history: offers, floors, what stood in the way, leverage, the days."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from sim.explaining import Explanation, explain
from sim.plots.beliefs import plot_chances, plot_floors
from sim.plots.history import (
    mark_milestones,
    plot_fighting,
    plot_harm,
    plot_leverage,
    plot_offers,
    plot_readiness,
    plot_trust,
)
from sim.plots.obstacles import plot_obstacles
from sim.plots.targets import plot_leverage_targets
from sim.plots.zone import plot_agreement_zone, plot_agreement_zone_grid
from sim.report.drawing import AnyFigure, drawn, save_all
from sim.results import Trace
from sim.scenario import Scenario

__all__ = [
    "History",
    "draw_calm",
    "draw_offers",
    "draw_zone",
    "history_figures",
    "label_last",
    "save_history",
]


@dataclass(frozen=True)
class History:
    """A scenario and one history of it, and the tables the figures show."""

    scenario: Scenario
    trace: Trace

    @property
    def dated(self) -> bool:
        """Whether the axis of time shows dates."""
        return self.scenario.game.dated

    @cached_property
    def names(self) -> dict[str, str]:
        """Names by id: parties, constituencies, mediators, spoilers, events."""
        game = self.scenario.game
        actors = (*game.parties, *game.constituencies, *game.mediators, *game.spoilers)
        named = {actor.id: actor.name for actor in actors}
        return named | {event.id: event.name for event in game.events}

    @cached_property
    def sides(self) -> dict[str, str]:
        """Whom each side's harm is counted among."""
        return {party.id: party.side for party in self.scenario.game.parties}

    @cached_property
    def offers(self) -> pd.DataFrame:
        """Texts on the table of the first agenda."""
        table = self.trace.offers_frame()
        return table[table.agenda == self.scenario.game.agendas[0].id]

    @cached_property
    def parties(self) -> pd.DataFrame:
        """Each party by day."""
        return self.trace.parties_frame()

    @cached_property
    def explained(self) -> Explanation:
        """What the table saw, session by session."""
        return explain(self.trace)

    @cached_property
    def sessions(self) -> pd.DataFrame:
        """Sessions of the first agenda."""
        table = self.explained.to_frame()
        return table[table.agenda == self.scenario.game.agendas[0].id]

    @property
    def one(self) -> str:
        """Which history it is."""
        provenance = self.trace.provenance
        return f"Replication {provenance['replication']}, seed {provenance['seed']}."


def history_figures(history: History) -> dict[str, Figure]:
    """Return the figures of one history by name."""
    game, one = history.scenario.game, history.one
    sides = len(game.parties)
    rows = sides + len(game.constituencies)
    spent = max(2, history.explained.leverage()[["mediator", "target"]].drop_duplicates().shape[0])
    found = {
        "agreement_zone": drawn(history, draw_zone, one, (8.5, 5.2 if sides == 2 else 8.5)),
        "offers": drawn(history, draw_offers, one, (8.5, 1.0 + 3.0 * sides)),
        "obstacles": drawn(history, _obstacles, one, (8.5, 2.2 + 0.36 * rows)),
        "floors": drawn(history, _floors, one, (8.5, 1.0 + 2.6 * (sides + 1))),
        "leverage": drawn(history, _targets, one, (8.0, 1.4 + 0.42 * spent)),
        "history": drawn(history, _days, one, (9.5, 13.0)),
    }
    if not game.mediators:
        del found["leverage"]
    return found


def save_history(scenario: Scenario, trace: Trace, folder: Path) -> list[Path]:
    """Write the figures of one history as PNG and SVG, and return the paths of the PNG."""
    return save_all(history_figures(History(scenario, trace)), folder)


def draw_zone(history: History, figure: AnyFigure) -> None:
    """Draw what each package is worth, by pair of parties."""
    if len(history.scenario.game.parties) == 2:
        plot_agreement_zone(history.scenario, offers=history.offers, ax=figure.subplots())
    else:
        plot_agreement_zone_grid(history.scenario, figure, offers=history.offers)


def draw_offers(history: History, figure: AnyFigure, most: int | None = None) -> None:
    """Draw the texts on the table as each party values them."""
    parties = history.scenario.game.parties[:most]
    panels = figure.subplots(len(parties), 1, sharex=True, squeeze=False)[:, 0]
    last = int(history.offers.day.max()) if len(history.offers) else 1
    shown = history.parties[history.parties.day <= last]
    for ax, party in zip(panels, parties, strict=True):
        plot_offers(
            history.offers, shown, party.id, names=history.names, dated=history.dated, ax=ax
        )
    label_last(panels)


def draw_calm(history: History, figure: AnyFigure) -> None:
    """Draw the fighting of one history."""
    days, names, dated = history.trace.days, history.names, history.dated
    ax = plot_fighting(days, dated=dated, ax=figure.subplots())
    mark_milestones(ax, days, names=names, dated=dated, labels=False)


def label_last(panels: Any) -> None:  # noqa: ANN401 - an array of Axes
    """Keep the label of the shared time axis at the lowest panel only."""
    for ax in panels[:-1]:
        ax.set_xlabel("")


def _obstacles(history: History, figure: AnyFigure) -> None:
    votes = history.explained.votes()
    plot_obstacles(history.sessions, votes=votes, names=history.names, ax=figure.subplots())


def _floors(history: History, figure: AnyFigure) -> None:
    parties = history.scenario.game.parties
    panels = figure.subplots(len(parties) + 1, 1, sharex=True)
    beliefs, names = history.explained.beliefs(), history.names
    beliefs = beliefs[beliefs.agenda == history.scenario.game.agendas[0].id]
    for ax, party in zip(panels, parties, strict=False):
        plot_floors(history.sessions, beliefs, party.id, names=names, ax=ax)
    plot_chances(history.explained.to_frame(), names=names, ax=panels[-1])
    label_last(panels)


def _targets(history: History, figure: AnyFigure) -> None:
    table = history.explained.leverage()
    plot_leverage_targets(table, names=history.names, ax=figure.subplots())


def _days(history: History, figure: AnyFigure) -> None:
    panels = figure.subplots(5, 1, sharex=True)
    days, names, dated = history.trace.days, history.names, history.dated
    plot_fighting(days, dated=dated, ax=panels[0]).set_title("")
    plot_harm(history.parties, names=history.sides, dated=dated, ax=panels[1])
    plot_trust(history.parties, names=names, dated=dated, ax=panels[2])
    plot_readiness(history.parties, names=names, dated=dated, ax=panels[3])
    plot_leverage(days, names=names, dated=dated, ax=panels[4])
    for number, ax in enumerate(panels):
        mark_milestones(ax, days, names=names, dated=dated, labels=number == 0)
    label_last(panels)
