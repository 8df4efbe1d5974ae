"""Pieces of a report: tables and pictures, ready for the page."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from matplotlib.figure import Figure

from sim.report.drawing import rendered
from sim.results import Outcomes
from sim.scenario import Scenario
from sim.statistics import Estimate, number_text, outcome_table

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "Picture",
    "Sheet",
    "assumption_sheets",
    "outcome_sheet",
    "picture",
    "sheet",
    "summary_sheet",
]

_LARGEST_SVG = 150_000
"""A figure of more bytes, which is one of thousands of marks, is embedded as PNG."""
_DPI = 110


@dataclass(frozen=True)
class Sheet:
    """A table of a report: a title, heads, and rows of text; columns of numbers stand to the right."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""
    numeric: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Picture:
    """A figure of a report, embedded, with the text that stands in for it."""

    heading: str
    caption: str
    alt: str
    source: str
    width: int
    height: int


def sheet(
    title: str,
    heads: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    note: str = "",
    numeric: Iterable[int] = (),
) -> Sheet:
    """Return a table; columns that are empty in every row are left out."""
    whole = [tuple(str(cell) for cell in row) for row in rows]
    kept = [k for k in range(len(heads)) if any(row[k] for row in whole)]
    return Sheet(
        title,
        tuple(heads[k] for k in kept),
        tuple(tuple(row[k] for k in kept) for row in whole),
        note,
        frozenset(place for place, k in enumerate(kept) if k in set(numeric)),
    )


def sheet_of(title: str, table: pd.DataFrame) -> Sheet:
    """Return a table of text as a table of the report."""
    return sheet(title, [str(name) for name in table.columns], table.to_numpy().tolist())


def summary_sheet(rows: Iterable[tuple[str, Estimate, int]]) -> Sheet:
    """Return means with their standard errors and counts."""
    cells = [
        (
            name,
            number_text(found.value, places),
            number_text(found.standard_error, places),
            f"{found.count:,}",
        )
        for name, found, places in rows
    ]
    heads = ("result", "mean", "standard error", "count")
    return sheet("Means over histories", heads, cells, numeric=(1, 2, 3))


def outcome_sheet(outcomes: Outcomes) -> Sheet:
    """Return how histories end."""
    table = outcome_table(outcomes)
    cells = [
        (
            str(row["outcome"]),
            f"{row['share']:.1%}",
            number_text(100 * row["standard_error"], 1),
            f"{row['low']:.1%} to {row['high']:.1%}",
            f"{row['count']:,}",
        )
        for row in table.to_dict("records")
    ]
    heads = ("histories end", "share", "standard error (points)", "95 % interval", "count")
    return sheet("How histories end", heads, cells, numeric=(1, 2, 3, 4))


def assumption_sheets(scenario: Scenario) -> tuple[list[Sheet], list[str]]:
    """Return every number a scenario rests on, and the sources the tables name by number."""
    table = scenario.assumptions()
    order = {"sourced": 0, "derived": 1, "assumed": 2}
    table = table.assign(rank=table.kind.map(order)).sort_values("rank", kind="stable")
    sources = [source for source in dict.fromkeys(table.source) if source]
    numbers = {source: f"[{k}]" for k, source in enumerate(sources, start=1)} | {"": ""}
    found = [
        _assumptions("What the file states", table[table.stated], numbers),
        _assumptions("What stands at the model's default", table[~table.stated], numbers),
    ]
    return [part for part in found if part.rows], sources


def _assumptions(title: str, table: pd.DataFrame, numbers: Mapping[str, str]) -> Sheet:
    cells = []
    for row in table.to_dict("records"):
        ranged = row["low"] == row["low"] and row["low"] < row["high"]  # nan where none is stated
        between = f"{row['low']:g} to {row['high']:g}" if ranged else ""
        spread = f"{row['spread']:g}" if row["spread"] else ""
        source = numbers[row["source"]]
        cells.append((row["field"], _number(row["value"]), between, spread, row["kind"], source))
    heads = ("field", "value", "range", "spread", "kind", "source")
    return sheet(f"{title} ({len(table):,} numbers)", heads, cells, numeric=(1,))


def _number(value: object) -> str:
    return f"{value:g}" if isinstance(value, (int, float)) else str(value)


def picture(figure: Figure, heading: str, caption: str, alt: str) -> Picture:
    """Return a figure embedded as SVG, or as PNG where that would be large."""
    content, kind = rendered(figure, "svg"), "svg+xml"
    if len(content) > _LARGEST_SVG:
        content, kind = rendered(figure, "png", dpi=_DPI), "png"
    source = f"data:image/{kind};base64,{base64.b64encode(content).decode()}"
    width, height = (round(96 * inches) for inches in figure.get_size_inches())
    return Picture(heading, caption, alt, source, width, height)
