"""A report: one HTML file that holds all it shows and needs neither network nor scripts."""

from __future__ import annotations

import json
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from sim.daily import daily_table
from sim.errors import RunError
from sim.experiment.files import write_text
from sim.experiment.results import ExperimentResults, open_experiment
from sim.experiment.saved import SavedRun, folder_kind, open_run
from sim.experiment.store import shown_replication
from sim.notice import NOTICE
from sim.report.captions import FIGURES, alternative
from sim.report.experiments import arm_pictures, arm_sheets, base_scenario, played
from sim.report.figures import RunShown, figures
from sim.report.parts import (
    Picture,
    Sheet,
    assumption_sheets,
    outcome_sheet,
    picture,
    sheet_of,
    summary_sheet,
)
from sim.report.summary import basis, histories, in_short, summary_rows
from sim.scenario import Scenario, ScenarioFile, scenario_names
from sim.scenario.describing import described, in_words
from sim.tracing import replay

__all__ = ["Report", "experiment_report", "run_report", "write_report"]

_USUAL = str(ScenarioFile.model_fields["notice"].default)
_ENSEMBLE = ("outcomes", "flow", "agreement_curve", "terms", "survival", "people")
_COULD = ("agreement_zone", "acceptance")
_HISTORY = ("offers", "obstacles", "floors", "leverage", "history")


