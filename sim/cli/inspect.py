"""Commands that look at a scenario or at one history: check, show, trace, list, schema."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from sim.cli.options import File, Json, Replication, Seed, Values, load
from sim.cli.zone_text import zone_text
from sim.errors import Problem, RunError, ScenarioError
from sim.frontier import POINTS
from sim.mediators.registry import MEDIATORS
from sim.negotiators.registry import NEGOTIATORS
from sim.results import Trace
from sim.scenario import Scenario, ScenarioFile, load_scenario, scenario_names
from sim.scenario.claim_schema import ClaimFile
from sim.scenario.experiment_schema import ExperimentFile
from sim.scenario.experiments import (
    experiment_names,
    is_experiment,
    load_experiment,
    measures_of,
)
from sim.scenario.parameters import markdown_table
from sim.scenario.switches import SWITCHES, switched_off

__all__ = ["check", "list_", "schema", "show", "trace"]

_CONCEPTS = {
    "nash": "Nash",
    "kalai_smorodinsky": "Kalai-\nSmoro-\ndinsky",
    "egalitarian": "egali-\ntarian",
    "utilitarian": "utili-\ntarian",
    "relative_welfare": "relative\nwelfare",
}


def _print_json(value: Any) -> None:  # noqa: ANN401
    sys.stdout.write(json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False) + "\n")


def check(
    files: Annotated[list[str], typer.Argument(metavar="FILE...", help="Scenario files.")],
    *,
    strict: Annotated[
        bool, typer.Option(help="Ask for the range, kind and source of every number.")
    ] = False,
) -> None:
    """Check scenario and experiment files; print every problem with its file, line and field.

    The share of numbers that is assumed is printed for each scenario in order.
    """
    problems: list[Problem] = []
    for file in files:
        try:
            if is_experiment(file):
                found = load_experiment(file)
                arms = ", ".join(arm.id for arm in found.arms)
                sys.stdout.write(f"{file}: in order (arms {arms})\n")
                continue
            scenario = load_scenario(file)
            scenario.game  # noqa: B018 - compiling is part of the check
        except ScenarioError as error:
            problems.extend(error.problems)
            continue
        if strict and (lacking := scenario.unfounded()):
            problems.extend(lacking)
            continue
        packages = ", ".join(f"{a.space.count:,}" for a in scenario.game.agendas)
        sys.stdout.write(f"{file}: in order ({packages} packages); {rests_on(scenario)}\n")
    if problems:
        raise ScenarioError(problems)


def rests_on(scenario: Scenario) -> str:
    """Return in one clause what a scenario's numbers rest on."""
    found = scenario.share_assumed
    return (
        f"of {found['numbers']} numbers {found['share']:.0%} are assumed "
        f"({found['defaults']} at the model's default), "
        f"{found['sourced']} sourced, {found['derived']} derived"
    )


def show(file: File, *, values: Values = None, as_json: Json = False) -> None:
    """Show the issues, the agreement zone, the frontier and the bargaining points of FILE."""
    from sim.geometry import geometry  # noqa: PLC0415 - needs a compiled game

    scenario = load(file, values)
    found = [geometry(scenario, number).to_dict() for number in range(len(scenario.game.agendas))]
    if as_json:
        _print_json(found[0] | {"title": scenario.title, "later_agendas": found[1:]})
        return
    console = Console()
    names = {party.id: party.name for party in scenario.game.parties}
    console.print(f"[bold]{scenario.title}[/bold]\n{scenario.file.notice}")
    console.print(f"{rests_on(scenario)[:1].upper()}{rests_on(scenario)[1:]}.\n")
    for number, item in enumerate(found):
        console.print(_issues(scenario, number))
        console.print(_points(item))
        console.print(
            zone_text(geometry(scenario, number), names, console.width - 8), highlight=False
        )
        console.print(
            f"{item['packages']:,} packages, {item['feasible']:,} on nobody's red line, "
            f"{_zone_size(item)} in the agreement zone today, "
            f"{item['pareto_size']:,} on the frontier\n"
        )


def _zone_size(item: dict[str, Any]) -> str:
    """Return how many packages are in the zone; they are counted where they are listed."""
    size = item["agreement_zone"]
    return "an uncounted number" if size is None else f"{size:,}"


def _issues(scenario: Scenario, number: int) -> Table:
    agenda = scenario.game.agendas[number]
    table = Table(title=f"Issues of agenda {agenda.id}", title_justify="left")
    for name in ("issue", "unit", "options"):
        table.add_column(name)
    for issue in agenda.issues:
        table.add_row(f"{issue.name} ({issue.id})", issue.unit, "\n".join(issue.labels))
        table.add_section()
    return table


def _points(item: dict[str, Any]) -> Table:
    """Return the bargaining points; relative gains mean something across parties, utils do not."""
    table = Table(title="Bargaining points, floors of the first day", title_justify="left")
    concepts = list(POINTS)
    table.add_column("")
    for concept in concepts:
        table.add_column(_CONCEPTS.get(concept, concept), overflow="fold")
    found = [item[concept] for concept in concepts]
    if not any(found):
        table.add_row("no package clears every floor", *[""] * len(concepts))
        return table
    for issue in found[0]["package"]:
        table.add_row(issue, *[point["package"][issue] for point in found])
    table.add_section()
    for party in found[0]["utilities"]:
        cells = [f"{point['utilities'][party]:.3f}" for point in found]
        table.add_row(f"utility of {party}", *cells)
    return table


