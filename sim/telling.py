"""An explanation in words: plain sentences about conduct, with the numbers behind them."""

from __future__ import annotations

from itertools import pairwise

from sim.errors import RunError
from sim.milestones import milestones
from sim.notice import NOTICE
from sim.sitting import Ballot, Sitting
from sim.sittings import Sittings

__all__ = ["tell", "tell_all_talks", "tell_day"]

_WORDS = {
    "asks for more": "asked for more than the text, though above its floor",
    "home": "did not expect to carry the text at home",
    "floor": "found the text below its floor",
    "red line": "found the text across its red line",
}
_BEFORE = 10


def tell(found: Sittings) -> str:
    """Return the whole history: what stood in the way, what changed at signature, what was left."""
    made = found.trace.provenance
    lines = [f"{found.game.title}: seed {made['seed']}, replication {made['replication']}"]
    lines += _course(found)
    for number, agenda in enumerate(found.game.agendas):
        held = [s for s in found.sittings if s.agenda == number]
        if not held:
            continue
        lines += [
            "",
            f"Talks on {agenda.id.replace('_', ' ')}: {len(held)} sessions, days {held[0].day} to {held[-1].day}.",
        ]
        lines += _in_the_way(found, number)
        signed = [s for s in held if s.signed]
        for one, later in pairwise(signed):
            lines.append(f"  Signed on day {one.day}; {_came_of_it(found, one, later.day)}.")
        for one in signed[-1:]:
            lines += _at_signature(found, one)
        if not signed:
            lines += ["  The last text:", *_indented(tell_day(found, held[-1].day, number))]
    lines += ["", NOTICE]
    return "\n".join(lines)


def _indented(text: str) -> list[str]:
    return [f"  {line}" for line in text.splitlines()]


def _course(found: Sittings) -> list[str]:
    """Return the milestones, one line each, and how it ended."""
    names = _names(found)
    lines = []
    for place, kind, text in milestones(found.trace.days, names):
        if kind == "talks":
            lines.append(f"  day {found.trace.days[place]['day']:>4}  {text}")
    for day in sorted({one.day for one in found.ballots if not one.yes}):
        against = [_against(found, one) for one in found.ballots if one.day == day and not one.yes]
        lines.append(f"  day {day:>4}  voted no: {'; '.join(sorted(against))}")
    lines.sort(key=lambda line: int(line.split()[1]))
    last = found.trace.days[-1]
    return [*lines, f"  day {last['day']:>4}  ends: {found.trace.outcome}"]


def _against(found: Sittings, one: Ballot) -> str:
    name = found.game.constituencies[one.constituency].name
    return f"{name} (worth {one.worth:.3f}, asked {one.asked:.3f} before the luck of the vote)"


def _came_of_it(found: Sittings, one: Sitting, until: int) -> str:
    """Return what came of a signature by the day of the next one on its agenda."""
    agenda = found.game.agendas[one.agenda].id
    between = found.trace.days[one.day - 1 : until - 1]
    if any(day["agendas"][agenda]["stage"] == "in force" for day in between):
        return "the agreement came into force and ended"
    lost = [b.day for b in found.ballots if b.agenda == one.agenda and one.day <= b.day < until]
    return f"voted down on day {lost[0]}" if lost else "nothing came of it"


def _names(found: Sittings) -> dict[str, str]:
    game = found.game
    actors = (*game.parties, *game.constituencies, *game.spoilers)
    events = {event.id: event.name for event in game.events}
    return {actor.id: actor.name for actor in actors} | events


def _in_the_way(found: Sittings, agenda: int) -> list[str]:
    """Return how often each party stood in the way of a text, and by what."""
    names, lines = _names(found), []
    for party, counts in found.counts(agenda).items():
        refused = {reason: counts[reason] for reason in _WORDS if counts[reason]}
        if refused:
            parts = [f"in {n} it {_WORDS[reason]}" for reason, n in refused.items()]
            lines.append(
                f"  {names[party]} did not sign {sum(refused.values())} texts: {'; '.join(parts)}."
            )
    lines = lines or ["  Every text was signed by all."]
    return lines + _absences(found, agenda)


def _absences(found: Sittings, agenda: int) -> list[str]:
    """Return how long each party stayed away while talks were open."""
    talks, names, lines = found.game.agendas[agenda], _names(found), []
    for party in (found.game.parties[k].id for k in talks.signatories):
        days = [
            day["day"]
            for day in found.trace.days
            if day["agendas"][talks.id]["stage"] == "open" and not day["parties"][party]["present"]
        ]
        if days:
            lines.append(
                f"  {names[party]} stayed away on {len(days)} days, from day {days[0]} to {days[-1]}."
            )
    return lines


