"""``sim explain`` and ``score``: one history in words, one text against everybody."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

from sim.cli.options import File, Json, Replication, Seed, Values, load, plain_table
from sim.notice import NOTICE

if TYPE_CHECKING:
    from sim.explaining import Explanation
    from sim.scoring import Score

__all__ = ["explain", "score"]


def explain(
    file: File,
    *,
    replication: Replication = 0,
    seed: Seed = 1,
    day: Annotated[int | None, typer.Option(help="Tell this day only.", min=1)] = None,
    figure: Annotated[
        Path | None,
        typer.Option(help="Draw what stood in the way, the gaps to the floors and what was left."),
    ] = None,
    values: Values = None,
    as_json: Json = False,
) -> None:
    """Say why one history of FILE went as it did: who stood in the way, and what changed.

    Example: sim explain tutorial --replication 17 --day 60
    """
    from sim.explaining import explain as explained  # noqa: PLC0415 - needs a compiled game
    from sim.telling import tell_all_talks  # noqa: PLC0415
    from sim.tracing import trace_replication  # noqa: PLC0415

    found = explained(trace_replication(load(file, values), seed=seed, replication=replication))
    told = str(found) if day is None else f"{tell_all_talks(found, day)}\n\n{NOTICE}"
    if figure is not None:
        _draw(found, figure)
    if as_json:
        until = found.trace.days[-1]["day"] if day is None else day
        whole = {
            "title": found.game.title,
            "seed": seed,
            "replication": replication,
            "outcome": found.trace.outcome,
            "day": until,
            "sessions": [row for row in found.to_frame().to_dict("records") if row["day"] <= until],
            "votes": [row for row in found.votes().to_dict("records") if row["day"] <= until],
            "text": told.splitlines(),
        }
        typer.echo(json.dumps(whole, indent=2))
    else:
        typer.echo(told)


def _draw(found: Explanation, path: Path) -> None:
    import matplotlib.pyplot as plt  # noqa: PLC0415 - heavy, loaded when asked for

    from sim import plots  # noqa: PLC0415

    sittings = found.to_frame()
    first_agenda = found.game.agendas[0].id
    first = sittings[sittings.agenda == first_agenda]
    actors = (*found.game.parties, *found.game.constituencies)
    names = {actor.id: actor.name for actor in actors}
    regrets = found.regrets()
    with plots.style():
        drawn, (top, middle, bottom) = plt.subplots(
            3, 1, figsize=(8.0, 9.0), layout="constrained", height_ratios=[1.3, 1, 1], sharex=True
        )
        plots.plot_obstacles(first, votes=found.votes(), names=names, ax=top)
        plots.plot_gaps(first, names=names, ax=middle)
        plots.plot_regret(regrets[regrets.agenda == first_agenda], names=names, ax=bottom)
        top.tick_params(labelbottom=True)
        middle.tick_params(labelbottom=True)
        plots.note(drawn)
        path.parent.mkdir(parents=True, exist_ok=True)
        drawn.savefig(path)
        plt.close(drawn)


def score(
    file: File,
    *,
    draft: Annotated[
        Path, typer.Option(metavar="DRAFT", help="A YAML file: an option for each issue.")
    ],
    day: Annotated[int, typer.Option(help="The day the text is judged on.", min=1)] = 1,
    replications: Annotated[int, typer.Option(help="Histories.", min=1)] = 2000,
    seed: Seed = 1,
    values: Values = None,
    as_json: Json = False,
) -> None:
    """Say how a text stands with every party and constituency of FILE on a day.

    Example: sim score tutorial --draft draft.yaml --day 60
    """
    from sim.scoring import score_draft  # noqa: PLC0415 - needs a compiled game

    scenario = load(file, values)
    found = score_draft(scenario, draft, day=day, replications=replications, seed=seed)
    if as_json:
        typer.echo(json.dumps(_plain(found), indent=2))
    else:
        _print(scenario.title, found)


def _plain(found: Score) -> dict[str, Any]:
    """Return the score as plain data."""
    return {
        "package": found.package,
        "day": found.day,
        "open": found.open,
        "replications": found.replications,
        "standings": found.to_frame().to_dict("records"),
        "clears_every_floor": found.signed.value,
        "clears_every_floor_error": found.signed.standard_error,
        "passes_every_vote": found.ratified.value,
        "passes_every_vote_error": found.ratified.standard_error,
        **found.provenance,
    }


def _print(title: str, found: Score) -> None:
    console = Console()
    table = plain_table(f"{title}: the text on day {found.day}")
    table.add_column("")
    for heading in ("worth", "asks for (se)", "accepts in (se)"):
        table.add_column(heading, justify="right")
    for one in found.standings:
        name = f"  {one.name}" if one.of else one.name
        asked = f"{one.asked.value:.3f} ({one.asked.standard_error:.3f})"
        accepts = f"{one.accepts.value:.3f} ({one.accepts.standard_error:.3f})"
        table.add_row(name, f"{one.utility:.3f}", asked, "red line" if one.red_line else accepts)
    console.print(table)
    n = f"n = {found.open:,} of {found.replications:,} histories, in which talks are open"
    console.print(f"clears every floor and red line: {found.signed}", soft_wrap=True)
    console.print(f"and passes every vote: {found.ratified}", soft_wrap=True)
    console.print(f"{n}\n{NOTICE}", soft_wrap=True)
