"""The page itself, in Solara: what it shows, and what its buttons do."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import solara
from solara.lab import use_task

from sim.app.desk import SPEEDS, Desk
from sim.app.drawings import history_figure
from sim.app.pieces import heading, table
from sim.app.runs import ManyHistories
from sim.app.workbench import Stepper, Workpiece
from sim.notice import NOTICE
from sim.report.summary import basis
from sim.scenario import scenario_names
from sim.scenario.describing import described, in_words

__all__ = ["Page"]


_MOST_SLIDERS = 12
_CSS = """
.sim-layout { display: grid; grid-template-columns: 340px minmax(0, 1fr); gap: 28px; padding: 12px; }
.sim-main { max-width: 1000px; min-width: 0; }
.sim-main h1 { font-size: 1.6rem; line-height: 1.2; margin: 8px 0 14px; }
.sim-notice { background: #f5f5f2; border-left: 4px solid #6b6b6b; padding: 8px 14px; }
.sim-problems { white-space: pre-wrap; font-family: monospace; font-size: 0.85rem; }
.sim-wide { overflow-x: auto; max-width: 100%; }
.sim-wide table { border-collapse: collapse; font-size: 0.88rem; }
.sim-wide td, .sim-wide th { border-bottom: 1px solid #d9d9d9; padding: 4px 10px 4px 0;
  text-align: left; vertical-align: top; }
.sim-wide img { max-width: 100%; height: auto; }
.sim-slider .v-input__slot { flex-direction: column; align-items: stretch; }
.sim-slider .v-label { overflow-wrap: anywhere; font-size: 0.85rem; }
.sim-slider .v-messages { display: none; }
@media (max-width: 800px) {
  .sim-layout { grid-template-columns: minmax(0, 1fr); }
  .sim-main { order: -1; }
  .sim-wide img { max-width: none; width: 680px; }
}
"""


@solara.component
def Page() -> None:
    """Show a scenario, its numbers, one history and many."""
    desk: Desk = solara.use_memo(Desk, dependencies=[])
    solara.Title("Negotiation simulator")
    solara.Style(_CSS)
    with solara.Div(classes=["sim-layout"]):
        with solara.Div(classes=["sim-controls"]):
            Choice(desk)
            Numbers(desk)
        with solara.Div(classes=["sim-main"]):
            Main(desk)


@solara.component
def Main(desk: Desk) -> None:
    """Show what is open: its faults, or one history, many, and the scenario."""
    work = desk.work.value
    heading("h1", work.base.title if work.base is not None else desk.name.value)
    solara.Div(children=[NOTICE], classes=["sim-notice"])
    if work.problems:
        with solara.Div(classes=["sim-problems"]):
            solara.Error("\n".join(work.problems))
    if work.base is None:
        FileText(desk)
        return
    with solara.lab.Tabs():
        with solara.lab.Tab("One history"):
            OneHistory(desk)
        with solara.lab.Tab("Many histories"):
            ManyHistories(desk)
        with solara.lab.Tab("Scenario"):
            ScenarioShown(desk)
        with solara.lab.Tab("File"):
            FileText(desk)


@solara.component
def Choice(desk: Desk) -> None:
    """Choose a scenario, or drop a file."""
    names = scenario_names()
    shown = desk.name.value
    values = names if shown in names else [*names, shown]

    def chosen(name: str) -> None:
        if name in names:
            desk.open(Workpiece.named(name), name)

    def dropped(file: Any) -> None:  # noqa: ANN401 - Solara's description of a file
        text = (file["data"] or b"").decode("utf-8", errors="replace")
        desk.open(Workpiece.written_out(text, file["name"]), file["name"])

    solara.Select("Scenario", values=values, value=shown, on_value=chosen)
    solara.FileDrop("Drop a scenario file here", on_file=dropped, lazy=False)


@solara.component
def Numbers(desk: Desk) -> None:
    """Move the numbers that carry a range."""
    work = desk.work.value
    if work.base is None:
        return
    found = work.matching(desk.words.value)
    heading("h3", "Numbers with a range")
    solara.InputText("Find", value=desk.words, continuous_update=True)
    for item in found[:_MOST_SLIDERS]:
        now = work.changes.get(item.path, item.value)
        mark = " (moved)" if item.path in work.changes else ""
        with solara.Div(classes=["sim-slider"]).key(f"{desk.name.value} {item.path}"):
            solara.SliderFloat(
                f"{item.path}: {now:.4g}{mark}",
                value=now,
                min=item.low,
                max=item.high,
                step=0,  # a stated number need not lie on a grid
                on_value=partial(desk.move, item.path),
                thumb_label=False,
            )
    if len(found) > _MOST_SLIDERS:
        solara.Text(f"{len(found) - _MOST_SLIDERS} more: find them by words of their path.")
    if not found:
        solara.Text("No number with a range has these words in its path.")
    if work.changes:
        solara.Button(
            "As in the file", on_click=lambda: desk.use(desk.work.value.restored()), text=True
        )
    solara.FileDownload(
        work.download,
        filename=f"{Path(desk.name.value).stem}_changed.yaml",
        label="Download the scenario",
    )


@solara.component
def OneHistory(desk: Desk) -> None:
    """Play one history day by day."""
    use_task(desk.play, dependencies=[desk.playing.value])
    stepper = desk.stepper.value
    over = stepper is not None and stepper.over
    with solara.Row(style={"flex-wrap": "wrap", "align-items": "center"}):
        solara.Button(
            "Pause" if desk.playing.value else "Play",
            on_click=lambda: desk.playing.set(not desk.playing.value),
            color="primary",
            disabled=over,
        )
        solara.Button("Step", on_click=lambda: desk.step(SPEEDS[desk.speed.value]), disabled=over)
        solara.Button("To the end", on_click=partial(desk.step, 10_000), disabled=over)
        solara.Button("Reset", on_click=desk.reset)
        with solara.Div(style={"width": "110px"}):
            solara.Select("Step of", values=list(SPEEDS), value=desk.speed)
        with solara.Div(style={"width": "110px"}):
            solara.InputInt("Seed", value=desk.seed, on_value=lambda _: desk.reset())
        with solara.Div(style={"width": "110px"}):
            solara.InputInt("History", value=desk.replication, on_value=lambda _: desk.reset())
    if stepper is None or not desk.day.value:
        solara.Text("Day 0: nothing has been played.")
        return
    HistoryDrawn(desk, stepper)


@solara.component
def HistoryDrawn(desk: Desk, stepper: Stepper) -> None:
    """Say where a history stands, and draw it."""
    day, today = desk.day.value, stepper.days[-1]
    solara.Text(f"Day {day} of {stepper.model.game.days}, {today['date']}: {_now(stepper)}")
    figure = solara.use_memo(lambda: history_figure(stepper), [day, id(stepper)])
    with solara.Div(classes=["sim-wide"]):
        solara.FigureMatplotlib(figure, [day, id(stepper)], format="png", dpi=85)
    desk.drawn = day


def _now(stepper: Stepper) -> str:
    today = stepper.days[-1]
    if stepper.over:
        return f"the history ends: {stepper.model.outcome}."
    if today["deal"] is not None:
        deal = today["deal"]
        return f"a deal is in force; {deal['delivered']} of {deal['tranches']} tranches delivered."
    away = [name for name, party in today["parties"].items() if not party["present"]]
    return f"away from the table: {', '.join(away)}." if away else "talks."


@solara.component
def ScenarioShown(desk: Desk) -> None:
    """Show the scenario in words and tables."""
    scenario = desk.work.value.scenario
    packages = {agenda.id: agenda.space.count for agenda in scenario.game.agendas}
    solara.Text(" ".join(in_words(scenario.file, packages)))
    solara.Text(f"{basis(scenario)} {scenario.file.notice}")
    for title, part in described(scenario.file).items():
        heading("h3", title)
        table(part)


@solara.component
def FileText(desk: Desk) -> None:
    """Edit the scenario as text; what is wrong with it is said as ``sim check`` says it."""
    text = solara.use_reactive(desk.work.value.text)
    solara.Text("Change the text, then open it: the page checks it as sim check does.")
    solara.InputTextArea("Scenario file", value=text, rows=18, continuous_update=True)
    solara.Button(
        "Open this text",
        on_click=lambda: desk.open(
            Workpiece.written_out(text.value, desk.name.value), desk.name.value
        ),
        color="primary",
    )
