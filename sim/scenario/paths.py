"""Field paths: ``parties.north.outside_option.stake`` names one number of a scenario.

The same paths serve ``--set``, ``vary``, events and designs.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from functools import cache
from typing import Any

from sim.errors import SimError, did_you_mean
from sim.fields import BY_PARTY, Leaf, leaves
from sim.scenario.schema import PARTS, ScenarioFile

__all__ = [
    "PathError",
    "address",
    "effect_target",
    "is_weight",
    "leaf_at",
    "replaced",
    "schema_path",
    "set_anew",
]

_LARGEST_EFFECT = 1e6


class PathError(SimError, ValueError):
    """A field path leads nowhere."""

    def __init__(self, found: str, allowed: str) -> None:
        self.found = found
        self.allowed = allowed
        super().__init__(f"{found}; allowed: {allowed}")


@cache
def _by_path() -> dict[tuple[str, str], Leaf]:
    return {(leaf.owner, leaf.path): leaf for leaf in leaves()}


def is_weight(path: str) -> bool:
    """Return whether a path names a party's weight of an issue.

    Examples
    --------
    >>> is_weight("parties.north.weights.aid"), is_weight("fighting.shock")
    (True, False)
    """
    steps = path.split(".")
    return len(steps) == 4 and (steps[0], steps[2]) == ("parties", "weights")


def schema_path(leaf: Leaf) -> tuple[str, ...]:
    """Return the attributes that lead to a leaf within its part."""
    return tuple(leaf.path.split("."))


def members(file: ScenarioFile, owner: str) -> list[str]:
    """Return the ids of all parts of one kind, sorted as they are compiled."""
    if owner == "constituencies":
        return sorted(item.id for party in file.parties for item in party.constituencies)
    return sorted(item.id for item in getattr(file, owner))


def leaf_at(file: ScenarioFile, path: str) -> tuple[Leaf, tuple[int, ...]]:
    """Return the leaf a path names and the position within it.

    Raises
    ------
    PathError
        If the path names no number that may vary.
    """
    owner, _, rest = path.partition(".")
    if owner in {"fighting", "readiness", "implementation"}:
        return _leaf(owner, rest, path), (0,)
    if owner not in {"parties", "mediators", "spoilers", "events"}:
        known = [
            "parties",
            "mediators",
            "spoilers",
            "events",
            "fighting",
            "readiness",
            "implementation",
        ]
        raise PathError(f"unknown section {owner!r} in {path}", did_you_mean(owner, known))
    name, _, rest = rest.partition(".")
    known = members(file, owner)
    if name not in known:
        raise PathError(f"unknown id {name!r} in {path}", did_you_mean(name, known))
    position = known.index(name)
    if owner == "parties" and rest.startswith("constituencies."):
        return _constituency(file, name, rest, path)
    if owner == "mediators" and rest.partition(".")[0] in BY_PARTY:
        parties = members(file, "parties")
        towards, _, party = rest.partition(".")
        if party not in parties:
            raise PathError(f"unknown party {party!r} in {path}", did_you_mean(party, parties))
        return _leaf(owner, towards, path), (position, parties.index(party))
    return _leaf(owner, rest, path), (position,)


def _constituency(
    file: ScenarioFile, party: str, rest: str, path: str
) -> tuple[Leaf, tuple[int, ...]]:
    name, _, field = rest.removeprefix("constituencies.").partition(".")
    part = next(item for item in file.parties if item.id == party)
    mine = [item.id for item in part.constituencies]
    if name not in mine:
        raise PathError(
            f"unknown constituency {name!r} in {path}", did_you_mean(name, mine or ["none"])
        )
    return _leaf("constituencies", field, path), (members(file, "constituencies").index(name),)


def _leaf(owner: str, rest: str, path: str) -> Leaf:
    leaf = _by_path().get((owner, rest))
    if leaf is None:
        known = [key[1] for key in _by_path() if key[0] == owner]
        raise PathError(f"{path} names no number that may vary", did_you_mean(rest, known))
    return leaf


def effect_target(
    file: ScenarioFile, path: str, effect: float | str
) -> tuple[str, tuple[int, ...], str, float]:
    """Return what an event's effect changes: leaf, position, operator, number.

    ``+0.2`` and ``-0.2`` as text add, ``*0.5`` multiplies, a plain number sets. YAML reads
    ``+0.2`` as a number, so an effect on a field is written in quotes, or as ``"=0.2"`` to set.
    """
    leaf, position = leaf_at(file, path)
    if leaf.owner == "events" or leaf.name == "harm_rate":
        raise PathError(f"an event may not change {path}", "a field that a rule reads")
    operator, number = _understood(effect)
    if not abs(number) <= _LARGEST_EFFECT:  # not-a-number is refused as well
        allowed = f"a number from {-_LARGEST_EFFECT:,.0f} to {_LARGEST_EFFECT:,.0f}"
        raise PathError(f"effect {effect} is out of bounds", allowed)
    return leaf.name, position, operator, number


def _understood(effect: float | str) -> tuple[str, float]:
    """Return what an effect does, ``+``, ``*`` or ``=``, and the number."""
    if isinstance(effect, (int, float)):
        return "+", float(effect)
    operator, text = effect[:1], effect[1:]
    if operator in "+-":
        operator, text = "+", effect
    try:
        return {"+": "+", "*": "*", "=": "="}[operator], float(text)
    except (KeyError, ValueError):
        allowed = "a number to add, or in quotes '*0.5' to multiply and '=0.5' to set"
        raise PathError(f"effect {effect!r} is not understood", allowed) from None


def replaced(data: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return raw scenario data with fields set by path; the result is validated as a file is.

    A number that carries a range keeps it; see ``set_anew``.

    Raises
    ------
    PathError
        If a path leads through something that is not there.
    """
    result = copy.deepcopy(dict(data))
    for path, value in changes.items():
        *way, last = path.split(".")
        here: Any = result
        for number, step in enumerate(way):
            here = _enter(here, step, ".".join(way[: number + 1]))
        if isinstance(here, list):
            here[_position(here, last, path)] = value
            continue
        if not isinstance(here, dict):
            raise PathError(f"{path} leads into a plain value", "a path to a field")
        old = here.get(last)
        here[last] = set_anew(old, value)
    return result


