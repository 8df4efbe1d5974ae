"""Where the variance of an outcome comes from: the numbers sampled, luck, and both together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim._typing import Float
from sim.errors import RunError
from sim.experiment.designs import MORRIS_LEVELS, problem_of, salib
from sim.experiment.opened import OpenedExperiment
from sim.experiment.tables import needed_columns
from sim.measures import Measure, measured
from sim.scenario.ranges import Ranged

__all__ = ["Components", "components", "morris_effects", "point_values", "sobol_indices"]

_SIGNAL_TO_NOISE = 20.0
"""Noise is told from signal where its variance is at most a twentieth of the signal's."""


def point_values(results: OpenedExperiment, item: Measure, arm: str | None = None) -> Float:
    """Return a measure of every history of an arm, (points, replications).

    Raises
    ------
    RunError
        If the measure has no meaning without an agreement, or a block is missing.
    """
    if item.among_agreed:
        message = f"{item.name} has a value among agreements only; choose another outcome"
        raise RunError(message)
    table = np.full((results.design.points, results.replications), np.nan)
    for block, columns in results.blocks(arm or results.base, needed_columns([item])):
        values = measured(columns, item.name).reshape(-1, block.count)
        table[block.start : block.stop, block.first : block.first + block.count] = values
    if np.isnan(table).any():
        message = f"some blocks of {results.folder} did not finish; run again with --resume"
        raise RunError(message)
    return table


@dataclass(frozen=True, slots=True)
class Components:
    """Variance of single histories over points and luck, by the two-way random-effects model.

    Parameters
    ----------
    points
        Due to the numbers sampled.
    luck
        Due to the luck of a replication, which all points share.
    both
        Due to what luck does at one point and not at another.
    replications
        Histories played at each point.
    """

    points: float
    luck: float
    both: float
    replications: int

    @property
    def whole(self) -> float:
        """Variance of a single history."""
        return self.points + self.luck + self.both

    @property
    def noise(self) -> float:
        """Variance that is left in a point's mean with common luck, as a share of the signal's."""
        return self._over(self.both / self.replications)

    @property
    def replications_needed(self) -> float:
        """Replications a point that make noise a twentieth of the signal, with common luck."""
        return max(np.ceil(_SIGNAL_TO_NOISE * self._over(self.both)), 1.0)

    @property
    def replications_needed_apart(self) -> float:
        """The same where each point has luck of its own."""
        return max(np.ceil(_SIGNAL_TO_NOISE * self._over(self.both + self.luck)), 1.0)

    def _over(self, noise: float) -> float:
        return noise / self.points if self.points > 0 else float("inf")


def components(values: Float) -> Components:
    """Return variance components of a table of points by replications.

    Examples
    --------
    >>> found = components(np.array([[0.0, 1.0, 2.0], [10.0, 11.0, 12.0]]))
    >>> found.points, found.luck, found.both
    (50.0, 1.0, 0.0)
    """
    points, times = values.shape
    if points < 2 or times < 2:
        return Components(float("nan"), float("nan"), float("nan"), times)
    by_point, by_luck, middle = values.mean(axis=1), values.mean(axis=0), values.mean()
    rest = values - by_point[:, None] - by_luck[None, :] + middle
    both = float((rest**2).sum() / ((points - 1) * (times - 1)))
    signal = float(by_point.var(ddof=1)) - both / times
    luck = float(by_luck.var(ddof=1)) - both / points
    return Components(max(signal, 0.0), max(luck, 0.0), both, times)


def morris_effects(
    fields: Sequence[Ranged], points: Float, values: Float, seed: int
) -> list[dict[str, Any]]:
    """Return Morris's elementary effects of each field over its whole range.

    ``mu_star`` is the mean of their sizes with a bootstrap interval, ``mu`` their mean, ``sigma``
    their spread (Campolongo, Cariboni and Saltelli 2007, doi:10.1016/j.envsoft.2006.10.004).
    ``noise`` is the ``mu_star`` that luck alone would leave a field without effect, at most.

    Parameters
    ----------
    points
        (K, D), as Morris's design gives them.
    values
        (K, R).
    """
    analyse = salib("analyze.morris").analyze
    problem, means = problem_of(fields), values.mean(axis=1)
    luck = np.random.Generator(np.random.Philox(seed))
    found = analyse(problem, points, means, num_levels=MORRIS_LEVELS, seed=luck)
    step = MORRIS_LEVELS / (2.0 * (MORRIS_LEVELS - 1.0))
    spread = np.sqrt(2.0 * components(values).both / values.shape[1]) / step
    return [
        {
            "field": item.path,
            "kind": item.kind,
            "mu_star": float(found["mu_star"][place]),
            "half_width": float(found["mu_star_conf"][place]),
            "mu": float(found["mu"][place]),
            "sigma": float(found["sigma"][place]),
            "noise": float(np.sqrt(2.0 / np.pi) * spread),
        }
        for place, item in enumerate(fields)
    ]


def sobol_indices(
    fields: Sequence[Ranged], values: Float, seed: int, groups: Sequence[str] | None = None
) -> list[dict[str, Any]]:
    """Return Sobol's first and total indices of each field, or group, with 95 % intervals.

    Estimators of Saltelli et al. (2010, doi:10.1016/j.cpc.2009.09.018), by SALib; intervals by
    bootstrap over base samples. They are shares of the variance of the mean over the replications.

    Parameters
    ----------
    values
        (K, R) over a Saltelli design without second-order points.
    """
    problem, means = problem_of(fields, groups), values.mean(axis=1)
    names = list(dict.fromkeys(groups)) if groups else [item.path for item in fields]
    if means.std() == 0.0:
        blank = {"first": 0.0, "first_half": 0.0, "total": 0.0, "total_half": 0.0}
        return [{"field": name, **blank} for name in names]
    analyse = salib("analyze.sobol").analyze
    found = analyse(problem, means, calc_second_order=False, num_resamples=1000, seed=seed + 1)
    return [
        {
            "field": name,
            "first": float(found["S1"][place]),
            "first_half": float(found["S1_conf"][place]),
            "total": float(found["ST"][place]),
            "total_half": float(found["ST_conf"][place]),
        }
        for place, name in enumerate(names)
    ]
