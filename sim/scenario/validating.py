"""From plain data to a checked scenario file, with every problem named at once."""

from __future__ import annotations

import contextlib
import copy
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from sim.errors import Problem, ScenarioError
from sim.scenario.check import check
from sim.scenario.reading import Lines
from sim.scenario.schema import PARTS, ScenarioFile
from sim.scenario.wording import Where, mapping_or_problem, passed_for_numbers, worded

__all__ = ["validate", "with_the_rest"]


def validate(data: Any, lines: Lines, name: str | None) -> ScenarioFile:  # noqa: ANN401
    """Return the checked content of a scenario.

    Raises
    ------
    ScenarioError
        With the problems of the schema and, for the parts it accepts, those across parts.
    """
    where = Where(data, lines, name)
    mapping_or_problem(data, where, "a mapping with schema, title, issues, parties")
    try:
        file = ScenarioFile.model_validate(data)
    except ValidationError as error:
        problems = worded(error, where)
        sound, dropped = _sound_part(data, error)
        if sound is not None:
            refused = [f"{problem.path}." for problem in problems]
            dated = not any(path.startswith("calendar.") for path in refused)
            problems += [
                problem
                for problem in check(sound, where, dropped, dated=dated)
                if not any(path.startswith(f"{problem.path}.") for path in refused)
            ]
        raise ScenarioError(_ordered(problems)) from None
    problems = [*passed_for_numbers(data, file, where), *check(file, where, frozenset())]
    if problems:
        raise ScenarioError(_ordered(problems))
    return file


def _ordered(problems: list[Problem]) -> list[Problem]:
    return sorted(problems, key=lambda problem: problem.line or 0)


def _sound_part(
    data: Mapping[str, Any], error: ValidationError
) -> tuple[ScenarioFile | None, frozenset[str]]:
    """Return what is left without the values the schema refused, and the ids of parts dropped.

    First only the values are taken out; where that leaves a gap, the whole part.
    """
    places = [tuple(item["loc"]) for item in error.errors(include_url=False)]
    trimmed = copy.deepcopy(dict(data))
    for place in sorted(places, key=str, reverse=True):
        _remove(trimmed, place)
    trimmed.setdefault("schema", 1)
    trimmed.setdefault("title", "")
    with contextlib.suppress(ValidationError):
        whole = any(
            place[-1] == "id" or (len(place) <= 2 and place[0] in PARTS) for place in places
        )
        return ScenarioFile.model_validate(trimmed), frozenset({"?"} if whole else ())
    dropped = {"?"}
    for section, number in sorted({place[:2] for place in places if len(place) > 1}, key=str)[::-1]:
        part = _remove(trimmed, (section, number)) if section in PARTS else None
        if isinstance(part, dict):
            dropped |= {str(part.get("id")), str(part.get("id")).lower()}
    with contextlib.suppress(ValidationError):
        return ScenarioFile.model_validate(trimmed), frozenset(dropped)
    return None, frozenset()


def _remove(data: Any, place: tuple[str | int, ...]) -> Any:  # noqa: ANN401 - plain data
    """Take the value at a place, or the nearest thing around it, out of plain data; return it."""
    for end, step in enumerate(place):
        inner = data[step] if _holds(data, step) else None
        if end == len(place) - 1 or not isinstance(inner, (dict, list)):
            return data.pop(step) if _holds(data, step) else None
        data = inner
    return None


def _holds(data: Any, step: str | int) -> bool:  # noqa: ANN401 - plain data
    if isinstance(data, list):
        return isinstance(step, int) and step < len(data)
    return isinstance(data, dict) and step in data


def with_the_rest(
    data: Any,  # noqa: ANN401 - anything may stand in a file
    lines: Lines,
    name: str,
    faults: Sequence[Problem],
) -> list[Problem]:
    """Return faults of a file's text and what else is wrong with it, on other lines."""
    more: list[Problem] = []
    if isinstance(data, dict) and data.get("extends") is None:
        try:
            validate(data, lines, name)
        except ScenarioError as error:
            known = {fault.line for fault in faults}
            more = [problem for problem in error.problems if problem.line not in known]
    return _ordered([*faults, *more])
