"""The laws of the spine hold for every shipped scenario."""

from __future__ import annotations

import copy

import numpy as np
import pytest

import sim
from sim.ensemble import Run
from sim.results import ARRAYS
from sim.testing import same_state
from tests.helpers import same, shuffled, swapped

ARMS = {"gaza_bias_alternative", "gaza_rules_continue"}
NAMES = [
    pytest.param(name, marks=[pytest.mark.slow] if name in ARMS else [])
    for name in sim.scenario_names()
    if name != "tutorial"
]
BY_PARTY = ("utility", "released", "harmed")


@pytest.fixture(scope="module", params=NAMES)
def scenario(request):
    return sim.load_scenario(request.param)


def test_a_row_among_others_is_the_mesa_run_of_its_replication(scenario):
    run = Run(scenario.game, 5, 0, 8)
    model = sim.NegotiationModel(scenario, seed=5, replication=3, collect=False)
    compared = 0
    for _ in range(scenario.game.days):
        here = np.flatnonzero(run.state.ids == 3)
        if not here.size:
            assert not model.running
            break
        assert same_state(run.state, int(here[0]), model.state, 0) == []
        compared += 1
        run.advance()
        model.step()
    assert compared > 20
    assert model.outcome == sim.run_ensemble(scenario, replications=4, seed=5).to_frame().outcome[3]


def test_swapping_the_parties_swaps_the_results(scenario):
    one, other = (party.id for party in scenario.file.parties)
    plain = sim.run_ensemble(scenario, replications=150, seed=8)
    turned = sim.load_scenario(swapped(copy.deepcopy(scenario.data), one, other))
    found = sim.run_ensemble(turned, replications=150, seed=8)
    assert 0 < (plain.ratified_on >= 0).sum() < 150
    for name in ARRAYS:
        a, b = getattr(plain, name), getattr(found, name)
        b = b[:, ::-1] if name in BY_PARTY else b
        assert np.array_equal(a, b, equal_nan=a.dtype.kind == "f"), name


@pytest.mark.slow
def test_the_order_of_the_file_changes_nothing(scenario):
    plain = sim.run_ensemble(scenario, replications=40, seed=8)
    mixed = sim.load_scenario(shuffled(copy.deepcopy(scenario.data), 3))
    assert same(plain, sim.run_ensemble(mixed, replications=40, seed=8)) == []
