"""The numbers of a scenario that carry a range: what sensitivity analysis samples.

A range is what the analyst does not know. It stands at the number, or follows from the nearest
``basis``; it is cut to the bounds of the field.
"""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase

from sim.errors import did_you_mean
from sim.negotiators.registry import NEGOTIATORS
from sim.scenario.assumptions import Assumption, assumptions
from sim.scenario.bounds import bounds_of
from sim.scenario.paths import PathError, is_weight, leaf_at
from sim.scenario.schema import ScenarioFile
from sim.scenario.switches import NEUTRAL

__all__ = ["Ranged", "field_limits", "institution_of", "ranged_fields", "stated", "with_range"]


@dataclass(frozen=True, slots=True)
class Ranged:
    """A number that may vary between replications, and the range it is sampled from.

    Parameters
    ----------
    path
        Field path.
    value
        The stated number.
    low, high
        Its range.
    kind
        ``sourced``, ``derived`` or ``assumed``.
    """

    path: str
    value: float
    low: float
    high: float
    kind: str


def ranged_fields(file: ScenarioFile, patterns: tuple[str, ...] = ()) -> list[Ranged]:
    """Return the numbers that carry a range and may vary, in the order of the file.

    Left out are scores and what sets the calendar (they make a new game), numbers of rules that
    are switched off, and ranges of no width.

    Parameters
    ----------
    patterns
        Field paths, with ``*`` for any part of one; all where none is given.

    Examples
    --------
    >>> import sim
    >>> fields = ranged_fields(sim.load_scenario("tutorial").file)
    >>> fields[0].low < fields[0].high
    True
    """
    found = []
    for row in assumptions(file):
        chosen = not patterns or any(fnmatchcase(row.path, pattern) for pattern in patterns)
        if chosen and row.low is not None and row.high is not None:
            ranged = _cut(file, row, row.low, row.high)
            if ranged is not None:
                found.append(ranged)
    return found


def with_range(
    file: ScenarioFile, path: str, low: float | None = None, high: float | None = None
) -> Ranged:
    """Return one number with the range given, or else its own.

    Raises
    ------
    PathError
        If the path names no number that may vary, the range is out of the field's bounds, or
        there is none.
    """
    bottom, top = field_limits(file, path)
    value, kind = stated(file, path)
    if low is None or high is None:
        own = [item for item in ranged_fields(file, (path,)) if item.path == path]
        if not own:
            raise PathError(f"{path} carries no range", "range: [low, high] here or in the file")
        return own[0]
    if not bottom <= low < high <= top:
        raise PathError(
            f"{path} from {low:g} to {high:g}", f"low < high within {bottom:g} to {top:g}"
        )
    return Ranged(path, value, low, high, kind)


def stated(file: ScenarioFile, path: str) -> tuple[float, str]:
    """Return a number as the scenario states it and its kind; nan and assumed where it does not."""
    row = next((item for item in assumptions(file) if item.path == path), None)
    return (row.value, row.kind or "assumed") if row else (float("nan"), "assumed")


def _cut(file: ScenarioFile, row: Assumption, low: float, high: float) -> Ranged | None:
    """Cut a range to the bounds of its field; none if the number may not vary."""
    try:
        bottom, top = field_limits(file, row.path)
    except PathError:
        return None
    low, high = max(low, bottom), min(high, top)
    return Ranged(row.path, row.value, low, high, row.kind or "assumed") if low < high else None


def field_limits(file: ScenarioFile, path: str) -> tuple[float, float]:
    """Return the least and largest value a number may take from replication to replication.

    Raises
    ------
    PathError
        If the path names no number that may vary, or one of a rule that is switched off.
    """
    if is_weight(path):
        _party_part(file, path, "weights")
        return 0.0, 1.0
    if path.startswith("parties.") and path.split(".")[2:3] == ["behaviour"]:
        _party_part(file, path, "behaviour")
        return float("-inf"), float("inf")
    leaf, _ = leaf_at(file, path)
    for name, on in file.rules.items():
        if not on and leaf.name in NEUTRAL.get(name, ()):
            raise PathError(f"{path} belongs to a rule that is switched off", f"rules.{name}: true")
    return bounds_of(leaf.owner, leaf.path)


def _party_part(file: ScenarioFile, path: str, part: str) -> None:
    """Refuse a weight or a parameter that no party states as a number."""
    steps = path.split(".")
    party = next((item for item in file.parties if item.id == steps[1]), None)
    if party is None:
        known = sorted(item.id for item in file.parties)
        raise PathError(f"unknown id {steps[1]!r} in {path}", did_you_mean(steps[1], known))
    behaviour = party.behaviour
    defaults = NEGOTIATORS.parameters(behaviour.use) if part == "behaviour" else {}
    plain = party.weights if part == "weights" else {**defaults, **behaviour.parameters()}
    known = [key for key in plain if part == "weights" or _is_number(plain[key])]
    if len(steps) != 4 or steps[3] not in known:
        what = "weight" if part == "weights" else "number of the behaviour"
        raise PathError(f"{path} names no {what}", did_you_mean(steps[-1], known or ["none"]))


def _is_number(value: object) -> bool:
    return isinstance(value, float) or (isinstance(value, int) and not isinstance(value, bool))


def institution_of(file: ScenarioFile, path: str) -> str:
    """Return which institution a number belongs to; empty for what the sides are or can do."""
    try:
        return leaf_at(file, path)[0].institution
    except PathError:
        return ""
