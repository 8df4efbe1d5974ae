"""Which numbers an answer rests on: screening, indices, one at a time, and what luck leaves."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sim._typing import Float
from sim.comparison import Tally
from sim.errors import RunError
from sim.experiment.designs import kind_groups
from sim.experiment.opened import OpenedExperiment
from sim.experiment.progress import Told
from sim.experiment.runner import run_experiment
from sim.experiment.variance import (
    components,
    morris_effects,
    point_values,
    sobol_indices,
)
from sim.measures import Measure, measure
from sim.scenario import Scenario, load_scenario
from sim.scenario.experiment_schema import DesignPart
from sim.scenario.experiments import Experiment, experiment_over, measures_of
from sim.scenario.ranges import Ranged, ranged_fields
from sim.statistics import NORMAL_95

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Effort", "Sensitivity", "run_sensitivity"]


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is played.

    Parameters
    ----------
    trajectories
        Of Morris's screening; each costs one point more than there are fields.
    samples
        Base samples of Sobol's indices, a power of two; each costs two points more than fields.
    top
        Fields that go on from the screening to the indices.
    replications
        Histories of each point.
    """

    trajectories: int = 10
    samples: int = 64
    top: int = 6
    replications: int = 50


@dataclass(frozen=True, eq=False)
class Sensitivity:
    """What an outcome rests on.

    Parameters
    ----------
    screening
        One row per outcome and field: Morris's ``mu_star`` with half width, ``mu``, ``sigma`` in
        units of the outcome over the field's whole range, and the ``noise`` luck leaves.
    indices
        One row per outcome and field that went on: ``first`` and ``total`` with half widths.
    tornado
        One row per outcome, field that went on and end of its range: paired ``difference`` from
        the stated scenario, ``standard_error``, ``count``.
    variance
        One row per outcome: shares of a history's variance due to ``fields``, ``luck`` and
        ``both``; ``noise`` left in a point's mean, ``replications_needed`` for a twentieth, with
        and without common luck; of the fields' variance, the share of numbers marked assumed
        (``assumed_first``, ``assumed_total``, half widths).
    """

    scenario: str
    title: str
    replications: int
    histories: int
    measures: tuple[Measure, ...]
    screening: pd.DataFrame = field(repr=False)
    indices: pd.DataFrame = field(repr=False)
    tornado: pd.DataFrame = field(repr=False)
    variance: pd.DataFrame = field(repr=False)

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return the four tables by name."""
        return {
            "screening": self.screening,
            "indices": self.indices,
            "tornado": self.tornado,
            "variance": self.variance,
        }


def run_sensitivity(
    scenario: Scenario | str | Path,
    out: str | Path,
    *,
    outcomes: Sequence[str] = ("ratified", "completed"),
    fields: Sequence[str] = (),
    effort: Effort | None = None,
    seed: int = 1,
    workers: int = 1,
    executor: Executor | None = None,
    cluster: str | None = None,
    resume: bool = False,
    progress: Told | bool | None = None,
) -> Sensitivity:
    """Ask which of a scenario's numbers its outcomes rest on, over their ranges.

    All numbers with a range are screened by Morris's method; those that matter most get Sobol's
    first and total indices, and are moved one at a time to both ends of their ranges. All numbers
    are sampled together, the assumed ones as one group, for the share of variance that rests on
    assumptions. Points share their luck.

    Parameters
    ----------
    scenario
        A scenario with ranges.
    out
        Folder; each part is an experiment of its own there.
    outcomes
        Names of outcomes; see ``sim.measures``.
    fields
        Paths or patterns of fields; all with a range if omitted.

    Raises
    ------
    RunError
        If the scenario has no ranges, or an outcome is unknown.

    Examples
    --------
    >>> import tempfile
    >>> few = Effort(trajectories=2, samples=2, top=1, replications=4)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     found = run_sensitivity(
    ...         "prisoner_exchange_minimal", folder, fields=["fighting.baseline"], effort=few
    ...     )
    >>> found.screening.field.unique().tolist()
    ['fighting.baseline']
    """
    case = scenario if isinstance(scenario, Scenario) else load_scenario(scenario)
    spent = effort or Effort()
    asked = _Asked(case, tuple(outcomes), spent, seed, Path(out))
    known = ranged_fields(case.file, tuple(fields))
    if not known:
        message = f"{case.name} states no range that fits; add ranges, or see sim check --strict"
        raise RunError(message)

    def run(name: str, part: DesignPart, chosen: Sequence[Ranged], times: int) -> OpenedExperiment:
        return run_experiment(
            asked.experiment(name, part, chosen, times),
            asked.out / name,
            workers=workers,
            executor=executor,
            cluster=cluster,
            resume=resume,
            progress=progress,
        )

    morris = DesignPart(use="morris", points=spent.trajectories)
    screened = run("screening", morris, known, spent.replications)
    screening = _screening(screened, asked, known)
    top = _most_telling(screening, known, spent.top)
    saltelli = DesignPart(use="saltelli", points=spent.samples)
    sampled = run("indices", saltelli, top, spent.replications)
    ends = run("tornado", DesignPart(use="one-at-a-time"), top, 10 * spent.replications)
    grouped = DesignPart(use="saltelli", points=spent.samples, group_by="kind")
    alike = DesignPart(use="sobol", points=2 * spent.samples)
    mixed = len(set(kind_groups(known))) > 1
    whole = run("variance", grouped if mixed else alike, known, spent.replications)
    parts = (screened, sampled, ends, whole)
    return Sensitivity(
        scenario=case.name,
        title=case.title,
        replications=spent.replications,
        measures=asked.measures,
        histories=sum(part.design.points * part.replications for part in parts),
        screening=screening,
        indices=_indices(sampled, asked, top),
        tornado=_tornado(ends, asked, top),
        variance=_variance(whole, asked, known),
    )


@dataclass(frozen=True, eq=False)
class _Asked:
    """What is asked of which scenario."""

    scenario: Scenario
    outcomes: tuple[str, ...]
    effort: Effort
    seed: int
    out: Path

    @property
    def measures(self) -> tuple[Measure, ...]:
        known = measures_of([self.scenario.file])
        return tuple(measure(name, known) for name in self.outcomes)

    def experiment(
        self, name: str, part: DesignPart, chosen: Sequence[Ranged], times: int
    ) -> Experiment:
        """Return one part as an experiment."""
        ranges = {item.path: {"range": [item.low, item.high]} for item in chosen}
        return experiment_over(
            self.scenario,
            part.model_dump(exclude={"fields"}) | {"fields": ranges},
            title=f"{self.scenario.title}: {name}",
            replications=times,
            seed=self.seed,
            outcomes=self.outcomes,
        )


def _screening(results: OpenedExperiment, asked: _Asked, fields: Sequence[Ranged]) -> pd.DataFrame:
    import pandas as pd  # noqa: PLC0415 - heavy, loaded when asked for

    rows: list[dict[str, Any]] = []
    for item in asked.measures:
        values = point_values(results, item)
        found = morris_effects(fields, results.design.values, values, asked.seed)
        rows += [{"outcome": item.name, **row} for row in found]
    return pd.DataFrame(rows)


def _most_telling(screening: pd.DataFrame, fields: Sequence[Ranged], top: int) -> list[Ranged]:
    """Return the fields whose effect is the largest on any outcome, in the order of the file."""
    most = screening.groupby("outcome", sort=False).mu_star.transform("max")
    share = (screening.mu_star / most.where(most > 0, 1.0)).groupby(screening.field).max()
    chosen = set(share.sort_values(ascending=False, kind="stable").index[:top])
    return [item for item in fields if item.path in chosen]


def _indices(results: OpenedExperiment, asked: _Asked, fields: Sequence[Ranged]) -> pd.DataFrame:
    import pandas as pd  # noqa: PLC0415

    rows: list[dict[str, Any]] = []
    for item in asked.measures:
        found = sobol_indices(fields, point_values(results, item), asked.seed)
        rows += [{"outcome": item.name, **row} for row in found]
    return pd.DataFrame(rows)


def _tornado(results: OpenedExperiment, asked: _Asked, fields: Sequence[Ranged]) -> pd.DataFrame:
    import pandas as pd  # noqa: PLC0415

    rows: list[dict[str, Any]] = []
    for item in asked.measures:
        values = point_values(results, item)
        for place, ranged in enumerate(fields):
            for end, number in enumerate((ranged.low, ranged.high)):
                tally = Tally()
                tally.add(values[1 + 2 * place + end] - values[0])
                found = tally.estimate()
                rows.append(
                    {
                        "outcome": item.name,
                        "field": ranged.path,
                        "end": ("low", "high")[end],
                        "number": number,
                        "stated": ranged.value,
                        "base": float(values[0].mean()),
                        "difference": found.value,
                        "standard_error": found.standard_error,
                        "low": found.value - NORMAL_95 * found.standard_error,
                        "high": found.value + NORMAL_95 * found.standard_error,
                        "count": found.count,
                    }
                )
    return pd.DataFrame(rows)


def _variance(results: OpenedExperiment, asked: _Asked, fields: Sequence[Ranged]) -> pd.DataFrame:
    import pandas as pd  # noqa: PLC0415

    groups = kind_groups(fields)
    rows = []
    for item in asked.measures:
        values = point_values(results, item)
        found = components(_independent(values) if len(set(groups)) > 1 else values)
        assumed = _assumed(fields, values, asked.seed, groups)
        whole = found.whole if found.whole > 0 else float("nan")
        rows.append(
            {
                "outcome": item.name,
                "fields": found.points / whole,
                "luck": found.luck / whole,
                "both": found.both / whole,
                "noise": found.noise,
                "replications": found.replications,
                "replications_needed": found.replications_needed,
                "replications_needed_apart": found.replications_needed_apart,
                "numbers": len(fields),
                "assumed": groups.count("assumed"),
                "assumed_first": assumed["first"],
                "assumed_first_half": assumed["first_half"],
                "assumed_total": assumed["total"],
                "assumed_total_half": assumed["total_half"],
            }
        )
    return pd.DataFrame(rows)


def _assumed(
    fields: Sequence[Ranged], values: Float, seed: int, groups: Sequence[str]
) -> dict[str, Any]:
    """Return the indices of all assumed numbers together; all or nothing where there is one kind."""
    if len(set(groups)) == 1:
        every = float(groups[0] == "assumed")
        return {"first": every, "first_half": 0.0, "total": every, "total_half": 0.0}
    found = sobol_indices(fields, values, seed, groups)
    return next(row for row in found if row["field"] == "assumed")


def _independent(values: Float) -> Float:
    """Return the points drawn apart of a Saltelli design over two groups: samples A and B."""
    place = np.arange(values.shape[0]) % 4
    return values[(place == 0) | (place == 3)]
