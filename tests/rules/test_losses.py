"""How losses are seen: published values, and what they do to floors."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import sim
from sim.ensemble import Run
from sim.rules.floors import floors
from sim.rules.framing import decision_weight, framed, premium, prospect_value
from tests.helpers import same

share = st.floats(0.0, 1.0)
aversion = st.floats(1.0, 5.0)
curvature = st.floats(0.5, 1.0)


def test_prospect_theory_gives_its_published_values(golden):
    row = golden["prospect"]
    for gain, value in row["v"].items():
        found = prospect_value(np.array([float(gain)]))[0]
        assert found == pytest.approx(value, rel=0, abs=1e-9)
    for name, distortion in (("w_gain", 0.61), ("w_loss", 0.69)):
        for chance, weight in row[name].items():
            found = decision_weight(np.array([float(chance)]), distortion)[0]
            assert found == pytest.approx(weight, rel=0, abs=1e-9)


@given(share, share, aversion, curvature)
def test_a_framed_floor_is_where_the_loss_balances_the_room_above_the_floor(
    floor, reference, loss, curve
):
    found = framed(np.array([floor]), np.array([reference]), np.full(1, loss), np.full(1, curve))[0]
    if reference <= floor:
        assert found == floor
        return
    felt = reference + prospect_value(np.array([found - reference]), loss, curve)[0]
    assert felt == pytest.approx(floor, abs=1e-9)


@given(share, share, st.tuples(aversion, aversion))
def test_the_floor_rises_with_loss_aversion(floor, reference, pair):
    low, high = sorted(pair)
    one = np.ones(1)
    less = framed(floor * one, reference * one, low * one, one)[0]
    more = framed(floor * one, reference * one, high * one, one)[0]
    assert more >= less - 1e-12


@given(st.floats(0.0, 1.0), st.floats(0.02, 1.0))
def test_without_loss_aversion_the_premium_is_the_plain_risk(loss, holds):
    one = np.ones(1)
    found = premium(loss * one, holds * one, one, one)[0]
    assert found == pytest.approx(loss * (1 - holds) / holds, rel=1e-12)


@pytest.mark.parametrize("reference", ["status-quo", "last-offer", "aspiration"])
def test_neutral_framing_changes_no_bit(reference):
    plain = sim.load_scenario("prisoner_exchange_minimal")
    named = plain.with_values({"parties.east.framing.reference": reference})
    one = sim.run_ensemble(plain, replications=40, seed=3)
    assert same(one, sim.run_ensemble(named, replications=40, seed=3)) == []


def test_an_aspiration_as_reference_raises_the_floor_most():
    plain = sim.load_scenario("prisoner_exchange_minimal")
    lowest = []
    for reference in ("status-quo", "last-offer", "aspiration"):
        averse = {"reference": reference, "loss_aversion": 1.5}
        case = plain.with_values({"parties.east.framing": averse})
        run = Run(case.game, 1, 0, 30)
        for _ in range(6):
            run.advance()
        lowest.append(floors(run.game, run.state.fields, run.state, 0)[:, 0].min(axis=1))
    assert (lowest[0] <= lowest[1] + 1e-12).all()
    assert (lowest[1] < lowest[2]).all()
