"""What each rule moves: the outcomes with and without it, paired by history."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from sim._typing import Float
from sim.ensemble import run_ensemble
from sim.measures import measured, measures_for
from sim.results import Outcomes
from sim.scenario import Scenario
from sim.scenario.switches import SWITCHES
from sim.validation.verdicts import FALLS_SHORT, HOLDS, Finding

__all__ = ["moved_by_rules"]


def moved_by_rules(
    scenario: Scenario,
    *,
    replications: int,
    seed: int,
    least: float,
    claim: str = "",
    tick: Callable[[str], None] = lambda _: None,
) -> Iterator[Finding]:
    """Switch each rule off in turn; yield the outcome it moves most, in paired standard errors.

    Parameters
    ----------
    least
        Standard errors by which some outcome has to move.
    """
    base = run_ensemble(scenario, replications=replications, seed=seed)
    names = [item.name for item in measures_for([p.id for p in base.game.parties])]
    names = [name for name in names if not name.startswith(("utility_", "harmed_"))]
    with_it = _numbers(base, names)
    for rule in SWITCHES:
        tick(rule)
        case = scenario.with_values({f"rules.{rule}": False})
        without = _numbers(run_ensemble(case, replications=replications, seed=seed), names)
        change = without - with_it
        effect = change.mean(axis=0)
        error = change.std(axis=0, ddof=1) / np.sqrt(replications)
        strength = np.where(error > 0, np.abs(effect) / np.maximum(error, 1e-300), 0.0)
        most = int(strength.argmax())
        half = 1.96 * error[most]
        yield Finding(
            claim,
            f"without {rule.replace('_', ' ')}: {names[most].replace('_', ' ')}",
            float(effect[most]),
            float(error[most]),
            float(effect[most] - half),
            float(effect[most] + half),
            replications,
            f"beyond {least:g} standard errors",
            HOLDS if strength[most] > least else FALLS_SHORT,
        )


def _numbers(outcomes: Outcomes, names: list[str]) -> Float:
    """Return what tables name of each history, one column each; the horizon for what did not come."""
    columns = outcomes.columns()
    found = [measured(columns, name) for name in names]
    days = outcomes.game.days
    return np.stack([np.where(np.isnan(row), days, row) for row in found], axis=1)
