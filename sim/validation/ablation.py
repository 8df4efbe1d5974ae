"""What each rule moves: the outcomes with and without it, paired by history."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

import numpy as np

from sim._typing import Float
from sim.ensemble import run_ensemble
from sim.measures import measured, measures_for
from sim.results import Outcomes
from sim.scenario import Scenario
from sim.scenario.switches import SWITCHES
from sim.statistics import NORMAL_95
from sim.validation.verdicts import FALLS_SHORT, HOLDS, REPORTED, Finding

__all__ = ["moved_by_rules"]

_FEWEST = 30


def moved_by_rules(
    scenario: Scenario,
    *,
    replications: int,
    seed: int,
    least: float,
    claim: str = "",
    idle: Mapping[str, str] = MappingProxyType({}),
) -> Iterator[Finding]:
    """Switch each rule off in turn; yield the outcome it moves most, in paired standard errors.

    Parameters
    ----------
    least
        Standard errors by which some outcome has to move.
    idle
        Rules declared idle, and why; of these nothing is asked.
    """
    base = run_ensemble(scenario, replications=replications, seed=seed)
    names = [item.name for item in measures_for([p.id for p in base.game.parties])]
    with_it = _numbers(base, names)
    for rule in SWITCHES:
        case = scenario.with_values({f"rules.{rule}": False})
        without = _numbers(run_ensemble(case, replications=replications, seed=seed), names)
        found = _moved_most(rule, without - with_it, names, least, claim)
        if rule in idle:
            found = replace(found, wanted=f"declared idle: {idle[rule]}", verdict=REPORTED)
        yield found


def _moved_most(
    rule: str, change: Float, names: Sequence[str], least: float, claim: str
) -> Finding:
    """Return the outcome a rule moves by most standard errors; nan is left out."""
    count = (~np.isnan(change)).sum(axis=0)
    enough = count >= _FEWEST
    names, change, count = np.array(names)[enough].tolist(), change[:, enough], count[enough]
    effect = np.nanmean(change, axis=0)
    error = np.nanstd(change, axis=0, ddof=1) / np.sqrt(count)
    strength = np.abs(effect) / np.maximum(error, 1e-300)
    most = int(strength.argmax())
    half = NORMAL_95 * error[most]
    return Finding(
        claim,
        f"without {rule.replace('_', ' ')}: {names[most].replace('_', ' ')}",
        float(effect[most]),
        float(error[most]),
        float(effect[most] - half),
        float(effect[most] + half),
        int(count[most]),
        f"beyond {least:g} standard errors",
        HOLDS if strength[most] > least else FALLS_SHORT,
    )


def _numbers(outcomes: Outcomes, names: list[str]) -> Float:
    """Return what tables name of each history, one column each.

    A day that did not come is the horizon; the utility of a deal that did not come stays nan, so
    that utilities are compared over histories with a deal both times.
    """
    columns = outcomes.columns()
    found = []
    for name in names:
        row = measured(columns, name)
        day = name == "day_of_agreement"
        found.append(np.where(np.isnan(row), outcomes.game.days, row) if day else row)
    return np.stack(found, axis=1)
