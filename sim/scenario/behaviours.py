"""Checks of a party's behaviour: its name, its parameters, and the ends of their ranges."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from sim.errors import Problem, UnknownBehaviourError
from sim.negotiators.registry import NEGOTIATORS, create
from sim.scenario.party_schema import BehaviourPart
from sim.scenario.reading import Place
from sim.scenario.wording import Where

__all__ = ["behaviour_problems"]


def behaviour_problems(where: Where, place: Place, part: BehaviourPart) -> Iterator[Problem]:
    """Return what keeps a behaviour from being made, as stated and over its ranges."""
    plain = part.parameters()
    problems = list(_kinds(where, place, part.use, plain))
    problems = problems or list(_makes(where, place, part.use, plain))
    yield from problems
    for name, number in part.quantities().items():
        if number.spread:
            allowed = "value, range, kind and source; only numbers of the model are private types"
            yield where.problem((*place, name), f"{name} has a spread", allowed)
        for end in () if problems else number.range or ():
            yield from _makes(where, (*place, name, "range"), part.use, plain | {name: end})


def _kinds(
    where: Where, place: Place, use: str, parameters: Mapping[str, Any]
) -> Iterator[Problem]:
    """Hold each parameter to the kind of its default: a file may hold anything."""
    try:
        known = NEGOTIATORS.parameters(use)
    except UnknownBehaviourError:
        return  # said when it is made
    for name, value in parameters.items():
        kind = type(known.get(name))
        if kind is int and not NEGOTIATORS.counts(use, name):
            kind = float
        wanted = _KINDS.get(kind)
        if wanted is not None and not wanted[0](value):
            said = f"{name} is {value!r}"
            yield where.problem((*place, name), said, wanted[1])


def _whole(value: Any) -> bool:  # noqa: ANN401 - whatever a file holds
    return isinstance(value, int) and not isinstance(value, bool)


def _finite(value: Any) -> bool:  # noqa: ANN401
    return _whole(value) or (isinstance(value, float) and math.isfinite(value))


_KINDS: dict[type, tuple[Callable[[Any], bool], str]] = {
    bool: (lambda value: isinstance(value, bool), "true or false"),
    int: (_whole, "a whole number"),
    float: (_finite, "a finite number"),
    str: (lambda value: isinstance(value, str), "a word"),
}
"""By the type of the default: the test, and what is allowed."""


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
