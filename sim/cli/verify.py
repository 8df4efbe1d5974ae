"""``sim verify``: hold the model to its claims."""

from __future__ import annotations

import json
import sys
from typing import Annotated

import typer
from rich.console import Console

from sim.cli.options import Json, plain_table

__all__ = ["verify"]


def verify(
    claims: Annotated[
        list[str] | None,
        typer.Argument(metavar="[CLAIM]...", help="Names of claims or claim files; all if none."),
    ] = None,
    *,
    workers: Annotated[int, typer.Option(help="Processes.", min=1)] = 1,
    as_json: Json = False,
) -> None:
    """Play the claims the model is held to; exit status 1 if one built in or derived falls short.

    Example: sim verify mediation_styles deadlines
    """
    from sim.validation import claim_names, verify as played  # noqa: PLC0415 - scipy and pandas

    names = claims or claim_names()
    done = 0

    def tick(name: str) -> None:
        nonlocal done
        done += 1
        sys.stderr.write(f"\r{done} of {len(names)} claims: {name:40.40s}")
        sys.stderr.flush()

    found = played(names, workers=workers, progress=tick if sys.stderr.isatty() else None)
    if sys.stderr.isatty():
        sys.stderr.write("\r" + " " * 60 + "\r")
    if as_json:
        typer.echo(json.dumps([item.as_dict() for item in found], indent=2))
    else:
        _print(found)
    if any(item.short for item in found):
        raise typer.Exit(1)


def _print(found: list) -> None:  # type: ignore[type-arg]
    console = Console()
    for item in found:
        table = plain_table(f"{item.title} [{item.status}]: {item.verdict}")
        for heading in ("effect", "95 %", "n", "claimed", "verdict"):
            table.add_column(heading, justify="left" if heading in ("claimed", "verdict") else "right")
        table.columns.insert(0, table.columns.pop())
        console.print(table)
