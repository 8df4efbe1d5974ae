"""Files written whole or not at all: bytes, JSON, tables with their provenance."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

__all__ = ["json_line", "json_text", "write_arrow", "write_table", "write_text", "written_whole"]


def json_text(value: Any) -> str:  # noqa: ANN401 - plain data
    """Return plain data as JSON to read, the same for the same data."""
    return json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False, allow_nan=False) + "\n"


def json_line(value: Any) -> str:  # noqa: ANN401
    """Return plain data as JSON in one line, the same for the same data."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, allow_nan=False)


def written_whole(path: Path, content: bytes) -> str:
    """Write bytes under another name, then give them theirs; return their SHA-256.

    Raises
    ------
    OSError
        If they cannot be written; nothing half-written is left.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_name(f"{path.name}.tmp")
    try:
        with half.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        half.replace(path)
    except OSError:
        half.unlink(missing_ok=True)
        raise
    return hashlib.sha256(content).hexdigest()


def write_text(path: Path, text: str) -> None:
    """Write a text."""
    written_whole(path, text.encode())


def write_table(table: pd.DataFrame, path: Path, provenance: Mapping[str, Any]) -> None:
    """Write a table as Parquet with its provenance in the schema's metadata."""
    import pyarrow as pa  # noqa: PLC0415 - heavy, loaded when a table is written

    write_arrow(pa.Table.from_pandas(table, preserve_index=False), path, provenance)


def write_arrow(table: pa.Table, path: Path, provenance: Mapping[str, Any]) -> str:
    """Write columns as Parquet with their provenance; return the file's SHA-256."""
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.parquet as pq  # noqa: PLC0415

    metadata = {**(table.schema.metadata or {}), b"sim": json_line(provenance).encode()}
    sink = pa.BufferOutputStream()
    pq.write_table(table.replace_schema_metadata(metadata), sink, compression="zstd")
    return written_whole(path, sink.getvalue().to_pybytes())
