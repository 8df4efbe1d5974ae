"""What it would take: the smallest change of one institution that moves an outcome to a value.

Institutions only (monitoring, guarantees, sequencing, mediation): what third parties and
negotiators can arrange. What the sides are, want, or can do by force is not searched.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from sim._typing import Float
from sim.ensemble import CHUNK
from sim.errors import RunError
from sim.experiment.blocks import Task, play
from sim.experiment.executing import Crew, crew_of, played
from sim.measures import Measure, measure, measured
from sim.scenario import Scenario, load_scenario
from sim.scenario.experiments import measures_of
from sim.scenario.ranges import Ranged, institution_of, ranged_fields

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Search", "run_search"]

_LEVELS = 9
_HALVINGS = 5
_RESAMPLES = 1000


@dataclass(frozen=True, eq=False)
class Search:
    """What it would take to move an outcome to a value, one institution at a time.

    Parameters
    ----------
    outcome
        The outcome, and the ``target`` its mean is to reach.
    stated
        Its mean as the scenario stands, with ``standard_error``.
    table
        One row a field: ``institution``, ``stated`` number and range, whether the target is
        ``reached``, the nearest ``number`` that reaches it with a 95 % interval (``low``,
        ``high``), the ``change`` and ``change_of_range``; ``least`` and ``most`` the outcome takes
        over the range with their standard errors.
    curves
        One row per field and number played: mean, standard error, count.
    """

    scenario: str
    title: str
    outcome: Measure
    target: float
    stated: float
    standard_error: float
    replications: int
    table: pd.DataFrame = field(repr=False)
    curves: pd.DataFrame = field(repr=False)


def run_search(
    scenario: Scenario | str,
    outcome: str = "completed",
    *,
    to: float,
    fields: Sequence[str] = (),
    replications: int = 2000,
    seed: int = 1,
    workers: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> Search:
    """Find what it would take to move the mean of an outcome to a value.

    Each ranged institutional number is moved alone over its range, under common luck; where the
    mean crosses the target nearest to the stated number, the crossing is narrowed by bisection.
    Its interval comes from resampling histories.

    Parameters
    ----------
    scenario
        A scenario with ranges on institutional numbers.
    outcome
        Name of the outcome; see ``sim.measures``.
    to
        The mean it is to have.
    fields
        Paths or patterns; all institutional numbers with a range if omitted.
    progress
        Told how many numbers of how many have been searched.

    Raises
    ------
    RunError
        If a field is no institution, or none carries a range.

    Examples
    --------
    >>> found = run_search("prisoner_exchange_minimal", "completed", to=0.9,
    ...                    fields=["implementation.simultaneity"], replications=20)
    >>> found.table.field.tolist()
    ['implementation.simultaneity']
    """
    case = scenario if isinstance(scenario, Scenario) else load_scenario(scenario)
    item = measure(outcome, measures_of([case.file]))
    if item.among_agreed:
        message = f"{outcome} has a value among agreements only; choose another outcome"
        raise RunError(message)
    chosen = _institutions(case, fields)
    rows: list[dict[str, Any]] = []
    curves: list[dict[str, Any]] = []
    base = np.zeros(0)
    with crew_of(workers) as crew:
        for number, ranged in enumerate(chosen):
            curve = _Curve(case, ranged, item, replications, seed, crew)
            rows.append(_searched(case, curve, to))
            curves += curve.rows()
            base = curve.known[ranged.value]
            if progress is not None:
                progress(number + 1, len(chosen))
    import pandas as pd  # noqa: PLC0415 - heavy, loaded when asked for

    table = pd.DataFrame(rows)
    order = table.change_of_range.abs().sort_values(kind="stable").index
    return Search(
        scenario=case.name,
        title=case.title,
        outcome=item,
        target=to,
        stated=float(base.mean()),
        standard_error=float(base.std(ddof=1) / np.sqrt(base.size)),
        replications=replications,
        table=table.loc[order].reset_index(drop=True),
        curves=pd.DataFrame(curves),
    )


def _institutions(case: Scenario, patterns: Sequence[str]) -> list[Ranged]:
    found = ranged_fields(case.file, tuple(patterns))
    others = [item.path for item in found if not institution_of(case.file, item.path)]
    if patterns and others:
        message = (
            f"{', '.join(others)}: not an institution; a search varies monitoring, guarantees, "
            "sequencing and mediation only"
        )
        raise RunError(message)
    kept = [item for item in found if institution_of(case.file, item.path)]
    kept = [item for item in kept if item.low <= item.value <= item.high]
    if not kept:
        message = (
            f"{case.name} states no range for an institution that fits; give one, for example: "
            "implementation: {simultaneity: {value: 0, range: [0, 1]}}"
        )
        raise RunError(message)
    return kept


class _Curve:
    """The outcome of every history at the numbers played so far."""

    def __init__(
        self,
        case: Scenario,
        ranged: Ranged,
        item: Measure,
        replications: int,
        seed: int,
        crew: Crew,
    ) -> None:
        self.ranged = ranged
        self.known: dict[float, Float] = {}
        self._case, self._item, self._crew = case, item, crew
        self._replications, self.seed = replications, seed
        self.play(np.union1d(np.linspace(ranged.low, ranged.high, _LEVELS), [ranged.value]))

    def play(self, numbers: Float) -> None:
        """Play all replications at each number."""
        new = np.array([number for number in numbers if float(number) not in self.known])
        at_once = max(CHUNK // self._replications, 1)
        together = [new[start : start + at_once] for start in range(0, new.size, at_once)]
        spans = range(0, self._replications, CHUNK)
        places = [(part, first) for part in range(len(together)) for first in spans]
        tasks = [partial(self._task, together[part], first) for part, first in places]
        found: dict[tuple[int, int], Float] = {}
        for place, result in played(self._crew, play, tasks):
            if isinstance(result, BaseException):
                message = f"a block failed: {type(result).__name__}: {result}"
                raise RunError(message) from result
            values = measured(result.columns, self._item.name)
            found[places[place]] = values.reshape(together[places[place][0]].size, -1)
        for part, points in enumerate(together):
            whole = np.concatenate([found[part, first] for first in spans], axis=1)
            self.known |= dict(zip(points.tolist(), whole, strict=True))

    def _task(self, points: Float, first: int) -> Task:
        count = min(CHUNK, self._replications - first)
        return Task(self._case, self.seed, first, count, {self.ranged.path: points})

    def ordered(self) -> tuple[Float, Float]:
        """Return the numbers in order, and each history's outcome at each, (K, R)."""
        numbers = np.array(sorted(self.known))
        return numbers, np.stack([self.known[number] for number in numbers])

    def rows(self) -> list[dict[str, Any]]:
        """Return the curve as rows of a table."""
        numbers, values = self.ordered()
        count = values.shape[1]
        errors = values.std(axis=1, ddof=1) / np.sqrt(count)
        return [
            {
                "field": self.ranged.path,
                "number": float(number),
                "mean": float(mean),
                "standard_error": float(error),
                "count": count,
            }
            for number, mean, error in zip(numbers, values.mean(axis=1), errors, strict=True)
        ]


