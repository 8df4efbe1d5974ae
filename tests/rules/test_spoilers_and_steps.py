"""Spoilers that grow, settle, are bought or held; steps that are asked for; retaliation."""

from __future__ import annotations

import copy

import numpy as np
import pytest

import sim
from sim.ensemble import Run
from sim.errors import ScenarioError
from sim.rules.spoilers import hazard
from tests.conftest import minimal

QUIET = {"rules.readiness": False}


@pytest.fixture(scope="module")
def every_rule():
    return sim.load_scenario("every_rule")


def played(scenario, days, rows=120, seed=4):
    run = Run(scenario.game, seed, 0, rows)
    for _ in range(days):
        run.advance()
    return run


def test_a_greedy_spoiler_wants_more_after_an_attack_nobody_traced(every_rule):
    alone = {
        "spoilers.splinter.rate": 1.0,
        "spoilers.splinter.socialisation": 0.0,
        "parties.north.trust.initial": {"value": 0.6},
    }
    blind = every_rule.with_values(
        {**alone, "implementation.detection": 0.0, "protocol.use": "alternating-offers"}
    )
    state = played(blind, 20).state
    assert state.resolve.max() > 0
    assert (state.resolve >= 0).all()
    watched = every_rule.with_values({**alone, "implementation.detection": 1.0})
    calmed = played(watched, 20).state
    assert calmed.resolve.mean() < 0 < state.resolve.mean()


def test_resolve_and_coercion_move_the_hazard(every_rule):
    fields = every_rule.game.fields
    near, gap = np.full(1, 0.5), np.zeros((1, 1))
    plain = hazard(fields, near, gap)
    assert hazard(fields, near, gap, np.ones((1, 1))) > plain
    assert hazard(fields, near, gap, None, np.full((1, 1), 0.5)) == pytest.approx(plain / 2)
    assert hazard(fields, near, gap, None, np.full((1, 1), 1.5)) == 0.0


def test_a_mediator_spends_stock_on_the_spoilers_that_attacked(every_rule):
    busy = every_rule.with_values(
        {"spoilers.splinter.rate": 1.0, "mediators.patron.attention": 1.0}
    )
    state = played(busy, 12).state
    hit = state.coerced[:, 0] > 0
    assert hit.any()
    assert (state.induced[hit, 0] > 0).all()
    patron = [m.id for m in busy.game.mediators].index("patron")
    assert (state.spent[hit, patron] > 0).all()
    idle = busy.with_values({"rules.spoiler_management": False})
    assert played(idle, 12).state.coerced.size == 0


def test_an_attack_from_inside_is_blamed_where_it_is_seen():
    data = minimal(mediators=[{"id": "m", "style": "facilitation"}])
    data["spoilers"] = [
        {"id": "s", "linked_to": "a", "rate": 1, "capability": 1, "base": 9, "blame": 0}
    ]
    data["implementation"] = {"detection": 1.0}
    outside = played(sim.load_scenario(data), 3, 50).state
    inside = copy.deepcopy(data)
    inside["spoilers"][0]["position"] = "inside"
    found = played(sim.load_scenario(inside), 3, 50).state
    assert outside.attacked.any()
    assert not outside.blamed.any()
    assert (found.blamed[:, 0] == found.attacked[:, 0]).all()


@pytest.mark.parametrize(
    ("numbers", "message"),
    [
        ({"goals": "limited", "appetite": 0.5}, "limited, with an appetite"),
        ({"goals": "greedy"}, "greedy, without an appetite"),
        ({"goals": "total", "stake": 1}, "total, and yet it can be won"),
        ({"position": "inside"}, "inside of no party"),
    ],
)
def test_a_spoilers_numbers_are_held_to_its_type(numbers, message):
    data = minimal(spoilers=[{"id": "s", **numbers}])
    with pytest.raises(ScenarioError, match=message):
        sim.load_scenario(data)


STEP = {
    "id": "halt",
    "asked_of": "a",
    "every": 5,
    "for_days": 4,
    "accept": 1.0,
    "lapse": 0.0,
    "effect": {"fighting.baseline": "*0.5"},
}


def with_step(**changes):
    data = minimal(
        mediators=[{"id": "m", "style": "facilitation"}],
        events=[STEP | changes],
        calendar={"days": 40, "session_every": 1},
    )
    for party in data["parties"]:
        party["outside_option"] = {"stake": 2.5}
        party["talks"] = {"deadline": 30}
    return sim.load_scenario(data).with_values(QUIET)


def test_a_step_kept_to_its_last_day_builds_trust_once():
    run = Run(with_step().game, 1, 0, 3)
    trust = []
    for _ in range(6):
        run.advance()
        trust.append(run.state.trust[0].copy())
    assert trust[2][1, 0] == 0.5
    assert trust[3][1, 0] == pytest.approx(0.525)
    assert trust[4][1, 0] == pytest.approx(0.525)
    assert all(day[0, 1] == 0.5 for day in trust)


def test_a_step_given_up_costs_trust_and_its_effect_ends():
    scenario = with_step(lapse=1.0)
    run = Run(scenario.game, 1, 0, 3)
    run.advance()
    run.advance()
    assert run.state.broke_step[:, 0].all()
    assert run.state.trust[0, 1, 0] == pytest.approx(0.5 * (1 - 0.125))
    assert (run.state.until[:, 0] < run.state.day).all()


def test_a_refused_step_is_asked_for_again_after_a_while():
    run = Run(with_step(accept=0.0).game, 1, 0, 3)
    asked = []
    for _ in range(12):
        run.advance()
        asked.append(int(run.state.asked[0, 0]))
    assert sorted(set(asked)) == [1, 6, 11]
    assert (run.state.until <= 0).all()


def test_nobody_asks_without_mediation():
    run = Run(with_step().with_values({"protocol.mediated": False}).game, 1, 0, 3)
    for _ in range(5):
        run.advance()
    assert (run.state.asked == -1).all()


def test_each_event_is_one_of_three_kinds():
    data = minimal(mediators=[{"id": "m", "style": "facilitation"}], events=[STEP | {"on": 3}])
    with pytest.raises(ScenarioError, match="one of on, daily_rate and asked_of"):
        sim.load_scenario(data)
    alone = minimal(events=[STEP])
    with pytest.raises(ScenarioError, match="nobody asks"):
        sim.load_scenario(alone)


def test_a_wronged_side_strikes_back_and_then_both_have_violated(every_rule):
    hot = {
        "parties.north.conduct.retaliation": 1.0,
        "parties.south.conduct.retaliation": 1.0,
        "calendar.days": 130,
    }
    calm = {name: 0.0 for name in hot if name.endswith("retaliation")} | {"calendar.days": 130}
    one, other = (played(every_rule.with_values(case), 120, 200) for case in (hot, calm))
    disputed = one.state.dispute >= 1
    assert disputed.any()
    assert (one.state.breach[disputed] == 3).all()
    quiet = other.state.dispute >= 1
    assert (other.state.breach[quiet] != 3).any()


def test_what_cannot_be_kept_or_spent_is_refused():
    short = minimal(
        mediators=[{"id": "m", "style": "facilitation"}], events=[STEP | {"for_days": 1}]
    )
    with pytest.raises(ScenarioError, match="a step kept for a day"):
        sim.load_scenario(short)
    lavish = {"id": "m", "style": "manipulation", "inducement_share": 0.7, "coercion_share": 0.6}
    with pytest.raises(ScenarioError, match=r"sum to 1\.3"):
        sim.load_scenario(minimal(mediators=[lavish]))