def trace(
    file: File,
    *,
    seed: Seed = 1,
    replication: Replication = 0,
    values: Values = None,
    as_json: Json = False,
) -> None:
    """Play one replication of FILE and print it day by day."""
    from sim.tracing import trace_replication  # noqa: PLC0415 - needs a compiled game

    scenario = load(file, values)
    found = trace_replication(scenario, seed=seed, replication=replication)
    print_history(scenario, found, as_json=as_json)


def print_history(scenario: Scenario, trace: Trace, *, as_json: bool) -> None:
    """Print one history day by day, or as one object."""
    made = {key: trace.provenance[key] for key in ("seed", "replication")}
    made |= {key: trace.provenance[key] for key in ("arm", "point") if key in trace.provenance}
    if as_json:
        whole = {"title": scenario.title, **made, "outcome": trace.outcome, "days": trace.days}
        _print_json(whole)
        return
    console = Console()
    about = ", ".join(f"{key} {value}" for key, value in made.items())
    console.print(f"{scenario.title}: {about}", soft_wrap=True)
    for day, text in _story(scenario, trace.days):
        console.print(f"day {day['day']:>4}  {day['date']}  {text}", soft_wrap=True)
    console.print(f"outcome: {trace.outcome}")


def _story(scenario: Scenario, days: list[dict[str, Any]]) -> Iterator[tuple[dict[str, Any], str]]:
    """Yield the days on which something happened, and what."""
    from sim.milestones import milestones  # noqa: PLC0415 - shown here only

    game = scenario.game
    names = {actor.id: actor.name for actor in (*game.parties, *game.spoilers)}
    names |= {event.id: event.name for event in game.events}
    marks: dict[int, list[str]] = {}
    for place, _, text in milestones(days, names):
        marks.setdefault(place, []).append(text)
    before: dict[str, Any] = {}
    for place, day in enumerate(days):
        parts = [*marks.get(place, []), *_happened(day, before, names)]
        if parts:
            yield day, "; ".join(parts)
        before = day


def _happened(day: dict[str, Any], before: dict[str, Any], names: dict[str, str]) -> list[str]:
    """Return what a day brought beside milestones: attacks, hand-overs, disputes, absences."""
    parts = [f"attack by {names[name]}" for name in day["attacks"]]
    deal, old = day["deal"], before.get("deal")
    if deal and old and deal["delivered"] > old["delivered"]:
        stage = deal["agenda"].replace("_", " ")
        parts.append(f"{stage}: tranche {deal['delivered']} of {deal['tranches']} delivered")
    if deal and old and deal["disputed"] != old["disputed"]:
        parts.append("dispute opened" if deal["disputed"] else "dispute settled")
    for name, party in day["parties"].items():
        was = before["parties"][name]["present"] if before else True
        if party["present"] != was:
            parts.append(f"{names[name]} {'returns' if party['present'] else 'stays away'}")
    return parts


def list_(
    what: Annotated[
        str,
        typer.Argument(help="scenarios, experiments, negotiators, mediators, rules or outcomes."),
    ] = "scenarios",
    *,
    as_json: Json = False,
) -> None:
    """List scenarios, experiments, negotiators, mediators, rules, or outcomes of the tutorial."""
    kinds: dict[str, Any] = {
        "scenarios": lambda: [
            {"name": name, "title": load_scenario(name).title} for name in scenario_names()
        ],
        "experiments": lambda: [
            {"name": name, "title": load_experiment(name).title} for name in experiment_names()
        ],
        "outcomes": lambda: [
            {"name": item.name, "label": item.label, "unit": item.unit}
            for item in measures_of([load_scenario("tutorial").file])
        ],
        "negotiators": lambda: [NEGOTIATORS.describe(name) for name in NEGOTIATORS.available()],
        "mediators": lambda: [MEDIATORS.describe(name) for name in MEDIATORS.available()],
        "rules": lambda: [{"name": name, "off": switched_off(name)} for name in SWITCHES],
    }
    if what not in kinds:
        message = f"nothing to list under {what!r}; known: {', '.join(kinds)}"
        raise RunError(message)
    rows = kinds[what]()
    if as_json:
        _print_json(rows)
        return
    for row in rows:
        rest = [text for key, text in row.items() if key != "name" and text]
        sys.stdout.write(row["name"] + "".join(f"\n    {text}" for text in rest) + "\n")


def schema(
    what: Annotated[
        str, typer.Argument(help="scenario, experiment or claim; parameters for a table.")
    ] = "scenario",
) -> None:
    """Print the JSON schema of a kind of file, for editors, or the table of parameters."""
    if what == "parameters":
        typer.echo(markdown_table())
        return
    kinds: dict[str, Any] = {
        "scenario": ScenarioFile,
        "experiment": ExperimentFile,
        "claim": ClaimFile,
    }
    if what not in kinds:
        message = f"no schema of {what!r}; known: {', '.join([*kinds, 'parameters'])}"
        raise RunError(message)
    _print_json(kinds[what].model_json_schema(by_alias=True))
