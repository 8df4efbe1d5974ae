"""The part of the page that plays many histories and sets them beside a pinned run."""

from __future__ import annotations

import pandas as pd
import solara
from solara.lab import use_task

from sim.app.desk import SIZES, Desk
from sim.app.drawings import run_figures
from sim.app.pieces import heading, table
from sim.app.workbench import Played, called, compared
from sim.report.summary import basis, in_short, summary_rows
from sim.statistics import number_text

__all__ = ["ManyHistories", "RunShown"]


@solara.component
def ManyHistories(desk: Desk) -> None:
    """Play many histories, with progress, and set them beside a pinned run."""
    use_task(desk.play_many, dependencies=[desk.running.value])
    run, pinned = desk.run.value, desk.pinned.value
    with solara.Row(style={"flex-wrap": "wrap", "align-items": "center"}):
        with solara.Div(style={"width": "130px"}):
            solara.Select("Histories", values=SIZES, value=desk.size)
        solara.Button("Run", on_click=desk.begin, color="primary", disabled=desk.running.value)
        solara.Button("Cancel", on_click=desk.cancel, disabled=not desk.running.value)
        solara.Button("Pin this run", on_click=lambda: desk.pinned.set(run), disabled=run is None)
        solara.Button("Unpin", on_click=lambda: desk.pinned.set(None), disabled=pinned is None)
    if desk.running.value:
        solara.ProgressLinear(value=100 * desk.done.value)
        solara.Text(f"{desk.done.value:.0%} played")
    if pinned is not None:
        solara.Text(
            f"Pinned: {pinned.name}; seed {pinned.outcomes.provenance['seed']}; "
            f"{pinned.outcomes.replications:,} histories."
        )
    if run is None:
        solara.Text("Nothing has been run.")
        return
    if run.name != called(desk.work.value):
        solara.Text("Numbers were moved since this run began; run again to see what they change.")
    RunShown(run, pinned)


@solara.component
def RunShown(run: Played, pinned: Played | None) -> None:
    """Show a run, and how it differs from a pinned one."""
    heading("h3", f"{run.name}; seed {run.outcomes.provenance['seed']}")
    solara.Text(f"{' '.join(in_short(run.outcomes))} {basis(run.scenario)}")
    rows = [
        {
            "result": name,
            "mean ± standard error": f"{number_text(e.value, k)} ± {number_text(e.standard_error, k)}",
            "count": f"{e.count:,}",
        }
        for name, e, k in summary_rows(run.outcomes)
    ]
    table(pd.DataFrame(rows))
    if pinned is not None and pinned is not run:
        heading("h3", "Against the pinned run")
        found = compared(pinned, run)
        if isinstance(found, str):
            solara.Warning(found)
        else:
            table(_differences(found))
    drawn = solara.use_memo(lambda: run_figures(run, pinned), [run, pinned])
    for number, figure in enumerate(drawn):
        with solara.Div(classes=["sim-wide"]):
            solara.FigureMatplotlib(figure, [run, pinned, number], format="png", dpi=85)


def _differences(table: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "outcome": table.outcome.str.replace("_", " "),
            "difference ± standard error": [
                f"{d:+.3g} ± {number_text(e, 2, significant=True)}"
                for d, e in zip(table.difference, table.standard_error, strict=True)
            ],
            "95 % interval": [
                f"{a:+.3g} to {b:+.3g}" for a, b in zip(table.low, table.high, strict=True)
            ],
            "p (Holm)": [f"{p:.3f}" if p == p else "" for p in table.p_holm],  # noqa: PLR0124
            "pairs": [f"{count:,}" for count in table["count"]],
        }
    )