def nearest_crossing(numbers: Float, means: Float, target: float, start: float) -> float:
    """Return the number nearest to ``start`` at which a line through means meets a target.

    nan where it does not.

    Examples
    --------
    >>> nearest_crossing(np.array([0.0, 1.0, 2.0]), np.array([0.0, 1.0, 0.0]), 0.5, 1.8)
    1.5
    """
    gaps = means - target
    best = float("nan")
    for k in range(numbers.size - 1):
        if gaps[k] * gaps[k + 1] > 0.0:
            continue
        slope = gaps[k + 1] - gaps[k]
        share = 0.0 if slope == 0.0 else -gaps[k] / slope
        at = float(numbers[k] + share * (numbers[k + 1] - numbers[k]))
        if np.isnan(best) or abs(at - start) < abs(best - start):
            best = at
    return best


def _searched(case: Scenario, curve: _Curve, target: float) -> dict[str, Any]:
    ranged = curve.ranged
    at = float("nan")
    for step in range(_HALVINGS + 1):
        numbers, values = curve.ordered()
        at = nearest_crossing(numbers, values.mean(axis=1), target, ranged.value)
        if np.isnan(at) or step == _HALVINGS:
            break
        place = int(np.clip(np.searchsorted(numbers, at), 1, numbers.size - 1))
        curve.play(np.array([(numbers[place - 1] + numbers[place]) / 2.0]))
    numbers, values = curve.ordered()
    low, high, reached = _interval(numbers, values, target, ranged.value, curve.seed)
    means, count = values.mean(axis=1), values.shape[1]
    errors = values.std(axis=1, ddof=1) / np.sqrt(count)
    least, most = int(means.argmin()), int(means.argmax())
    return {
        "field": ranged.path,
        "institution": institution_of(case.file, ranged.path),
        "stated": ranged.value,
        "range_low": ranged.low,
        "range_high": ranged.high,
        "reached": not np.isnan(at),
        "number": at,
        "low": low,
        "high": high,
        "resamples_reaching": reached,
        "change": at - ranged.value,
        "change_of_range": (at - ranged.value) / (ranged.high - ranged.low),
        "least": float(means[least]),
        "least_error": float(errors[least]),
        "most": float(means[most]),
        "most_error": float(errors[most]),
        "count": count,
    }


def _interval(
    numbers: Float, values: Float, target: float, start: float, seed: int
) -> tuple[float, float, float]:
    """Return a 95 % interval of the crossing, and the share of resamples that cross at all.

    Histories are resampled with all their outcomes over the numbers, so that common luck counts.
    """
    luck = np.random.Generator(np.random.Philox(seed))
    count = values.shape[1]
    found = np.empty(_RESAMPLES)
    for k in range(_RESAMPLES):
        weights = luck.multinomial(count, np.full(count, 1.0 / count))
        means = values @ weights / count
        found[k] = nearest_crossing(numbers, means, target, start)
    known = found[~np.isnan(found)]
    if known.size == 0:
        return float("nan"), float("nan"), 0.0
    low, high = np.quantile(known, [0.025, 0.975])
    return float(low), float(high), known.size / _RESAMPLES
