"""``sim run``: play a scenario many times and leave a folder."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
)
from rich.table import Table

from sim.cli.options import File, Json, Seed, Values, load
from sim.ensemble import run_ensemble
from sim.notice import NOTICE
from sim.report.summary import basis, histories, summary_rows
from sim.results import Outcomes
from sim.scenario import Scenario
from sim.statistics import number_text, outcome_table
from sim.stopping import run_until
from sim.summary import summarise
from sim.tracing import replay

__all__ = ["progress_bar", "run"]

_USUAL, _MOST = 1_000, 200_000


def run(
    file: File,
    *,
    replications: Annotated[
        int | None,
        typer.Option(
            help="How many histories; 1,000 if not given, or the most with --until-se.", min=1
        ),
    ] = None,
    until_se: Annotated[
        float | None,
        typer.Option(
            "--until-se",
            metavar="SE",
            help="Play until the standard errors of signed, ratified and completed are as small.",
        ),
    ] = None,
    seed: Seed = 1,
    values: Values = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder for tables and figures; runs/NAME if not given.")
    ] = None,
    figures: Annotated[bool, typer.Option(help="Whether to draw figures.")] = True,
    workers: Annotated[int, typer.Option(help="Processes.", min=1)] = 1,
    as_json: Json = False,
) -> None:
    """Play FILE many times; print a summary; leave tables and figures in a folder.

    With --json the summary is printed as one object, and a folder is left only with --out.
    """
    scenario = load(file, values)
    began = time.time()
    count = replications or (_MOST if until_se is not None else _USUAL)
    with progress_bar(count, "replications") as tick:
        outcomes = (
            run_ensemble(scenario, replications=count, seed=seed, workers=workers, progress=tick)
            if until_se is None
            else run_until(
                scenario,
                standard_error=until_se,
                seed=seed,
                most=count,
                workers=workers,
                progress=tick,
            )
        )
    took = time.time() - began
    folder = out if out is not None or as_json else Path("runs") / Path(file).stem
    if folder is not None:
        _leave(scenario, outcomes, folder, took, figures=figures)
    if as_json:
        sys.stdout.write(json.dumps(summarise(outcomes), indent=2, ensure_ascii=False) + "\n")
        return
    console = Console()
    console.print(_table(outcomes))
    console.print(f"{NOTICE} {basis(scenario)}")
    if folder is not None:
        console.print(f"Tables{' and figures' if figures else ''} are in {folder}", soft_wrap=True)


@contextmanager
def progress_bar(whole: int | None, unit: str) -> Iterator[Callable[..., None] | None]:
    """Show a bar on a terminal; stay silent otherwise.

    It is told how many are done and, where that was not known before, of how many.
    """
    if not sys.stderr.isatty():
        yield None
        return
    columns = (TextColumn(unit), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=whole)
        yield lambda done, total=whole: bar.update(task, completed=done, total=total)


def _leave(
    scenario: Scenario, outcomes: Outcomes, folder: Path, took: float, *, figures: bool
) -> None:
    from sim.experiment import save_run, shown_replication  # noqa: PLC0415 - pandas and pyarrow

    pace = outcomes.replications / took
    lines = [f"{outcomes.replications} replications in {took:.2f} s, {pace:.0f} a second"]
    chosen = shown_replication(outcomes)
    save_run(scenario, outcomes, folder, traces=(chosen,), log=lines)
    if figures:
        from sim.daily import daily_table  # noqa: PLC0415 - pandas
        from sim.report.figures import save_figures  # noqa: PLC0415 - matplotlib

        history, daily = replay(outcomes, chosen), daily_table(outcomes)
        save_figures(scenario, outcomes, history, daily, folder / "figures")


def _table(outcomes: Outcomes) -> Table:
    """Return the summary as a table of at most 80 columns."""
    table = Table(
        title=f"{outcomes.provenance['title']}\n{histories(outcomes.replications)}, "
        f"seed {outcomes.provenance['seed']}",
        title_justify="left",
    )
    table.add_column("result", max_width=42)
    for name in ("estimate", "std. error", "n, count"):
        table.add_column(name, justify="right")
    for name, estimate, places in summary_rows(outcomes):
        table.add_row(
            name,
            number_text(estimate.value, places),
            number_text(estimate.standard_error, places),
            f"{estimate.count:,}",
        )
    table.add_section()
    for row in outcome_table(outcomes).itertuples():
        table.add_row(
            str(row.outcome),
            f"{row.share:.3f}",
            number_text(row.standard_error, 3),
            f"{row.count:,}",
        )
    return table
