"""Transcripts: how behaviours concede against each other on a small agenda."""

from __future__ import annotations

import numpy as np
import pytest

import sim
from sim.errors import BehaviourError, ScenarioError, UnknownBehaviourError
from sim.negotiators import create
from sim.negotiators.time_dependent import TimeDependent
from sim.negotiators.tit_for_tat import TitForTat
from tests.conftest import minimal

CALM = {
    "fighting": {"shock": 0, "escalation": 0, "initial": 0.5, "persistence": 0},
    "readiness": {"strength": 0},
}


def talks(one: dict, two: dict, **changes):
    """Play one history of the small scenario without luck; return its offers."""
    data = minimal(**CALM, **changes)
    for party, behaviour in zip(data["parties"], (one, two), strict=True):
        party["behaviour"] = behaviour
        party["outside_option"] = {"stake": 0.6, "belief_variance": 0, "collapse_loss": 0}
    trace = sim.trace_replication(sim.load_scenario(data), seed=1, replication=0)
    return trace, trace.offers_frame()


def own(offers, party):
    mine = offers[(offers.proposer == party) & (offers.party == party)]
    return mine.utility.to_numpy()


def test_a_boulware_concedes_late_and_a_conceder_early():
    slow, fast = {"use": "time-dependent", "beta": 0.2}, {"use": "time-dependent", "beta": 4.0}
    trace, offers = talks(slow, fast)
    assert trace.outcome in {"completed", "in force at the horizon"}
    a, b = own(offers, "a"), own(offers, "b")
    assert a[0] == pytest.approx(1.0)
    assert (np.diff(a) <= 1e-12).all()
    assert b[1] < a[1]
    agreed = offers.tail(2).set_index("party").utility
    assert agreed["a"] > agreed["b"]


def test_time_dependent_talks_as_written_down():
    linear = {"use": "time-dependent", "beta": 1.0, "k": 0.0}
    trace, offers = talks(linear, linear)
    first = offers.groupby("day").first()
    assert len(first) == trace.days[-1]["agendas"]["talks"]["sessions"]
    for party in ("a", "b"):
        worth = own(offers, party)
        assert worth[0] == pytest.approx(1.0, abs=0.04)
        assert worth[-1] < worth[0]


def test_tit_for_tat_stands_still_against_a_hardliner():
    hard = {"use": "time-dependent", "beta": 0.05, "k": 0.0}
    _, offers = talks({"use": "tit-for-tat", "k": 0.0}, hard)
    early = own(offers, "a")[:5]
    assert (early == early[0]).all()


def test_tit_for_tat_follows_a_conceder():
    soft = {"use": "time-dependent", "beta": 2.0, "k": 0.1}
    _, offers = talks({"use": "tit-for-tat", "form": "absolute", "k": 0.0}, soft)
    worth = own(offers, "a")
    assert worth[-1] < worth[0]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: TimeDependent(shape="cubic"), "did you mean|known: exponential, polynomial"),
        (lambda: TimeDependent(trade_off="magic"), "known: frequency, learned, lowest, similar"),
        (lambda: TimeDependent(beta=0.0), "a number above 0"),
        (lambda: TimeDependent(shape="exponential", k=0.0), "above 0 for the exponential"),
        (lambda: TitForTat(form="bold"), "known: absolute, averaged, random, relative"),
        (lambda: TitForTat(window=0), "from 1 to 10"),
        (lambda: TitForTat(k=2.0), "from 0 to 1"),
        (lambda: create("time-dependent", {"bta": 1}), "did you mean 'beta'"),
    ],
)
def test_parameters_are_held_to_their_ranges(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_unknown_names_list_the_known_ones():
    with pytest.raises(UnknownBehaviourError, match="did you mean 'tit-for-tat'"):
        create("tit-for-tatt", {})
    data = minimal()
    data["parties"][0]["behaviour"] = {"use": "nobody"}
    with pytest.raises(ScenarioError, match="unknown negotiator 'nobody'"):
        sim.load_scenario(data)


class Wild:
    def propose(self, seat):
        return 99_999 if seat.day > 3 else seat.favourite

    def accepts(self, seat, package):
        return False


class Wordy:
    def propose(self, seat):
        return "everything"

    def accepts(self, seat, package):
        return False


@pytest.mark.parametrize(
    ("scalar", "message"),
    [
        (Wild, "Wild.propose offered package 99999 in replication 4 on day 4"),
        (Wordy, "Wordy.propose returned 'everything'"),
    ],
)
def test_an_illegal_offer_names_class_replication_and_day(tutorial, scalar, message):
    model = sim.NegotiationModel(tutorial, seed=1, replication=4)
    for agent in model.parties:
        agent.behaviour = sim.PerReplication(scalar)
    with pytest.raises(BehaviourError, match=message):
        model.run_model()
