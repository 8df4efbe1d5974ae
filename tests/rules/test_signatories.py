"""Not everybody signs everything: a party that joins for a later agenda alone."""

from __future__ import annotations

import copy

import numpy as np
import pytest

import sim
from sim.ensemble import Run
from sim.results import ARRAYS
from sim.rules import bargaining
from sim.testing import same_state
from tests.conftest import with_third_party
from tests.helpers import swapped


@pytest.fixture(scope="module")
def data(tutorial):
    """The tutorial with East, which signs the settlement and not the truce."""
    found = with_third_party(copy.deepcopy(tutorial.data))
    next(a for a in found["agendas"] if a["id"] == "truce")["signatories"] = ["north", "south"]
    return found


@pytest.mark.slow
def test_only_signatories_offer_answer_and_vote(data, monkeypatch):
    scenario = sim.load_scenario(data)
    east = [party.id for party in scenario.game.parties].index("east")
    assert scenario.game.agendas[0].signatories == (1, 2)
    assert scenario.game.agendas[1].signatories == (0, 1, 2)
    seen = {0: set(), 1: set()}
    record = bargaining._record

    def watched(session, rows, proposer, package, agreed, gains):
        seen[session.agenda] |= set(proposer.tolist())
        record(session, rows, proposer, package, agreed, gains)

    monkeypatch.setattr(bargaining, "_record", watched)
    run = Run(scenario.game, 1, 0, 150)
    run.state.present[:, east] = False
    arrays = run.play()
    assert seen[0] == {-1, 1, 2}
    assert east in seen[1]
    assert (arrays["ratified_on"] > 0).sum() > 50
    refusing = copy.deepcopy(data)
    third = next(p for p in refusing["parties"] if p["id"] == "east")
    for group in third["constituencies"]:
        group.update({"threshold": 1.0, "veto": True})
    found = sim.run_ensemble(sim.load_scenario(refusing), replications=150, seed=1)
    assert (found.package[:, 0] >= 0).sum() > 50
    assert not (found.package[:, 1] >= 0).any()


def test_a_row_alone_is_the_same_among_others(data):
    scenario = sim.load_scenario(data)
    run = Run(scenario.game, 5, 0, 8)
    model = sim.NegotiationModel(scenario, seed=5, replication=3, collect=False)
    for _ in range(100):
        here = np.flatnonzero(run.state.ids == 3)
        if not here.size:
            break
        assert same_state(run.state, int(here[0]), model.state, 0) == []
        run.advance()
        model.step()


@pytest.mark.slow
def test_swapping_two_signatories_swaps_the_results(data):
    plain = sim.run_ensemble(sim.load_scenario(data), replications=60, seed=8)
    turned = swapped(copy.deepcopy(data), "north", "south")
    found = sim.run_ensemble(sim.load_scenario(turned), replications=60, seed=8)
    for name in ARRAYS:
        a, b = getattr(plain, name), getattr(found, name)
        b = b[:, [0, 2, 1]] if name in ("utility", "released", "harmed") else b
        assert np.array_equal(a, b, equal_nan=a.dtype.kind == "f"), name


@pytest.mark.parametrize(
    ("signing", "message"),
    [
        (["north", "west"], "unknown party 'west'"),
        (["north"], "at least 2 items"),
        (["east", "south"], "north does not sign truce"),
    ],
)
def test_who_cannot_sign_is_an_error(data, signing, message):
    wrong = copy.deepcopy(data)
    next(a for a in wrong["agendas"] if a["id"] == "truce")["signatories"] = signing
    with pytest.raises(sim.ScenarioError, match=message):
        sim.load_scenario(wrong)


@pytest.mark.slow
def test_who_did_not_sign_neither_ends_a_deal_nor_strikes(data):
    """Nothing of the truce moves with what East could win by a first strike, or would do in wrath."""
    data, greedy = copy.deepcopy(data), copy.deepcopy(data)
    east = next(p for p in greedy["parties"] if p["id"] == "east")
    east["conduct"] = {"first_strike": 1.0, "temptation": 0.5, "retaliation": 1.0}
    hot = [p for p in (*data["parties"], *greedy["parties"]) if p["id"] != "east"]
    for party in hot:
        party["conduct"] = {**party["conduct"], "retaliation": 0.2}
    one, other = (
        sim.run_ensemble(sim.load_scenario(d), replications=600, seed=1) for d in (data, greedy)
    )
    assert (one.outcome == 5).sum() > 20
    truce_alone = (one.package[:, 1] < 0) & (other.package[:, 1] < 0)
    assert np.array_equal(one.outcome[truce_alone], other.outcome[truce_alone])
    assert np.array_equal(one.fought[truce_alone], other.fought[truce_alone])
