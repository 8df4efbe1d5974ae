"""Small experiments for the tests, and what a folder holds."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

CHANGING = {"run.log", ".lock"}


def many_arms(count: int = 6, replications: int = 40, **more: Any) -> dict[str, Any]:
    """Return an experiment of as many blocks as arms, each played in a moment."""
    arms = [
        {
            "id": f"arm{number}",
            "set": {"fighting.baseline": round(0.1 + 0.8 * number / count, 3), "calendar.days": 50},
        }
        for number in range(count)
    ]
    data = {
        "schema": 1,
        "title": "Many arms",
        "scenario": "prisoner_exchange_minimal",
        "replications": replications,
        "seed": 5,
        "arms": arms,
    }
    return data | more


def contents(folder: Path) -> dict[str, str]:
    """Return a checksum of every file that may not change from run to run."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name not in CHANGING
    }
