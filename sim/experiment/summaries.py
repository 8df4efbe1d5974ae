"""Means of an experiment by arm, point and outcome, taken block by block."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from sim._typing import Float
from sim.experiment.folder import json_text
from sim.experiment.opened import OpenedExperiment
from sim.experiment.tables import written_whole
from sim.measures import Measure, measured
from sim.statistics import NORMAL_95, wilson_interval

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["PointTallies", "save_summary", "summary_table"]


class PointTallies:
    """Count, mean and spread of one measure at each point; see ``sim.comparison.Tally``."""

    def __init__(self, points: int) -> None:
        self.count = np.zeros(points)
        self.mean = np.zeros(points)
        self.squares = np.zeros(points)

    def add(self, start: int, values: Float) -> None:
        """Take in values of points from ``start`` on, (points, replications); nan is left out."""
        known = ~np.isnan(values)
        count = known.sum(axis=1)
        plain = np.where(known, values, 0.0)
        middle = plain.sum(axis=1) / np.maximum(count, 1)
        squares = (np.where(known, values - middle[:, None], 0.0) ** 2).sum(axis=1)
        here = slice(start, start + values.shape[0])
        whole = np.maximum(self.count[here] + count, 1)
        apart = middle - self.mean[here]
        self.squares[here] += squares + apart**2 * self.count[here] * count / whole
        self.mean[here] += np.where(count > 0, apart * count / whole, 0.0)
        self.count[here] += count

    def variance(self) -> Float:
        """Return the sample variance at each point; nan below two numbers."""
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.where(self.count > 1, self.squares / (self.count - 1), np.nan)


def summary_table(results: OpenedExperiment, measures: Sequence[Measure] = ()) -> pd.DataFrame:
    """Return mean, standard error, 95 % interval and count by arm, point and outcome.

    Intervals of shares are Wilson's.
    """
    import pandas as pd  # noqa: PLC0415 - heavy, loaded when asked for

    chosen = tuple(measures) or results.measures
    parts = []
    for arm in results.arms:
        tallies = {item.name: PointTallies(results.design.points) for item in chosen}
        for block, columns in results.blocks(arm):
            for item in chosen:
                values = measured(columns, item.name).reshape(-1, block.count)
                tallies[item.name].add(block.start, values)
        parts += [_rows(arm, item, tallies[item.name]) for item in chosen]
    return pd.concat(parts, ignore_index=True)


def _rows(arm: str, item: Measure, tally: PointTallies) -> pd.DataFrame:
    import pandas as pd  # noqa: PLC0415

    some = tally.count > 0
    value = np.where(some, tally.mean, np.nan)
    with np.errstate(invalid="ignore", divide="ignore"):
        error = np.sqrt(tally.variance() / tally.count)
    low, high = value - NORMAL_95 * error, value + NORMAL_95 * error
    if item.share:
        low, high = wilson_interval(value, np.maximum(tally.count, 1))
    return pd.DataFrame(
        {
            "arm": arm,
            "point": np.arange(value.size, dtype=np.int32),
            "outcome": item.name,
            "value": value,
            "standard_error": error,
            "low": low,
            "high": high,
            "count": tally.count.astype(np.int64),
        }
    )


def save_summary(results: OpenedExperiment) -> None:
    """Write the summary beside the tables, as Parquet and, without a design, as JSON."""
    import pyarrow as pa  # noqa: PLC0415 - heavy, loaded when a table is written
    import pyarrow.parquet as pq  # noqa: PLC0415

    table = summary_table(results)
    sink = pa.BufferOutputStream()
    pq.write_table(pa.Table.from_pandas(table, preserve_index=False), sink)
    written_whole(results.folder / "summary.parquet", sink.getvalue().to_pybytes())
    if not results.design.fields:
        text = json_text(_plain(results, table))
        written_whole(results.folder / "summary.json", text.encode())


def _plain(results: OpenedExperiment, table: pd.DataFrame) -> dict[str, Any]:
    arms: dict[str, Any] = {}
    for row in table.itertuples():
        arms.setdefault(str(row.arm), {})[str(row.outcome)] = {
            "value": _number(row.value),
            "standard_error": _number(row.standard_error),
            "count": int(row.count),  # type: ignore[call-overload]
        }
    manifest = results.manifest
    return {
        "title": manifest["title"],
        "note": manifest["note"],
        "replications": manifest["replications"],
        "seed": manifest["seed"],
        "base": manifest["base"],
        "arms": arms,
    }


def _number(value: Any) -> float | None:  # noqa: ANN401 - a cell
    return None if math.isnan(value) else float(value)
