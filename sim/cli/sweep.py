"""``sim sweep``, ``compare``, ``replay`` and ``verify-run``: experiments and what came of them."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from sim.cli.options import Json, Replication, plain_table, resumable
from sim.errors import RunError
from sim.notice import NOTICE
from sim.statistics import number_text

__all__ = ["compare", "replay", "sweep", "verify_run"]

Folder = Annotated[
    Path, typer.Argument(metavar="DIR", help="Folder an experiment was played into.")
]
Workers = Annotated[int, typer.Option(help="Processes.", min=1)]
Cluster = Annotated[
    str | None,
    typer.Option(
        metavar="ADDRESS",
        help="Dask scheduler (tcp://HOST:PORT), or 'local' to start one here with --workers.",
    ),
]
Resume = Annotated[bool, typer.Option("--resume", help="Finish what the folder holds.")]
Figures = Annotated[bool, typer.Option(help="Whether to draw figures.")]
Outcomes = Annotated[
    list[str] | None,
    typer.Option("--outcome", metavar="NAME", help="An outcome; may be repeated."),
]

_MOST_COLUMNS = 6


def sweep(
    experiment: Annotated[
        str,
        typer.Argument(metavar="EXPERIMENT", help="An experiment file, or a shipped one's name."),
    ],
    *,
    out: Annotated[
        Path | None, typer.Option(help="Folder to write; runs/NAME if not given.")
    ] = None,
    workers: Workers = 1,
    cluster: Cluster = None,
    resume: Resume = False,
    max_memory: Annotated[
        float | None, typer.Option(metavar="GB", help="Memory the run may take.", min=0.01)
    ] = None,
    figures: Figures = True,
    ro_crate: Annotated[
        bool, typer.Option("--ro-crate", help="Leave RO-Crate metadata for an archive.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Play all arms and points of EXPERIMENT into a folder; stop and resume as you like.

    Example: sim sweep mediators --out runs/mediators --workers 2
    """
    from sim.experiment.runner import run_experiment  # noqa: PLC0415 - pandas and pyarrow

    folder = out or Path("runs") / Path(experiment).stem
    with resumable(folder):
        results = run_experiment(
            experiment,
            folder,
            workers=workers,
            cluster=cluster,
            resume=resume,
            max_memory=max_memory,
            progress=True,
        )
    if ro_crate:
        from sim.experiment.crate import write_crate  # noqa: PLC0415

        write_crate(results)
    drawn = _drawn(results) if figures else []
    if as_json:
        sys.stdout.write(_json_of(results))
    else:
        _print(results, drawn)
    if results.failures:
        sys.exit(1)


def _json_of(results: Any) -> str:  # noqa: ANN401 - an OpenedExperiment
    table = results.summary()
    data = {
        "title": results.manifest["title"],
        "note": results.manifest["note"],
        "seed": results.manifest["seed"],
        "replications": results.replications,
        "points": results.design.points,
        "failures": results.failures,
        "summary": json.loads(table.to_json(orient="records")),
    }
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"


def _drawn(results: Any) -> list[Path]:  # noqa: ANN401
    """Draw what fits the design: a forest plot and curves over arms, heat maps over two fields."""
    from sim.report.drawing import save_all  # noqa: PLC0415 - matplotlib
    from sim.report.experiments import experiment_figures  # noqa: PLC0415

    return save_all(experiment_figures(results), results.folder / "figures")


def _print(results: Any, drawn: list[Path]) -> None:  # noqa: ANN401
    console = Console()
    if results.design.fields:
        fields = ", ".join(results.design.fields[:3])
        more = len(results.design.fields) - 3
        console.print(
            f"{results.manifest['title']}: {results.design.points:,} points over {fields}"
            f"{f' and {more} more' if more > 0 else ''}, {results.replications:,} histories each, "
            f"{len(results.arms)} arm{'s' if len(results.arms) > 1 else ''}",
            soft_wrap=True,
        )
    else:
        console.print(_means(results))
    console.print(NOTICE)
    for failure in results.failures:
        console.print(f"{failure['block']} failed: {failure['reason']}", soft_wrap=True)
    console.print(
        f"Tables{' and figures' if drawn else ''} are in {results.folder}", soft_wrap=True
    )


def _means(results: Any) -> Table:  # noqa: ANN401
    """Return outcomes by arm, each with its standard error."""
    hidden = len(results.arms) > _MOST_COLUMNS
    table = plain_table(
        f"{results.manifest['title']}\n{results.replications:,} histories an arm, seed "
        f"{results.manifest['seed']}; mean ± standard error"
        + (f"; {len(results.arms) - _MOST_COLUMNS} more arms in summary.parquet" if hidden else "")
    )
    table.add_column("outcome")
    shown = results.arms[:_MOST_COLUMNS]
    for arm in shown:
        table.add_column(results.titles[arm], justify="right")
    rows = results.summary().set_index(["outcome", "arm"])
    for item in results.measures:
        cells = []
        for arm in shown:
            row = rows.loc[(item.name, arm)]
            places = 3 if item.share or item.name.startswith("utility") else 1
            cells.append(f"{row.value:,.{places}f} ±{number_text(row.standard_error, places)}")
        table.add_row(item.label + (f" ({item.unit})" if item.unit else ""), *cells)
    return table


