"""The folder a run leaves: tables, summary, scenario and a manifest to make it again.

Nothing in the tables or the manifest changes from run to run: the same scenario, seed, versions
and CPU dispatch level give the same bytes. Times and warnings go to ``run.log``.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.errors import RunError
from sim.experiment.files import json_line, json_text, write_table, write_text
from sim.results import Outcomes, Trace
from sim.summary import summarise
from sim.tracing import replay

if TYPE_CHECKING:
    import pandas as pd

    from sim.scenario import Scenario

__all__ = ["save_run", "shown_replication", "trace_table"]


def save_run(
    scenario: Scenario,
    outcomes: Outcomes,
    folder: Path | str,
    *,
    traces: Sequence[int] = (0,),
    log: Sequence[str] = (),
) -> Path:
    """Write a run to a folder and return it.

    Parameters
    ----------
    traces
        Replications whose every day is kept in ``trace.parquet``.
    log
        Lines for ``run.log``.

    Raises
    ------
    RunError
        If the folder cannot be written, or holds something that is not a run.
    """
    folder = Path(folder)
    try:
        _prepare(folder)
        provenance = outcomes.provenance | {"scenario_text": scenario.text}
        write_table(outcomes.to_frame(), folder / "outcomes.parquet", provenance)
        write_table(outcomes.terms_frame(), folder / "terms.parquet", provenance)
        write_table(
            trace_table([replay(outcomes, number) for number in traces]),
            folder / "trace.parquet",
            provenance,
        )
        write_text(folder / "scenario.yaml", scenario.text)
        write_text(folder / "summary.json", json_text(summarise(outcomes)))
        write_text(folder / "manifest.json", json_text(provenance))
        (folder / "run.log").write_text("".join(f"{line}\n" for line in log), encoding="utf-8")
    except OSError as error:
        message = f"{folder}: cannot write the run ({error.strerror}); choose another --out"
        raise RunError(message) from error
    return folder


def shown_replication(outcomes: Outcomes) -> int:
    """Return the replication shown as one history: the first that ratified, or the first."""
    agreed = (outcomes.ratified_on >= 0).nonzero()[0]
    return outcomes.first + (int(agreed[0]) if agreed.size else 0)


def _prepare(folder: Path) -> None:
    """Make the folder; refuse one that holds other things than a run."""
    if folder.is_dir() and any(folder.iterdir()) and not (folder / "manifest.json").exists():
        message = f"{folder} is not empty and holds no run; choose another --out"
        raise RunError(message)
    if folder.exists() and not folder.is_dir():
        message = f"{folder} is a file; choose another --out"
        raise RunError(message)
    folder.mkdir(parents=True, exist_ok=True)


def trace_table(traces: Sequence[Trace]) -> pd.DataFrame:
    """Return histories as one table, a row a day, nested values as text."""
    import pandas as pd  # noqa: PLC0415

    parts = []
    for trace in traces:
        table = trace.to_frame()
        for column in table.columns:
            if table[column].dtype == object:
                table[column] = [_plain(value) for value in table[column]]
        table.insert(0, "replication", trace.provenance["replication"])
        parts.append(table)
    return pd.concat(parts, ignore_index=True)


def _plain(value: Any) -> str | None:  # noqa: ANN401
    """Return a cell as text, so that columns of nested values have one type."""
    if value is None or value != value:  # noqa: PLR0124 - nan
        return None
    return value if isinstance(value, str) else json_line(value)
