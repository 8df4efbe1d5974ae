"""How faults of a scenario are worded: where, what was found, what is allowed."""

from __future__ import annotations

import types
from collections.abc import Iterator
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from sim.errors import Problem, ScenarioError, did_you_mean
from sim.scenario.quantity import Quantity
from sim.scenario.reading import Lines, Mark, Place
from sim.scenario.schema import ScenarioFile

__all__ = ["Where", "mapping_or_problem", "passed_for_numbers", "validated", "worded"]

M = TypeVar("M", bound=BaseModel)


class Where:
    """Turns a place in the raw data into a field path with ids, a line and a file name."""

    def __init__(self, data: Any, lines: Lines, name: str | None) -> None:  # noqa: ANN401
        self._data = data
        self._lines = lines
        self._name = name

    def path(self, place: tuple[str | int, ...]) -> str:
        """Return the dotted path, with an id in place of a list position where there is one."""
        parts, here = [], self._data
        for step in place:
            here = _step(here, step)
            named = isinstance(step, int) and isinstance(here, dict) and "id" in here
            parts.append(str(here["id"]) if named else str(step))
        return ".".join(parts)

    def mark(self, place: Place) -> Mark | None:
        """Return where the place stands, or the nearest thing around it that has a line."""
        for end in range(len(place), 0, -1):
            if place[:end] in self._lines:
                return self._lines[place[:end]]
        return self._lines.get(())

    def problem(self, place: tuple[str | int, ...], found: str, allowed: str = "") -> Problem:
        """Return a problem at a place."""
        mark = self.mark(place)
        line, file = mark or (None, self._name)
        return Problem(self.path(place), found, allowed, line, file)

    def find(self, section: str, name: str) -> tuple[str | int, ...]:
        """Return the place of a part by its section and id."""
        for number, item in enumerate(_step(self._data, section) or []):
            if isinstance(item, dict) and item.get("id") == name:
                return (section, number)
        return (section,)


def _step(here: Any, step: str | int) -> Any:  # noqa: ANN401
    try:
        return here[step]
    except (KeyError, IndexError, TypeError):
        return None


def mapping_or_problem(data: Any, where: Where, allowed: str) -> Any:  # noqa: ANN401 - plain data
    """Return a file's content if it is a mapping.

    Raises
    ------
    ScenarioError
        If it is something else.
    """
    if not isinstance(data, dict):
        found = "the file is empty" if data is None else f"found {type(data).__name__}"
        raise ScenarioError([where.problem((), found, allowed)])
    return data


def validated(kind: type[M], data: Any, where: Where, allowed: str) -> M:  # noqa: ANN401
    """Return a file's content as a part of the schema.

    Parameters
    ----------
    allowed
        What a file of this kind holds, for one that holds something else.

    Raises
    ------
    ScenarioError
        With every problem of the schema, in the words of this package.
    """
    try:
        return kind.model_validate(mapping_or_problem(data, where, allowed))
    except ValidationError as error:
        raise ScenarioError(worded(error, where, kind)) from None


def worded(
    error: ValidationError, where: Where, kind: type[BaseModel] = ScenarioFile
) -> list[Problem]:
    """Return the problems of a schema error in the words of this package."""
    problems = []
    for item in error.errors(include_url=False):
        place = tuple(part for part in item["loc"] if not str(part).startswith("["))
        found, allowed = _words(item, place, kind)
        problems.append(where.problem(place, found, allowed))
    return problems


def passed_for_numbers(data: Any, part: BaseModel, where: Where) -> list[Problem]:  # noqa: ANN401
    """Return the truth values and texts that the schema took for numbers.

    Parameters
    ----------
    data
        What the file holds.
    part
        What the schema made of it.
    """
    made = part.model_dump(by_alias=True)
    return [
        where.problem(place, f"{kind} stands where a number is asked for", "a number")
        for place, kind in _taken(data, made, ())
    ]


def _taken(raw: Any, made: Any, place: Place) -> Iterator[tuple[Place, str]]:  # noqa: ANN401
    if isinstance(raw, dict) and isinstance(made, dict):
        for key, value in raw.items():
            if key in made:
                yield from _taken(value, made[key], (*place, key))
    elif isinstance(raw, (list, tuple)) and isinstance(made, (list, tuple)):
        for number, (one, other) in enumerate(zip(raw, made, strict=False)):
            yield from _taken(one, other, (*place, number))
    elif isinstance(made, (int, float)) and not isinstance(made, bool):
        if isinstance(raw, bool):
            yield place, "a truth value"
        elif isinstance(raw, str):
            yield place, "a text"


def _words(
    item: Any,  # noqa: ANN401
    place: tuple[str | int, ...],
    whole: type[BaseModel],
) -> tuple[str, str]:
    """Return what was found and what is allowed."""
    kind, given = item["type"], item["input"]
    if kind == "extra_forbidden":
        known = _known_keys(whole, place[:-1]) or list(Quantity.model_fields)
        return f"unknown key {place[-1]!r}", did_you_mean(str(place[-1]), known)
    ours = {
        "missing": ("is missing", ""),
        "literal_error": (f"{given!r} is not known", item.get("ctx", {}).get("expected", "")),
        "finite_number": (f"{given!r} is not a finite number", "a finite number"),
        "string_pattern_mismatch": (
            f"{given!r} is not an id",
            "lower-case letters, digits and underscores, beginning with a letter",
        ),
    }
    if kind in ours:
        return ours[kind]
    found, _, allowed = str(item["msg"]).partition("; allowed: ")
    if allowed or kind in {"number", "out_of_bounds", "range_order"}:
        return found, allowed
    shown = repr(given)
    shown = shown if len(shown) <= 40 else f"{shown[:37]}..."
    return f"found {shown}", found[:1].lower() + found[1:]


def _known_keys(whole: type[BaseModel], place: tuple[str | int, ...]) -> list[str]:
    """Return the keys the schema knows at a place."""
    kind: Any = whole
    for step in place:
        kind = _inner(kind, step)
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return [field.alias or name for name, field in kind.model_fields.items()]
    return []


def _inner(kind: Any, step: str | int) -> Any:  # noqa: ANN401
    """Return the type one step further into a type."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        for name, field in kind.model_fields.items():
            if step in (name, field.alias):
                return _bare(field.annotation)
        return None
    if get_origin(kind) in (list, dict):
        return _bare(get_args(kind)[-1])
    return None


def _bare(kind: Any) -> Any:  # noqa: ANN401
    """Strip annotations and optional from a type."""
    if get_origin(kind) is Annotated:
        return _bare(get_args(kind)[0])
    if get_origin(kind) in (Union, types.UnionType):
        inner = [item for item in get_args(kind) if item is not type(None)]
        return _bare(inner[0])
    return kind
