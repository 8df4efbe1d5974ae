"""``sim tournament``: behaviours against each other over scenarios."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from sim.cli.options import Json, Seed
from sim.cli.run import progress_bar
from sim.errors import RunError
from sim.notice import NOTICE

__all__ = ["tournament"]


def tournament(
    files: Annotated[
        list[str], typer.Argument(metavar="FILE...", help="Scenario files or shipped names.")
    ],
    *,
    behaviours: Annotated[
        list[str] | None,
        typer.Option(
            "--behaviour",
            metavar="NAME[:PARAMETER=VALUE,...]",
            help="A behaviour; may be repeated. All registered ones if not given.",
        ),
    ] = None,
    replications: Annotated[int, typer.Option(help="Histories of each pairing.", min=2)] = 200,
    seed: Seed = 1,
    out: Annotated[
        Path | None, typer.Option(help="Folder for the table and the figure; none if not given.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Play behaviours against each other over FILEs, each in every seat.

    Real cases are refused.
    """
    from sim.experiment.tournament import (  # noqa: PLC0415 - pandas
        Tournament,
        parsed_behaviours,
        run_tournament,
    )

    chosen = parsed_behaviours(behaviours) if behaviours else None
    with progress_bar(None, "pairings") as tick:
        found: Tournament = run_tournament(
            files, chosen, replications=replications, seed=seed, progress=tick
        )
    if out is not None:
        _leave(found, files, out)
    ranking = found.ranking()
    if as_json:
        data: dict[str, Any] = {
            "scenarios": files,
            "seed": seed,
            "replications": replications,
            "ranking": ranking.to_dict("records"),
            "pairings": json.loads(found.to_frame().to_json(orient="records")),
        }
        sys.stdout.write(json.dumps(data, indent=2) + "\n")
        return
    console = Console()
    console.print(_table(ranking, replications, files))
    console.print(NOTICE)
    if out is not None:
        console.print(f"The table and the figure are in {out}", soft_wrap=True)


def _table(ranking: Any, replications: int, files: list[str]) -> Table:  # noqa: ANN401 - a frame
    table = Table(
        title=f"{', '.join(files)}: {replications:,} histories a pairing and seat\n"
        "mean over all pairings, ± standard error",
        title_justify="left",
    )
    table.add_column("behaviour")
    heads = {
        "gain": "relative gain",
        "agreed": "agreements",
        "pareto_distance": "from frontier",
        "nash_product": "Nash product",
    }
    for name in heads.values():
        table.add_column(name, justify="right")
    for row in ranking.to_dict("records"):
        cells = [f"{row[m]:.3f} ±{row[f'{m}_se']:.3f}" for m in heads]
        table.add_row(row["behaviour"], *cells)
    return table


def _leave(found: Any, files: list[str], folder: Path) -> None:  # noqa: ANN401 - a Tournament
    from matplotlib.figure import Figure  # noqa: PLC0415

    from sim.experiment.files import write_table  # noqa: PLC0415
    from sim.plots import note, plot_tournament, style  # noqa: PLC0415
    from sim.report.drawing import save_all  # noqa: PLC0415

    if folder.is_file() or (folder.is_dir() and any(folder.iterdir())):
        message = f"{folder} is not empty; choose another --out"
        raise RunError(message)
    folder.mkdir(parents=True, exist_ok=True)
    made = {
        "behaviours": found.behaviours,
        "replications": found.replications,
        "scenarios": files,
        "seed": found.seed,
    }
    write_table(found.to_frame(), folder / "pairings.parquet", made)
    with style():
        size = 2.6 + 1.0 * len(found.behaviours)
        figure = Figure(figsize=(size + 1.4, 0.72 * size), layout="constrained")
        values, errors = found.matrix()
        ax = figure.add_subplot()
        plot_tournament(found.behaviours, values, errors, count=found.replications, ax=ax)
        note(figure)
    save_all({"tournament": figure}, folder)
