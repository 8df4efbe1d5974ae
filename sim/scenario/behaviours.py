"""Checks of a party's behaviour: its name, its parameters, and the ends of their ranges."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sim.errors import Problem, UnknownBehaviourError
from sim.negotiators.registry import create
from sim.scenario.party_schema import BehaviourPart
from sim.scenario.reading import Place
from sim.scenario.wording import Where

__all__ = ["behaviour_problems"]


def behaviour_problems(where: Where, place: Place, part: BehaviourPart) -> Iterator[Problem]:
    """Return what keeps a behaviour from being made, as stated and over its ranges."""
    plain = part.parameters()
    problems = list(_makes(where, place, part.use, plain))
    yield from problems
    for name, number in part.quantities().items():
        if number.spread:
            allowed = "value, range, kind and source; only numbers of the model are private types"
            yield where.problem((*place, name), f"{name} has a spread", allowed)
        for end in () if problems else number.range or ():
            yield from _makes(where, (*place, name, "range"), part.use, plain | {name: end})


def _makes(
    where: Where, place: Place, name: str, parameters: Mapping[str, Any]
) -> Iterator[Problem]:
    try:
        create(name, parameters)
    except UnknownBehaviourError as error:
        found, _, allowed = str(error).partition("; ")
        yield where.problem((*place, "use"), found, allowed)
    except (TypeError, ValueError) as error:
        found, _, allowed = str(error).replace("; allowed: ", "; ").partition("; ")
        yield where.problem(place, found, allowed)
