"""What marked one history: signatures, votes, deals that ended, events."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

__all__ = ["milestones"]

_STEPS = {
    ("open", "signed"): "signed",
    ("signed", "open"): "vote lost",
    ("signed", "in force"): "vote won",
    ("signed", "over"): "vote lost, talks over",
    ("in force", "not open yet"): "deal ended",
    ("not open yet", "open"): "talks open",
}


def milestones(
    days: Sequence[Mapping[str, Any]], names: Mapping[str, str] | None = None
) -> list[tuple[int, str, str]]:
    """Return what marked a history, in order: place in ``days``, kind and text.

    Parameters
    ----------
    days
        ``Trace.days``.
    names
        Names of the events by id.

    Returns
    -------
    list of tuples
        The kind is ``talks`` or ``event``.

    Examples
    --------
    >>> import sim
    >>> trace = sim.trace_replication(sim.load_scenario("tutorial"), seed=1, replication=1)
    >>> [text for _, kind, text in milestones(trace.days) if kind == "talks"][0]
    'truce: signed'
    """
    found: list[tuple[int, str, str]] = []
    stages: dict[str, str] = {}
    running: set[str] = set()
    for place, day in enumerate(days):
        for agenda, talks in day["agendas"].items():
            now = talks["stage"]
            step = _STEPS.get((stages.get(agenda, now if place == 0 else "open"), now))
            if step:
                found.append((place, "talks", f"{agenda.replace('_', ' ')}: {step}"))
            stages[agenda] = now
        events = set(day["events"])
        fresh = sorted(events - running)
        found += [(place, "event", (names or {}).get(e, e.replace("_", " "))) for e in fresh]
        running = events
    return found
