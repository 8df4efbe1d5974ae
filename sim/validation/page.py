"""What came of the claims, as a table for a page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

__all__ = ["claims_table"]

_MOST = 12


def claims_table(found: Iterable[Mapping[str, Any]]) -> str:
    """Return claims and their findings as a Markdown table.

    Parameters
    ----------
    found
        ``Verified.as_dict()`` of each claim. Formulas that hold are counted rather than listed.
    """
    lines = [
        "| claim | compared | effect | 95 % | n | claimed | verdict |",
        "|---|---|---:|---|---:|---|---|",
    ]
    for item in found:
        title = f"**{item['title']}** (`{item['claim']}`, {item['status']})"
        lines.append(f"| {title} | | | | | | **{item['verdict']}** |")
        rows = [row for row in item["findings"] if not _counted(row, item)]
        left = len(item["findings"]) - len(rows)
        if left:
            lines.append(f"| | {left} more | | | | | hold |")
        lines += [_line(row) for row in rows]
    return "\n".join(lines)


def _counted(row: Mapping[str, Any], item: Mapping[str, Any]) -> bool:
    return len(item["findings"]) > _MOST and row["count"] == 1 and row["verdict"] == "holds"


def _line(row: Mapping[str, Any]) -> str:
    interval = f"{row['low']:.3f} to {row['high']:.3f}"
    cells = (row["name"], f"{row['effect']:.3f}", interval, f"{row['count']:,}")
    return f"| | {' | '.join(cells)} | {row['wanted']} | {row['verdict']} |"
