"""Where a deal exists: the share of histories that begin with a package above every floor."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim._typing import Bool, Float
from sim.engine import begin
from sim.experiment.opened import OpenedExperiment
from sim.frontier import pareto
from sim.geometry import looked_at
from sim.noise import Noise
from sim.rules.floors import floors
from sim.scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["heat_table", "zone_share", "zone_shares"]


def zone_share(scenario: Scenario, *, replications: int, seed: int, agenda: int = 0) -> float:
    """Return in which share of histories the agreement zone is not empty on the first day.

    Private types are drawn, as in the histories themselves.

    Examples
    --------
    >>> import sim
    >>> 0.0 <= zone_share(sim.load_scenario("tutorial"), replications=50, seed=1) <= 1.0
    True
    """
    game, state = begin(scenario.game, Noise(seed, 0, replications))
    talks = game.agendas[agenda]
    lowest = floors(game, state.fields, state, agenda)
    signing, point = np.array(talks.signatories), int(state.point[0])
    codes, feasible = looked_at(talks, point)
    utility = talks.tables.worth(point, signing[:, None], codes)
    monitored = talks.monitoring(codes)
    some = np.zeros(replications, dtype=bool)
    for option in np.unique(monitored):
        here = np.flatnonzero(feasible & (monitored == option))
        best = here[pareto(utility[:, here], np.ones(here.size, dtype=bool))]
        some |= _above(utility[:, best], lowest[:, signing, option])
    return float(some.mean())


def _above(utility: Float, lowest: Float) -> Bool:
    """Return which histories have a package at or above every floor."""
    above = np.asarray(utility[None, :, :] >= lowest[:, :, None])
    found: Bool = np.logical_or.reduce(np.logical_and.reduce(above, axis=1), axis=1)
    return found


def zone_shares(results: OpenedExperiment, arm: str | None = None) -> Float:
    """Return the share at each point of an experiment, over the replications played there."""
    name = arm or results.base
    seed, count = results.seed(name), results.replications
    points = range(results.design.points)
    cases = (results.scenario(name, point) for point in points)
    return np.array([zone_share(case, replications=count, seed=seed) for case in cases])


def heat_table(results: OpenedExperiment, arm: str | None = None) -> pd.DataFrame:
    """Return outcomes at each point, and the share of histories there in which a deal exists.

    Returns
    -------
    DataFrame
        One row a point and outcome: the fields, ``value``, ``standard_error``, ``low``, ``high``,
        ``count`` and ``zone``.
    """
    table = results.summary()
    shown = table[table.arm == (arm or results.base)]
    zones = zone_shares(results, arm)
    return shown.assign(zone=zones[shown.point.to_numpy()]).reset_index(drop=True)
