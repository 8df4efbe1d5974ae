"""Loading a scenario: from a file, a text or plain data to a checked, immutable object."""

from __future__ import annotations

import copy
import hashlib
import importlib.resources
import io
from collections.abc import Mapping
from functools import cached_property
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from ruamel.yaml import YAML

from sim.errors import Problem, ScenarioError, did_you_mean
from sim.game import Game
from sim.scenario.assumptions import assumptions_table, share_assumed, unfounded
from sim.scenario.compile import compile_game
from sim.scenario.extending import base_path, overlaid
from sim.scenario.paths import PathError, replaced
from sim.scenario.reading import Lines, Mark, read_text, read_with_faults, read_yaml
from sim.scenario.validating import validate, with_the_rest
from sim.scenario.wording import Where

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "Scenario",
    "find_scenario",
    "load_scenario",
    "scenario_names",
    "shipped_folder",
    "written",
]

_MOST_BASES = 5


class Scenario:
    """A checked scenario.

    Parameters
    ----------
    data
        Plain data of the file.
    text
        The file's text, kept for provenance.
    name
        Name for messages and results.
    lines
        Line of each value, for messages.

    Raises
    ------
    ScenarioError
        With every problem found.

    Examples
    --------
    >>> import sim
    >>> scenario = sim.load_scenario("tutorial")
    >>> scenario.with_values({"parties.north.outside_option.stake": 1.0}).file.parties[0].id
    'north'
    """

    def __init__(
        self,
        data: Any,  # noqa: ANN401 - anything may stand in a file
        text: str = "",
        name: str | None = None,
        lines: Lines | None = None,
        changes: Mapping[str, Any] | None = None,
    ) -> None:
        self.data = data
        self.name = name or "scenario"
        self.changes = dict(changes or {})
        self.point: dict[str, float] = {}
        self._text = text
        self._lines = lines or {}
        self.file = validate(data, self._lines, name)

    @property
    def text(self) -> str:
        """Text of the file; of plain data, as it would be written."""
        if not self._text:
            self._text = written(self.data)
        return self._text

    @cached_property
    def game(self) -> Game:
        """The game the scenario compiles to."""
        return compile_game(self.file, {path: np.array([x]) for path, x in self.point.items()})

    def __getstate__(self) -> dict[str, Any]:
        """Pickle without the compiled game, which is large and quickly made anew."""
        return {name: value for name, value in vars(self).items() if name != "game"}

    @property
    def title(self) -> str:
        """Title of the scenario."""
        return self.file.title

    @property
    def real(self) -> bool:
        """Whether it is about a real case."""
        return self.file.real

    def assumptions(self) -> pd.DataFrame:
        """Return one row per number: field, value, range, spread, kind, source.

        Examples
        --------
        >>> import sim
        >>> sim.load_scenario("tutorial").assumptions().columns[0]
        'field'
        """
        return assumptions_table(self.file)

    @cached_property
    def share_assumed(self) -> dict[str, Any]:
        """How many numbers the scenario holds, and the share of them that is assumed."""
        return share_assumed(self.file)

    def unfounded(self) -> list[Problem]:
        """Return the numbers that lack a kind, a range, or the source their kind asks for."""
        return unfounded(self.file, Where(self.data, self._lines, self.name))

    @property
    def sha256(self) -> str:
        """Hash of the text and of the values set on top of it."""
        values = {**self.changes, **self.point}
        whole = self.text + "".join(f"\n{path}={value!r}" for path, value in values.items())
        return hashlib.sha256(whole.encode()).hexdigest()

    def with_values(self, changes: Mapping[str, Any]) -> Scenario:
        """Return the scenario with fields set by path, checked as a file is.

        Parameters
        ----------
        changes
            Values by field path, for example ``{"protocol.mediated": False}``.
        """
        if not changes:
            return self
        try:
            data = replaced(self.data, changes)
        except PathError as error:
            problem = Problem("", error.found, error.allowed, None, self.name)
            raise ScenarioError([problem]) from error
        both = {**self.changes, **changes}
        changed = Scenario(data, self._text, self.name, self._lines, both)
        return changed.at_point(self.point) if self.point else changed

    def at_point(self, point: Mapping[str, float]) -> Scenario:
        """Return the scenario at a point of a design.

        Unlike ``with_values`` it takes numbers that may vary between replications only, and
        weights are scaled to sum to one again. It is what ``vary`` gives each replication, to
        the last bit.

        Parameters
        ----------
        point
            Numbers by field path.

        Raises
        ------
        PathError
            If a path names no number that may vary.
        RunError
            If a number is out of its field's bounds.

        Examples
        --------
        >>> import sim
        >>> scenario = sim.load_scenario("tutorial")
        >>> weights = scenario.at_point({"parties.north.weights.aid": 0.5})
        >>> weights.point
        {'parties.north.weights.aid': 0.5}
        """
        other = copy.copy(self)
        other.point = {**self.point, **point}
        vary = {path: np.array([value]) for path, value in other.point.items()}
        like = None if self.point else self.game
        vars(other)["game"] = compile_game(self.file, vary, like=like)  # faults show here
        return other

    def _repr_html_(self) -> str:
        """Show the scenario in a notebook: in words, with its issues and its parties."""
        from sim.scenario.describing import described, in_words  # noqa: PLC0415 - for notebooks

        words = " ".join(in_words(self.file))
        tables = described(self.file)
        parts = [tables[name].to_html(index=False, border=0) for name in ("Issues", "Parties")]
        share = self.share_assumed
        return (
            f"<h4>{escape(self.title)}</h4><p>{escape(words)}</p>{''.join(parts)}"
            f"<p><small>{escape(self.file.notice)} Of {share['numbers']} numbers "
            f"{share['share']:.0%} are assumed.</small></p>"
        )

    def __repr__(self) -> str:
        """Say what the scenario is."""
        return f"Scenario({self.title!r}, {len(self.file.parties)} parties, {len(self.file.issues)} issues)"


