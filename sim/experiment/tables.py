"""Tables of outcomes as files: the same columns in every block, whatever the arm."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.experiment.blocks import Block
from sim.experiment.files import write_arrow
from sim.measures import Measure, column_of
from sim.scenario.schema import ScenarioFile
from sim.table.state import OUTCOMES

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = [
    "Layout",
    "layout_of",
    "needed_columns",
    "read_columns",
    "shared_terms",
    "write_block",
]

_CODES = ("outcome", "lapsed_as")
_DAYS = ("signed_on", "ratified_on")
_BLANK = -1


@dataclass(frozen=True, slots=True)
class Layout:
    """Columns all blocks of an experiment have.

    Parameters
    ----------
    terms
        Options of each issue of any arm, as text.
    """

    terms: Mapping[str, tuple[str, ...]]


def layout_of(files: Iterable[ScenarioFile]) -> Layout:
    """Return the layout of the arms' scenarios; issues that some lack are empty there."""
    terms: dict[str, tuple[str, ...]] = {}
    for file in files:
        for name, options in _options(file).items():
            known = terms.get(name, ())
            terms[name] = known + tuple(label for label in options if label not in known)
    return Layout({name: terms[name] for name in sorted(terms)})


def _options(file: ScenarioFile) -> dict[str, tuple[str, ...]]:
    return {issue.id: tuple(str(option) for option in issue.options) for issue in file.issues}


def write_block(
    path: Path,
    block: Block,
    columns: Mapping[str, Any],
    layout: Layout,
    file: ScenarioFile,
) -> str:
    """Write a block so that it is there whole or not at all; return its checksum.

    Raises
    ------
    OSError
        If it cannot be written; nothing half-written is left.
    """
    address = {
        "arm": block.arm,
        "points": [block.start, block.stop],
        "replications": [block.first, block.first + block.count],
    }
    return write_arrow(_table(block, columns, layout, file), path, address)


def _table(
    block: Block, columns: Mapping[str, Any], layout: Layout, file: ScenarioFile
) -> pa.Table:
    import pyarrow as pa  # noqa: PLC0415 - heavy, loaded when a table is written

    points = np.repeat(np.arange(block.start, block.stop, dtype=np.int32), block.count)
    arrays: dict[str, Any] = {"point": pa.array(points)}
    for name, values in columns.items():
        if name.startswith("term_"):
            continue
        if name in _CODES:
            arrays[name] = _texts(values, OUTCOMES)
        elif name in _DAYS:
            arrays[name] = pa.array(values, mask=values < 0)
        else:
            arrays[name] = pa.array(values)
    for name, codes in shared_terms(columns, layout, file, block.rows).items():
        arrays[name] = _texts(codes, layout.terms[name.removeprefix("term_")])
    return pa.table(arrays)


def shared_terms(
    columns: Mapping[str, Any], layout: Layout, file: ScenarioFile, rows: int
) -> dict[str, Any]:
    """Return terms as numbers into the options of all arms together, -1 for none."""
    options = _options(file)
    found = {}
    for issue, labels in layout.terms.items():
        codes = columns.get(f"term_{issue}")
        if codes is None:
            codes = np.full(rows, _BLANK, dtype=np.int8)
        own = np.array([labels.index(label) for label in options.get(issue, ())], dtype=np.int8)
        shared = own[codes] if own.size else codes
        found[f"term_{issue}"] = np.where(codes < 0, _BLANK, shared).astype(np.int8)
    return found


def _texts(codes: Any, labels: Sequence[str]) -> Any:  # noqa: ANN401 - arrays
    """Return codes as texts, each kept once."""
    import pyarrow as pa  # noqa: PLC0415

    indices = pa.array(codes.astype(np.int8), mask=codes < 0)
    return pa.DictionaryArray.from_arrays(indices, pa.array(labels))


def read_columns(path: Path, names: Sequence[str] | None = None) -> dict[str, Any]:
    """Return columns of a block as plain arrays: codes for texts, -1 for what is not there."""
    import pyarrow.parquet as pq  # noqa: PLC0415

    table = pq.read_table(path, columns=None if names is None else list(names), partitioning=None)
    return {name: _plain(table.column(name), name) for name in table.column_names}


def _plain(column: Any, name: str) -> Any:  # noqa: ANN401
    whole = column.combine_chunks()
    if name in _CODES or name.startswith("term_"):
        return whole.indices.fill_null(_BLANK).to_numpy(zero_copy_only=False)
    if name in _DAYS:
        return whole.fill_null(_BLANK).to_numpy(zero_copy_only=False)
    return whole.to_numpy(zero_copy_only=False)


def needed_columns(measures: Sequence[Measure]) -> list[str]:
    """Return the columns measures are made of, and those that address a history."""
    return sorted({"point", "replication", *(column_of(item.name) for item in measures)})
