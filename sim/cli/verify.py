"""``sim verify``: hold the model to its claims."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from sim.cli.options import Json, plain_table
from sim.cli.run import progress_bar

if TYPE_CHECKING:
    from sim.validation import Verified

__all__ = ["verify"]


def verify(
    claims: Annotated[
        list[str] | None,
        typer.Argument(metavar="[CLAIM]...", help="Names of claims or claim files; all if none."),
    ] = None,
    *,
    workers: Annotated[int, typer.Option(help="Processes.", min=1)] = 1,
    as_json: Json = False,
    markdown: Annotated[
        bool, typer.Option("--markdown", help="Print one table, as in MODEL.md.")
    ] = False,
) -> None:
    """Play the claims the model is held to; exit status 1 if one built in or derived falls short.

    Example: sim verify mediation_styles deadlines
    """
    from sim.validation import claim_names  # noqa: PLC0415 - scipy and pandas
    from sim.validation import verify as play_claims  # noqa: PLC0415

    names = claims or claim_names()
    with progress_bar(len(names), "claims") as show:
        found = play_claims(names, workers=workers, progress=show)
    if markdown:
        from sim.validation.page import claims_table  # noqa: PLC0415

        typer.echo(claims_table(item.as_dict() for item in found))
    elif as_json:
        typer.echo(json.dumps([item.as_dict() for item in found], indent=2))
    else:
        _print(found)
    if any(item.short for item in found):
        raise typer.Exit(1)


def _print(found: Iterable[Verified]) -> None:
    console = Console()
    for item in found:
        table = plain_table(f"{item.title}\n{item.claim}, {item.status}: {item.verdict}")
        table.add_column("compared")
        for heading in ("effect", "95 %", "n"):
            table.add_column(heading, justify="right")
        table.add_column("claimed")
        table.add_column("verdict")
        for row in item.findings:
            interval = f"{row.low:.3f} to {row.high:.3f}"
            numbers = (f"{row.effect:.3f}", interval, f"{row.count:,}")
            table.add_row(row.name, *numbers, row.wanted, row.verdict)
        console.print(table)
