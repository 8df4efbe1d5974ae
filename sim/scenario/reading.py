"""Reading YAML safely: plain values with their lines, and every fault of the text at once.

Nothing is built that a file could abuse: no tags, no aliases, bounded size and depth.
"""

from __future__ import annotations

from copy import deepcopy
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    CollectionStartEvent,
    NodeEvent,
    ScalarEvent,
)
from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode

from sim.errors import Problem, ScenarioError

__all__ = ["Lines", "Mark", "Place", "read_text", "read_with_faults", "read_yaml"]

Place = tuple[str | int, ...]


class Mark(NamedTuple):
    """Where a value stands: line and file."""

    line: int
    file: str | None


Lines = dict[Place, Mark]

_MOST_BYTES = 1_000_000
_MOST_DEPTH = 20
_MOST_EVENTS = 200_000
_MOST_PROBLEMS = 100
_KEPT = 32
"""Texts kept in memory as read; each is at most a megabyte."""


def read_text(path: Path) -> str:
    """Return the text of a scenario file.

    Raises
    ------
    ScenarioError
        If there is no such file, or it is a folder, too large, or not text.
    """
    name = str(path)
    if not path.exists():
        raise ScenarioError([Problem("", "there is no such file", "a YAML file", None, name)])
    if path.is_dir():
        raise ScenarioError([Problem("", "this is a folder", "a YAML file", None, name)])
    try:
        with path.open("rb") as file:
            raw = file.read(_MOST_BYTES + 1)
    except OSError as error:
        problem = Problem("", f"cannot be read ({error.strerror})", "a readable file", None, name)
        raise ScenarioError([problem]) from error
    if len(raw) > _MOST_BYTES:
        allowed = f"at most {_MOST_BYTES:,} bytes"
        raise ScenarioError([Problem("", "the file is too large", allowed, None, name)])
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        found = f"byte {error.start} is not UTF-8 text"
        raise ScenarioError([Problem("", found, "a text file in UTF-8", None, name)]) from error
    if "\x00" in text:
        raise ScenarioError([Problem("", "the file is binary", "a text file", None, name)])
    return text


def read_yaml(text: str, name: str | None = None) -> tuple[Any, Lines]:
    """Return the plain values of a YAML text, and the line of each.

    A text that was read lately is not parsed anew: that takes half a second for a long scenario.

    Raises
    ------
    ScenarioError
        With every duplicate key, tag and alias, or the one fault that keeps it from parsing.
    """
    value, lines, problems = read_with_faults(text, name)
    if problems:
        raise ScenarioError(problems)
    return value, lines


def read_with_faults(text: str, name: str | None = None) -> tuple[Any, Lines, list[Problem]]:
    """Return values and lines, and what was wrong with single values, which are left out or empty.

    Raises
    ------
    ScenarioError
        If the text cannot be read as a whole.
    """
    value, lines, problems = _parsed(text, name)
    return deepcopy(value), dict(lines), list(problems)


@lru_cache(maxsize=_KEPT)
def _parsed(text: str, name: str | None) -> tuple[Any, Lines, list[Problem]]:
    try:
        problems = _scan(text, name)
        if problems:
            raise ScenarioError(problems)
        loader = YAML(typ="safe", pure=True)
        root = loader.compose(text)
        reader = _Reader(loader, name)
        value = None if root is None else reader.plain(root, ())
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark is not None else None
        found = f"not valid YAML: {error.problem or error.context}"
        raise ScenarioError([Problem("", found, "YAML 1.2", line, name)]) from error
    except (YAMLError, ValueError, OverflowError) as error:
        if isinstance(error, ScenarioError):
            raise
        found = f"not valid YAML: {str(error).splitlines()[0]}"
        raise ScenarioError([Problem("", found, "YAML 1.2", None, name)]) from error
    return value, reader.lines, reader.problems


def _scan(text: str, name: str | None) -> list[Problem]:
    """Look through the events before anything is built."""
    problems: list[Problem] = []
    depth = 0
    for number, event in enumerate(YAML(typ="safe", pure=True).parse(text)):
        line = event.start_mark.line + 1 if event.start_mark is not None else None
        if isinstance(event, CollectionStartEvent):
            depth += 1
        elif isinstance(event, CollectionEndEvent):
            depth -= 1
        if isinstance(event, AliasEvent):
            problems.append(Problem("", f"alias *{event.anchor}", "values written out", line, name))
        elif isinstance(event, NodeEvent) and _tagged(event):
            found = f"tag {getattr(event, 'tag', '')}"
            problems.append(Problem("", found, "plain values without tags", line, name))
        if len(problems) >= _MOST_PROBLEMS:
            return [*problems, Problem("", "and perhaps more", "", line, name)]
        if depth > _MOST_DEPTH:
            found = f"nested more than {_MOST_DEPTH} deep"
            return [*problems, Problem("", found, f"at most {_MOST_DEPTH} levels", line, name)]
        if number > _MOST_EVENTS:
            return [*problems, Problem("", "too many values", f"{_MOST_EVENTS:,}", line, name)]
    return problems


def _tagged(event: Any) -> bool:  # noqa: ANN401
    tag = getattr(event, "tag", None)
    if tag is None or str(tag) == "!":
        return False
    implicit = event.implicit if isinstance(event, ScalarEvent) else (event.implicit,)
    return not any(implicit) if isinstance(implicit, tuple) else not implicit


class _Reader:
    """Turns composed nodes into plain values and notes their lines."""

    def __init__(self, loader: YAML, name: str | None) -> None:
        self._loader = loader
        self._name = name
        self.lines: Lines = {}
        self.problems: list[Problem] = []

    def plain(self, node: Any, path: tuple[str | int, ...]) -> Any:  # noqa: ANN401
        """Return the value of a node."""
        self.lines.setdefault(path, Mark(node.start_mark.line + 1, self._name))
        if isinstance(node, MappingNode):
            return self._mapping(node, path)
        if isinstance(node, SequenceNode):
            return [self.plain(item, (*path, k)) for k, item in enumerate(node.value)]
        return self._scalar(node, path)

    def _mapping(self, node: MappingNode, path: tuple[str | int, ...]) -> dict[Any, Any]:
        result: dict[Any, Any] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            if not isinstance(key_node, ScalarNode):
                self.problems.append(
                    Problem(_dotted(path), "a key is not a word", "a word", line, self._name)
                )
                continue
            key = str(key_node.value)
            here = (*path, key)
            if key in result:
                found = f"the key stands twice (first on line {self.lines[here].line})"
                self.problems.append(Problem(_dotted(here), found, "once", line, self._name))
                continue
            self.lines[here] = Mark(line, self._name)
            result[key] = self.plain(value_node, here)
        return result

    def _scalar(self, node: ScalarNode, path: Place) -> Any:  # noqa: ANN401
        try:
            return self._loader.constructor.construct_object(node, deep=True)
        except (ValueError, OverflowError) as error:
            found, line = f"{node.value}: {error}", node.start_mark.line + 1
            allowed = "a date or number that exists"
            self.problems.append(Problem(_dotted(path), found, allowed, line, self._name))
            return None


def _dotted(path: tuple[str | int, ...]) -> str:
    return ".".join(str(part) for part in path)
