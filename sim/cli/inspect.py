"""Commands that look at a scenario or at one history: check, show, trace, list, schema."""

from __future__ import annotations

import json
import sys
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from sim.cli.options import File, Json, Replication, Seed, Values, load
from sim.errors import Problem, RunError, ScenarioError
from sim.mediators.registry import MEDIATORS
from sim.negotiators.registry import NEGOTIATORS
from sim.scenario import Scenario, ScenarioFile, load_scenario, scenario_names
from sim.scenario.switches import SWITCHES

__all__ = ["check", "list_", "schema", "show", "trace"]


def _print_json(value: Any) -> None:  # noqa: ANN401
    sys.stdout.write(json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False) + "\n")


def check(
    files: Annotated[list[str], typer.Argument(metavar="FILE...", help="Scenario files.")],
    *,
    strict: Annotated[
        bool, typer.Option(help="Ask for the range, kind and source of every number.")
    ] = False,
) -> None:
    """Check scenario files; print every problem with its file, line and field.

    The share of numbers that is assumed is printed for each file in order.
    """
    problems: list[Problem] = []
    for file in files:
        try:
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
    console.print(f"[bold]{scenario.title}[/bold]\n{scenario.file.notice}")
    console.print(f"{rests_on(scenario)[:1].upper()}{rests_on(scenario)[1:]}.\n")
    for number, item in enumerate(found):
        console.print(_issues(scenario, number))
        console.print(_points(item))
        console.print(
            f"{item['packages']:,} packages, {item['feasible']:,} on nobody's red line, "
            f"{item['agreement_zone']:,} in the agreement zone today, "
            f"{item['pareto_size']:,} on the frontier\n"
        )


def _issues(scenario: Scenario, number: int) -> Table:
    agenda = scenario.game.agendas[number]
    table = Table(title=f"Issues of agenda {agenda.id}", title_justify="left")
    for name in ("issue", "unit", "options"):
        table.add_column(name)
    for issue in agenda.issues:
        table.add_row(f"{issue.name} ({issue.id})", issue.unit, ", ".join(issue.labels))
    return table


def _points(item: dict[str, Any]) -> Table:
    """Return the bargaining points; relative gains mean something across parties, utils do not."""
    table = Table(title="Bargaining points, floors of the first day", title_justify="left")
    concepts = ["nash", "kalai_smorodinsky", "egalitarian", "utilitarian"]
    table.add_column("")
    for concept in concepts:
        table.add_column(concept.replace("_", "-"))
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
    if as_json:
        _print_json(
            {
                "title": scenario.title,
                "seed": seed,
                "replication": replication,
                "outcome": found.outcome,
                "days": found.days,
            }
        )
        return
    console = Console()
    console.print(f"{scenario.title}: replication {replication}, seed {seed}")
    before = ""
    for day in found.days:
        line = _line(day)
        if line and line != before:
            console.print(f"day {day['day']:>4}  {day['date']}  {line}", soft_wrap=True)
        before = line
    console.print(f"outcome: {found.outcome}")


def _line(day: dict[str, Any]) -> str:
    """Return in one line how things stand; printed when it changes."""
    parts = []
    for agenda, talks in day["agendas"].items():
        if talks["stage"] == "signed":
            parts.append(f"{agenda}: signed, awaiting the vote")
        elif talks["stage"] == "open" and talks["sessions"]:
            parts.append(f"{agenda}: {talks['sessions'] // 10 * 10} or more sessions held")
    if day["attacks"]:
        parts.append(f"attack by {', '.join(day['attacks'])}")
    if day["deal"]:
        deal = day["deal"]
        parts.append(f"in force: tranche {deal['delivered']} of {deal['tranches']} delivered")
        if deal["disputed"]:
            parts.append("in dispute")
    absent = [name for name, party in day["parties"].items() if not party["present"]]
    if absent:
        parts.append(f"away: {', '.join(absent)}")
    return "; ".join(parts)


def list_(
    what: Annotated[
        str, typer.Argument(help="scenarios, negotiators, mediators or rules.")
    ] = "scenarios",
    *,
    as_json: Json = False,
) -> None:
    """List scenarios, negotiators, mediators or rules."""
    kinds: dict[str, Any] = {
        "scenarios": lambda: [
            {"name": name, "title": load_scenario(name).title} for name in scenario_names()
        ],
        "negotiators": lambda: [NEGOTIATORS.describe(name) for name in NEGOTIATORS.available()],
        "mediators": lambda: [MEDIATORS.describe(name) for name in MEDIATORS.available()],
        "rules": lambda: [{"name": name} for name in SWITCHES],
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


def schema() -> None:
    """Print the JSON schema of scenario files, for editors."""
    _print_json(ScenarioFile.model_json_schema(by_alias=True))