def compare(
    folder: Folder,
    other: Annotated[
        Path | None,
        typer.Argument(metavar="[DIR]", help="A second experiment, compared arm by arm."),
    ] = None,
    *,
    base: Annotated[str | None, typer.Option(metavar="ARM", help="Arm compared with.")] = None,
    outcomes: Outcomes = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder for table and figure; DIR/comparison if not given.")
    ] = None,
    figures: Figures = True,
    as_json: Json = False,
) -> None:
    """Compare the arms of DIR with its base arm, or with the same arms of a second DIR.

    Differences are taken history by history where arms share their luck, with standard errors,
    95 % intervals, and p-values corrected for the number of comparisons (Holm).
    """
    from sim.experiment.comparing import compare_arms  # noqa: PLC0415 - pandas
    from sim.experiment.files import write_table  # noqa: PLC0415
    from sim.experiment.results import open_experiment  # noqa: PLC0415

    results = open_experiment(folder)
    second = open_experiment(other) if other else None
    table = compare_arms(results, second, base=base, measures=outcomes or ())
    against = f"the same arm of {folder.name}" if other else results.titles[base or results.base]
    where = out or folder / "comparison"
    where.mkdir(parents=True, exist_ok=True)
    made = {"folder": folder.name, "other": other.name if other else None, "base": base}
    write_table(table, where / "differences.parquet", made)
    if figures:
        from sim.report.arms import save_differences  # noqa: PLC0415 - matplotlib

        names = set(table.outcome)
        shown = [item for item in results.known_measures if item.name in names]
        save_differences(table, shown, results.titles, where, against=against)
    if as_json:
        rows = json.loads(table.to_json(orient="records"))
        sys.stdout.write(json.dumps({"differences": rows}, indent=2) + "\n")
        return
    console = Console()
    for arm in dict.fromkeys(table.name):
        console.print(_differences(table[table.name == arm], results.titles.get(arm, arm), against))
    console.print(f"p-values hold for all {len(table)} comparisons at once (Holm). {NOTICE}")
    console.print(f"The table{' and the figure' if figures else ''} are in {where}", soft_wrap=True)


def _differences(table: Any, arm: str, against: str) -> Table:  # noqa: ANN401 - a frame
    shown = plain_table(f"{arm}, against {against}")
    shown.add_column("outcome", overflow="fold")
    for name in ("base", "arm", "difference", "95 % interval", "p", "n"):
        shown.add_column(name, justify="right", no_wrap=True)
    for row in table.to_dict("records"):
        places = 3 if abs(row["base"]) < 10 and abs(row["arm"]) < 10 else 1
        shown.add_row(
            row["outcome"],
            f"{row['base']:.{places}f}",
            f"{row['arm']:.{places}f}",
            f"{row['difference']:+.{places}f} ±{number_text(row['standard_error'], places)}",
            f"{row['low']:+.{places}f} to {row['high']:+.{places}f}",
            "<.001" if row["p_holm"] < 0.001 else f"{row['p_holm']:.3f}",
            f"{row['count']:,}",
        )
    return shown


def replay(
    folder: Folder,
    *,
    arm: Annotated[str | None, typer.Option(help="Arm; the base arm if not given.")] = None,
    replication: Replication = 0,
    point: Annotated[int, typer.Option(help="Point of the design.", min=0)] = 0,
    out: Annotated[
        Path | None, typer.Option(help="Folder for the trace and its figures; none if not given.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Play one history of an experiment again, in Mesa, day by day.

    The history is held against its row in the table. Example: sim replay DIR --arm A
    --replication 17 --out runs/history
    """
    from sim.cli.inspect import print_history  # noqa: PLC0415
    from sim.experiment.replaying import replay_history  # noqa: PLC0415 - mesa
    from sim.experiment.results import open_experiment  # noqa: PLC0415 - pandas

    results = open_experiment(folder)
    trace, model = replay_history(results, arm or results.base, replication, point)
    if out is not None:
        from sim.experiment.files import write_table  # noqa: PLC0415
        from sim.experiment.store import trace_table  # noqa: PLC0415
        from sim.report.history import save_history  # noqa: PLC0415 - matplotlib

        save_history(model.case, trace, out)
        write_table(trace_table([trace]), out / "trace.parquet", trace.provenance)
    print_history(model.case, trace, as_json=as_json)
    if out is not None and not as_json:
        sys.stdout.write(f"The trace and its figures are in {out}\n")


def verify_run(
    folder: Folder,
    *,
    blocks: Annotated[int, typer.Option(help="Blocks to play again.", min=0)] = 3,
    as_json: Json = False,
) -> None:
    """Check every block of DIR against its checksum and play a sample of blocks again.

    Exit status 1 if a block is not what it was, or comes out otherwise.
    """
    from sim.experiment.results import open_experiment  # noqa: PLC0415 - pandas
    from sim.experiment.verifying import verify_run as verify  # noqa: PLC0415

    results = open_experiment(folder)
    if results.manifest.get("blocks") is None:
        message = f"{folder} is not finished; finish it with: sim sweep ... --resume"
        raise RunError(message)
    verdicts = verify(results, blocks=blocks)
    again = [item for item in verdicts if item.equal is not None]
    faults = [item for item in verdicts if not item.sound]
    if as_json:
        data = {
            "blocks": len(verdicts),
            "intact": sum(item.intact for item in verdicts),
            "played_again": len(again),
            "equal": sum(bool(item.equal) for item in again),
            "faults": [
                {"block": item.block, "intact": item.intact, "differs": item.differs}
                for item in faults
            ],
        }
        sys.stdout.write(json.dumps(data, indent=2) + "\n")
    else:
        intact, equal = sum(v.intact for v in verdicts), sum(bool(v.equal) for v in again)
        sys.stdout.write(
            f"{intact} of {len(verdicts)} blocks have their checksum; "
            f"{equal} of {len(again)} played again came out equal\n"
        )
        for item in faults:
            why = f"differs in {', '.join(item.differs)}" if item.intact else "is not what it was"
            sys.stdout.write(f"{item.block} {why}\n")
    if faults:
        sys.exit(1)
