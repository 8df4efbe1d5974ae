"""The figures a run leaves, each in a file of its own, and the overview that holds them together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure, SubFigure
from matplotlib.layout_engine import ConstrainedLayoutEngine

from sim.acceptance import acceptance_table
from sim.plots.agreement import plot_agreement_curve, plot_outcomes, plot_survival
from sim.plots.flow import plot_flow
from sim.plots.history import (
    mark_milestones,
    plot_fighting,
    plot_harm,
    plot_leverage,
    plot_offers,
    plot_readiness,
    plot_trust,
)
from sim.plots.people import plot_daily
from sim.plots.style import note, style
from sim.plots.terms import plot_acceptance, plot_terms
from sim.plots.zone import plot_agreement_zone, plot_agreement_zone_grid
from sim.results import Outcomes, Trace
from sim.scenario import Scenario
from sim.statistics import agreement_curve, flow_table, outcome_table, survival_table, terms_table

__all__ = ["figures", "overview", "save_figures", "save_history"]

AnyFigure = Figure | SubFigure


@dataclass(frozen=True)
class _History:
    """A scenario and one history of it, and the tables the figures show."""

    scenario: Scenario
    trace: Trace

    @property
    def dated(self) -> bool:
        return self.scenario.game.dated

    @cached_property
    def names(self) -> dict[str, str]:
        """Names by id: parties, mediators, events."""
        game = self.scenario.game
        named = {actor.id: actor.name for actor in (*game.parties, *game.mediators)}
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
        return self.trace.parties_frame()

    @property
    def one(self) -> str:
        provenance = self.trace.provenance
        return f"Replication {provenance['replication']}, seed {provenance['seed']}."


@dataclass(frozen=True)
class _Run(_History):
    """An ensemble, and one history of it."""

    outcomes: Outcomes
    daily: pd.DataFrame

    @cached_property
    def measured(self) -> dict[str, str]:
        """Names of the issues with their units."""
        issues = [issue for agenda in self.scenario.game.agendas for issue in agenda.issues]
        return {i.id: _measured(i.name, i.unit) for i in issues}

    @property
    def about(self) -> str:
        seed = self.outcomes.provenance["seed"]
        return f"{self.outcomes.replications:,} replications, seed {seed}."

    @cached_property
    def measures(self) -> list[str]:
        """Measures of the daily table that the scenario has, the commonest first."""
        present = set(self.daily.measure)
        return [name for name in ("truce_days", "released", "aid") if name in present]


def _measured(name: str, unit: str) -> str:
    """Return a name with its unit, unless it says it already."""
    return name if not unit or unit.split(maxsplit=1)[0] in name.lower() else f"{name} ({unit})"


def figures(
    scenario: Scenario, outcomes: Outcomes, trace: Trace, daily: pd.DataFrame
) -> dict[str, Figure]:
    """Return the figures of a run by name.

    Parameters
    ----------
    trace
        The history shown in the figures of one history.
    daily
        The ensemble by day, as ``daily_table`` returns it.
    """
    run = _Run(scenario, trace, outcomes, daily)
    sides = len(scenario.game.parties)
    options = sum(len(issue.labels) for issue in scenario.game.agendas[0].issues)
    settled = len(terms_table(outcomes)) + sum(len(a.issues) for a in scenario.game.agendas)
    actors = sides + len(scenario.game.constituencies)
    with style():
        return {
            "agreement_zone": _drawn(run, _zone, run.one, (8.5, 5.2 if sides == 2 else 8.5)),
            "acceptance": _drawn(run, _acceptance, "", (4.8 + 0.6 * actors, 3.2 + 0.23 * options)),
            "offers": _drawn(run, _offers, run.one, (8.5, 1.0 + 3.0 * sides)),
            "agreement_curve": _drawn(run, _curve, run.about, (8.0, 4.6)),
            "terms": _drawn(run, _terms, run.about, (8.0, 1.6 + 0.23 * settled)),
            "flow": _drawn(run, _flow, run.about, (10.0, 5.2)),
            "outcomes": _drawn(run, _outcomes, run.about, (8.0, 4.6)),
            "survival": _drawn(run, _survival, run.about, (8.0, 4.6)),
            "people": _drawn(run, _people, run.about, (8.0, 0.8 + 2.9 * len(run.measures))),
            "history": _drawn(run, _history, run.one, (9.5, 13.0)),
        }


def overview(scenario: Scenario, outcomes: Outcomes, trace: Trace, daily: pd.DataFrame) -> Figure:
    """Return one figure that shows a whole run: what could be agreed, what was, what came of it."""
    run = _Run(scenario, trace, outcomes, daily)
    with style():
        room = ConstrainedLayoutEngine(rect=(0.0, 0.015, 1.0, 0.98))
        figure = Figure(figsize=(12.0, 17.5), layout=room)
        FigureCanvasAgg(figure)
        heights = [1.25, 1.3, 1.05, 1.0, 1.0]
        rows: Any = figure.subfigures(5, 1, height_ratios=heights, hspace=0.02)
        lower, lowest = rows[3].subfigures(1, 2), rows[4].subfigures(1, 2)
        panels = [rows[0], rows[1], rows[2], *lower, *lowest]
        draws: list[Callable[[_Run, Any], None]] = [
            *(_zone, _first_offers, _flow),
            *(_curve, _survival, _truce, _calm),
        ]
        for panel, draw in zip(panels, draws, strict=True):
            draw(run, panel)
        figure.suptitle(f"{scenario.title}\n{run.about} One history: {run.one}", x=0.01, ha="left")
        note(figure)
        return figure


def _drawn(
    run: Any,  # noqa: ANN401 - what the function draws: an ensemble or a history
    draw: Callable[[Any, Any], None],
    about: str,
    size: tuple[float, float],
) -> Figure:
    """Make a figure, draw on it, leave room for the notice."""
    figure = Figure(figsize=size)
    FigureCanvasAgg(figure)
    draw(run, figure)
    figure.tight_layout(rect=(0, 0.22 / size[1], 1, 1))
    note(figure, about)
    return figure


def _zone(run: _History, figure: AnyFigure) -> None:
    if len(run.scenario.game.parties) == 2:
        plot_agreement_zone(run.scenario, offers=run.offers, ax=figure.subplots())
    else:
        plot_agreement_zone_grid(run.scenario, figure, offers=run.offers)


def _acceptance(run: _Run, figure: AnyFigure) -> None:
    plot_acceptance(acceptance_table(run.scenario), names=run.measured, ax=figure.subplots())


def _offers(run: _History, figure: AnyFigure, most: int | None = None) -> None:
    parties = run.scenario.game.parties[:most]
    panels = figure.subplots(len(parties), 1, sharex=True, squeeze=False)[:, 0]
    last = int(run.offers.day.max()) if len(run.offers) else 1
    shown = run.parties[run.parties.day <= last]
    for ax, party in zip(panels, parties, strict=True):
        plot_offers(run.offers, shown, party.id, names=run.names, dated=run.dated, ax=ax)
    _label_last(panels)


def _first_offers(run: _History, figure: AnyFigure) -> None:
    _offers(run, figure, most=2)


def _curve(run: _Run, figure: AnyFigure) -> None:
    plot_agreement_curve(agreement_curve(run.outcomes), dated=run.dated, ax=figure.subplots())


def _terms(run: _Run, figure: AnyFigure) -> None:
    plot_terms(terms_table(run.outcomes), names=run.measured, ax=figure.subplots())


def _flow(run: _Run, figure: AnyFigure) -> None:
    plot_flow(flow_table(run.outcomes), ax=figure.subplots())


def _outcomes(run: _Run, figure: AnyFigure) -> None:
    plot_outcomes(outcome_table(run.outcomes), ax=figure.subplots())


def _survival(run: _Run, figure: AnyFigure) -> None:
    plot_survival(survival_table(run.outcomes), ax=figure.subplots())


def _people(run: _Run, figure: AnyFigure) -> None:
    panels = figure.subplots(len(run.measures), 1, sharex=True, squeeze=False)[:, 0]
    for ax, measure in zip(panels, run.measures, strict=True):
        _measure(run, measure, ax)
    _label_last(panels)


def _label_last(panels: Any) -> None:  # noqa: ANN401 - an array of Axes
    """Keep the label of the shared time axis at the lowest panel only."""
    for ax in panels[:-1]:
        ax.set_xlabel("")


def _truce(run: _Run, figure: AnyFigure) -> None:
    _measure(run, "truce_days", figure.subplots())


def _measure(run: _Run, measure: str, ax: Any) -> None:  # noqa: ANN401 - Axes
    flows = {
        issue.unit for agenda in run.scenario.game.agendas for issue in agenda.issues if issue.flow
    }
    unit = f"{min(flows, default='amount').removesuffix(' a day')}" if measure == "aid" else ""
    plot_daily(run.daily, measure, names=run.names, unit=unit, dated=run.dated, ax=ax)


def _calm(run: _History, figure: AnyFigure) -> None:
    ax = plot_fighting(run.trace.days, dated=run.dated, ax=figure.subplots())
    mark_milestones(ax, run.trace.days, names=run.names, dated=run.dated, labels=False)


def _history(run: _History, figure: AnyFigure) -> None:
    panels = figure.subplots(5, 1, sharex=True)
    days, names, dated = run.trace.days, run.names, run.dated
    plot_fighting(days, dated=run.dated, ax=panels[0]).set_title("")
    plot_harm(run.parties, names=run.sides, dated=dated, ax=panels[1])
    plot_trust(run.parties, names=names, dated=dated, ax=panels[2])
    plot_readiness(run.parties, names=names, dated=dated, ax=panels[3])
    plot_leverage(days, names=names, dated=dated, ax=panels[4])
    for number, ax in enumerate(panels):
        mark_milestones(ax, days, names=run.names, dated=run.dated, labels=number == 0)
    _label_last(panels)


def save_figures(
    scenario: Scenario, outcomes: Outcomes, trace: Trace, daily: pd.DataFrame, folder: Path
) -> list[Path]:
    """Write the figures of a run and their overview as PNG, and return their paths."""
    drawn = figures(scenario, outcomes, trace, daily)
    drawn["overview"] = overview(scenario, outcomes, trace, daily)
    return _saved(drawn, folder)


def save_history(scenario: Scenario, trace: Trace, folder: Path) -> list[Path]:
    """Write the figures of one history as PNG, and return their paths."""
    run, sides = _History(scenario, trace), len(scenario.game.parties)
    with style():
        drawn = {
            "agreement_zone": _drawn(run, _zone, run.one, (8.5, 5.2 if sides == 2 else 8.5)),
            "offers": _drawn(run, _offers, run.one, (8.5, 1.0 + 3.0 * sides)),
            "history": _drawn(run, _history, run.one, (9.5, 13.0)),
        }
    return _saved(drawn, folder)


def _saved(drawn: dict[str, Figure], folder: Path) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, figure in drawn.items():
        path = folder / f"{name}.png"
        with style():
            figure.savefig(path, metadata={"Software": None})
        paths.append(path)
    return paths
