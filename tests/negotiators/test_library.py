"""Transcripts of the library of behaviours on the small scenario, rule by rule."""

from __future__ import annotations

import numpy as np
import pytest

import sim
from sim.ensemble import Run
from sim.errors import ScenarioError
from sim.negotiators import create
from sim.negotiators.acceptance import Received, combined, next_offer, time_out
from sim.negotiators.aspiration import resource, sigmoid
from sim.negotiators.baselines import Hardliner
from sim.negotiators.frequency import Frequency
from sim.negotiators.rubinstein import Rubinstein, rubinstein
from sim.negotiators.tit_for_tat import TitForTat
from sim.negotiators.zeuthen import Zeuthen, risk
from tests.conftest import minimal
from tests.negotiators.test_behaviours import CALM, own, talks

HARD = {"use": "hardliner"}


LATE = {"accept": "time", "accept_after": 1.0}
"""Signs nothing before the last session: talks that show every offer."""
FLOOR = 0.6 * 0.5 - 0.004 * 0.5 * 60
"""Floor of either party of the small scenario, constant through calm talks."""


def asked(offers, party):
    """Return what a party's offers were worth to it, and at which sessions it made them."""
    mine = offers[(offers.proposer == party) & (offers.party == party)]
    return mine.utility.to_numpy(), mine.day.to_numpy() - 1


def worth_enough(level):
    """Return the least utility of the small scenario's packages at or above levels."""
    table = sim.load_scenario(minimal()).game.agendas[0].tables.utility[0, 0]
    steps = np.unique(np.round(table, 12))
    return steps[np.minimum(np.searchsorted(steps, np.asarray(level) - 1e-12), steps.size - 1)]


@pytest.mark.parametrize(
    ("behaviour", "conceded"),
    [
        (
            {"use": "resource-dependent", "scale": 4.0, "k": 0.1, "trade_off": "lowest"},
            lambda s: resource(np.maximum(30 - s, 0), 4.0, 0.1),
        ),
        (
            {
                "use": "time-dependent",
                "shape": "sigmoid",
                "beta": 0.5,
                "k": 0,
                "trade_off": "lowest",
            },
            lambda s: sigmoid(np.minimum(s / 30, 1.0), 0.5, 0.0),
        ),
        ({"use": "hardliner", "demand": 0.8, "trade_off": "lowest"}, lambda s: 0.2 + 0 * s),
    ],
)
def test_offers_follow_the_formula_session_by_session(behaviour, conceded):
    _, offers = talks(behaviour, HARD)
    worth, sessions = asked(offers, "a")
    assert worth.size > 10
    assert worth == pytest.approx(worth_enough(1.0 - conceded(sessions) * (1.0 - FLOOR)), abs=1e-9)


def test_two_hardliners_never_agree():
    trace, offers = talks(HARD, HARD)
    assert trace.outcome == "no agreement at the horizon"
    assert (own(offers, "a") == 1.0).all()
    assert (own(offers, "b") == 1.0).all()


def test_a_random_bidder_stays_above_its_floor_and_moves_both_ways():
    _, offers = talks({"use": "random"}, HARD)
    worth = own(offers, "a")
    assert worth.min() >= FLOOR
    assert (np.diff(worth) > 0).any()
    assert (np.diff(worth) < 0).any()


def test_micro_walks_down_its_ranking_one_step_for_each_new_offer():
    trace, offers = talks({"use": "micro"}, {"use": "micro"})
    table = np.sort(sim.load_scenario(minimal()).game.agendas[0].tables.utility[0, 0])[::-1]
    for party in ("a", "b"):
        worth = own(offers, party)
        assert worth == pytest.approx(table[: worth.size], abs=1e-12), "best first, none twice"
    assert trace.outcome == "completed"


def test_micro_repeats_itself_against_a_hardliner():
    _, offers = talks({"use": "micro"}, HARD)
    worth = own(offers, "a")
    table = np.sort(sim.load_scenario(minimal()).game.agendas[0].tables.utility[0, 0])[::-1]
    assert worth[0] == 1.0
    assert worth.min() == pytest.approx(table[1]), "one concession for the one offer heard"
    assert worth.size > 10


