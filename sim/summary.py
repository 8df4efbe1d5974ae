"""The summary of a run as plain data, every number with its error and count."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np

from sim._typing import Bool
from sim.notice import NOTICE
from sim.statistics import NORMAL_95, Estimate, mean, rate, survival_table, terms_table, wilson
from sim.table.state import OUTCOMES, Outcome

if TYPE_CHECKING:
    import pandas as pd

    from sim.results import Outcomes

__all__ = ["replications_needed", "summarise"]

_SATURATED = 3
_WANTED = 0.005
_SURVIVAL_DAYS = (30, 90, 180, 365)


def summarise(outcomes: Outcomes) -> dict[str, Any]:
    """Return the summary of a run as plain data, ready for JSON.

    Every estimate carries its standard error; shares are of all replications unless they say
    "share of agreements", and carry Wilson's 95 % interval and how many replications a standard
    error of .005 needs. ``saturated`` says that no history, or every history, agreed;
    ``survival`` is that of agreements (Kaplan-Meier) some days after ratification.
    """
    ratified = outcomes.ratified_on >= 0
    completed = outcomes.outcome == Outcome.COMPLETED
    few = min(int(ratified.sum()), int((~ratified).sum()))
    terms = terms_table(outcomes)
    return {
        "scenario": outcomes.provenance["scenario"],
        "title": outcomes.provenance["title"],
        "real": outcomes.provenance["real"],
        "assumed": outcomes.provenance["assumed"],
        "seed": outcomes.provenance["seed"],
        "replications": outcomes.replications,
        "note": NOTICE,
        "agreement": _share(ratified),
        "signed": _share(outcomes.signed_on >= 0),
        "ratified": _share(ratified),
        "completed": _share(completed),
        "saturated": few < _SATURATED,
        "outcomes": {
            name: int((outcomes.outcome == code).sum())
            for code, name in enumerate(OUTCOMES)
            if code != Outcome.OPEN
        },
        "days_to_agreement": _days(outcomes.ratified_on[ratified]),
        "survival": _survival(outcomes),
        "terms": _terms(terms, "share"),
        "terms_standard_error": _terms(terms, "standard_error"),
        "people": _people(outcomes),
        "utilities": {
            party.id: _shown(mean(outcomes.utility[:, number]), "mean")
            for number, party in enumerate(outcomes.game.parties)
        },
    }


def _shown(estimate: Estimate, name: str) -> dict[str, float | int | None]:
    whole = asdict(estimate)
    plain = {key: None if value != value else value for key, value in whole.items()}  # noqa: PLR0124
    return {
        name: plain["value"],
        "standard_error": plain["standard_error"],
        "count": plain["count"],
    }


def _share(flags: Bool) -> dict[str, Any]:
    low, high = wilson(flags)
    needed = replications_needed(float(flags.std()), _WANTED)
    return _shown(rate(flags), "rate") | {"low": low, "high": high, "needed": needed}


def replications_needed(spread: float, standard_error: float) -> int:
    """Return how many replications bring a mean's standard error to a wanted value.

    Parameters
    ----------
    spread
        Standard deviation between histories; of a share p, the root of p (1 - p).

    Examples
    --------
    >>> replications_needed(0.5, 0.005)
    10000
    """
    return max(int(np.ceil((spread / standard_error) ** 2 - 1e-9)), 1)


def _survival(outcomes: Outcomes) -> dict[str, Any]:
    """Return the share of agreements that stand some days after ratification, and those at risk."""
    table = survival_table(outcomes)
    found = {}
    for day in (day for day in _SURVIVAL_DAYS if day < outcomes.game.days):
        before = table[table.day <= day]
        if len(before):
            row = before.iloc[-1]
            standing = int(
                (outcomes.lapsed_on - outcomes.ratified_on >= day)[outcomes.ratified_on >= 0].sum()
            )
            found[str(day)] = {
                "share": float(row.survival),
                "low": float(row.low),
                "high": float(row.high),
                "at_risk": standing,
            }
    return found


def _days(days: Any) -> dict[str, Any]:  # noqa: ANN401
    """Return quantiles of the day of agreement, among agreements, and the median's 95 % interval.

    The interval is that of order statistics, whatever the distribution (Conover 1999, Practical
    Nonparametric Statistics, 3.2).
    """
    names = ("median", "median_low", "median_high", "p10", "p90")
    if days.size == 0:
        nothing: dict[str, Any] = dict.fromkeys(names)
        return nothing | {"count": 0}
    half = NORMAL_95 * 0.5 / np.sqrt(days.size)
    shares = np.clip([0.5, 0.5 - half, 0.5 + half, 0.1, 0.9], 0.0, 1.0)
    found = np.quantile(days, shares)
    return dict(zip(names, map(float, found), strict=True)) | {"count": int(days.size)}


def _terms(table: pd.DataFrame, column: str) -> dict[str, dict[str, float]]:
    """Return a column of the table of terms, by issue and option."""
    found: dict[str, dict[str, float]] = {}
    for issue, option, value, agreements in zip(
        table.issue, table.option, table[column], table.agreements, strict=True
    ):
        if agreements:
            found.setdefault(str(issue), {})[str(option)] = float(value)
    return found


def _people(outcomes: Outcomes) -> dict[str, Any]:
    released, harmed = {}, {}
    for number, party in enumerate(outcomes.game.parties):
        released[party.id] = _shown(mean(outcomes.released[:, number]), "mean")
        harmed[party.id] = _shown(mean(outcomes.harmed[:, number]), "mean")
    return {
        "released_by": released,
        "days_of_fighting": _shown(mean(outcomes.fought), "mean"),
        "truce_days": _shown(mean(outcomes.truce_days.astype(float)), "mean"),
        "harmed": harmed,
    }
