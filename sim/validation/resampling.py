"""Estimates over histories and their resamples, so that every contrast has a standard error.

Resamples are the same for all arms of a claim: arms share the luck of a replication, and so
differences between them are taken history by history.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from sim._typing import Float

__all__ = ["Pooled", "Ratio", "Statistic", "resampled"]

_RESAMPLES = 400


def resampled(replications: int, seed: int, count: int = _RESAMPLES) -> Float:
    """Return how often each history stands in each resample, (1 + count, R); the first is as played.

    Efron 1979, doi:10.1214/aos/1176344552.

    Examples
    --------
    >>> resampled(5, seed=1, count=2).sum(axis=1).tolist()
    [5.0, 5.0, 5.0]
    """
    luck = np.random.Generator(np.random.Philox(seed))
    drawn = luck.multinomial(replications, np.full(replications, 1.0 / replications), size=count)
    return np.concatenate((np.ones((1, replications)), drawn.astype(np.float64)))


@dataclass(frozen=True, eq=False)
class Ratio:
    """A sum over histories divided by another: a mean, a share, a hazard.

    Parameters
    ----------
    over, under
        One number a history, (R,).
    """

    over: Float
    under: Float

    @classmethod
    def mean(cls, values: Float) -> Ratio:
        """Return the mean of the histories in which a number has a meaning (is not nan)."""
        known = ~np.isnan(values)
        return cls(np.where(known, values, 0.0), known.astype(np.float64))

    @property
    def count(self) -> int:
        """Histories behind the number."""
        return int((self.under > 0).sum())

    def at(self, weights: Float) -> Float:
        """Return the number in each resample, nan over nothing."""
        under = weights @ self.under
        return np.where(under > 0, weights @ self.over / np.maximum(under, 1e-300), np.nan)


@dataclass(frozen=True, eq=False)
class Pooled:
    """A number that only all histories together have, such as the shape of a distribution.

    Parameters
    ----------
    function
        From the weight of each history, (R,), to the number.
    count
        Histories behind it.
    """

    function: Callable[[Float], float]
    count: int

    def at(self, weights: Float) -> Float:
        """Return the number in each resample."""
        return np.array([self.function(row) for row in weights])


Statistic = Ratio | Pooled
