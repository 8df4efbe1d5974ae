"""What each figure of a report shows, in words: a heading, a caption, and a text in its place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sim.acceptance import SAMPLED
from sim.geometry import geometry
from sim.report.figures import RunShown
from sim.space import Space
from sim.statistics import (
    agreement_curve,
    flow_table,
    number_text,
    outcome_table,
    survival_table,
    terms_table,
)

__all__ = ["ARMS", "FIGURES", "alternative"]

FIGURES: dict[str, tuple[str, str]] = {
    "agreement_zone": (
        "What could be agreed",
        (
            "Each point is a package, placed by what it is worth to the parties. The dashed lines are "
            "the floors of the first day. In the agreement zone a package clears every floor and no red line."
        ),
    ),
    "acceptance": (
        "Who can accept what",
        (
            "Of the packages with an option, the share each party, and each constituency, could accept "
            "on the first day."
        ),
    ),
    "flow": (
        "How far histories come",
        "From talks to signature, vote and each tranche, and how histories end.",
    ),
    "outcomes": ("How histories end", "Each class with its 95 % interval and its count."),
    "agreement_curve": ("When agreement comes", "The share of histories with a ratified text."),
    "terms": ("On which terms", "Of the agreements, the share that settle an issue by an option."),
    "survival": ("How long agreements hold", "Kaplan-Meier, with the number at risk."),
    "people": (
        "What reaches people",
        (
            "Means over histories, with the middle 80 % of them. Outcomes of the model: parties value "
            "terms, and nothing here values people."
        ),
    ),
    "offers": (
        "Texts on the table",
        "What each offer and each mediators' text was worth to a party, against its floor.",
    ),
    "obstacles": (
        "What stood in the way",
        "What each party did at every session, and how constituencies voted.",
    ),
    "floors": (
        "Floors and beliefs",
        (
            "Where each floor stood, where others believed it to stand, and what each side believed "
            "force would bring."
        ),
    ),
    "leverage": ("Leverage", "What mediators spent, on whom, by kind."),
    "history": (
        "The days",
        "Fighting, people harmed, trust, readiness and leverage, with what marked the history.",
    ),
}
"""Heading and caption of each figure of a run, by name."""

ARMS: dict[str, tuple[str, str]] = {
    "differences": (
        "How the arms differ",
        (
            "Differences from the base arm, history by history where arms share their luck, with 95 % "
            "intervals."
        ),
    ),
    "agreement_arms": (
        "When agreement comes",
        "The share of histories with a ratified text by day, with its 95 % band.",
    ),
}
"""Heading and caption of the figures of an experiment."""


def alternative(name: str, run: RunShown) -> str:
    """Return a text that stands in for a figure of a run, with what it shows in numbers."""
    return _TEXTS[name](run)


def _zone(run: RunShown) -> str:
    found = geometry(run.scenario).to_dict()
    if found["agreement_zone"] is None:
        text = (
            f"Scatter by utility of the undominated ones among {found['packages']:,} packages; "
            f"{found['pareto_size']:,} lie on the frontier."
        )
    else:
        text = (
            f"Scatter of {found['packages']:,} packages by utility; {found['agreement_zone']:,} "
            f"lie in the agreement zone of the first day and {found['pareto_size']:,} on the "
            "frontier."
        )
    if found["nash"]:
        worth = ", ".join(f"{run.names[p]} {u:.2f}" for p, u in found["nash"]["utilities"].items())
        text += f" The Nash point is worth {worth}."
    return text


def _acceptance(run: RunShown) -> str:
    game = run.scenario.game
    return (
        f"Table of shares: {sum(len(i.labels) for i in game.agendas[0].issues)} options by "
        f"{len(game.parties)} parties and {len(game.constituencies)} constituencies; a cross marks "
        f"a party's red line.{_drawn(game.agendas[0].space)}"
    )


def _drawn(space: Space) -> str:
    """Say that shares are those of a sample, where packages are too many to list."""
    if space.listed:
        return ""
    return f" Shares are of {SAMPLED:,} packages drawn at random out of {space.count:,}."


def _flow(run: RunShown) -> str:
    table = flow_table(run.outcomes)
    steps = table.drop_duplicates("step")
    shares = (steps.reached / steps.replications).tolist()
    reached = ", ".join(f"{n} {s:.0%}" for n, s in zip(steps.name, shares, strict=True))
    return f"Flow of histories; the share that comes as far: {reached}."


def _outcomes(run: RunShown) -> str:
    table = outcome_table(run.outcomes)
    parts = [
        f"{name} {share:.1%} ± {number_text(100 * error, 1)}"
        for name, share, error in zip(table.outcome, table.share, table.standard_error, strict=True)
    ]
    return f"Bars, a class each: {'; '.join(parts)}."


def _curve(run: RunShown) -> str:
    table = agreement_curve(run.outcomes)
    places = sorted({len(table) // 4, len(table) // 2, len(table) - 1})
    points = [f"day {table.day[k]}: {table.share[k]:.1%}" for k in places]
    return f"Rising line of the share of histories with a ratified text; {', '.join(points)}."


def _terms(run: RunShown) -> str:
    table = terms_table(run.outcomes)
    table = table[table.share.notna()]
    if table.empty:
        return "No agreement was ratified."
    most = table.loc[table.groupby("issue", sort=False).share.idxmax()]
    issues = {i.id: i.name for agenda in run.scenario.game.agendas for i in agenda.issues}
    parts = [
        f"{issues[str(issue)]}: {option} in {share:.0%}"
        for issue, option, share in zip(most.issue, most.option, most.share, strict=True)
    ]
    return f"Bars of the options agreed; the most frequent of each issue: {'; '.join(parts)}."


def _survival(run: RunShown) -> str:
    table = survival_table(run.outcomes)
    if table.empty:
        return "No agreement came into force."
    last = table[(table.at_risk >= 10) | (table.day == 0)].iloc[-1]
    return (
        "Falling line of the share of agreements not collapsed; "
        f"{last.survival:.0%} after {int(last.day)} days, with {int(last.at_risk)} at risk."
    )


def _people(run: RunShown) -> str:
    last = run.daily[run.daily.day == run.daily.day.max()]
    parts = [_reached(run, row) for row in last.to_dict("records")]
    return f"Lines over time with bands; means at the horizon: {'; '.join(parts)}."


def _reached(run: RunShown, row: Mapping[Any, Any]) -> str:
    name = str(row["measure"]).replace("_", " ")
    whose = f" by {run.names[row['side']]}" if row["side"] else ""
    return f"{name}{whose} {row['mean']:,.1f} ± {number_text(row['standard_error'], 1)}"


def _offers(run: RunShown) -> str:
    sessions = run.offers[["day", "proposer"]].drop_duplicates()
    texts = int((sessions.proposer == "text").sum())
    return (
        f"Points over time for each party: {len(sessions)} texts on the table, {texts} of them "
        "mediators', against the party's floor."
    )


def _obstacles(run: RunShown) -> str:
    parts = []
    for party, counts in run.explained.counts().items():
        said = ", ".join(f"{reason} {count}" for reason, count in counts.most_common())
        parts.append(f"{run.names[party]}: {said}")
    return f"Marks by session. {'; '.join(parts)}."


def _floors(run: RunShown) -> str:
    parts = []
    for party, rows in run.sessions.groupby("party"):
        first, last = rows.floor.iloc[0], rows.floor.iloc[-1]
        parts.append(f"{run.names[str(party)]} from {first:.2f} to {last:.2f}")
    return f"Lines of floors by session: {'; '.join(parts)}; bands show what others believed."


def _leverage(run: RunShown) -> str:
    spent = run.explained.leverage()
    if spent.empty:
        return "No leverage was used."
    sums: dict[Any, float] = (
        spent.groupby(["mediator", "target"], sort=False).amount.sum().to_dict()
    )
    parts = [
        f"{run.names[mediator]} on {run.names.get(target, 'a guarantee')} {amount:.3f}"
        for (mediator, target), amount in sums.items()
    ]
    return f"Bars of leverage spent, in shares of a party's range: {'; '.join(parts)}."


def _days(run: RunShown) -> str:
    days = run.trace.days
    return (
        f"Five lines of panels over {len(days)} days: fighting from {days[0]['fighting']:.2f} to "
        f"{days[-1]['fighting']:.2f} of full intensity, people harmed, trust, readiness, leverage. "
        f"The history ends: {run.trace.outcome}."
    )


_TEXTS: dict[str, Callable[[RunShown], str]] = {
    "agreement_zone": _zone,
    "acceptance": _acceptance,
    "flow": _flow,
    "outcomes": _outcomes,
    "agreement_curve": _curve,
    "terms": _terms,
    "survival": _survival,
    "people": _people,
    "offers": _offers,
    "obstacles": _obstacles,
    "floors": _floors,
    "leverage": _leverage,
    "history": _days,
}