def set_anew(old: Any, value: Any) -> Any:  # noqa: ANN401 - plain data
    """Return what stands in a file where a value is laid over an old one.

    A plain number keeps what was said of the one it replaces, but for where it came from: another
    number than the sourced one is an assumption.
    """
    plain = isinstance(value, (int, float)) and not isinstance(value, bool)
    if not (isinstance(old, dict) and "value" in old and plain):
        return value
    changed = {**old, "value": value}
    if value != old["value"] and old.get("kind") in {"sourced", "derived"}:
        changed["kind"] = "assumed"
        changed["source"] = f"set to {value:g}; {old['value']:g} was {old['kind']}"
    bounds = old.get("range")
    if isinstance(bounds, list) and len(bounds) == 2 and not bounds[0] <= value <= bounds[1]:
        changed["range"] = [min(bounds[0], value), max(bounds[1], value)]
    return changed


def _enter(here: Any, step: str, path: str) -> Any:  # noqa: ANN401
    if isinstance(here, list):
        return here[_position(here, step, path)]
    if not isinstance(here, dict):
        raise PathError(f"{path} leads into a plain value", "a path to a field")
    if step not in here:
        if step in PARTS:
            raise PathError(f"the scenario has no {step}", ", ".join(sorted(here)))
        here[step] = {}
    return here[step]


def _position(here: list[Any], step: str, path: str) -> int:
    names = [item.get("id") if isinstance(item, dict) else None for item in here]
    if step in names:
        return names.index(step)
    if step.isdigit() and int(step) < len(here):
        return int(step)
    known = [name for name in names if name] or [str(k) for k in range(len(here))]
    raise PathError(f"{path}: no {step!r} in the list", did_you_mean(step, known))


def address(file: ScenarioFile, leaf: Leaf, position: tuple[int, ...]) -> str:
    """Return the address of a private type: the actor's key and the field, without its id."""
    keys = _keys(file, leaf.owner)
    owner = keys[position[0]] if keys else leaf.owner
    if leaf.name in BY_PARTY:
        return f"{owner}/{leaf.name}/{_keys(file, 'parties')[position[1]]}"
    return f"{owner}/{leaf.path}"


def _keys(file: ScenarioFile, owner: str) -> list[str]:
    if owner in {"fighting", "readiness", "implementation"}:
        return []
    parts: list[Any] = (
        [item for party in file.parties for item in party.constituencies]
        if owner == "constituencies"
        else list(getattr(file, owner))
    )
    return [item.key or item.id for item in sorted(parts, key=lambda item: item.id)]
