"""Figures: each function takes a tidy table and an Axes, and returns the Axes.

They touch nothing else: no global state, no ``show``, no saving. ``sim.plots.style`` is applied
by the caller; ``note`` adds the notice that every figure carries.
"""

from __future__ import annotations

from sim.plots.agreement import (
    plot_agreement_arms,
    plot_agreement_curve,
    plot_outcomes,
    plot_survival,
)
from sim.plots.beliefs import plot_chances, plot_floors
from sim.plots.differences import plot_differences
from sim.plots.flow import plot_flow
from sim.plots.heat_map import plot_heat_map
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
from sim.plots.people import plot_daily
from sim.plots.sensitivity import plot_indices, plot_screening, plot_search, plot_tornado
from sim.plots.standing import plot_gaps, plot_regret
from sim.plots.style import NOTICE, note, style
from sim.plots.targets import plot_leverage_targets
from sim.plots.terms import plot_acceptance, plot_terms
from sim.plots.tournament import plot_tournament
from sim.plots.zone import plot_agreement_zone, plot_agreement_zone_grid, zone_table

__all__ = [
    "NOTICE",
    "mark_milestones",
    "note",
    "plot_acceptance",
    "plot_agreement_arms",
    "plot_agreement_curve",
    "plot_agreement_zone",
    "plot_agreement_zone_grid",
    "plot_chances",
    "plot_daily",
    "plot_differences",
    "plot_fighting",
    "plot_floors",
    "plot_flow",
    "plot_gaps",
    "plot_harm",
    "plot_heat_map",
    "plot_indices",
    "plot_leverage",
    "plot_leverage_targets",
    "plot_obstacles",
    "plot_offers",
    "plot_outcomes",
    "plot_readiness",
    "plot_regret",
    "plot_screening",
    "plot_search",
    "plot_survival",
    "plot_terms",
    "plot_tornado",
    "plot_tournament",
    "plot_trust",
    "style",
    "zone_table",
]
