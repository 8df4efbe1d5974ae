"""Commands for files of other programs: import, export."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from sim.cli.options import File
from sim.errors import Problem, ScenarioError
from sim.scenario import load_scenario
from sim.scenario.importing import import_domain
from sim.scenario.load import written

__all__ = ["export", "import_"]


def import_(
    path: Annotated[str, typer.Argument(metavar="PATH", help="Folder with a domain and profiles.")],
    *,
    out: Annotated[
        Path | None, typer.Option(help="Scenario file to write; printed if not given.")
    ] = None,
    profiles: Annotated[
        list[str] | None,
        typer.Option(help="A profile's file name, one a party; may be repeated. All if not given."),
    ] = None,
    rounds: Annotated[int, typer.Option(help="Rounds the talks may last.", min=1, max=500)] = 100,
) -> None:
    """Make a scenario of a published domain: GENIUS XML or GeniusWeb JSON."""
    data = import_domain(path, profiles, rounds)
    scenario = load_scenario(data)
    text = "# Made by sim import; a calm world, to be changed as needed.\n" + written(data)
    if out is None:
        sys.stdout.write(text)
        return
    if out.exists():
        problem = Problem("--out", f"{out} exists already", "a file that is not there yet")
        raise ScenarioError([problem])
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(text, encoding="utf-8")
    parties = ", ".join(party.name for party in scenario.game.parties)
    packages = scenario.game.agendas[0].space.count
    sys.stdout.write(f"{out}: {packages:,} packages, parties {parties}\n")


def export(
    file: File,
    *,
    out: Annotated[Path, typer.Option(help="Folder to write to.")],
    to: Annotated[str, typer.Option(help="Format: genius.")] = "genius",
) -> None:
    """Write FILE's issues and preferences for another program; floors are those of day 1."""
    from sim.geometry import geometry  # noqa: PLC0415 - needs a compiled game
    from sim.scenario.genius import write_genius  # noqa: PLC0415

    if to != "genius":
        raise ScenarioError([Problem("--to", f"unknown format {to!r}", "genius")])
    scenario = load_scenario(file)
    found = geometry(scenario)
    floors = {
        name: float(min(max(row.min(), 0.0), 1.0))
        for name, row in zip(found.parties, found.floors, strict=True)
    }
    name = Path(scenario.name).stem
    for path in write_genius(scenario.file, out, floors, name):
        sys.stdout.write(f"{path}\n")
