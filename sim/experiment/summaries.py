"""Means of an experiment by arm, point and outcome, taken block by block."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.comparison import Tally
from sim.experiment.files import json_text, write_table, write_text
from sim.experiment.opened import OpenedExperiment
from sim.experiment.tables import needed_columns
from sim.measures import Measure, measured
from sim.statistics import NORMAL_95, wilson_interval

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["save_summary", "summary_table"]


def summary_table(results: OpenedExperiment, measures: Sequence[Measure] = ()) -> pd.DataFrame:
    """Return mean, standard error, 95 % interval and count by arm, point and outcome.

    Intervals of shares are Wilson's.
    """
    import pandas as pd  # noqa: PLC0415 - heavy, loaded when asked for

    chosen = tuple(measures) or results.measures
    parts = []
    for arm in results.arms:
        tallies = {item.name: Tally(results.design.points) for item in chosen}
        for block, columns in results.blocks(arm, needed_columns(chosen)):
            for item in chosen:
                values = measured(columns, item.name).reshape(-1, block.count)
                tallies[item.name].add(values, block.start)
        parts += [_rows(arm, item, tallies[item.name]) for item in chosen]
    return pd.concat(parts, ignore_index=True)


def _rows(arm: str, item: Measure, tally: Tally) -> pd.DataFrame:
    import pandas as pd  # noqa: PLC0415

    value = np.where(tally.count > 0, tally.mean, np.nan)
    error = tally.standard_error
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
            "count": tally.count,
        }
    )


def save_summary(results: OpenedExperiment) -> None:
    """Write the summary beside the tables, as Parquet and, without a design, as JSON."""
    table, manifest = summary_table(results), results.manifest
    made = {"experiment": manifest["title"], "seed": manifest["seed"]}
    write_table(table, results.folder / "summary.parquet", made)
    if not results.design.fields:
        write_text(results.folder / "summary.json", json_text(_plain(results, table)))


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
