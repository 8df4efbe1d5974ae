"""An explanation in words: plain sentences about conduct, with the numbers behind them."""

from __future__ import annotations

from sim.milestones import milestones
from sim.notice import NOTICE
from sim.sittings import Sitting, Sittings

__all__ = ["tell", "tell_day"]

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
        signed = [s for s in held if s.answers[list(agenda.signatories)].all()]
        for one in signed[:1]:
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
    for day in found.trace.days:
        against = [names[group] for group, yes in day["votes"].items() if not yes]
        if against:
            lines.append(f"  day {day['day']:>4}  voted no: {', '.join(sorted(against))}")
    lines.sort(key=lambda line: int(line.split()[1]))
    last = found.trace.days[-1]
    return [*lines, f"  day {last['day']:>4}  ends: {found.trace.outcome}"]


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
    return lines or ["  Every text was signed by all."]


def tell_day(found: Sittings, day: int, agenda: int = 0) -> str:
    """Return why there was no deal on a day, or what was signed.

    Parameters
    ----------
    day
        The day asked about; the last session by then is told.
    agenda
        Index of the agenda.
    """
    one = found.at(day, agenda)
    entry = found.trace.days[min(day, len(found.trace.days)) - 1]
    if entry["deal"] is not None and (one is None or one.day < entry["deal"]["since"]):
        return f"Day {day}: a deal is in force since day {entry['deal']['since']}."
    if one is None:
        away = [n for n, p in entry["parties"].items() if not p["present"]]
        stayed = f"; away: {', '.join(_names(found)[n] for n in away)}" if away else ""
        return f"Day {day}: no session has been held{stayed}."
    lines = [_on_the_table(found, one, day)]
    lines += [_stand(found, one, party) for party in found.game.agendas[agenda].signatories]
    lines.append(_left_open(found, one))
    return "\n".join(lines)


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