def test_micro_signs_nothing_worth_less_than_what_it_would_offer_next():
    trace, offers = talks({"use": "micro"}, {"use": "time-dependent", "beta": 0.3})
    ranking = np.sort(sim.load_scenario(minimal()).game.agendas[0].tables.utility[0, 0])[::-1]
    made = np.unique(own(offers, "a")).size
    assert trace.outcome == "completed"
    assert offers.tail(2).set_index("party").utility["a"] >= ranking[made] - 1e-12


def test_equilibrium_players_agree_at_the_first_offer():
    data = minimal(**CALM)
    patient = {"use": "rubinstein", "discount": 0.9, "others": 0.9}
    for party in data["parties"]:
        party["behaviour"] = patient
        party["outside_option"] = {"stake": 0.6, "belief_variance": 0, "collapse_loss": 0}
    trace = sim.trace_replication(sim.load_scenario(data), seed=1, replication=0)
    offers = trace.offers_frame()
    assert offers.day.nunique() == 1
    shares = (offers.utility.to_numpy() - FLOOR) / (1.0 - FLOOR)
    proposer = (offers.party == offers.proposer).to_numpy()
    assert shares[proposer] >= rubinstein(0.9, 0.9) - 1e-9
    assert shares[~proposer] >= 1 - rubinstein(0.9, 0.9) - 1e-9


def test_with_sessions_counted_the_last_offer_takes_all():
    finite = {"use": "rubinstein", "finite": True, "discount": 0.9, "others": 0.9}
    hard = {"use": "hardliner", "demand": 1.0}
    _, offers = talks(finite | {"trade_off": "lowest"}, hard)
    worth, sessions = asked(offers, "a")
    left = 30 - sessions
    expected = [rubinstein_share(n) for n in left[left > 0]]
    assert worth[: len(expected)] == pytest.approx(
        worth_enough(FLOOR + (1.0 - FLOOR) * np.array(expected)), abs=1e-9
    )


def rubinstein_share(left: int) -> float:
    share = 1.0
    for _ in range(int(left) - 1):
        share = 1.0 - 0.9 * share
    return share


def test_zeuthen_gives_way_when_it_risks_no_more_than_the_other():
    trace, offers = talks({"use": "zeuthen", "step": 0.1}, {"use": "zeuthen", "step": 0.1})
    for party in ("a", "b"):
        worth = own(offers, party)
        assert (np.diff(worth) <= 1e-12).all(), "concession is monotonic"
    agreed = offers.tail(2).utility.to_numpy()
    assert trace.outcome == "completed"
    assert agreed.min() > FLOOR
    assert risk(np.array([0.8]), np.array([0.8]), np.array([0.3]))[0] == 0.0
    assert risk(np.array([0.3]), np.array([0.1]), np.array([0.3]))[0] == 1.0


def test_a_nice_tit_for_tat_never_asks_for_more_again():
    swinging = {"use": "random", "trade_off": "lowest"} | LATE
    answer = {"use": "tit-for-tat", "form": "absolute", "trade_off": "lowest"} | LATE
    plain = own(talks(answer, swinging)[1], "a")
    nice = own(talks(answer | {"nice": True}, swinging)[1], "a")
    assert (np.diff(plain) > 1e-9).any(), "the plain one retaliates"
    assert (np.diff(nice) <= 1e-9).all()


def test_random_absolute_differs_from_absolute_by_its_jitter():
    soft = {"use": "time-dependent", "beta": 2.0} | LATE
    plain = own(talks({"use": "tit-for-tat", "form": "absolute"} | LATE, soft)[1], "a")
    jittered = {"use": "tit-for-tat", "form": "random", "jitter": 0.3} | LATE
    moved = own(talks(jittered, soft)[1], "a")
    size = min(plain.size, moved.size)
    assert not np.array_equal(plain[:size], moved[:size])


@pytest.mark.parametrize("name", ["pressure-sensitive", "readiness-gated"])
def test_a_wrapper_at_its_neutral_value_is_its_inner_rule(name):
    inner = {"use": "tit-for-tat", "form": "absolute"}
    neutral = {"sensitivity": 0.0} if name == "pressure-sensitive" else {"least": 0.0}
    soft = {"use": "time-dependent", "beta": 1.5} | LATE
    plain = own(talks(inner | LATE, soft)[1], "a")
    wrapped = {"use": name, "inner": inner, "trade_off": "similar"} | neutral | LATE
    assert np.array_equal(own(talks(wrapped, soft)[1], "a"), plain)


