"""``sim sensitivity``, ``map`` and ``search``: what an answer rests on, and what it would take."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from sim.cli.options import File, Json, Seed, Values, load, plain_table, resumable
from sim.cli.run import progress_bar
from sim.cli.sweep import Cluster, Figures, Outcomes, Resume, Workers
from sim.errors import RunError
from sim.notice import NOTICE

__all__ = ["map_", "search", "sensitivity"]

Fields = Annotated[
    list[str] | None,
    typer.Option(
        "--field", metavar="PATH", help="A field or a pattern (parties.*); may be repeated."
    ),
]


def sensitivity(
    file: File,
    *,
    outcomes: Outcomes = None,
    fields: Fields = None,
    trajectories: Annotated[int, typer.Option(help="Of the screening (Morris).", min=2)] = 10,
    samples: Annotated[int, typer.Option(help="Base samples of Sobol's indices.", min=2)] = 64,
    top: Annotated[int, typer.Option(help="Fields that get indices.", min=1)] = 6,
    replications: Annotated[int, typer.Option(help="Histories of each point.", min=2)] = 50,
    seed: Seed = 1,
    values: Values = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder to write; runs/NAME_sensitivity if not given.")
    ] = None,
    workers: Workers = 1,
    cluster: Cluster = None,
    resume: Resume = False,
    figures: Figures = True,
    as_json: Json = False,
) -> None:
    """Ask which numbers with a range the outcomes of FILE rest on.

    Screening by Morris's method, Sobol's indices and a tornado for the fields that matter most,
    the share of variance due to luck and to assumed numbers, and how many replications a point
    noise and signal needed to be told apart.
    """
    from sim.experiment.files import write_table  # noqa: PLC0415
    from sim.experiment.sensitivity import Effort, run_sensitivity  # noqa: PLC0415 - pandas

    folder = out or Path("runs") / f"{Path(file).stem}_sensitivity"
    with resumable(folder):
        found = run_sensitivity(
            load(file, values),
            folder,
            outcomes=outcomes or ("ratified", "completed"),
            fields=fields or (),
            effort=Effort(trajectories, samples, top, replications),
            seed=seed,
            workers=workers,
            cluster=cluster,
            resume=resume,
            progress=True,
        )
    for name, table in found.tables().items():
        write_table(table, folder / f"{name}.parquet", {"scenario": found.scenario, "seed": seed})
    if figures:
        from sim.report.arms import save_sensitivity  # noqa: PLC0415 - matplotlib

        save_sensitivity(found.tables(), found.measures, folder / "figures")
    if as_json:
        data: dict[str, Any] = {
            "scenario": found.scenario,
            "replications": found.replications,
            "histories": found.histories,
        }
        for name, table in found.tables().items():
            data[name] = json.loads(table.to_json(orient="records"))
        sys.stdout.write(json.dumps(data, indent=2) + "\n")
        return
    console = Console()
    for item in found.measures:
        console.print(_indices(found, item))
        console.print(_variance(found, item), soft_wrap=True)
    console.print(NOTICE)
    console.print(f"Tables{' and figures' if figures else ''} are in {folder}", soft_wrap=True)


def _indices(found: Any, item: Any) -> Table:  # noqa: ANN401 - a Sensitivity, a Measure
    table = plain_table(
        f"{found.title}: what {item.label} rests on\nshares of the variance between points, "
        "± half of the 95 % interval"
    )
    table.add_column("field", overflow="fold")
    for name in ("alone", "with others", "µ* over its range"):
        table.add_column(name, justify="right")
    rows = found.indices[found.indices.outcome == item.name]
    screened = found.screening[found.screening.outcome == item.name].set_index("field")
    for row in rows.sort_values("total", ascending=False, kind="stable").itertuples():
        first = screened.loc[row.field]
        table.add_row(
            row.field,
            f"{row.first:.2f} ±{row.first_half:.2f}",
            f"{row.total:.2f} ±{row.total_half:.2f}",
            f"{first.mu_star:.3f} ±{first.half_width:.3f}",
        )
    return table


def _variance(found: Any, item: Any) -> str:  # noqa: ANN401
    row = found.variance[found.variance.outcome == item.name].iloc[0]
    enough = "enough" if row.replications >= row.replications_needed else "fewer than needed"
    return (
        f"Of a history's variance {row.fields:.0%} is due to the {row.numbers} numbers sampled, "
        f"{row.luck:.0%} to luck, {row.both:.0%} to both together. Of the part due to the numbers "
        f"{row.assumed_total:.0%} (±{row.assumed_total_half:.0%}) rests on the {row.assumed} "
        f"marked assumed. Replications a point for noise below a twentieth of the signal: "
        f"{row.replications_needed:,.0f} with common luck, {row.replications_needed_apart:,.0f} "
        f"without; played: {row.replications} ({enough}).\n"
    )


def map_(
    file: File,
    *,
    x: Annotated[str, typer.Option(metavar="PATH[=LOW:HIGH[:LEVELS]]", help="Field across.")],
    y: Annotated[str, typer.Option(metavar="PATH[=LOW:HIGH[:LEVELS]]", help="Field upwards.")],
    outcome: Annotated[str, typer.Option(metavar="NAME", help="What is drawn.")] = "completed",
    replications: Annotated[int, typer.Option(help="Histories of each cell.", min=2)] = 100,
    seed: Seed = 1,
    values: Values = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder to write; runs/NAME_map if not given.")
    ] = None,
    workers: Workers = 1,
    cluster: Cluster = None,
    resume: Resume = False,
    as_json: Json = False,
) -> None:
    """Draw an outcome of FILE over two fields, with the zone where a deal exists.

    Example: sim map tutorial --x mediators.patron.stock=0:0.5 --y fighting.baseline
    """
    from sim.experiment.runner import run_experiment  # noqa: PLC0415 - pandas
    from sim.experiment.zones import heat_table  # noqa: PLC0415
    from sim.report.arms import save_heat_map  # noqa: PLC0415 - matplotlib
    from sim.scenario.experiments import experiment_over  # noqa: PLC0415

    folder = out or Path("runs") / f"{Path(file).stem}_map"
    fields = dict(_ranged(text) for text in (x, y))
    if len(fields) != 2:
        message = "--x and --y name the same field; allowed: two different ones"
        raise RunError(message)
    experiment = experiment_over(
        load(file, values),
        {"use": "grid", "fields": fields},
        replications=replications,
        seed=seed,
        outcomes=[outcome],
    )
    with resumable(folder):
        results = run_experiment(
            experiment, folder, workers=workers, cluster=cluster, resume=resume, progress=True
        )
    table = heat_table(results)  # of the one outcome asked for
    across, up = fields
    save_heat_map(table, across, up, results.measures[0], folder / "figures", zone="zone")
    if as_json:
        rows = json.loads(table.to_json(orient="records"))
        sys.stdout.write(json.dumps({"outcome": outcome, "points": rows}, indent=2) + "\n")
        return
    sys.stdout.write(f"{NOTICE}\nThe table and the figure are in {folder}\n")


def _ranged(text: str) -> tuple[str, dict[str, Any]]:
    """Read a field with its range, as the command line gives it.

    Examples
    --------
    >>> _ranged("fighting.baseline=0.1:0.9:4")
    ('fighting.baseline', {'range': [0.1, 0.9], 'levels': 4})
    """
    path, equals, rest = text.partition("=")
    if not equals:
        return path, {}
    parts = rest.split(":")
    try:
        found: dict[str, Any] = {"range": [float(parts[0]), float(parts[1])]}
        if len(parts) > 2:
            found["levels"] = int(parts[2])
    except (ValueError, IndexError):
        message = f"{text!r} is not understood; allowed: PATH, or PATH=LOW:HIGH[:LEVELS]"
        raise RunError(message) from None
    return path, found


def search(
    file: File,
    *,
    to: Annotated[float, typer.Option(help="The mean the outcome is to have.")],
    outcome: Annotated[str, typer.Option(metavar="NAME", help="What is to move.")] = "completed",
    fields: Fields = None,
    replications: Annotated[int, typer.Option(help="Histories of each number.", min=2)] = 2000,
    seed: Seed = 1,
    values: Values = None,
    workers: Workers = 1,
    out: Annotated[
        Path | None, typer.Option(help="Folder for tables and figure; none if not given.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Ask what it would take: the smallest change of one institution that moves an outcome.

    Monitoring, guarantees, sequencing and mediation are searched, each alone, over its range.
    Example: sim search tutorial --outcome completed --to 0.1
    """
    from sim.experiment.files import write_table  # noqa: PLC0415
    from sim.experiment.searching import run_search  # noqa: PLC0415 - pandas

    with progress_bar(None, "numbers") as tick:
        found = run_search(
            load(file, values),
            outcome,
            to=to,
            fields=fields or (),
            replications=replications,
            seed=seed,
            workers=workers,
            progress=tick,
        )
    if out is not None:
        from sim.report.arms import save_search  # noqa: PLC0415 - matplotlib

        out.mkdir(parents=True, exist_ok=True)
        made = {"scenario": found.scenario, "outcome": outcome, "to": to, "seed": seed}
        write_table(found.table, out / "search.parquet", made)
        write_table(found.curves, out / "curves.parquet", made)
        save_search(found.table, found.curves, to, found.outcome, out)
    if as_json:
        data = {
            "scenario": found.scenario,
            "outcome": outcome,
            "to": to,
            "stated": {
                "mean": found.stated,
                "standard_error": found.standard_error,
                "count": found.replications,
            },
            "fields": json.loads(found.table.to_json(orient="records")),
        }
        sys.stdout.write(json.dumps(data, indent=2) + "\n")
        return
    console = Console()
    console.print(_search(found))
    console.print(NOTICE)
    if out is not None:
        console.print(f"Tables and figure are in {out}", soft_wrap=True)


def _search(found: Any) -> Table:  # noqa: ANN401 - a Search
    table = plain_table(
        f"{found.title}: what it would take for {found.outcome.label} at {found.target:g}\n"
        f"as stated {found.stated:.3f} ±{found.standard_error:.3f} "
        f"(n = {found.replications:,}); one institution at a time"
    )
    table.add_column("field (institution)", overflow="fold")
    for name in ("stated", "needed", "95 % interval", "over its range"):
        table.add_column(name, justify="right", no_wrap=True)
    for row in found.table.to_dict("records"):
        table.add_row(
            f"{row['field']} ({row['institution']})",
            f"{row['stated']:g}",
            f"{row['number']:.3g}" if row["reached"] else "-",
            f"{row['low']:.3g} to {row['high']:.3g}" if row["reached"] else "",
            f"{row['least']:.3f} to {row['most']:.3f} ±{row['most_error']:.3f}",
        )
    return table
