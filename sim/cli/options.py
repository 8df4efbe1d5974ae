"""Arguments that several commands share."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.box import SIMPLE_HEAD
from rich.table import Table
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from sim.errors import Problem, ScenarioError
from sim.scenario import Scenario, load_scenario, scenario_names

__all__ = ["File", "Json", "Replication", "Seed", "Values", "load", "plain_table", "resumable"]


def _completed(incomplete: str) -> list[str]:
    """Return shipped scenarios and YAML files that begin as what was typed."""
    shipped = [name for name in scenario_names() if name.startswith(incomplete)]
    stem = Path(incomplete)
    folder = stem if incomplete.endswith("/") else stem.parent
    files = sorted(folder.glob("*.yaml")) if folder.is_dir() else []
    return shipped + [str(path) for path in files if str(path).startswith(incomplete)]


File = Annotated[
    str,
    typer.Argument(
        metavar="FILE",
        help="A scenario file, or the name of a shipped one.",
        autocompletion=_completed,
    ),
]
Seed = Annotated[int, typer.Option(help="Seed; the same seed gives the same results.", min=0)]
Replication = Annotated[int, typer.Option(help="Which replication.", min=0)]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")]
Values = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="PATH=VALUE", help="Set a field by its path; may be repeated."),
]


def plain_table(title: str) -> Table:
    """Return a table without a frame, narrow enough for 80 columns."""
    return Table(title=title, title_justify="left", box=SIMPLE_HEAD, padding=(0, 1, 0, 0))


@contextmanager
def resumable(folder: Path) -> Iterator[None]:
    """Say where finished work is kept when a run is stopped from the keyboard; exit status 130."""
    try:
        yield
    except KeyboardInterrupt:
        sys.stderr.write(f"stopped; finished blocks are kept in {folder}; go on with --resume\n")
        sys.exit(130)


def load(file: str, values: list[str] | None = None) -> Scenario:
    """Load a scenario and set fields on it."""
    return load_scenario(file).with_values(_parsed(values or []))


def _parsed(values: list[str]) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    for item in values:
        path, found, text = item.partition("=")
        if not found or not path:
            problem = Problem("--set", f"{item!r} is not understood", "PATH=VALUE")
            raise ScenarioError([problem])
        try:
            changes[path] = YAML(typ="safe", pure=True).load(text)
        except (YAMLError, ValueError) as error:
            problem = Problem(
                "--set", f"the value of {path} is not YAML", "a number, a text, a list"
            )
            raise ScenarioError([problem]) from error
    return changes
