"""Swapping two parties swaps the results; scales and harm decide nothing."""

from __future__ import annotations

import copy
from dataclasses import replace

import numpy as np
import pytest

import sim
from sim.ensemble import Run
from sim.negotiators import create
from sim.results import ARRAYS
from sim.scenario import compile_game
from sim.scenario.paths import replaced
from sim.testing import same_state
from tests.conftest import with_third_party
from tests.helpers import swapped, watched_signatures

BY_PARTY = ("utility", "released", "harmed")


@pytest.fixture(scope="module")
def tutorial():
    """The tutorial over fewer days: laws hold on each of them."""
    return sim.load_scenario("tutorial").with_values({"calendar.days": 100})


def mirrored(one, other, order) -> list[str]:
    """Return the arrays that are not each other's mirror image."""
    wrong = []
    for name in ARRAYS:
        a, b = getattr(one, name), getattr(other, name)
        b = b[:, order] if name in BY_PARTY else b
        if not np.array_equal(a, b, equal_nan=a.dtype.kind == "f"):
            wrong.append(name)
    return wrong


@pytest.mark.parametrize("name", ["tutorial", "every_rule"])
def test_swapping_the_two_parties_swaps_the_results(name):
    """With stakes at which about half of the histories see an agreement."""
    stakes = {f"parties.{p}.outside_option.stake.value": 1.6 for p in ("north", "south")}
    tried = sim.load_scenario(name).with_values(stakes)
    plain = sim.run_ensemble(tried, replications=300, seed=8)
    data = swapped(copy.deepcopy(tried.data), "north", "south")
    other = sim.run_ensemble(sim.load_scenario(data), replications=300, seed=8)
    agreed = (plain.ratified_on >= 0).mean()
    assert 0.3 < agreed < 0.7, "well inside the 20 to 80 % at which the law says most"
    assert mirrored(plain, other, [1, 0]) == []


@pytest.mark.parametrize(
    "pair",
    [pytest.param(p, marks=pytest.mark.slow) for p in (("north", "south"), ("east", "south"))],
)
@pytest.mark.parametrize("name", ["tutorial", "every_rule"])
def test_swapping_two_of_three_parties_swaps_the_results(name, pair):
    data = with_third_party(sim.load_scenario(name).data)
    plain = sim.run_ensemble(sim.load_scenario(data), replications=60, seed=8)
    other = sim.run_ensemble(sim.load_scenario(swapped(data, *pair)), replications=60, seed=8)
    names = ["east", "north", "south"]
    order = [names.index(dict([pair, pair[::-1]]).get(name, name)) for name in names]
    assert (plain.ratified_on >= 0).any()
    assert mirrored(plain, other, order) == []


@pytest.mark.parametrize("factor", [2.0, pytest.param(0.25, marks=pytest.mark.slow)])
@pytest.mark.parametrize("name", ["tutorial", pytest.param("every_rule", marks=pytest.mark.slow)])
def test_rescaling_a_partys_utilities_leaves_choices_unchanged(name, factor):
    scenario = sim.load_scenario(name)
    plain = Run(scenario.game, 3, 0, 80).play()
    game = compile_game(scenario.file, scale={"north": factor})
    scaled = Run(game, 3, 0, 80).play()
    for array in ARRAYS:
        expected = plain[array]
        if array == "utility":
            expected = expected * np.array([factor, 1.0])
        assert np.array_equal(expected, scaled[array], equal_nan=expected.dtype.kind == "f"), array


@pytest.mark.parametrize("name", ["every_rule", pytest.param("tutorial", marks=pytest.mark.slow)])
def test_harm_is_read_by_no_rule(name):
    game = sim.load_scenario(name).game
    numbers = game.fields.changed({"harm_rate": np.full_like(game.fields.harm_rate, np.nan)})
    unknown = replace(game, fields=numbers)
    one, other = Run(game, 3, 0, 40), Run(unknown, 3, 0, 40)
    while one.state.rows:
        for row in range(one.state.rows):
            assert same_state(one.state, row, other.state, row) == []
        going = one.advance()
        assert other.advance() == going
        if not going:
            break
    assert np.isnan(other.archive.arrays["harmed"]).all()
    assert (one.archive.arrays["harmed"] > 0).any()


@pytest.mark.parametrize("name", ["time-dependent", "tit-for-tat", "yes to all"])
def test_no_party_signs_on_its_red_line_or_below_its_floor(tutorial, monkeypatch, name):
    signed = watched_signatures(monkeypatch)
    behaviour = YesToAll() if name == "yes to all" else create(name, {})
    game = replace(tutorial.game, behaviours=(behaviour, behaviour))
    Run(game, 9, 0, 200).play()
    assert sum(signed) > 50


class YesToAll:
    """Offers the other side's dream and signs anything."""

    def new_memory(self, slots, game):
        return None

    def propose(self, view):
        other = view.others[0]
        best = view.agenda.tables.favourite[0, other]
        return np.full(view.count, best)

    def accepts(self, view, package):
        return np.ones(view.count, dtype=bool)

    def observe(self, view, proposer, package):
        return None


def test_scenario_with_a_hopeless_zone_never_agrees(tutorial_data):
    data = replaced(
        tutorial_data,
        {"parties.north.outside_option.stake": 3.0, "parties.south.outside_option.stake": 3.0},
    )
    outcomes = sim.run_ensemble(sim.load_scenario(data), replications=50, seed=1)
    assert (outcomes.signed_on < 0).all()
    assert sim.summarise(outcomes)["saturated"] is True
