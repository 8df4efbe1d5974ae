"""What parts of a scenario say of themselves, against its numbers: spoilers, mediators, events."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from sim.errors import Problem
from sim.scenario.schema import Calendar, EventPart, MediatorPart, SpoilerPart
from sim.scenario.wording import Where

__all__ = ["day_problems", "goal_problems", "leverage_problems", "step_problems"]


def goal_problems(
    where: Where, place: tuple[str | int, ...], spoiler: SpoilerPart
) -> Iterator[Problem]:
    """Yield what contradicts ``goals`` and ``position`` (Stedman 1997, doi:10.1162/isec.22.2.5)."""
    if spoiler.position == "inside" and spoiler.linked_to is None:
        allowed = "linked_to: the party it belongs to"
        yield where.problem((*place, "position"), "inside of no party", allowed)
    greedy = spoiler.appetite.value > 0
    won = spoiler.stake.value > 0 or spoiler.socialisation.value > 0
    here = (*place, "goals")
    if spoiler.goals == "limited" and greedy:
        yield where.problem(here, "limited, with an appetite", "appetite 0, or goals: greedy")
    if spoiler.goals == "greedy" and not greedy:
        yield where.problem(here, "greedy, without an appetite", "an appetite, or goals: limited")
    if spoiler.goals == "total" and won:
        allowed = "stake and socialisation 0, or another type"
        yield where.problem(here, "total, and yet it can be won", allowed)


def leverage_problems(
    where: Where, place: tuple[str | int, ...], mediator: MediatorPart
) -> Iterator[Problem]:
    """Yield where a mediator would spend more on spoilers than it has a session."""
    shares = mediator.inducement_share.value + mediator.coercion_share.value
    if shares > 1.0 + 1e-9:
        found = f"inducement_share and coercion_share sum to {shares:g}"
        yield where.problem(place, found, "a sum of at most 1")


def step_problems(
    where: Where, place: tuple[str | int, ...], event: EventPart, *, asks: bool
) -> Iterator[Problem]:
    """Yield why nobody can ask for a step, or nobody keep it."""
    if not asks:
        yield where.problem((*place, "asked_of"), "nobody asks", "at least one mediator")
    if event.for_days < 2:
        yield where.problem((*place, "for_days"), "a step kept for a day", "2 days or more")


def day_problems(
    where: Where, place: tuple[str | int, ...], event: EventPart, calendar: Calendar
) -> Iterator[Problem]:
    """Yield where the day of an event is off the calendar."""
    start, days = calendar.start, calendar.days
    day = (event.on - start).days + 1 if isinstance(event.on, dt.date) else event.on
    if day is not None and not 1 <= day <= days:
        allowed = f"day 1 to {days}, or {start} to {start + dt.timedelta(days=days - 1)}"
        yield where.problem((*place, "on"), f"{event.on} is off the calendar", allowed)
