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

__all__ = ["PairedTally", "Tally", "difference_table", "holm", "paired_differences"]


class Tally:
    """Count, mean and spread of numbers that come in blocks; nan is left out.

    Blocks are merged by the formula of Chan, Golub and LeVeque (1983,
    doi:10.1080/00031305.1983.10483115), which loses no digits to large sums.

    Examples
    --------
    >>> tally = Tally()
    >>> tally.add(np.array([1.0, 2.0])); tally.add(np.array([3.0, np.nan]))
    >>> tally.estimate().value, tally.estimate().count
    (2.0, 3)
    """

    def __init__(self) -> None:
        self.count = 0
        self.mean = 0.0
        self._squares = 0.0

    def add(self, values: Float) -> None:
        """Take in a block of numbers."""
        found = values[~np.isnan(values)]
        if found.size == 0:
            return
        middle = float(found.mean())
        squares = float(((found - middle) ** 2).sum())
        apart, whole = middle - self.mean, self.count + found.size
        self._squares += squares + apart * apart * self.count * found.size / whole
        self.mean += apart * found.size / whole
        self.count = whole

    @property
    def variance(self) -> float:
        """Sample variance; nan below two numbers."""
        return self._squares / (self.count - 1) if self.count > 1 else float("nan")

    def estimate(self) -> Estimate:
        """Return the mean with its standard error; nan over nothing."""
        if self.count == 0:
            return Estimate(float("nan"), float("nan"), 0)
        return Estimate(self.mean, float(np.sqrt(self.variance / self.count)), self.count)


class PairedTally:
    """How an arm differs from a base in one measure, history by history."""

    def __init__(self) -> None:
        self.base, self.arm, self.difference = Tally(), Tally(), Tally()

    def add(self, base: Float, arm: Float) -> None:
        """Take in a block of histories, the same ones in both arms."""
        self.base.add(base)
        self.arm.add(arm)
        self.difference.add(arm - base)


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


def difference_table(tallies: Mapping[tuple[str, Measure], PairedTally]) -> pd.DataFrame:
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
        found = tally.difference.estimate()
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
    tallies: dict[tuple[str, Measure], PairedTally] = {}
    for name, run in arms.items():
        if _address(run) != _address(base):
            message = f"{name} was not played with the seed and replications of the base"
            raise ValueError(message)
        reached = run.columns()
        for item in chosen:
            tally = tallies[name, item] = PairedTally()
            tally.add(measured(stated, item.name), measured(reached, item.name))
    return difference_table(tallies)


def _address(run: Outcomes) -> tuple[int, int, int]:
    return run.provenance["seed"], run.first, run.replications
