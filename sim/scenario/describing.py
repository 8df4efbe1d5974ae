"""A scenario in words and tables, made from the file: for reports, notebooks and the page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sim.scenario.quantity import Quantity

if TYPE_CHECKING:
    import pandas as pd

    from sim.scenario.party_schema import PartyPart
    from sim.scenario.schema import AgendaPart, EventPart, IssuePart, ScenarioFile

__all__ = ["described", "in_words", "shown"]

_TURNS = {
    "alternating-offers": "The sides take turns to offer",
    "stacked-offers": "The sides offer and answer in turn, and the first to refuse offers next",
    "single-text": "A mediator's single text is revised until all sign",
    "shuttle": "Mediators carry offers from side to side",
    "proximity": "The sides sit apart, and mediators pass on offers and assent, no refusals",
}


def shown(value: Any) -> str:  # noqa: ANN401 - any value of a file
    """Return a value as text: a number with its range and its spread between histories.

    Examples
    --------
    >>> shown(Quantity(value=1.2, range=(1.0, 1.5), spread=0.1))
    '1.2 (1 to 1.5; ±0.1 between histories)'
    >>> shown(True), shown(0.25)
    ('yes', '0.25')
    """
    if isinstance(value, Quantity):
        notes = []
        if value.range is not None:
            notes.append(f"{value.range[0]:g} to {value.range[1]:g}")
        if value.spread:
            notes.append(f"±{value.spread:g} between histories")
        return f"{value.value:g}" + (f" ({'; '.join(notes)})" if notes else "")
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:g}"
    return str(value)


def in_words(file: ScenarioFile, packages: Mapping[str, int] | None = None) -> list[str]:
    """Return a scenario in a few sentences.

    Parameters
    ----------
    file
        The scenario.
    packages
        Packages of each agenda by id, to be named.

    Examples
    --------
    >>> import sim
    >>> in_words(sim.load_scenario("tutorial").file)[0]
    'North and South negotiate over 180 days from 2031-03-01; the table meets every 2 days.'
    """
    calendar = file.calendar
    names = _listed(_named(file.parties))
    return [
        (
            f"{names} negotiate over {calendar.days} days from {calendar.start}; the table meets every "
            f"{_days(calendar.session_every)}."
        ),
        *_about(file, packages or {}),
        *_table(file),
        *_home(file),
        *_fighting(file),
        *_carried_out(file),
    ]


def described(file: ScenarioFile) -> dict[str, pd.DataFrame]:
    """Return the parts of a scenario as tables by title; parts it does not have are left out.

    Examples
    --------
    >>> import sim
    >>> list(described(sim.load_scenario("tutorial").file))
    ['Issues', 'Parties', 'Constituencies', 'Mediators', 'Spoilers', 'Events', 'Deliveries']
    """
    import pandas as pd  # noqa: PLC0415 - heavy, loaded when asked for

    parts = {
        "Issues": _issues(file),
        "Parties": [_party(party) for party in sorted(file.parties, key=lambda part: part.id)],
        "Constituencies": _constituencies(file),
        "Mediators": _mediators(file),
        "Spoilers": _spoilers(file),
        "Events": [_event(file, event) for event in file.events],
        "Deliveries": _deliveries(file),
    }
    return {title: pd.DataFrame(rows) for title, rows in parts.items() if rows}


def _about(file: ScenarioFile, packages: Mapping[str, int]) -> list[str]:
    agendas: list[AgendaPart | None] = [*file.agendas] or [None]
    found = []
    for agenda in agendas:
        issues = [i for i in file.issues if agenda is None or _agenda_of(file, i) == agenda.id]
        topics = "; ".join(issue.name or _plain(issue.id) for issue in issues)
        count = packages.get(agenda.id) if agenda else next(iter(packages.values()), None)
        title = f"agenda {_plain(agenda.id)}" if agenda else "agenda"
        title += f" ({count:,} packages)" if count is not None else ""
        opens = ""
        if agenda is not None and agenda.opens_after is not None:
            after = agenda.opens_after
            tranches = f"{_counted(after.tranches, 'tranche')} of " if after.tranches else ""
            opens = f" It opens after {tranches}{_plain(after.agenda)}."
        found.append(f"On the {title}: {topics}.{opens}")
    return found


def _agenda_of(file: ScenarioFile, issue: IssuePart) -> str:
    return issue.agenda or file.agendas[0].id


def _table(file: ScenarioFile) -> list[str]:
    protocol = file.protocol
    text = f"{_TURNS[protocol.use]}."
    if file.mediators and protocol.mediated:
        text += f" {_listed(_named(file.mediators))} mediate{'s' * (len(file.mediators) == 1)}."
        if protocol.use == "alternating-offers":
            often = "" if protocol.text_every == 1 else f"{_ordinal(protocol.text_every)} "
            text += f" Every {often}session a mediator may table a text."
    else:
        text += " Nobody mediates."
    return [text]


def _home(file: ScenarioFile) -> list[str]:
    groups = sum(len(party.constituencies) for party in file.parties)
    vetoes = [_name(c) for party in file.parties for c in party.constituencies if c.veto]
    if not groups:
        return ["A signed text is in force without a vote at home."]
    days = file.protocol.vote_delay
    delay = f"after {_counted(days, 'day')}" if days else "at once"
    text = (
        f"A signed text goes to a vote at home {delay}: "
        f"{_counted(groups, 'constituency', 'constituencies')}, "
        f"{_counted(file.protocol.attempts, 'failed vote')} at most."
    )
    if vetoes:
        text += f" {_listed(vetoes)} can stop it alone."
    return [text]


def _fighting(file: ScenarioFile) -> list[str]:
    fighting = file.fighting
    text = (
        f"Without a deal the fighting tends to {fighting.baseline.value:g} of full intensity, from "
        f"{fighting.initial.value:g} on the first day."
    )
    if file.spoilers:
        text += f" {_listed(_named(file.spoilers))} would rather have no deal and can attack."
    return [text]


def _carried_out(file: ScenarioFile) -> list[str]:
    part = file.implementation
    if not part.deliveries:
        return []
    text = f"A deal is carried out in {_counted(part.tranches, 'tranche')}"
    text += f", {_counted(part.interval, 'day')} apart." if part.tranches > 1 else "."
    if part.extension is not None:
        rule = part.extension
        text += (
            f" It runs {_counted(rule.days, 'day')} longer for each {rule.people} people released."
        )
    return [text]


def _issues(file: ScenarioFile) -> list[dict[str, str]]:
    rows = []
    for issue in file.issues:
        row = {"issue": issue.name or _plain(issue.id)}
        if file.agendas:
            row["agenda"] = _plain(_agenda_of(file, issue))
        row["options"] = ", ".join(str(option) for option in issue.options)
        row["unit"] = issue.unit
        for party in sorted(file.parties, key=lambda part: part.id):
            row[f"weight for {_name(party)}"] = shown(party.weights.get(issue.id, ""))
        lines = [
            f"{_name(party)}: {', '.join(str(option) for option in line.options)}"
            for party in file.parties
            for line in party.red_lines
            if line.issue == issue.id
        ]
        row["red lines"] = "; ".join(lines)
        rows.append(row)
    return rows


def _party(party: PartyPart) -> dict[str, str]:
    outside, parameters = party.outside_option, party.behaviour.parameters()
    stated = ", ".join(f"{name} {shown(value)}" for name, value in parameters.items())
    return {
        "party": _name(party),
        "behaviour": party.behaviour.use + (f" ({stated})" if stated else ""),
        "stake in force": shown(outside.stake),
        "cost of a day of fighting": shown(outside.daily_cost),
        "capability": shown(outside.capability),
        "optimism": shown(outside.optimism),
        "trust at first": shown(party.trust.initial),
        "believed deadline (sessions)": shown(party.talks.deadline),
    }


def _constituencies(file: ScenarioFile) -> list[dict[str, str]]:
    return [
        {
            "constituency": _name(group),
            "of": _name(party),
            "weight in the vote": shown(group.weight),
            "asks of a text": shown(group.threshold),
            "urgency": shown(group.urgency),
            "veto": shown(group.veto),
        }
        for party in sorted(file.parties, key=lambda part: part.id)
        for group in party.constituencies
    ]


def _mediators(file: ScenarioFile) -> list[dict[str, str]]:
    called = {party.id: _name(party) for party in file.parties}
    return [
        {
            "mediator": _name(mediator),
            "style": mediator.style,
            "leverage": shown(mediator.stock) if mediator.style == "manipulation" else "",
            "guarantee": shown(mediator.guarantee) if mediator.guarantee.value else "",
            "cares for": ", ".join(f"{called[p]} {shown(v)}" for p, v in mediator.bias.items()),
        }
        for mediator in sorted(file.mediators, key=lambda part: part.id)
    ]


def _spoilers(file: ScenarioFile) -> list[dict[str, str]]:
    called = {party.id: _name(party) for party in file.parties}
    return [
        {
            "spoiler": _name(spoiler),
            "linked to": called.get(spoiler.linked_to or "", ""),
            "position": spoiler.position,
            "goals": spoiler.goals or "",
            "capability": shown(spoiler.capability),
            "attacks a day at the base rate": shown(spoiler.rate),
        }
        for spoiler in sorted(file.spoilers, key=lambda part: part.id)
    ]


def _event(file: ScenarioFile, event: EventPart) -> dict[str, str]:
    if event.on is not None:
        when = str(event.on)
    elif event.asked_of is not None:
        asked = next(_name(party) for party in file.parties if party.id == event.asked_of)
        when = f"asked of {asked} every {_days(event.every)}"
    else:
        when = f"by chance, {shown(event.daily_rate)} a day"
    changes = ", ".join(f"{path} {effect}" for path, effect in event.effect.items())
    lasts = _counted(event.for_days, "day")
    return {"event": _name(event), "when": when, "lasts": lasts, "changes": changes}


def _deliveries(file: ScenarioFile) -> list[dict[str, str]]:
    part = file.implementation
    issues = {issue.id: issue.name or _plain(issue.id) for issue in file.issues}
    called = {party.id: _name(party) for party in file.parties}
    return [
        {
            "what": issues[name],
            "by": called[delivery.by],
            "in tranches": ", ".join(f"{share:.0%}" for share in delivery.shares or ()),
            "per": issues.get(delivery.per or "", ""),
        }
        for name, delivery in part.deliveries.items()
    ]


def _name(part: Any) -> str:  # noqa: ANN401 - a part of a scenario
    return part.name or _plain(part.id)


def _named(parts: Iterable[Any]) -> list[str]:
    return [_name(part) for part in sorted(parts, key=lambda part: part.id)]


def _plain(name: str) -> str:
    return name.replace("_", " ")


def _days(count: int) -> str:
    """Return "day" or "3 days", to stand after "every"."""
    return "day" if count == 1 else f"{count} days"


def _counted(count: int, one: str, many: str = "") -> str:
    return f"{count} {one}" if count == 1 else f"{count} {many or one + 's'}"


def _ordinal(count: int) -> str:
    ending = {1: "st", 2: "nd", 3: "rd"}.get(
        count % 10 if count % 100 not in (11, 12, 13) else 0, "th"
    )
    return f"{count}{ending}"


def _listed(names: Sequence[str]) -> str:
    """Return names as a list in words."""
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
