"""The laws of the spine for every registered behaviour, and for rules freely combined."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sim
from sim.ensemble import Run, play_game
from sim.negotiators import available, create
from sim.negotiators.acceptance import ACCEPT
from sim.negotiators.trade_offs import TRADE_OFFS
from sim.results import ARRAYS
from sim.scenario.compile import compile_game
from sim.testing import check_negotiator
from tests.helpers import same, swapped, watched_signatures
from tests.laws.test_fairness import mirrored

pytestmark = pytest.mark.slow
NAMES = [name for name in available() if name not in {"stubborn", "staircase"}]


def seated(data, name):
    """Return the scenario with a behaviour for North; South keeps its own."""
    data = dict(data)
    data["parties"] = [
        {**party, "behaviour": {"use": name}} if party["id"] == "north" else party
        for party in data["parties"]
    ]
    return data


@pytest.mark.parametrize("name", NAMES)
def test_swapping_parties_swaps_the_results(tutorial_data, name):
    data = seated(tutorial_data, name)
    plain = sim.run_ensemble(sim.load_scenario(data), replications=150, seed=8)
    other = sim.run_ensemble(
        sim.load_scenario(swapped(data, "north", "south")), replications=150, seed=8
    )
    assert mirrored(plain, other, [1, 0]) == []


@pytest.mark.parametrize("name", NAMES)
def test_rescaled_utilities_leave_choices_unchanged(tutorial_data, name):
    file = sim.load_scenario(seated(tutorial_data, name)).file
    plain = Run(compile_game(file), 3, 0, 60).play()
    scaled = Run(compile_game(file, scale={"north": 2.0}), 3, 0, 60).play()
    for field in ARRAYS:
        expected = plain[field]
        if field == "utility":
            expected = expected * np.array([2.0, 1.0])
        assert np.array_equal(expected, scaled[field], equal_nan=expected.dtype.kind == "f"), field


@pytest.mark.parametrize("name", NAMES)
def test_chunks_change_nothing(tutorial_data, name):
    scenario = sim.load_scenario(seated(tutorial_data, name))
    whole = sim.run_ensemble(scenario, replications=60, seed=4)
    assert same(whole, sim.run_ensemble(scenario, replications=60, seed=4, chunk=7)) == []


@pytest.mark.parametrize("name", NAMES)
def test_nobody_signs_below_its_floor_or_across_its_red_line(tutorial, monkeypatch, name):
    signed = watched_signatures(monkeypatch)
    milder = {"demand": 0.4} if name == "hardliner" else {}
    pair = (create(name, milder), create("time-dependent", {"beta": 3.0}))
    play_game(replace(tutorial.game, behaviours=pair), replications=100, seed=9)
    assert sum(signed) > 0


RULES = ("time-dependent", "tit-for-tat", "resource-dependent", "hardliner", "random")


@given(
    st.sampled_from(RULES),
    st.sampled_from(sorted(TRADE_OFFS)),
    st.sampled_from(ACCEPT),
    st.floats(0.0, 1.0),
)
@settings(max_examples=25, deadline=None)
def test_any_offering_rule_goes_with_any_trade_off_and_any_acceptance(rule, aim, accept, after):
    chosen = {"trade_off": aim, "accept": accept, "accept_after": after, "mishears": after / 3}
    check_negotiator(create(rule, chosen))


@given(st.sampled_from(sorted(TRADE_OFFS)), st.sampled_from(ACCEPT))
@settings(max_examples=8, deadline=None)
def test_combined_rules_hold_with_three_parties(three, aim, accept):
    check_negotiator(create("time-dependent", {"trade_off": aim, "accept": accept}), three)