def tell_day(found: Sittings, day: int, agenda: int = 0) -> str:
    """Return why there was no deal on a day, or what was signed.

    Parameters
    ----------
    day
        The day asked about; the last session by then is told.
    agenda
        Index of the agenda.

    Raises
    ------
    RunError
        If the history has no such day.
    """
    last = len(found.trace.days)
    if not 1 <= day <= last:
        message = f"day {day}: this history ends on day {last}; allowed: 1 to {last}"
        raise RunError(message)
    one = found.at(day, agenda)
    entry = found.trace.days[day - 1]
    if entry["deal"] is not None and (one is None or one.day < entry["deal"]["since"]):
        return f"Day {day}: a deal is in force since day {entry['deal']['since']}."
    away = _away(found, day, agenda)
    if one is None:
        return f"Day {day}: no session has been held{f'; away: {away}' if away else ''}."
    lines = [_on_the_table(found, one, day)]
    if away and one.day < day:
        lines.append(f"  Away on day {day}: {away}.")
    lines += [_stand(found, one, party) for party in found.game.agendas[agenda].signatories]
    lines.append(_left_open(found, one))
    return "\n".join(lines)


def tell_all_talks(found: Sittings, day: int) -> str:
    """Return ``tell_day`` for every agenda talked over by then, under its name if there are several."""
    numbers = [n for n in range(len(found.game.agendas)) if n == 0 or found.at(day, n) is not None]
    if len(numbers) == 1:
        return tell_day(found, day)
    parts = []
    for number in numbers:
        name = found.game.agendas[number].id.replace("_", " ")
        parts += [f"Talks on {name}:", *_indented(tell_day(found, day, number))]
    return "\n".join(parts)


def _away(found: Sittings, day: int, agenda: int) -> str:
    """Return which signatories stay away on a day, each with the day it left."""
    days, names, stayed = found.trace.days, _names(found), []
    for party in (found.game.parties[k].id for k in found.game.agendas[agenda].signatories):
        since = day
        while since > 0 and not days[since - 1]["parties"][party]["present"]:
            since -= 1
        if since < day:
            stayed.append(f"{names[party]}, since day {since + 1}")
    return "; ".join(stayed)


def _on_the_table(found: Sittings, one: Sitting, day: int) -> str:
    whose = (
        "a mediator's text"
        if one.proposer < 0
        else f"an offer of {found.game.parties[one.proposer].name}"
    )
    terms = found.game.agendas[one.agenda].describe(one.package)
    listed = ", ".join(f"{issue.replace('_', ' ')}: {option}" for issue, option in terms.items())
    when = f"Day {day}" if one.day == day else f"Day {day}, last session on day {one.day}"
    return f"{when}: on the table {whose} ({listed})."


def _stand(found: Sittings, one: Sitting, party: int) -> str:
    reason = one.reason(party)
    said = {"offers": "made the offer", "signs": "would sign"}.get(reason) or _WORDS[reason]
    worth, floor = one.worth[party], one.floors[party]
    name = found.game.parties[party].name
    out = f" (outside option {one.outside[party]:.3f})" if one.agenda == 0 else ""
    return f"  {name} {said}: worth {worth:.3f}, floor {floor:.3f}{out}."


def _left_open(found: Sittings, one: Sitting) -> str:
    """Return how large the agreement zone was that day, and its best point."""
    regret = found.regret(one)
    space = found.game.agendas[one.agenda].space
    count = f"{regret.among:,}" + (
        "" if space.listed else f" undominated ones (of {space.count:,})"
    )
    if regret.nash < 0:
        return f"  No package of {count} cleared every floor, red line and home front that day."
    signing = found.game.agendas[one.agenda].signatories
    best = ", ".join(f"{found.game.parties[p].name} {regret.best[p]:.3f}" for p in signing)
    return f"  {regret.zone:,} packages of {count} cleared every floor, red line and home front; Nash point: {best}."


def _at_signature(found: Sittings, one: Sitting) -> list[str]:
    """Return what was signed, what had changed, and what was left on the table."""
    lines = [f"  Signed on day {one.day}:", *_indented(tell_day(found, one.day, one.agenda))]
    before = found.at(max(one.day - _BEFORE, 0), one.agenda)
    signing = found.game.agendas[one.agenda].signatories
    if before is not None and before.day < one.day:
        lines.append(f"  Since day {before.day}:")
        lines += [_change(found, before, one, party) for party in signing]
    spare = found.regret(one).spare
    if max(spare[list(signing)]) < 1e-9:
        lines.append("  On the frontier: no side could have had more without another having less.")
    else:
        parts = [f"{found.game.parties[p].name} {spare[p]:.3f}" for p in signing]
        lines.append(f"  Left on the table, without taking from another: {', '.join(parts)}.")
    return lines


def _change(found: Sittings, before: Sitting, one: Sitting, party: int) -> str:
    """Return how a party's floor moved, and by what."""
    name = found.game.parties[party].name
    moved = one.floors[party] - before.floors[party]
    out = one.outside[party] - before.outside[party]
    carrot = one.carrots[party] - before.carrots[party]
    rest = moved - out + carrot
    if one.agenda:
        return f"    {name}: floor {moved:+.3f}; worth of the text {one.worth[party] - before.worth[party]:+.3f}."
    parts = [f"outside option {out:+.3f}"]
    if abs(carrot) > 5e-4:
        parts.append(f"carrot {-carrot:+.3f}")
    if abs(rest) > 5e-4:
        parts.append(f"risk of a collapse and the rest {rest:+.3f}")
    offered = one.worth[party] - before.worth[party]
    return f"    {name}: floor {moved:+.3f} ({', '.join(parts)}); worth of the text {offered:+.3f}."
