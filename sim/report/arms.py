"""The figures of an experiment: differences between arms, heat maps, sensitivity, searches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from sim.measures import Measure
from sim.plots.agreement import plot_agreement_arms
from sim.plots.differences import plot_differences
from sim.plots.heat_map import plot_heat_map
from sim.plots.sensitivity import plot_indices, plot_screening, plot_search, plot_tornado
from sim.plots.style import note, style
from sim.report.drawing import save_all

__all__ = [
    "agreement_figure",
    "differences_figure",
    "heat_map_figure",
    "save_differences",
    "save_heat_map",
    "save_search",
    "save_sensitivity",
]

_WIDE = 7.0


def _figure(width: float, height: float) -> Figure:
    figure = Figure(figsize=(width, height), layout="constrained")
    FigureCanvasAgg(figure)
    return figure


def _save(figure: Figure, folder: Path, name: str, about: str = "") -> Path:
    note(figure, about)
    return save_all({name: figure}, folder)[0]


def save_differences(
    table: pd.DataFrame,
    measures: Sequence[Measure],
    titles: Mapping[str, str],
    folder: Path,
    *,
    against: str,
) -> Path:
    """Draw a forest plot, one panel an outcome, and return where it is.

    ``against`` says what the arms are compared with.
    """
    figure = differences_figure(table, measures, titles, against=against)
    return save_all({"differences": figure}, folder)[0]


def differences_figure(
    table: pd.DataFrame, measures: Sequence[Measure], titles: Mapping[str, str], *, against: str
) -> Figure:
    """Return a forest plot, one panel an outcome."""
    arms = table.name.nunique()
    columns = 2 if len(measures) > 1 else 1
    rows = -(-len(measures) // columns)
    with style():
        figure = _figure(_WIDE * (1.35 if columns == 2 else 1.0), rows * (1.05 + 0.3 * arms) + 0.3)
        for place, item in enumerate(measures):
            ax = figure.add_subplot(rows, columns, place + 1)
            named = not item.unit or item.unit in item.label
            label = item.label if named else f"{item.label} ({item.unit})"
            plot_differences(table, item.name, label=label, names=titles, ax=ax)
            if place % columns:
                ax.set_yticklabels([])
            ax.xaxis.set_major_locator(MaxNLocator(5))
            ax.set_xlabel("")
        count = int(table["count"].max())
        note(figure, f"Differences from {against}, 95 % intervals (n = {count:,} at most).")
    return figure


def agreement_figure(tables: Mapping[str, pd.DataFrame], *, dated: bool) -> Figure:
    """Return when an agreement is ratified, a line and band an arm."""
    with style():
        figure = _figure(_WIDE, 4.4 + 0.22 * len(tables))
        plot_agreement_arms(tables, dated=dated, ax=figure.add_subplot())
        note(figure)
    return figure


def save_heat_map(
    table: pd.DataFrame, x: str, y: str, item: Measure, folder: Path, zone: str | None = None
) -> Path:
    """Draw an outcome over two fields and return where the figure is."""
    figure = heat_map_figure(table, x, y, item, zone)
    return save_all({f"heat_map_{item.name}": figure}, folder)[0]


def heat_map_figure(
    table: pd.DataFrame, x: str, y: str, item: Measure, zone: str | None = None
) -> Figure:
    """Return an outcome over two fields."""
    with style():
        figure = _figure(_WIDE, 5.6)
        plot_heat_map(table, x, y, zone=zone, label=item.label, ax=figure.add_subplot())
        note(figure)
    return figure


def save_sensitivity(
    tables: Mapping[str, pd.DataFrame], measures: Sequence[Measure], folder: Path
) -> list[Path]:
    """Draw screening, indices and tornado of each outcome and return where they are."""
    found = []
    for item in measures:
        screening, indices, tornado = (
            tables[name][tables[name].outcome == item.name]
            for name in ("screening", "indices", "tornado")
        )
        with style():
            shown = min(len(screening), 15)
            figure = _figure(_WIDE * 1.15, 1.3 + 0.27 * shown)
            plot_screening(screening, ax=figure.add_subplot())
            found.append(_save(figure, folder, f"screening_{item.name}"))
            figure = _figure(_WIDE * 1.15, 1.5 + 0.42 * len(indices))
            plot_indices(indices, ax=figure.add_subplot())
            found.append(_save(figure, folder, f"indices_{item.name}"))
            figure = _figure(_WIDE * 1.15, 1.5 + 0.5 * tornado.field.nunique())
            plot_tornado(tornado, label=item.label, ax=figure.add_subplot())
            found.append(_save(figure, folder, f"tornado_{item.name}"))
    return found


def save_search(
    table: pd.DataFrame, curves: pd.DataFrame, target: float, item: Measure, folder: Path
) -> Path:
    """Draw every institution's curve and return where the figure is."""
    rows = table.to_dict("records")
    columns = 2 if len(rows) > 1 else 1
    deep = -(-len(rows) // columns)
    with style():
        figure = _figure(_WIDE * (1.4 if columns == 2 else 1.0), 2.6 * deep + 0.4)
        top = None
        for place, row in enumerate(rows):
            ax = figure.add_subplot(deep, columns, place + 1, sharey=top)
            top = top or ax
            curve = curves[curves.field == row["field"]]
            plot_search(curve, row, target, label=item.label, ax=ax)
            ax.set_title("")
            if place:
                ax.get_legend().remove()  # type: ignore[union-attr] # it has one
        count = int(table["count"].max())
        figure.suptitle(f"What it would take (n = {count:,} histories a point)", fontsize=11)
        return _save(figure, folder, "search")
