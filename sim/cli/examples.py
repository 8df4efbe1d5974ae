"""Examples that the help pages of the commands end with; tests hold them to the commands."""

from __future__ import annotations

__all__ = ["EXAMPLES", "examples"]

EXAMPLES: dict[str, tuple[str, ...]] = {
    "run": (
        "sim run tutorial --replications 2000",
        "sim run tutorial --set fighting.baseline=0.7 --out runs/harder",
        "sim run gaza_ceasefire_talks --until-se 0.005 --workers 2 --json",
    ),
    "check": ("sim check tutorial mediators", "sim check my_talks.yaml --strict"),
    "show": ("sim show tutorial", "sim show tutorial --json"),
    "trace": ("sim trace tutorial --replication 11",),
    "explain": (
        "sim explain tutorial --replication 5",
        "sim explain tutorial --replication 5 --day 60 --figure why.png",
    ),
    "score": ("sim score tutorial --draft draft.yaml --day 40",),
    "list": ("sim list", "sim list negotiators", "sim list outcomes --json"),
    "schema": ("sim schema > scenario.schema.json", "sim schema parameters"),
    "app": ("sim app", "sim app my_talks.yaml --port 9000 --no-browser"),
    "report": ("sim report runs/tutorial", "sim report runs/mediators --out mediators.html"),
    "sweep": (
        "sim sweep mediators --out runs/mediators --workers 2",
        "sim sweep mediators --out runs/mediators --resume",
    ),
    "compare": ("sim compare runs/mediators", "sim compare runs/mediators --base guarantee"),
    "replay": ("sim replay runs/mediators --arm guarantee --replication 17",),
    "verify": ("sim verify published_values", "sim verify --workers 2"),
    "verify-run": ("sim verify-run runs/mediators",),
    "sensitivity": ("sim sensitivity tutorial --outcome completed",),
    "map": ("sim map tutorial --x mediators.patron.penalty --y fighting.baseline",),
    "search": ("sim search tutorial --outcome completed --to 0.1",),
    "tournament": ("sim tournament prisoner_exchange_minimal --replications 100",),
    "import": ("sim import Laptop --out laptop.yaml",),
    "export": ("sim export tutorial --out laptop",),
}
"""Examples by command."""


def examples(command: str) -> str:
    """Return the last lines of a command's help page."""
    lines = EXAMPLES[command]
    return "\n\n".join(["Examples:" if len(lines) > 1 else "Example:", *lines])
