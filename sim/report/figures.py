"""The figures a run leaves, each in a file of its own, and the overview that holds them together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import pandas as pd
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

from sim.acceptance import acceptance_table
from sim.plots.agreement import plot_agreement_curve, plot_outcomes, plot_survival
from sim.plots.flow import plot_flow
from sim.plots.people import plot_daily
from sim.plots.style import note, style
from sim.plots.terms import plot_acceptance, plot_terms
from sim.report.drawing import AnyFigure, drawn, save_all
from sim.report.history import (
    History,
    draw_calm,
    draw_offers,
    draw_zone,
    history_figures,
    label_last,
)
from sim.results import Outcomes, Trace
from sim.scenario import Scenario
from sim.statistics import agreement_curve, flow_table, outcome_table, survival_table, terms_table

__all__ = ["RunShown", "figures", "overview", "save_figures"]


@dataclass(frozen=True)
class RunShown(History):
    """An ensemble, and one history of it.

    Parameters
    ----------
    daily
        The ensemble by day, as ``daily_table`` returns it.
    """

    outcomes: Outcomes
    daily: pd.DataFrame

    @cached_property
    def measured(self) -> dict[str, str]:
        """Names of the issues with their units."""
        issues = [issue for agenda in self.scenario.game.agendas for issue in agenda.issues]
        return {i.id: _measured(i.name, i.unit) for i in issues}

    @property
    def about(self) -> str:
        """Which run it is."""
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


def figures(run: RunShown) -> dict[str, Figure]:
    """Return the figures of a run by name: those of the ensemble, and those of one history."""
    game, about = run.scenario.game, run.about
    options = sum(len(issue.labels) for issue in game.agendas[0].issues)
    settled = len(terms_table(run.outcomes)) + sum(len(a.issues) for a in game.agendas)
    actors = len(game.parties) + len(game.constituencies)
    one = history_figures(run)
    return {
        "agreement_zone": one.pop("agreement_zone"),
        "acceptance": drawn(run, _acceptance, "", (4.8 + 0.6 * actors, 3.2 + 0.23 * options)),
        "agreement_curve": drawn(run, _curve, about, (8.0, 4.6)),
        "terms": drawn(run, _terms, about, (8.0, 1.6 + 0.23 * settled)),
        "flow": drawn(run, _flow, about, (10.0, 5.2)),
        "outcomes": drawn(run, _outcomes, about, (8.0, 4.6)),
        "survival": drawn(run, _survival, about, (8.0, 4.6)),
        "people": drawn(run, _people, about, (8.0, 0.8 + 2.9 * len(run.measures))),
        **one,
    }


def overview(run: RunShown) -> Figure:
    """Return one figure that shows a whole run: what could be agreed, what was, what came of it."""
    with style():
        room = ConstrainedLayoutEngine(rect=(0.0, 0.015, 1.0, 0.98))
        figure = Figure(figsize=(12.0, 17.5), layout=room)
        FigureCanvasAgg(figure)
        heights = [1.25, 1.3, 1.05, 1.0, 1.0]
        rows: Any = figure.subfigures(5, 1, height_ratios=heights, hspace=0.02)
        lower, lowest = rows[3].subfigures(1, 2), rows[4].subfigures(1, 2)
        panels = [rows[0], rows[1], rows[2], *lower, *lowest]
        draws: list[Callable[[Any, Any], None]] = [
            *(draw_zone, partial(draw_offers, most=2), _flow),
            *(_curve, _survival, _truce, draw_calm),
        ]
        for panel, draw in zip(panels, draws, strict=True):
            draw(run, panel)
        title = f"{run.scenario.title}\n{run.about} One history: {run.one}"
        figure.suptitle(title, x=0.01, ha="left")
        note(figure)
        return figure


def save_figures(
    scenario: Scenario, outcomes: Outcomes, trace: Trace, daily: pd.DataFrame, folder: Path
) -> list[Path]:
    """Write the figures of a run and their overview, and return the paths of the PNG.

    Parameters
    ----------
    trace
        The history shown in the figures of one history.
    daily
        The ensemble by day, as ``daily_table`` returns it.
    """
    run = RunShown(scenario, trace, outcomes, daily)
    return save_all(figures(run) | {"overview": overview(run)}, folder)


def _acceptance(run: RunShown, figure: AnyFigure) -> None:
    plot_acceptance(acceptance_table(run.scenario), names=run.measured, ax=figure.subplots())


def _curve(run: RunShown, figure: AnyFigure) -> None:
    plot_agreement_curve(agreement_curve(run.outcomes), dated=run.dated, ax=figure.subplots())


def _terms(run: RunShown, figure: AnyFigure) -> None:
    plot_terms(terms_table(run.outcomes), names=run.measured, ax=figure.subplots())


def _flow(run: RunShown, figure: AnyFigure) -> None:
    plot_flow(flow_table(run.outcomes), ax=figure.subplots())


def _outcomes(run: RunShown, figure: AnyFigure) -> None:
    plot_outcomes(outcome_table(run.outcomes), ax=figure.subplots())


def _survival(run: RunShown, figure: AnyFigure) -> None:
    plot_survival(survival_table(run.outcomes), ax=figure.subplots())


def _people(run: RunShown, figure: AnyFigure) -> None:
    panels = figure.subplots(len(run.measures), 1, sharex=True, squeeze=False)[:, 0]
    for ax, measure in zip(panels, run.measures, strict=True):
        _measure(run, measure, ax)
    label_last(panels)


def _truce(run: RunShown, figure: AnyFigure) -> None:
    _measure(run, "truce_days", figure.subplots())


def _measure(run: RunShown, measure: str, ax: Any) -> None:  # noqa: ANN401 - Axes
    flows = {
        issue.unit for agenda in run.scenario.game.agendas for issue in agenda.issues if issue.flow
    }
    unit = f"{min(flows, default='amount').removesuffix(' a day')}" if measure == "aid" else ""
    plot_daily(run.daily, measure, names=run.names, unit=unit, dated=run.dated, ax=ax)