@dataclass(frozen=True)
class Report:
    """What a report says, part by part.

    Parameters
    ----------
    title, about, notice
        What was played; how often and with which seed; the scenario's own notice.
    short
        Results in sentences.
    words, tables, could
        The scenario: in words, in tables, and what could be agreed.
    results, figures
        Tables and figures of results.
    story, history
        One history: in words, and its figures.
    compared
        What was compared, in sentences.
    rests_on, assumptions, sources
        What the numbers rest on, and the sources that the tables name by number.
    limits, commands, versions, source
        What the report does not say; how to make it again; the scenario file.
    """

    title: str
    about: str
    notice: str
    short: Sequence[str]
    words: Sequence[str]
    tables: Sequence[Sheet]
    could: Sequence[Picture]
    results: Sequence[Sheet]
    figures: Sequence[Picture]
    story: str
    history: Sequence[Picture]
    compared: Sequence[str]
    rests_on: str
    assumptions: Sequence[Sheet]
    sources: Sequence[str]
    limits: Sequence[str]
    commands: Sequence[str]
    versions: str
    source: str

    def to_html(self) -> str:
        """Return the report as one HTML page."""
        page = Environment(
            loader=PackageLoader("sim.report"),
            autoescape=select_autoescape(default=True, default_for_string=True),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        return page.get_template("report.html.j2").render(report=self, always=NOTICE)


def write_report(folder: Path | str, out: Path | str | None = None) -> Path:
    """Write the report of a run or an experiment and return where it is.

    Parameters
    ----------
    folder
        What ``sim run`` or ``sim sweep`` left.
    out
        The file; ``report.html`` in the folder if not given.

    Raises
    ------
    RunError
        If the folder holds neither a run nor an experiment, or the file cannot be written.
    """
    folder = Path(folder)
    path = folder / "report.html" if out is None else Path(out)
    kind = folder_kind(folder)
    try:
        report = (
            experiment_report(open_experiment(folder))
            if kind == "experiment"
            else run_report(open_run(folder))
        )
    except (OSError, KeyError, ValueError) as error:
        message = (
            f"{folder} holds a damaged {kind} ({type(error).__name__}: {error}); make it again, or "
            "finish it with --resume"
        )
        raise RunError(message) from error
    try:
        write_text(path, report.to_html())
    except OSError as error:
        message = f"{path} cannot be written ({error.strerror}); choose another --out"
        raise RunError(message) from error
    return path


def run_report(saved: SavedRun) -> Report:
    """Return the report of one run."""
    scenario, outcomes = saved.scenario, saved.outcomes
    shown = RunShown(
        scenario,
        replay(outcomes, shown_replication(outcomes)),
        outcomes,
        daily_table(outcomes),
    )
    drawn = figures(shown)
    pictures = {
        name: picture(figure, *FIGURES[name], alternative(name, shown))
        for name, figure in drawn.items()
    }
    provenance = outcomes.provenance
    return Report(
        title=scenario.title,
        about=_counted(outcomes.replications, provenance["seed"]),
        short=in_short(outcomes),
        could=[pictures[name] for name in _COULD if name in pictures],
        results=[outcome_sheet(outcomes), summary_sheet(summary_rows(outcomes))],
        figures=[pictures[name] for name in _ENSEMBLE if name in pictures],
        story=str(shown.explained),
        history=[pictures[name] for name in _HISTORY if name in pictures],
        compared=["One scenario was played; nothing was compared.", *_changes(provenance)],
        limits=[*_limits(scenario), *_few(outcomes)],
        commands=[_command(saved)],
        versions=_versions(provenance),
        **_scenario(scenario),
    )


def experiment_report(results: ExperimentResults) -> Report:
    """Return the report of an experiment."""
    manifest, scenario = results.manifest, base_scenario(results)
    folder = shlex.quote(str(results.folder))
    return Report(
        title=manifest["title"],
        about=played(results),
        short=[],
        could=[],
        results=arm_sheets(results),
        figures=arm_pictures(results),
        story="",
        history=[],
        compared=_arms(results),
        limits=_limits(scenario),
        commands=[*_sweep(results, folder), f"sim verify-run {folder}"],
        versions=_versions(manifest),
        **_scenario(scenario),
    )


def _scenario(scenario: Scenario) -> dict[str, Any]:
    """Return the parts of a report that the scenario alone makes."""
    packages = {agenda.id: agenda.space.count for agenda in scenario.game.agendas}
    tables = described(scenario.file)
    assumptions, sources = assumption_sheets(scenario)
    return {
        "notice": "" if scenario.file.notice == _USUAL else scenario.file.notice,
        "words": in_words(scenario.file, packages),
        "tables": [sheet_of(title, table) for title, table in tables.items()],
        "rests_on": basis(scenario),
        "assumptions": assumptions,
        "sources": sources,
        "source": scenario.text,
    }


def _counted(replications: int, seed: int) -> str:
    return f"{histories(replications)}, seed {seed}"


def _changes(provenance: dict[str, Any]) -> list[str]:
    changes = [f"{path} = {value}" for path, value in provenance["changes"].items()]
    return [f"Set beside the file: {', '.join(changes)}."] if changes else []


def _arms(results: ExperimentResults) -> list[str]:
    named = results.titles
    titles = [named[arm] + ("" if named[arm] == arm else f" ({arm})") for arm in results.arms]
    lines = [f"Arms: {', '.join(titles)}. The base arm is {results.titles[results.base]}."]
    if results.manifest["common_luck"] and len(results.arms) > 1:
        lines.append("The arms share their luck, so that differences are taken history by history.")
    lines += [
        f"Varied: {part['path']} from {part['low']:g} to {part['high']:g}."
        for part in (results.manifest["design"] or {}).get("fields", [])
    ]
    if results.failures:
        lines.append(f"{len(results.failures)} blocks failed; the numbers are of the others.")
    return lines


def _limits(scenario: Scenario) -> list[str]:
    share = scenario.share_assumed["share"]
    lines = [
        "The model is stylised. Results read: in x of N histories under the assumptions below.",
        (
            "Standard errors are of the luck between histories. They say nothing of the assumptions: "
            f"{share:.0%} of the numbers are assumed. sim sensitivity shows what the results rest on."
        ),
        (
            "What falls short when the model is held to published results stands in MODEL.md, under "
            "Known issues."
        ),
        (
            f"Histories are followed for {scenario.file.calendar.days} days; what comes later is not "
            "counted."
        ),
        "Parties value terms; the model values no people, and no rule reads the harm done to them.",
    ]
    if scenario.real:
        lines.append(
            "The scenario is about a real case. Nobody has measured what the sides value; contested "
            "codings belong into arms of their own."
        )
    return lines


def _few(outcomes: Any) -> list[str]:  # noqa: ANN401 - Outcomes
    agreed = int((outcomes.ratified_on >= 0).sum())
    if min(agreed, outcomes.replications - agreed) >= 3:
        return []
    return [
        (
            f"{agreed:,} of {outcomes.replications:,} histories agree: with so few on one side, shares "
            "and what depends on them say little."
        )
    ]


def _sweep(results: ExperimentResults, folder: str) -> list[str]:
    """Return the command that plays an experiment anew, where its scenarios are shipped ones.

    Where they are files that stood beside it, the folder itself is played again and compared.
    """
    arms = results.manifest["arms"].values()
    if all(arm["scenario"] in scenario_names() for arm in arms):
        return [f"sim sweep {folder}/experiment.yaml --out again"]
    return []


def _command(saved: SavedRun) -> str:
    """Return the command that makes the run again."""
    made = saved.outcomes.provenance
    if saved.outcomes.first:
        size = f"replications={saved.outcomes.replications}, first={saved.outcomes.first}"
        code = (
            f"import sim; s = sim.load_scenario({str(saved.folder / 'scenario.yaml')!r}); "
            f"sim.run_ensemble(s.with_values({made['changes']!r}), seed={made['seed']}, {size})"
        )
        return f"python -c {shlex.quote(code)}"
    shipped = made["scenario"] in scenario_names()
    file = made["scenario"] if shipped else str(saved.folder / "scenario.yaml")
    values = [
        f"--set {shlex.quote(f'{path}={json.dumps(v, ensure_ascii=False)}')}"
        for path, v in made["changes"].items()
    ]
    size = f"--replications {saved.outcomes.replications} --seed {made['seed']}"
    return " ".join(["sim run", shlex.quote(file), size, *values])


def _versions(made: dict[str, Any]) -> str:
    return ", ".join(f"{name} {version}" for name, version in made["versions"].items())
