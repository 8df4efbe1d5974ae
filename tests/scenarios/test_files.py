"""Every shipped scenario is in order, runs, and its mechanisms are at work."""

from __future__ import annotations

import numpy as np
import pytest

import sim
from sim.scenario.switches import NEUTRAL, SWITCHES
from sim.table.state import OUTCOMES, Outcome

ARMS = {"gaza_bias_alternative", "gaza_rules_continue"}
NAMES = [
    pytest.param(name, marks=[pytest.mark.slow] if name in ARMS else [])
    for name in sim.scenario_names()
]


@pytest.mark.parametrize("name", NAMES)
def test_it_loads_runs_and_is_not_saturated(name):
    scenario = sim.load_scenario(name)
    outcomes = sim.run_ensemble(scenario, replications=400, seed=1)
    summary = sim.summarise(outcomes)
    assert sum(summary["outcomes"].values()) == 400
    assert summary["saturated"] is False


@pytest.mark.parametrize("name", sim.scenario_names())
def test_delivered_in_full_an_agreement_pays_what_was_bargained(name):
    from sim.ensemble import Run
    from sim.rules.compliance import stakes

    game = sim.load_scenario(name).game
    run = Run(game, 1, 0, 50)
    rows = np.arange(50)
    for number, talks in enumerate(game.agendas):
        run.state.agreed[:, number] = (rows * 997) % talks.space.count
        found = stakes(game, talks, run.state, number, rows)
        full = talks.tables.utility[0][:, run.state.agreed[:, number]].T
        agreed = (found.benefit - found.cost)[:, :, : talks.tranches]
        paid = found.nothing + agreed.sum(axis=2)
        assert paid == pytest.approx(full, abs=1e-12)
        assert (found.benefit >= 0).all()
        assert (found.cost >= 0).all()


@pytest.mark.slow
def test_every_outcome_class_comes_up_in_the_tutorial(tutorial):
    outcomes = sim.run_ensemble(tutorial, replications=10_000, seed=1)
    shares = {OUTCOMES[code]: (outcomes.outcome == code).mean() for code in range(1, len(OUTCOMES))}
    assert min(shares.values()) >= 0.02, shares


def outcomes_of(scenario):
    """Return what a history leaves, one column each, as a table of numbers."""
    found = sim.run_ensemble(scenario, replications=16_000, seed=1)
    columns = [(found.outcome == code).astype(float) for code in range(1, Outcome.NONE + 1)]
    columns += [found.fought, found.truce_days.astype(float), found.released[:, 0]]
    columns += [np.where(found.signed_on < 0, 400, found.signed_on).astype(float)]
    return np.stack(columns, axis=1)


@pytest.fixture(scope="module")
def everything_on(tutorial):
    return outcomes_of(tutorial)


ELSEWHERE = {
    "distortion",
    "pooling",
    "attention",
    "framing",
    "next_stage",
    "partiality",
    "power_shift",
    "precedent",
    "pressing",
    "reciprocity",
    "retaliation",
    "simultaneity",
    "spoiler_goals",
    "spoiler_management",
    "steps",
}
"""Rules the tutorial does without: the claim `no_idle_rule` switches them off in `every_rule`."""


def test_the_tutorial_has_all_other_rules_on(tutorial):
    idle = [
        rule
        for rule, numbers in NEUTRAL.items()
        if all(tutorial.game.idle(*n) for n in numbers.items())
    ]
    asks = set() if tutorial.game.asks_for_steps else {"steps"}
    apart = set() if tutorial.game.settings.coordination == "pooled" else {"pooling"}
    once = {"precedent"} if tutorial.game.settings.deals == 1 else set()
    assert set(idle) | asks | apart | once == ELSEWHERE


@pytest.mark.slow
@pytest.mark.parametrize("rule", [rule for rule in SWITCHES if rule not in ELSEWHERE])
def test_switching_a_rule_off_moves_an_outcome_by_four_standard_errors(
    tutorial, everything_on, rule
):
    """Paired by replication: the two arms share their luck."""
    without = outcomes_of(tutorial.with_values({f"rules.{rule}": False}))
    moved = without - everything_on
    error = moved.std(axis=0, ddof=1) / np.sqrt(moved.shape[0])
    strength = np.abs(moved.mean(axis=0)) / np.maximum(error, 1e-12)
    assert strength[error > 0].max() > 4, f"{rule} moves nothing: {strength.round(1)}"
