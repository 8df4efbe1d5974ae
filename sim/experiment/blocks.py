"""Work cut into blocks: each is fixed by its address, whoever plays it and when."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import numpy as np

from sim._typing import Float
from sim.ensemble import CHUNK, Run, blocks_of_equal_size
from sim.experiment.designs import Design
from sim.results import Outcomes, versions_and_cpu
from sim.scenario import Scenario, compile_game
from sim.scenario.compile import table_paths
from sim.scenario.experiments import Experiment
from sim.scenario.lookup import agenda_of
from sim.scenario.schema import ScenarioFile

__all__ = ["Block", "Played", "Task", "blocks_of", "play", "seed_of", "task_for"]

_MOST_CELLS = 8_000_000
"""Table entries of a block whose points differ in weights; see ``_points_at_once``."""


@dataclass(frozen=True, slots=True)
class Block:
    """Some points and replications of one arm.

    Parameters
    ----------
    arm
        Id of the arm.
    number
        Which block of the arm.
    start, stop
        Points: from ``start`` up to but without ``stop``.
    first, count
        Replications of each of these points.
    """

    arm: str
    number: int
    start: int
    stop: int
    first: int
    count: int

    @property
    def name(self) -> str:
        """Path of its file within the folder of outcomes."""
        return f"arm={self.arm}/block-{self.number:06d}.parquet"

    @property
    def rows(self) -> int:
        """Histories in the block."""
        return (self.stop - self.start) * self.count


def blocks_of(experiment: Experiment, design: Design) -> list[Block]:
    """Return the blocks of an experiment, arms in turn.

    A block has at most ``CHUNK`` rows: some points with all their replications, or some
    replications of one point.
    """
    found = []
    for arm in experiment.arms:
        at_once = _points_at_once(arm.scenario.file, design, experiment.replications)
        spans = list(_spans(design.points, experiment.replications, at_once))
        found += [Block(arm.id, number, *span) for number, span in enumerate(spans)]
    return sorted(found, key=lambda block: block.number)


def _spans(points: int, replications: int, at_once: int) -> Iterator[tuple[int, int, int, int]]:
    if replications >= CHUNK:
        for point in range(points):
            for first, count in blocks_of_equal_size(0, replications):
                yield point, point + 1, first, count
        return
    for start in range(0, points, at_once):
        yield start, min(start + at_once, points), 0, replications


def _points_at_once(file: ScenarioFile, design: Design, replications: int) -> int:
    """Return how many points a block holds: fewer where each needs tables of its own."""
    fitting = max(CHUNK // replications, 1)
    if not table_paths(file, design.fields):
        return fitting
    packages: Counter[str] = Counter()
    for issue in file.issues:
        agenda = agenda_of(file, issue)
        packages[agenda] = (packages[agenda] or 1) * len(issue.options)
    cells = packages.total() * (2 * len(file.parties) + 1)
    return max(min(fitting, _MOST_CELLS // cells), 1)


def seed_of(experiment: Experiment, arm: str) -> int:
    """Return the seed of an arm: the experiment's, or its own where luck is not shared."""
    if experiment.common_luck:
        return experiment.seed
    digest = blake2b(f"{experiment.seed}/{arm}".encode(), digest_size=7).digest()
    return int.from_bytes(digest, "little")


@dataclass(frozen=True, eq=False)
class Task:
    """All a worker needs to play a block."""

    scenario: Scenario
    seed: int
    first: int
    count: int
    values: dict[str, Float]
    """By field path, one value a point of the block."""
    chunk: int = CHUNK


@dataclass(frozen=True, eq=False)
class Played:
    """What a block came to."""

    columns: dict[str, Any]
    """Of the table of outcomes; terms by issue as option numbers, -1 for none."""
    made_by: dict[str, Any]
    """Versions and CPU features of the worker."""


def task_for(
    scenario: Scenario, seed: int, design: Design, block: Block, chunk: int = CHUNK
) -> Task:
    """Return a block as a task; scenario and seed are those of its arm."""
    span = design.values[block.start : block.stop]
    values = dict(zip(design.fields, span.T, strict=True))
    return Task(scenario, seed, block.first, block.count, values, chunk)


_KEPT: dict[str, Scenario] = {}
_MOST_KEPT = 4


def _known(scenario: Scenario) -> Scenario:
    """Return the scenario as this process has it, so that it is compiled once for many blocks."""
    key = scenario.sha256
    if key not in _KEPT:
        while len(_KEPT) >= _MOST_KEPT:
            _KEPT.pop(next(iter(_KEPT)))
        _KEPT[key] = scenario
    return _KEPT[key]


def play(task: Task) -> Played:
    """Play a block. The result depends on the task alone."""
    scenario = _known(task.scenario)
    points = max((values.size for values in task.values.values()), default=1)
    at_once = max(task.chunk // task.count, 1)  # 1 where a point alone takes several chunks
    parts = []
    for start in range(0, points, at_once):
        stop = min(start + at_once, points)
        values = {path: column[start:stop] for path, column in task.values.items()}
        for first in range(task.first, task.first + task.count, task.chunk):
            count = min(task.chunk, task.first + task.count - first)
            parts.append(_columns(scenario, task.seed, first, count, stop - start, values))
    whole = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    whole["replication"] = np.tile(np.arange(task.first, task.first + task.count), points)
    return Played(whole, versions_and_cpu())


def _columns(
    scenario: Scenario,
    seed: int,
    first: int,
    count: int,
    points: int,
    values: dict[str, Float],
) -> dict[str, Any]:
    game = scenario.game
    if values:
        times = count if points > 1 else 1  # one point is the same number for everyone
        vary = {path: np.full(points * times, x) for path, x in scenario.point.items()}
        vary |= {path: np.repeat(column, times) for path, column in values.items()}
        game = compile_game(scenario.file, vary, like=game)
    arrays = Run(game, seed, first, count, points).play()
    outcomes = Outcomes(first=first, game=game, provenance={}, **arrays)
    found = outcomes.columns()
    for number, agenda in enumerate(game.agendas):
        package = np.where(outcomes.ratified_on >= 0, outcomes.package[:, number], -1)
        for place, issue in enumerate(agenda.issues):
            options = agenda.space.option(place, np.maximum(package, 0))
            found[f"term_{issue.id}"] = np.where(package >= 0, options, -1).astype(np.int8)
    if game.agendas is not scenario.game.agendas:
        for agenda in game.agendas:  # tables of these points alone: let go of them at once
            agenda.cache.clear()
    return found
