"""Scenarios that extend another: the base with some fields set anew.

Mappings are laid over mappings; parts with an id over the part of that id, or added; anything
else replaces what stood there. A plain number laid over one that carries its range and source
keeps them. ``remove: true`` takes a part away.
"""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path, PurePosixPath
from typing import Any

from sim.errors import Problem, ScenarioError
from sim.scenario.paths import set_anew
from sim.scenario.reading import Lines, Mark, Place

__all__ = ["base_path", "overlaid"]


def base_path(reference: Any, folder: Path, mark: Mark) -> Path | str:  # noqa: ANN401
    """Return where the base of a scenario stands: a file beside it, or a shipped name.

    Raises
    ------
    ScenarioError
        If it is not a name, or a path that leaves the scenario's own folder.
    """
    allowed = "the name of a shipped scenario, or a file in the same folder"
    if not isinstance(reference, str) or not reference:
        raise ScenarioError(
            [Problem("extends", f"found {reference!r}", allowed, mark.line, mark.file)]
        )
    parts = PurePosixPath(reference)
    if parts.is_absolute() or ".." in parts.parts or "\\" in reference or ":" in reference:
        found = f"{reference!r} leaves the scenario's folder"
        raise ScenarioError([Problem("extends", found, allowed, mark.line, mark.file)])
    beside = folder / reference
    if beside.suffix and not beside.exists():
        found = f"there is no file {reference!r} beside it"
        raise ScenarioError([Problem("extends", found, allowed, mark.line, mark.file)])
    return beside if beside.suffix else reference


def overlaid(base: Any, base_lines: Lines, over: Any, over_lines: Lines) -> tuple[Any, Lines]:  # noqa: ANN401
    """Return plain data laid over other plain data, and where each value stands."""
    lines: Lines = {}
    merged = _Overlay(base_lines, over_lines, lines).join(base, over, (), (), ())
    return merged, lines


class _Overlay:
    """Lays one tree over another; paths in the three trees differ where lists are joined."""

    def __init__(self, base: Lines, over: Lines, out: Lines) -> None:
        self._base = base
        self._over = over
        self._out = out

    def join(self, base: Any, over: Any, left: Place, right: Place, here: Place) -> Any:  # noqa: ANN401
        """Return ``over`` laid over ``base``; the places are those in the trees and the result."""
        if isinstance(base, dict) and isinstance(over, dict):
            self._mark(self._over, right, here)
            return self._mapping(base, over, left, right, here)
        if _parts(base) and _parts(over):
            self._mark(self._over, right, here)
            return self._list(base, over, left, right, here)
        if isinstance(base, dict) and "value" in base and not isinstance(over, dict):
            self._copy(self._base, left, here)
            self._mark(self._over, right, here)
            self._mark(self._over, right, (*here, "value"))
            return set_anew(base, over)
        self._copy(self._over, right, here)
        return over

    def _mapping(self, base: Any, over: Any, left: Place, right: Place, here: Place) -> Any:  # noqa: ANN401
        result = {}
        for key in [*base, *(key for key in over if key not in base)]:
            new = (*here, key)
            if key not in over:
                self._copy(self._base, (*left, key), new)
                result[key] = base[key]
            elif key not in base:
                self._copy(self._over, (*right, key), new)
                result[key] = over[key]
            else:
                result[key] = self.join(base[key], over[key], (*left, key), (*right, key), new)
        return result

    def _list(self, base: Any, over: Any, left: Place, right: Place, here: Place) -> Any:  # noqa: ANN401
        places = {item["id"]: number for number, item in enumerate(over)}
        known = {item["id"] for item in base}
        result: list[Any] = []
        for number, item in enumerate(base):
            new = (*here, len(result))
            at = places.get(item["id"])
            if at is None:
                self._copy(self._base, (*left, number), new)
                result.append(item)
            elif over[at].get("remove") is not True:
                joined = self.join(item, over[at], (*left, number), (*right, at), new)
                result.append(joined)
        for number, item in enumerate(over):
            if item["id"] not in known:
                self._added(item, known, (*right, number))
                self._copy(self._over, (*right, number), (*here, len(result)))
                result.append({key: value for key, value in item.items() if key != "add"})
        return result

    def _added(self, item: Any, known: set[str], place: Place) -> None:  # noqa: ANN401
        """Refuse a part that looks like a slip in the id of one that is there."""
        name = str(item["id"])
        close = get_close_matches(name, [str(other) for other in known], n=1, cutoff=0.75)
        if close and item.get("add") is not True:
            line, file = self._over.get(place, (None, None))
            path = ".".join(str(step) for step in place[:-1])
            found = f"the base has no {name!r}"
            allowed = f"{close[0]!r}, if that was meant; add: true to add {name!r} all the same"
            raise ScenarioError([Problem(path, found, allowed, line, file)])

    def _mark(self, lines: Lines, place: Place, new: Place) -> None:
        if place in lines:
            self._out[new] = lines[place]

    def _copy(self, lines: Lines, place: Place, new: Place) -> None:
        length = len(place)
        for path, mark in lines.items():
            if path[:length] == place:
                self._out[(*new, *path[length:])] = mark


def _parts(value: Any) -> bool:  # noqa: ANN401
    """Return whether a value is a list of parts that all carry an id."""
    return isinstance(value, list) and all(isinstance(x, dict) and "id" in x for x in value)
