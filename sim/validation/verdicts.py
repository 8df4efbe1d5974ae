"""What a claim comes to: effects with their intervals, and whether they are what was said."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.stats import norm

from sim._typing import Float
from sim.scenario.claim_schema import CheckPart

__all__ = ["FALLS_SHORT", "HOLDS", "REPORTED", "UNDECIDED", "Finding", "judge"]

_FEWEST = 30
"""Histories without which nothing is said to hold."""

_MOST_UNKNOWN = 0.02
"""Share of resamples that may have no value."""

HOLDS, FALLS_SHORT, UNDECIDED, REPORTED = "holds", "falls short", "undecided", "reported"


@dataclass(frozen=True, slots=True)
class Finding:
    """One effect.

    Parameters
    ----------
    claim, name
        Name of the claim, and what was compared.
    effect
        Difference, logarithm of a ratio, or number, as the check says.
    standard_error, low, high, count
        Its standard error and 95 % interval (over all steps of an order at once), and the
        histories behind it.
    wanted
        What the claim says of it.
    verdict
        ``holds``, ``falls short``, ``undecided`` or ``reported``.
    """

    claim: str
    name: str
    effect: float
    standard_error: float
    low: float
    high: float
    count: int
    wanted: str
    verdict: str


def judge(
    claim: str, check: CheckPart, found: Mapping[str, Float], counts: Mapping[str, int]
) -> list[Finding]:
    """Return the findings of a check.

    Parameters
    ----------
    found
        The estimand of each arm: as played, then in each resample, (1 + B,).
    counts
        Histories behind it, by arm.
    """
    values = {name: np.log(row) if check.ratio else row for name, row in found.items()}
    count = min(counts[name] for name in check.arms)
    contrasts = _contrasts(check, values)
    width = float(norm.ppf(1.0 - 0.025 / len(contrasts)))
    return [
        _finding(claim, check, label, effect, width, count) for label, effect in contrasts.items()
    ]


def _contrasts(check: CheckPart, values: Mapping[str, Float]) -> dict[str, Float]:
    """Return the differences a check is about, by what is compared."""
    if check.differs is not None:
        (a, b), (c, d) = check.differs
        label = f"{_plain(d)} - {_plain(c)}, against {_plain(b)} - {_plain(a)}"
        return {label: (values[d] - values[c]) - (values[b] - values[a])}
    if check.within is not None:
        arm = check.arm or ""
        return {_plain(arm): values[arm]}
    order = check.rises or check.falls or check.same or []
    sign = -1.0 if check.falls else 1.0
    return {
        f"{_plain(a)}, {_plain(b)}": sign * (values[b] - values[a])
        for a, b in itertools.pairwise(order)
    }


def _plain(name: str) -> str:
    return name.replace("_", " ")


def _finding(
    claim: str, check: CheckPart, label: str, effect: Float, width: float, count: int
) -> Finding:
    value, spread = float(effect[0]), float(np.nanstd(effect[1:], ddof=1))
    low, high = value - width * spread, value + width * spread
    if spread == 0.0 and check.within is not None:
        low, high = _rule_of_three(value, *check.within, count)
    wanted, verdict = _verdict(check, low, high)
    unknown = float(np.isnan(effect).mean())
    if verdict == HOLDS and (count < _FEWEST or unknown > _MOST_UNKNOWN):
        verdict = UNDECIDED  # an interval over so few is worth nothing
    if check.falls is not None:  # shown with the sign of the change itself
        value, low, high = -value, -high, -low
    name = f"{check.name}{', natural log' if check.ratio else ''}: {label}"
    return Finding(claim, name, value, spread, low, high, count, wanted, verdict)


def _rule_of_three(value: float, bottom: float, top: float, count: int) -> tuple[float, float]:
    """Return the interval of a number no resample moves: what was not seen may be three in so many.

    A number that stands at an end of what is claimed is taken to be unable to pass it, as a share
    of 0 is.
    """
    low = value if value == bottom else value - 3.0 / count
    high = value if value == top else value + 3.0 / count
    return low, high


def _verdict(check: CheckPart, low: float, high: float) -> tuple[str, str]:
    """Return what was wanted in words, and the verdict on an interval."""
    margin = check.margin
    if check.within is not None:
        bottom, top = check.within
        wanted, inside, outside = (
            f"from {bottom:g} to {top:g}",
            low >= bottom and high <= top,
            low > top or high < bottom,
        )
    elif check.same is not None:
        wanted, inside = f"within ±{margin:g}", -margin <= low and high <= margin
        outside = low > margin or high < -margin
    else:
        sign = "below -" if check.falls is not None else "above "
        wanted = f"{sign}{margin:g}" if margin else f"{sign.split(maxsplit=1)[0]} 0"
        inside, outside = low > margin, high <= margin
    if check.reported:
        return "no direction claimed", REPORTED
    if np.isnan(low):
        return wanted, UNDECIDED
    return wanted, HOLDS if inside else FALLS_SHORT if outside else UNDECIDED