def test_an_inner_rule_judges_by_what_the_outer_one_has_learnt():
    plain = own(talks({"use": "zeuthen", "step": 0.1}, {"use": "zeuthen"})[1], "a")
    inner = {"use": "zeuthen", "step": 0.1}
    wrapped = {"use": "pressure-sensitive", "sensitivity": 0.0, "inner": inner}
    assert np.array_equal(own(talks(wrapped, {"use": "zeuthen"})[1], "a"), plain)


def test_fighting_presses_a_demand_down_and_unreadiness_keeps_it_up():
    linear = {"use": "time-dependent", "beta": 1.0, "k": 0.0}
    pressed = {
        "use": "pressure-sensitive",
        "sensitivity": 0.5,
        "inner": linear,
        "trade_off": "lowest",
    }
    worth, sessions = asked(talks(pressed, HARD)[1], "a")
    kept = 1.0 - 0.5 * 0.5  # the fighting stands at one half
    level = FLOOR + kept * (1.0 - FLOOR) * (1.0 - np.minimum(sessions / 30, 1.0))
    assert worth == pytest.approx(worth_enough(level), abs=1e-9)
    gated = {"use": "readiness-gated", "least": 1.0, "inner": linear}
    data = minimal(**CALM | {"readiness": {"strength": 1.0, "minimum": 0.0}})
    data["parties"][0]["behaviour"] = gated
    trace = sim.trace_replication(sim.load_scenario(data), seed=1, replication=0)
    offers = trace.offers_frame()
    assert len(own(offers, "a")) > 0
    assert (own(offers, "a") == 1.0).all()


# acceptance conditions


def deals(accept, **more):
    """Return the day of signature when a party concedes and the other answers by a condition."""
    conceding = {"use": "time-dependent", "beta": 1.0, "k": 0.0, "trade_off": "lowest"} | LATE
    answering = {"use": "time-dependent", "beta": 0.2, "k": 0.0, "accept": accept} | more
    trace, offers = talks(answering | {"trade_off": "lowest"}, conceding)
    return int(offers.day.max()), offers, trace


def test_conditions_differ_in_when_they_sign():
    level, _, _ = deals("level")
    following, _, _ = deals("next")
    margin, _, _ = deals("next", accept_margin=0.3)
    late, _, _ = deals("time", accept_after=0.9)
    both, _, _ = deals("combined", accept_after=0.5)
    assert following <= level, "what it would offer next is never more than it asks for today"
    assert margin < following
    assert late in {28, 29}, "nothing in the first twenty-seven of thirty sessions, anything then"
    assert both <= following


def test_conditions_by_formula():
    half = np.array([0.5])
    assert next_offer(half, half, 0.0).all()
    assert not next_offer(half, half + 0.01, 0.0).any()
    assert not time_out(half, 0.9).any()
    assert not combined(half, half + 0.1, 0.0, half, 0.9, half).any(), (
        "too early for the best so far"
    )
    assert not combined(half, half + 0.1, 0.0, half + 0.45, 0.9, half + 0.01).any(), "not the best"


def test_the_window_looks_back_as_far_as_there_is_time_left():
    kept = Received.empty(2)
    for session, worth in ((10, 0.9), (26, 0.4), (28, 0.5)):
        kept.add(np.array([0]), np.array([worth]), np.array([session]))
    slot = np.array([0])
    assert kept.best(slot, np.array([26.0]))[0] == 0.5
    assert kept.best(slot, np.array([5.0]))[0] == 0.9
    assert kept.best(np.array([1]), np.array([0.0]))[0] == -np.inf
    for session in range(70):
        kept.add(slot, np.array([0.1]), np.array([session]))
    assert kept.best(slot, np.array([0.0]))[0] == 0.1, "the oldest give way"


# opponent models


