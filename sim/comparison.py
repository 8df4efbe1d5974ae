"""Differences between arms that share their luck, and how sure they are.

Sums are kept by moments that can be added up block by block, so that a million histories need
no more memory than one block.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from sim._typing import Float
from sim.measures import Measure, chosen_measures, measured, measures_for
from sim.statistics import NORMAL_95, Estimate

if TYPE_CHECKING:
    import pandas as pd

    from sim.results import Outcomes

__all__ = [
    "Difference",
    "PairedDifference",
    "Tally",
    "difference_table",
    "holm",
    "paired_differences",
]


class Tally:
    """Count, mean and spread of numbers that come in blocks, at each of some points.

    nan is left out. Blocks are merged by the formula of Chan, Golub and LeVeque (1983,
    doi:10.1080/00031305.1983.10483115), which loses no digits to large sums.

    Examples
    --------
    >>> tally = Tally()
    >>> tally.add(np.array([1.0, 2.0])); tally.add(np.array([3.0, np.nan]))
    >>> tally.estimate().value, tally.estimate().count
    (2.0, 3)
    """

    def __init__(self, points: int = 1) -> None:
        self.count = np.zeros(points, dtype=np.int64)
        self.mean = np.zeros(points)
        self._squares = np.zeros(points)

    def add(self, values: Float, start: int = 0) -> None:
        """Take in a block of numbers, (points, n) from the point ``start`` on, or (n,) of one."""
        values = np.atleast_2d(values)
        known = ~np.isnan(values)
        count = known.sum(axis=1)
        middle = np.where(known, values, 0.0).sum(axis=1) / np.maximum(count, 1)
        squares = (np.where(known, values - middle[:, None], 0.0) ** 2).sum(axis=1)
        here = slice(start, start + values.shape[0])
        before, whole = self.count[here], np.maximum(self.count[here] + count, 1)
        apart = np.where(count > 0, middle - self.mean[here], 0.0)
        self._squares[here] += squares + apart**2 * before * count / whole
        self.mean[here] += apart * count / whole
        self.count[here] += count

    @property
    def variance(self) -> Float:
        """Sample variance at each point; nan below two numbers."""
        spread = self._squares / np.maximum(self.count - 1, 1)
        return np.where(self.count > 1, spread, np.nan)

    @property
    def standard_error(self) -> Float:
        """Standard error of the mean at each point; nan below two numbers."""
        return np.sqrt(self.variance / np.maximum(self.count, 1))

    def estimate(self) -> Estimate:
        """Return the mean of the first point with its standard error; nan over nothing."""
        value = float(self.mean[0]) if self.count[0] else float("nan")
        return Estimate(value, float(self.standard_error[0]), int(self.count[0]))


class Difference:
    """How an arm differs from a base in one measure, their luck being independent."""

    def __init__(self) -> None:
        self.base, self.arm = Tally(), Tally()

    def estimate(self) -> Estimate:
        """Return the difference of the two means with its standard error."""
        base, arm = self.base.estimate(), self.arm.estimate()
        error = float(np.hypot(base.standard_error, arm.standard_error))
        return Estimate(arm.value - base.value, error, min(base.count, arm.count))


class PairedDifference(Difference):
    """How an arm differs from a base in one measure, history by history."""

    def __init__(self) -> None:
        super().__init__()
        self.apart = Tally()

    def add(self, base: Float, arm: Float) -> None:
        """Take in a block of histories, the same ones in both arms."""
        self.base.add(base)
        self.arm.add(arm)
        self.apart.add(arm - base)

    def estimate(self) -> Estimate:
        """Return the mean difference with its standard error."""
        return self.apart.estimate()


def holm(p_values: Float) -> Float:
    """Return p-values that hold for all comparisons at once (Holm 1979).

    Examples
    --------
    >>> holm(np.array([0.01, 0.04, 0.03])).tolist()
    [0.03, 0.06, 0.06]
    """
    order = np.argsort(p_values, kind="stable")
    factor = p_values.size - np.arange(p_values.size)
    raised = np.minimum(np.maximum.accumulate(p_values[order] * factor), 1.0)
    found = np.empty_like(raised)
    found[order] = raised
    return found


def difference_table(tallies: Mapping[tuple[str, Measure], Difference]) -> pd.DataFrame:
    """Return paired differences as a table, with correction for their number.

    Parameters
    ----------
    tallies
        By arm and measure.

    Returns
    -------
    DataFrame
        One row per arm and outcome: ``base`` and ``arm`` (means), ``difference``, its
        ``standard_error``, 95 % interval (``low``, ``high``), the interval that holds for all
        rows together (``low_all``, ``high_all``; Bonferroni), ``p`` and ``p_holm`` of no
        difference, and the ``count`` of pairs.
    """
    import pandas as pd  # noqa: PLC0415 - heavy, loaded when asked for
    from scipy.special import ndtri  # noqa: PLC0415

    rows: list[dict[str, Any]] = []
    wide = float(ndtri(1.0 - 0.025 / max(len(tallies), 1)))
    for (name, item), tally in tallies.items():
        found = tally.estimate()
        half, all_ = NORMAL_95 * found.standard_error, wide * found.standard_error
        rows.append(
            {
                "name": name,
                "outcome": item.name,
                "base": tally.base.estimate().value,
                "arm": tally.arm.estimate().value,
                "difference": found.value,
                "standard_error": found.standard_error,
                "low": found.value - half,
                "high": found.value + half,
                "low_all": found.value - all_,
                "high_all": found.value + all_,
                "p": _p_value(found),
                "count": found.count,
            }
        )
    table = pd.DataFrame(rows)
    known = table["p"].notna().to_numpy()
    corrected = np.full(len(table), np.nan)
    corrected[known] = holm(table["p"].to_numpy()[known])
    table.insert(list(table.columns).index("p") + 1, "p_holm", corrected)
    return table


def _p_value(found: Estimate) -> float:
    """Return the two-sided p-value of a mean difference of 0, by the normal approximation."""
    from scipy.special import ndtr  # noqa: PLC0415

    if found.count < 2:
        return float("nan")
    if found.standard_error == 0.0:
        return 1.0 if found.value == 0.0 else 0.0
    return float(2.0 * ndtr(-abs(found.value) / found.standard_error))


def paired_differences(
    base: Outcomes, arms: Mapping[str, Outcomes], measures: Sequence[str] = ()
) -> pd.DataFrame:
    """Return how each arm differs from a base run, history by history.

    Arms that are played with the seed of the base share its luck, so a difference is taken for
    each replication and its standard error is that of the mean difference.

    Parameters
    ----------
    base
        The run compared with.
    arms
        Runs of the same seed and number of replications, by name.
    measures
        Names of the outcomes compared; all if omitted.

    Returns
    -------
    DataFrame
        As ``difference_table`` returns it.

    Raises
    ------
    ValueError
        If a run does not share the luck of the base.

    Examples
    --------
    >>> import sim
    >>> one = sim.run_ensemble("tutorial", replications=50, seed=1)
    >>> float(paired_differences(one, {"the same": one}).difference.abs().max())
    0.0
    """
    ids = [party.id for party in base.game.parties]
    harm = [name for name, on in zip(ids, base.counts_harm, strict=True) if on]
    chosen = chosen_measures(measures, measures_for(ids, harm=harm))
    stated = base.columns()
    tallies: dict[tuple[str, Measure], Difference] = {}
    for name, run in arms.items():
        if _address(run) != _address(base):
            message = f"{name} was not played with the seed and replications of the base"
            raise ValueError(message)
        reached = run.columns()
        for item in chosen:
            tally = tallies[name, item] = PairedDifference()
            tally.add(measured(stated, item.name), measured(reached, item.name))
    return difference_table(tallies)


def _address(run: Outcomes) -> tuple[int, int, int]:
    return run.provenance["seed"], run.first, run.replications
