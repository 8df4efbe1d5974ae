"""The schema's bounds, by field."""

from __future__ import annotations

from functools import cache
from typing import Annotated, Any, get_args, get_origin

from pydantic import BaseModel

from sim.scenario.party_schema import ConstituencyPart
from sim.scenario.quantity import Between
from sim.scenario.schema import PARTS, ScenarioFile

__all__ = ["bounds_of", "part_of"]


def part_of(owner: str) -> Any:  # noqa: ANN401 - a model of the schema
    """Return the schema of the part a number stands in."""
    if owner == "constituencies":
        return ConstituencyPart
    return PARTS.get(owner) or ScenarioFile.model_fields[owner].annotation


@cache
def bounds_of(owner: str, path: str) -> tuple[float, float]:
    """Return the least and the largest value a field may hold.

    Examples
    --------
    >>> bounds_of("parties", "outside_option.stake")
    (0, 3)
    """
    kind: Any = part_of(owner)
    metadata: list[Any] = []
    for step in path.split("."):
        field = kind.model_fields[step]
        kind, metadata = field.annotation, list(field.metadata)
        if get_origin(kind) is dict:
            kind = get_args(kind)[1]
        if get_origin(kind) is Annotated:
            metadata += get_args(kind)[1:]
            kind = get_args(kind)[0]
        if not (isinstance(kind, type) and issubclass(kind, BaseModel)):
            break
    for item in metadata:
        if isinstance(item, Between):
            return item.low, item.high
    message = f"{owner}.{path} has no bounds"
    raise LookupError(message)
