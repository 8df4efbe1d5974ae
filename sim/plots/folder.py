"""The figures a run leaves, each in a file of its own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from sim.plots.agreement import plot_agreement_curve, plot_outcomes, plot_survival
from sim.plots.history import plot_fighting, plot_offers, plot_trust
from sim.plots.style import note, style
from sim.plots.zone import plot_agreement_zone
from sim.results import Outcomes, Trace
from sim.scenario import Scenario
from sim.statistics import agreement_curve, outcome_table, survival_table

__all__ = ["figures", "save_figures"]


def figures(scenario: Scenario, outcomes: Outcomes, trace: Trace) -> dict[str, Figure]:
    """Return the figures of a run by name.

    Parameters
    ----------
    trace
        The history shown in the figures of one history.
    """
    seed = outcomes.provenance["seed"]
    about = f"{outcomes.replications:,} replications, seed {seed}."
    one = f"Replication {trace.provenance['replication']}, seed {seed}."
    sides = len(scenario.game.parties)
    curve, ends = agreement_curve(outcomes), outcome_table(outcomes)
    lasting = survival_table(outcomes)
    with style():
        return {
            "agreement_zone": _drawn(lambda f: plot_agreement_zone(scenario, ax=f.subplots()), ""),
            "offers": _drawn(lambda f: _offers(scenario, trace, f), one, rows=sides),
            "agreement_curve": _drawn(
                lambda f: plot_agreement_curve(curve, ax=f.subplots()), about
            ),
            "outcomes": _drawn(lambda f: plot_outcomes(ends, ax=f.subplots()), about),
            "survival": _drawn(lambda f: plot_survival(lasting, ax=f.subplots()), about),
            "history": _drawn(lambda f: _history(trace, f), one, rows=2),
        }


def _drawn(draw: Callable[[Figure], object], about: str, rows: int = 1) -> Figure:
    """Make a figure, draw on it, leave room for the notice."""
    figure = Figure(figsize=(8.0, 1.2 + 3.4 * rows))
    FigureCanvasAgg(figure)
    draw(figure)
    figure.tight_layout(rect=(0, 0.05 / rows + 0.01, 1, 1))
    note(figure, about)
    return figure


def _offers(scenario: Scenario, trace: Trace, figure: Figure) -> None:
    game = scenario.game
    panels = figure.subplots(len(game.parties), 1, sharex=True)
    offers, parties = trace.offers_frame(), trace.parties_frame()
    first = offers[offers.agenda == game.agendas[0].id]
    last = int(first.day.max()) if len(first) else 1
    for ax, party in zip(panels, game.parties, strict=True):
        plot_offers(first, parties[parties.day <= last], party.id, name=party.name, ax=ax)


def _history(trace: Trace, figure: Figure) -> None:
    panels = figure.subplots(2, 1, sharex=True)
    plot_fighting(trace.days, ax=panels[0])
    plot_trust(trace.parties_frame(), ax=panels[1])


def save_figures(scenario: Scenario, outcomes: Outcomes, trace: Trace, folder: Path) -> list[Path]:
    """Write the figures of a run as PNG and return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, figure in figures(scenario, outcomes, trace).items():
        path = folder / f"{name}.png"
        with style():
            figure.savefig(path, metadata={"Software": None})
        paths.append(path)
    return paths
