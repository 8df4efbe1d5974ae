"""What the page works with, without the page: a scenario under change, a history, runs to compare."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sim.comparison import paired_differences
from sim.ensemble import run_ensemble
from sim.errors import ScenarioError, SimError
from sim.model import NegotiationModel
from sim.results import Outcomes, Trace, provenance
from sim.scenario import Scenario, ScenarioFile, load_scenario
from sim.scenario.load import written
from sim.scenario.ranges import Ranged, ranged_fields
from sim.scenario.reading import read_yaml

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Cancelled", "Played", "Stepper", "Workpiece", "called", "compared", "play"]


_GRAINS = 100
"""A slider's range has so many places."""


class Cancelled(Exception):  # noqa: N818 - no error: somebody pressed a button
    """A run was cancelled."""


@dataclass(frozen=True)
class Workpiece:
    """A scenario, the changes made to it on the page, and what is wrong with them.

    Parameters
    ----------
    base
        The scenario as it was opened, ``None`` if it could not be.
    changes
        Fields set on the page, by path.
    problems
        What is wrong, a line each, as ``sim check`` words it.
    text
        The text it was read from.
    """

    base: Scenario | None
    changes: Mapping[str, float] = field(default_factory=dict)
    problems: tuple[str, ...] = ()
    text: str = ""

    @classmethod
    def named(cls, source: str) -> Workpiece:
        """Open a file, or a shipped scenario by name."""
        try:
            scenario = load_scenario(source)
            scenario.game  # noqa: B018 - compiling is part of the check
        except ScenarioError as error:
            return cls(None, problems=_lines(error), text=_read(source))
        return cls(scenario, text=scenario.text)

    @classmethod
    def written_out(cls, text: str, name: str) -> Workpiece:
        """Open a text."""
        try:
            data, lines = read_yaml(text, name)
            extends = isinstance(data, dict) and data.get("extends")
            scenario = load_scenario(data) if extends else Scenario(data, text, name, lines)
            scenario.game  # noqa: B018
        except ScenarioError as error:
            return cls(None, problems=_lines(error), text=text)
        return cls(scenario, text=text)

    @cached_property
    def scenario(self) -> Scenario:
        """The scenario with the changes; the weights beside a moved one make up the rest of 1."""
        if self.base is None:
            message = "no scenario is open"
            raise SimError(message)
        return self.base.with_values({**self.changes, **_others(self.base.file, self.changes)})

    @cached_property
    def fields(self) -> list[Ranged]:
        """The numbers that carry a range."""
        return [] if self.base is None else ranged_fields(self.base.file)

    def matching(self, words: str) -> list[Ranged]:
        """Return the numbers whose path holds all of the words."""
        asked = words.lower().split()
        return [f for f in self.fields if all(word in f.path.lower() for word in asked)]

    def moved(self, path: str, value: float) -> Workpiece:
        """Return it with one number moved; back at its stated value it is no change.

        The number is rounded to about a hundredth of its range.
        """
        item = next(item for item in self.fields if item.path == path)
        grain = (item.high - item.low) / _GRAINS
        rest = {name: old for name, old in self.changes.items() if name != path}
        if abs(value - item.value) > grain / 2:
            places = max(0, 1 - math.floor(math.log10(grain)))
            rest[path] = min(max(round(value, places), item.low), item.high)
        try:
            found = Workpiece(self.base, rest, (), self.text)
            found.scenario.game  # noqa: B018
        except SimError as error:
            return Workpiece(self.base, self.changes, _lines(error), self.text)
        return found

    def restored(self) -> Workpiece:
        """Return it without the changes."""
        return Workpiece(self.base, {}, (), self.text)

    def download(self) -> str:
        """Return the scenario file with the changes in it."""
        return written(self.scenario.data)


def _others(file: ScenarioFile, changes: Mapping[str, float]) -> dict[str, float]:
    """Return the weights beside moved ones, scaled so that those of an agenda sum to 1 again."""
    agendas = {issue.id: issue.agenda or "" for issue in file.issues}
    first = file.agendas[0].id if file.agendas else ""
    found: dict[str, float] = {}
    for party in file.parties:
        path = f"parties.{party.id}.weights"
        moved = {i: changes[f"{path}.{i}"] for i in party.weights if f"{path}.{i}" in changes}
        for agenda in {agendas[issue] or first for issue in moved}:
            here = [i for i in party.weights if (agendas[i] or first) == agenda]
            rest = {i: party.weights[i].value for i in here if i not in moved}
            left = 1.0 - sum(moved[i] for i in here if i in moved)
            whole = sum(rest.values())
            if whole > 0.0 and left >= 0.0:
                found |= {f"{path}.{i}": value * left / whole for i, value in rest.items()}
    return found


def _lines(error: SimError) -> tuple[str, ...]:
    return tuple(str(error).splitlines())


def _read(source: str) -> str:
    from pathlib import Path  # noqa: PLC0415

    try:
        return Path(source).read_text(encoding="utf-8")
    except (OSError, ValueError):
        return ""


class Stepper:
    """One history, played day by day in Mesa, and the days so far.

    Parameters
    ----------
    scenario
        The scenario.
    seed, replication
        Which history.
    """

    def __init__(self, scenario: Scenario, seed: int, replication: int) -> None:
        self.scenario = scenario
        self.seed, self.replication = seed, replication
        self.model = NegotiationModel(scenario, seed=seed, replication=replication, collect=False)
        self.days: list[dict[str, Any]] = []

    @property
    def over(self) -> bool:
        """Whether it has ended."""
        return not self.model.running

    def step(self, count: int = 1) -> None:
        """Play some days, or to the end."""
        for _ in range(count):
            if self.over:
                return
            self.model.step()
            self.days.append(self.model.today())

    @property
    def trace(self) -> Trace:
        """The history so far."""
        made = provenance(self.scenario, self.seed, 1) | {"replication": self.replication}
        return Trace(list(self.days), self.model.outcome, made, self.model.game)


@dataclass(frozen=True)
class Played:
    """A run of many histories, with what it is called on the page."""

    name: str
    scenario: Scenario = field(repr=False)
    outcomes: Outcomes = field(repr=False)


def play(
    work: Workpiece, replications: int, seed: int, tick: Callable[[float], bool]
) -> Played | None:
    """Play many histories; ``None`` if cancelled.

    Parameters
    ----------
    work
        The scenario with its changes.
    tick
        Told the share that is done; returns whether to stop.
    """

    def told(done: float, whole: float | None = None) -> None:
        if tick(done / (whole or replications)):
            raise Cancelled

    try:
        outcomes = run_ensemble(work.scenario, replications=replications, seed=seed, progress=told)
    except Cancelled:
        return None
    return Played(called(work), work.scenario, outcomes)


def called(work: Workpiece) -> str:
    """Return what a run of a scenario is called: by the numbers that were moved.

    Examples
    --------
    >>> called(Workpiece.named("tutorial"))
    'as it stands in the file'
    """
    changes = ", ".join(f"{path} = {value:g}" for path, value in work.changes.items())
    return changes or "as it stands in the file"


def compared(pinned: Played, run: Played) -> pd.DataFrame | str:
    """Return how a run differs from the pinned one, or why the two cannot be compared."""
    try:
        return paired_differences(pinned.outcomes, {run.name: run.outcomes})
    except ValueError:
        return (
            "The two runs do not share their luck: play both with the same seed and the same number "
            "of histories."
        )
    except (KeyError, SimError):
        return "The two runs are of scenarios with other parties, and have no outcomes in common."
