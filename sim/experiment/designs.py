"""Points of a design: which values the varied numbers take together."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from sim._typing import Float
from sim.errors import RunError
from sim.scenario.experiment_schema import FieldPart
from sim.scenario.experiments import Experiment
from sim.scenario.ranges import Ranged

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["MORRIS_LEVELS", "Design", "design_of", "kind_groups", "problem_of", "salib"]

MORRIS_LEVELS = 4


@dataclass(frozen=True, eq=False)
class Design:
    """The points of an experiment.

    Parameters
    ----------
    fields
        Paths of the numbers that vary; none for a single point with the scenario as stated.
    values
        (K, D), one row a point.
    """

    fields: tuple[str, ...]
    values: Float

    @property
    def points(self) -> int:
        """Number of points, 1 where nothing varies."""
        return int(self.values.shape[0])

    def at(self, point: int) -> dict[str, float]:
        """Return a point as numbers by field path.

        Raises
        ------
        RunError
            If there is no such point.
        """
        if not 0 <= point < self.points:
            message = f"point is {point}; allowed: 0 to {self.points - 1}"
            raise RunError(message)
        return dict(zip(self.fields, map(float, self.values[point]), strict=True))

    def to_frame(self) -> pd.DataFrame:
        """Return one row a point, one column a field."""
        import pandas as pd  # noqa: PLC0415 - heavy, loaded when asked for

        table = pd.DataFrame(self.values, columns=list(self.fields))
        table.insert(0, "point", np.arange(self.points))
        return table


def design_of(experiment: Experiment) -> Design:
    """Return the points of an experiment.

    Raises
    ------
    RunError
        If the package a design comes from is not installed, or it has too many points.

    Examples
    --------
    >>> from sim.scenario.experiments import load_experiment
    >>> design_of(load_experiment("penalty_and_stake")).points
    36
    """
    part = experiment.design
    if part is None:
        return Design((), np.zeros((1, 0)))
    parts = part.fields if isinstance(part.fields, dict) else {}
    levels = {path: given for path, given in parts.items() if given is not None}
    make = _MADE[part.use]
    asked = _Asked(part.points, experiment.seed, levels, by_kind=part.group_by == "kind")
    values = make(experiment.fields, asked)
    return Design(tuple(item.path for item in experiment.fields), values)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a design is asked for beside its fields."""

    points: int
    seed: int
    parts: Mapping[str, FieldPart]
    by_kind: bool = False

    def levels(self, item: Ranged) -> Float:
        """Return the values a field takes one by one."""
        part = self.parts.get(item.path)
        if part is not None and part.values is not None:  # noqa: PD011 - a field
            return np.array(part.values, dtype=np.float64)
        return np.linspace(item.low, item.high, part.levels if part else FieldPart().levels)


def _grid(fields: Sequence[Ranged], asked: _Asked) -> Float:
    levels = [asked.levels(item) for item in fields]
    count = int(np.prod([row.size for row in levels], dtype=object))
    if count > 1_000_000:
        message = f"the grid has {count:,} points; allowed: 1,000,000. Take fewer levels or fields"
        raise RunError(message)
    return np.array(list(itertools.product(*levels)), dtype=np.float64)


def _one_at_a_time(fields: Sequence[Ranged], asked: _Asked) -> Float:
    """Return the stated values, then each field at its low and high end or listed values."""
    stated = np.array([item.value for item in fields])
    if np.isnan(stated).any():
        path = fields[int(np.flatnonzero(np.isnan(stated))[0])].path
        message = f"one-at-a-time needs a stated value of {path}; set it in the scenario"
        raise RunError(message)
    rows = [stated]
    for column, item in enumerate(fields):
        part = asked.parts.get(item.path)
        listed = part is not None and part.values is not None  # noqa: PD011 - a field
        for value in asked.levels(item) if listed else (item.low, item.high):
            row = stated.copy()
            row[column] = value
            rows.append(row)
    return np.stack(rows)


def _unit(rows: Float, fields: Sequence[Ranged]) -> Float:
    low = np.array([item.low for item in fields])
    high = np.array([item.high for item in fields])
    scaled: Float = low + rows * (high - low)
    return np.minimum(np.maximum(scaled, low), high)


def _latin(fields: Sequence[Ranged], asked: _Asked) -> Float:
    from scipy.stats.qmc import LatinHypercube  # noqa: PLC0415 - heavy, loaded when asked for

    sampler = LatinHypercube(d=len(fields), rng=np.random.Generator(np.random.Philox(asked.seed)))
    return _unit(sampler.random(asked.points), fields)


def _sobol(fields: Sequence[Ranged], asked: _Asked) -> Float:
    from scipy.stats.qmc import Sobol  # noqa: PLC0415

    sampler = Sobol(d=len(fields), rng=np.random.Generator(np.random.Philox(asked.seed)))
    doublings = max(int(np.ceil(np.log2(asked.points))), 0)
    return _unit(sampler.random_base2(doublings)[: asked.points], fields)


def _saltelli(fields: Sequence[Ranged], asked: _Asked) -> Float:
    sample = salib("sample.sobol").sample
    samples = 2 ** int(np.ceil(np.log2(asked.points)))
    luck = np.random.Generator(np.random.Philox(asked.seed))
    problem = problem_of(fields, kind_groups(fields) if asked.by_kind else None)
    rows = sample(problem, samples, calc_second_order=False, seed=luck)
    return _within(rows, fields)


def _morris(fields: Sequence[Ranged], asked: _Asked) -> Float:
    sample = salib("sample.morris").sample
    luck = np.random.Generator(np.random.Philox(asked.seed))
    rows = sample(problem_of(fields), asked.points, num_levels=MORRIS_LEVELS, seed=luck)
    return _within(rows, fields)


def _within(rows: Float, fields: Sequence[Ranged]) -> Float:
    """Keep rounding from leading out of the ranges."""
    low = np.array([item.low for item in fields])
    high = np.array([item.high for item in fields])
    return np.minimum(np.maximum(np.asarray(rows, dtype=np.float64), low), high)


def problem_of(fields: Sequence[Ranged], groups: Sequence[str] | None = None) -> dict[str, Any]:
    """Return the fields as SALib describes a problem."""
    found: dict[str, Any] = {
        "num_vars": len(fields),
        "names": [item.path for item in fields],
        "bounds": [[item.low, item.high] for item in fields],
    }
    return found | ({"groups": list(groups)} if groups else {})


def kind_groups(fields: Sequence[Ranged]) -> list[str]:
    """Return whether each number is assumed, or has a source."""
    return ["assumed" if item.kind == "assumed" else "founded" for item in fields]


def salib(name: str) -> Any:  # noqa: ANN401 - a module
    """Return a module of SALib.

    Raises
    ------
    RunError
        If SALib is not installed.
    """
    import importlib  # noqa: PLC0415

    try:
        return importlib.import_module(f"SALib.{name}")
    except ImportError as error:
        message = "this needs SALib; install it with: pip install 'ceasefire-sim[sensitivity]'"
        raise RunError(message) from error


_MADE: dict[str, Callable[[Sequence[Ranged], _Asked], Float]] = {
    "grid": _grid,
    "one-at-a-time": _one_at_a_time,
    "latin-hypercube": _latin,
    "sobol": _sobol,
    "saltelli": _saltelli,
    "morris": _morris,
}
