"""What institutions do, one at a time: attention, enforcement, scope, hand-overs, stages."""

from __future__ import annotations

import numpy as np
import pytest

import sim
from sim.ensemble import Run
from sim.rules.compliance import Course, Stakes, discounted, portions
from sim.rules.floors import floors
from sim.table.state import FORCE


def in_force(scenario, options, rows=40):
    """A run with the first agenda's package in force from day 1."""
    run = Run(scenario.game, 1, 0, rows)
    talks, state = run.game.agendas[0], run.state
    chosen = [options.get(issue.id, 0) for issue in talks.issues]
    state.agreed[:, 0] = talks.space.encode(chosen)
    state.stage[:, 0] = FORCE
    state.agenda[:] = 0
    state.since[:] = state.due[:] = 1
    state.planned[:] = talks.tranches
    state.ratified_on[:] = 0
    return run


def with_issue(data, name, **changes):
    """Set keys of an issue in plain data."""
    next(issue for issue in data["issues"] if issue["id"] == name).update(changes)
    return data


@pytest.mark.slow
def test_a_mediator_without_attention_leaves_the_talks_as_they_are_without_it(tutorial):
    absent = {f"mediators.{name}.attention": 0.0 for name in ("convenor", "patron")}
    one = sim.run_ensemble(tutorial.with_values(absent), replications=80, seed=2)
    other = sim.run_ensemble(
        tutorial.with_values(
            absent | {f"mediators.{name}.stock": 0.0 for name in ("convenor", "patron")}
        ),
        replications=80,
        seed=2,
    )
    assert np.array_equal(one.signed_on, other.signed_on)
    run = Run(tutorial.with_values(absent).game, 2, 0, 80)
    for _ in range(60):
        run.advance()
    assert (run.state.haze == 1.0).all()
    assert (run.state.spent == 0.0).all()


def test_scope_settles_how_much_fighting_goes_on(tutorial_data):
    data = with_issue(tutorial_data, "withdrawal", residual=[0.6, 0.3, 0.1, 0.0])
    levels = []
    for option in range(4):
        run = in_force(
            sim.load_scenario(data).with_values({"rules.spoilers": False}), {"withdrawal": option}
        )
        for _ in range(15):
            run.advance()
        levels.append(float(run.state.fighting.mean()))
    baseline = 0.5
    assert levels == sorted(levels, reverse=True)
    assert levels[0] == pytest.approx(0.6 * baseline, abs=0.1)
    assert levels[3] < 0.05


def test_enforcement_is_added_to_the_penalty_when_a_deal_comes_into_force(tutorial_data):
    data = with_issue(tutorial_data, "monitoring", penalty=[0.0, 0.05, 0.1, 0.4])
    scenario = sim.load_scenario(data).with_values({"rules.guarantees": False})
    run = Run(scenario.game, 1, 0, 200)
    seen = set()
    for _ in range(150):
        run.advance()
        state, talks = run.state, scenario.game.agendas[0]
        here = state.agenda == 0
        option = talks.monitored[state.agreed[here, 0]]
        assert np.allclose(state.penalty[here], np.array([0.0, 0.05, 0.1, 0.4])[option])
        seen |= set(option.tolist())
    assert len(seen) > 1


def test_simultaneous_hand_over_forfeits_what_the_tranche_brings():
    stake = Stakes(np.full((1, 2, 3), 0.3), np.full((1, 2, 3), 0.1), np.zeros((1, 2)))
    none, one = np.zeros((1, 2)), np.ones((1, 2))
    done, planned = np.array([[2]]), np.array([[3]])
    last, cost = discounted(Course(stake, none, none, one, done, planned, 7.0))
    both, _ = discounted(Course(stake, none, none, one, done, planned, 7.0, np.ones((1, 1))))
    assert last[0, 0] == 0.0
    assert both[0, 0] == pytest.approx(0.3)
    assert cost[0, 0] == pytest.approx(0.1)


def test_further_lists_are_measured_against_the_people_agreed():
    talks = sim.load_scenario("gaza_truce_2023_11").game.agendas[0]
    names = [talks.issues[item.issue].id for item in talks.deliveries]
    options = [0] * len(talks.issues)
    place = [issue.id for issue in talks.issues].index("people")
    options[place] = talks.issues[place].labels.index("50")
    package = np.array([talks.space.encode(options)])
    people = portions(talks, names.index("people"), package)[0]
    assert (50 * people).tolist() == pytest.approx([13, 13, 13, 11, 10, 10, 10])
    assert portions(talks, names.index("aid"), package)[0, 4:].tolist() == [0.0, 0.0, 0.0]


def test_the_next_stage_is_foreseen_by_belief_and_lowers_the_floor(tutorial):
    blind, state = tutorial, Run(tutorial.game, 1, 0, 1).state
    hopeful = tutorial.with_values({"parties.north.outside_option.next_stage": 0.5})
    ahead = hopeful.game.agendas[0].ahead[0]
    assert (ahead > 0).all()
    run = Run(hopeful.game, 1, 0, 1)
    low = floors(run.game, run.state.fields, run.state, 0)
    high = floors(blind.game, state.fields, state, 0)
    assert (high - low)[0, 0] == pytest.approx(0.5 * ahead[0])
    assert np.array_equal(high[0, 1], low[0, 1])


def test_a_deal_may_bind_past_its_term_while_the_next_stage_is_talked_about(tutorial):
    quiet = {"rules.compliance": False, "rules.spoilers": False, "implementation.false_alarm": 0.0}
    for binds in (False, True):
        scenario = tutorial.with_values(quiet | {"implementation.binds_during_talks": binds})
        run = in_force(scenario, {})
        run.state.term[:] = 60
        for _ in range(70):
            run.advance()
        assert (run.state.rows > 0) is binds
        assert not binds or (run.state.day > run.state.term).all()


def test_the_vote_on_a_stage_to_be_carried_out_waits_for_the_one_in_force(tutorial_data):
    tutorial_data["implementation"]["deliveries"]["rebuilding"] = {"by": "north"}
    run = Run(sim.load_scenario(tutorial_data).game, 1, 0, 400)
    before = run.state
    switched = 0
    while True:
        was = {
            int(n): (int(a), int(d), int(p))
            for n, a, d, p in zip(
                before.ids, before.agenda, before.delivered, before.planned, strict=True
            )
        }
        if not run.advance():
            break
        for n, a in zip(run.state.ids, run.state.agenda, strict=True):
            old = was[int(n)]
            if a == 1 and old[0] == 0:
                assert old[1] >= old[2]
                switched += 1
        before = run.state
    assert switched > 5