def load_scenario(source: str | Path | Mapping[str, Any]) -> Scenario:
    """Load a scenario.

    Parameters
    ----------
    source
        Path of a YAML file, name of a shipped scenario, or plain data.

    Raises
    ------
    ScenarioError
        With every problem found.

    Examples
    --------
    >>> load_scenario("tutorial").title
    'A fictional prisoner exchange and truce'
    """
    if isinstance(source, Mapping):
        plain: Any = dict(source)
        if _extends(plain):
            plain = _extended(plain, {}, Path())[0]
        return Scenario(plain)
    path = find_scenario(source)
    text = read_text(path)
    data, lines, faults = read_with_faults(text, str(source))
    if faults:
        raise ScenarioError(with_the_rest(data, lines, str(source), faults))
    if _extends(data):
        data, lines = _extended(data, lines, path.parent, (path.resolve(),))
        text = written(data)
    return Scenario(data, text, str(source), lines)


def _extends(data: Any) -> bool:  # noqa: ANN401 - anything may stand in a file
    return isinstance(data, dict) and data.get("extends") is not None


def _extended(
    data: Any,  # noqa: ANN401
    lines: Lines,
    folder: Path,
    seen: tuple[Path, ...] = (),
) -> tuple[Any, Lines]:
    """Lay a scenario over the one it extends, and that over the one it extends in turn."""
    mark = lines.get(("extends",), Mark(1, None))

    def refuse(found: str, allowed: str) -> ScenarioError:
        return ScenarioError([Problem("extends", found, allowed, mark.line, mark.file)])

    path = find_scenario(base_path(data["extends"], folder, mark))
    if path.resolve() in seen:
        raise refuse(f"{path.name} extends itself", "a scenario that does not lead back here")
    if len(seen) > _MOST_BASES:
        raise refuse("extends too many in turn", f"at most {_MOST_BASES} scenarios")
    base, base_lines = read_yaml(read_text(path), path.name)
    if not isinstance(base, dict):
        raise refuse("the base holds no scenario", "a mapping with schema, title, issues, parties")
    if _extends(base):
        chain = (*seen, path.resolve())
        base, base_lines = _extended(base, base_lines, path.parent, chain)
    own = {key: value for key, value in data.items() if key != "extends"}
    return overlaid(base, base_lines, own, lines)


def written(data: Any) -> str:  # noqa: ANN401
    """Return plain data as YAML text, as a run keeps it."""
    stream = io.StringIO()
    writer = YAML(typ="safe", pure=True)
    writer.default_flow_style = None  # small collections in one line
    writer.sort_base_mapping_type_on_output = False  # type: ignore[assignment] # keep their order
    writer.width = 100
    writer.dump(data, stream)
    return stream.getvalue()


def shipped_folder() -> Path:
    """Return the folder of shipped scenarios: in the wheel, or in the checkout."""
    packaged = Path(str(importlib.resources.files("sim"))) / "_scenarios"
    return packaged if packaged.is_dir() else Path(__file__).parents[2] / "scenarios"


def scenario_names() -> list[str]:
    """Return the names of the shipped scenarios."""
    return sorted(path.stem for path in shipped_folder().glob("*.yaml"))


def find_scenario(source: str | Path) -> Path:
    """Return the path of a file, or of a shipped scenario by name.

    Raises
    ------
    ScenarioError
        If there is neither.
    """
    path = Path(source)
    bare = str(source)
    if path.exists() or path.suffix or "/" in bare:
        return path
    if bare in scenario_names():
        return shipped_folder() / f"{bare}.yaml"
    found = f"no file and no shipped scenario of the name {bare!r}"
    raise ScenarioError([Problem("", found, did_you_mean(bare, scenario_names()), None, bare)])
