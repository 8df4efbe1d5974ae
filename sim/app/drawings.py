"""The figures of the page: one history as it is played, and runs side by side."""

from __future__ import annotations

import threading

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from sim.app.workbench import Played, Stepper
from sim.plots import (
    mark_milestones,
    note,
    plot_agreement_arms,
    plot_fighting,
    plot_flow,
    plot_offers,
    plot_outcomes,
    plot_trust,
    style,
)
from sim.statistics import agreement_curve, flow_table, outcome_table

__all__ = ["history_figure", "run_figures"]

_ONE = threading.Lock()
"""Matplotlib's settings are one for all threads; visitors draw one after the other."""


def history_figure(stepper: Stepper) -> Figure:
    """Return the table, the trust and the fighting of a history so far."""
    scenario, trace = stepper.scenario, stepper.trace
    game, dated = scenario.game, scenario.game.dated
    names = {actor.id: actor.name for actor in (*game.parties, *game.mediators)}
    names |= {event.id: event.name for event in game.events}
    parties, offers = trace.parties_frame(), trace.offers_frame()
    offers = offers[offers.agenda == game.agendas[0].id]
    with _ONE, style():
        rows = len(game.parties) + 2
        figure = Figure(figsize=(9.0, 2.5 * rows))
        FigureCanvasAgg(figure)
        panels = figure.subplots(rows, 1, sharex=True)
        for ax, party in zip(panels, game.parties, strict=False):
            plot_offers(offers, parties, party.id, names=names, dated=dated, ax=ax)
        plot_trust(parties, names=names, dated=dated, ax=panels[-2])
        plot_fighting(trace.days, dated=dated, ax=panels[-1])
        for number, ax in enumerate(panels):
            mark_milestones(ax, trace.days, names=names, dated=dated, labels=number == 0)
            if number < rows - 1:
                ax.set_xlabel("")
        figure.subplots_adjust(left=0.1, right=0.74, top=0.93, bottom=0.07, hspace=0.28)
        note(figure)
    return figure


def run_figures(run: Played, pinned: Played | None) -> list[Figure]:
    """Return how histories end, how far they come, and when agreement comes, beside a pinned run."""
    curves = {run.name: agreement_curve(run.outcomes)}
    if pinned is not None:
        curves = {f"pinned: {pinned.name}": agreement_curve(pinned.outcomes)} | curves
    dated = run.scenario.game.dated
    found = []
    with _ONE, style():
        for draw, size in (
            (lambda ax: plot_outcomes(outcome_table(run.outcomes), ax=ax), (8.0, 4.2)),
            (lambda ax: plot_flow(flow_table(run.outcomes), ax=ax), (10.0, 5.0)),
            (lambda ax: plot_agreement_arms(curves, dated=dated, ax=ax), (8.0, 4.8)),
        ):
            figure = Figure(figsize=size, layout="constrained")
            FigureCanvasAgg(figure)
            draw(figure.add_subplot())
            note(figure, f"{run.outcomes.replications:,} histories.")
            found.append(figure)
    return found
