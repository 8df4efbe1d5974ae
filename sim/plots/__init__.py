"""Figures: each function takes a tidy table and an Axes, and returns the Axes.

They touch nothing else: no global state, no ``show``, no saving. ``sim.plots.style`` is applied
by the caller; ``note`` adds the notice that every figure carries.
"""

from __future__ import annotations

from sim.plots.agreement import plot_agreement_curve, plot_outcomes, plot_survival
from sim.plots.history import plot_fighting, plot_offers, plot_trust
from sim.plots.style import NOTICE, note, style
from sim.plots.zone import plot_agreement_zone, zone_table

__all__ = [
    "NOTICE",
    "note",
    "plot_agreement_curve",
    "plot_agreement_zone",
    "plot_fighting",
    "plot_offers",
    "plot_outcomes",
    "plot_survival",
    "plot_trust",
    "style",
    "zone_table",
]