@pytest.mark.parametrize("model", ["learned", "frequency"])
def test_a_model_finds_what_the_other_side_cares_about(tutorial, model):
    behaviour = {"use": "hardliner", "demand": 0.7, "trade_off": model}
    steady = {"use": "time-dependent", "beta": 0.6, "trade_off": "similar"}
    scenario = tutorial.with_values(
        {"parties.north.behaviour": behaviour, "parties.south.behaviour": steady}
    )
    run = Run(scenario.game, 1, 0, 256)
    for _ in range(60):
        if not run.advance():
            break
    assert run.state.rows > 16
    south = 1
    agenda = scenario.game.agendas[0]
    party = next(p for p in scenario.file.parties if p.id == "south")
    truth = np.array([party.weights[issue.id].value for issue in agenda.issues])
    memory = run.actors.parties[0].memory.aim
    slots = run.state.slots
    if model == "learned":
        found = memory.expected[0][slots, south]
    else:
        kept = 1.0 + memory.kept[0][slots, south]
        found = kept / kept.sum(axis=1, keepdims=True)
    told = found[np.ptp(found, axis=1) > 0]
    correlation = [np.corrcoef(row, truth)[0, 1] for row in told]
    error = np.std(correlation, ddof=1) / np.sqrt(len(correlation))
    assert np.mean(correlation) > 3 * error


def test_a_party_that_mishears_learns_of_options_next_to_those_offered():
    hard = {"use": "hardliner"}
    listening = {"use": "hardliner", "trade_off": "frequency", "mishears": 0.5}
    data = minimal(**CALM)
    for party, behaviour in zip(data["parties"], (listening, hard), strict=True):
        party["behaviour"] = behaviour
    run = Run(sim.load_scenario(data).game, 1, 0, 200)
    for _ in range(40):
        run.advance()
    counts = run.actors.parties[0].memory.aim.options[0][:, 1]
    heard = counts.sum(axis=(0, 2))
    assert (counts[:, :, 0] == 0).all(), "the other asks for the last option; the first is two away"
    share = counts[:, :, 1].sum(axis=0) / heard
    assert share == pytest.approx(0.5, abs=4 * np.sqrt(0.25 / heard.min()))


def test_the_frequency_model_counts_options_and_issues_left_alone(tutorial):
    game = tutorial.game
    memory = Frequency().new_memory(1, game)

    class Seen:
        slots = np.array([0])
        agenda = game.agendas[0]
        session = type("S", (), {"agenda": 0})()

    view = Seen()
    view.memory = memory
    space = game.agendas[0].space
    first = space.encode([0] * len(space.sizes))
    second = space.encode([1] + [0] * (len(space.sizes) - 1))
    for package in (first, first, second):
        Frequency().observe(view, 1, np.array([package]))
    assert memory.kept[0][0, 1].tolist() == [1.0] + [2.0] * (len(space.sizes) - 1)
    assert memory.options[0][0, 1, 0, :2].tolist() == [2.0, 1.0]


# what is refused


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Hardliner(demand=1.5), "demand is 1.5; allowed: from 0 to 1"),
        (lambda: Hardliner(accept="never"), "accept 'never' is unknown"),
        (lambda: Hardliner(accept_after=2), "accept_after is 2"),
        (lambda: Rubinstein(discount=1.0), "discount is 1.0"),
        (lambda: Rubinstein(accept="next"), "the equilibrium's own condition"),
        (lambda: Zeuthen(step=0.0), "step is 0.0"),
        (lambda: Zeuthen(trade_off="similar"), "it needs a model"),
        (lambda: TitForTat(jitter=-1), "jitter is -1"),
        (
            lambda: create("resource-dependent", {"scale": 0}),
            "scale is 0; allowed: a number above 0",
        ),
        (lambda: create("micro", {"beta": 1}), "has no parameter 'beta'"),
        (lambda: create("pressure-sensitive", {"inner": {"use": "micro"}}), "a rule that asks for"),
        (
            lambda: create("pressure-sensitive", {"inner": {"use": "hardliner", "demand": 2}}),
            "demand is 2",
        ),
        (
            lambda: create("readiness-gated", {"inner": {"use": "random", "accept": "next"}}),
            "inner says accept; allowed: beside inner",
        ),
        (lambda: create("readiness-gated", {"inner": 3}), "inner is 3; allowed: a behaviour"),
        (lambda: create("readiness-gated", {"least": 3}), "least is 3"),
    ],
)
def test_parameters_are_held_to_their_ranges(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_a_parameter_out_of_range_in_a_file_names_the_party():
    data = minimal()
    data["parties"][0]["behaviour"] = {"use": "hardliner", "demand": 3}
    with pytest.raises(ScenarioError, match="demand is 3; allowed: from 0 to 1"):
        sim.load_scenario(data)
