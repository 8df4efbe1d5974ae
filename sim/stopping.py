"""Playing until an answer is sure enough."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from sim.ensemble import run_ensemble
from sim.errors import RunError
from sim.measures import chosen_measures, measured, measures_for
from sim.results import ARRAYS, Outcomes
from sim.scenario import Scenario, load_scenario
from sim.statistics import NORMAL_95, mean, wilson_interval

__all__ = ["run_until"]

_ROUND = 4096


def run_until(
    scenario: Scenario | str | Path | Mapping[str, Any],
    *,
    standard_error: float,
    seed: int,
    outcomes: Sequence[str] = ("signed", "ratified", "completed"),
    most: int = 200_000,
    workers: int = 1,
    progress: Callable[[int], None] | None = None,
) -> Outcomes:
    """Play a scenario until the standard errors of some outcomes are small enough.

    Rounds of 4,096 histories are added until each is, so the number played does not depend on
    workers. The error of a share is taken from Wilson's interval, so that an outcome not seen yet
    does not count as certain.

    Parameters
    ----------
    standard_error
        The most it may be, in the unit of each outcome.
    outcomes
        Names of outcomes; see ``sim.measures``.
    most
        Histories after which to stop all the same.

    Raises
    ------
    RunError
        If an outcome is unknown or the standard error is not above 0.

    Examples
    --------
    >>> found = run_until("prisoner_exchange_minimal", standard_error=0.05, seed=1, most=500)
    >>> found.replications
    500
    """
    if not standard_error > 0.0:
        message = f"standard_error is {standard_error!r}; allowed: a number above 0"
        raise RunError(message)
    case = scenario if isinstance(scenario, Scenario) else load_scenario(scenario)
    known = measures_for([party.id for party in case.file.parties], harm=())
    chosen = chosen_measures(tuple(outcomes), known)
    whole: Outcomes | None = None
    while whole is None or whole.replications < most:
        done = 0 if whole is None else whole.replications
        part = run_ensemble(
            case,
            replications=min(_ROUND, most - done),
            seed=seed,
            first=done,
            workers=workers,
            progress=None if progress is None else _after(progress, done),
        )
        whole = part if whole is None else _joined(whole, part)
        columns = whole.columns()
        if all(_error(columns, item.name, share=item.share) <= standard_error for item in chosen):
            break
    return whole


def _after(progress: Callable[[int], None], done: int) -> Callable[[int], None]:
    return lambda count: progress(done + count)


def _joined(one: Outcomes, other: Outcomes) -> Outcomes:
    arrays: dict[str, Any] = {
        name: np.concatenate([getattr(one, name), getattr(other, name)]) for name in ARRAYS
    }
    count = one.replications + other.replications
    return replace(one, **arrays, provenance=one.provenance | {"replications": count})


def _error(columns: Mapping[str, Any], name: str, *, share: bool) -> float:
    values = measured(columns, name)
    if not share:
        found = mean(values)
        return found.standard_error if found.count > 1 else float("inf")
    low, high = wilson_interval(np.array([values.mean()]), values.size)
    return float(high[0] - low[0]) / (2.0 * NORMAL_95)
