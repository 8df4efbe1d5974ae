"""After a deal has ended: talks open again, precedent stays, the last deal ends the history."""

from __future__ import annotations

import numpy as np
import pytest

import sim
from sim.ensemble import Run
from sim.table.state import OPEN, Outcome


def played(scenario, rows=300):
    """Play day by day; return the run and, by day, what each open history had on its record."""
    run = Run(scenario.game, 2, 0, rows)
    days = []
    while run.state.rows:
        state = run.state
        days.append(
            {
                int(n): (int(state.ended[r]), int(state.fate[r]), int(state.stage[r, 0]))
                for r, n in enumerate(state.ids)
            }
        )
        if not run.advance():
            break
    return run, days


def test_talks_open_again_after_the_stated_days_and_not_before(tutorial):
    wait = 9
    scenario = tutorial.with_values({"protocol.deals": 3, "protocol.resume_after": wait})
    _, days = played(scenario)
    checked = 0
    for number in range(300):
        record = [day[number] for day in days if number in day]
        for day in range(1, len(record)):
            if record[day][0] > record[day - 1][0] and day + wait < len(record):
                assert record[day][1] in {Outcome.COLLAPSED, Outcome.EXPIRED, Outcome.COMPLETED}
                assert all(entry[2] != OPEN for entry in record[day : day + wait])
                assert record[day + wait][2] == OPEN
                checked += 1
    assert checked > 30


@pytest.mark.slow
def test_one_deal_is_the_history_as_it_was(tutorial):
    run = Run(tutorial.game, 2, 0, 200)
    while run.advance():
        assert not run.state.ended.any()
        assert not run.state.fate.any()


@pytest.mark.slow
def test_a_history_without_a_second_deal_keeps_the_fate_of_its_first(tutorial):
    again = tutorial.with_values({"protocol.deals": 3})
    outcomes = sim.run_ensemble(again, replications=400, seed=2)
    never = outcomes.ratified_on < 0
    without = [Outcome.REJECTED, Outcome.WALKED, Outcome.NONE]
    assert np.isin(outcomes.outcome[never], without).all()
    assert not np.isin(outcomes.outcome[~never], without).any()


@pytest.mark.slow
def test_broken_deals_escalate_and_distrust_fades_slowly(tutorial):
    loud = tutorial.with_values(
        {"protocol.deals": 3, "fighting.collapse_jump": 0.5, "calendar.days": 150}
    )
    quiet = loud.with_values({"fighting.collapse_jump": 0.0})
    one = sim.run_ensemble(loud, replications=200, seed=2)
    other = sim.run_ensemble(quiet, replications=200, seed=2)
    assert one.fought.mean() > other.fought.mean()

    forgetful = loud.with_values({f"parties.{p}.trust.drift": 1.0 for p in ("north", "south")})
    run, kept = Run(forgetful.game, 2, 0, 200), Run(loud.game, 2, 0, 200)
    for _ in range(130):
        run.advance()
        kept.advance()

    def gap(play):
        state = play.state
        after = (state.ended > 0) & ~state.in_force
        return np.abs(state.trust[after, 0, 1] - state.fields.initial_trust[after, 0]).mean()

    assert gap(run) < gap(kept)


def test_a_later_agreement_with_deliveries_is_carried_out_in_turn(tutorial_data):
    data = tutorial_data
    data["implementation"]["deliveries"]["rebuilding"] = {"by": "north"}
    data["agendas"][1] |= {"tranches": 2, "interval": 5}
    scenario = sim.load_scenario(data)
    outcomes = sim.run_ensemble(scenario, replications=400, seed=1)
    second = outcomes.package[:, 1] >= 0
    assert second.any()
    assert not (outcomes.outcome == Outcome.REPLACED).any()
    assert (outcomes.delivered[second] <= 2).all()
    ends = set(outcomes.outcome[second].tolist())
    assert Outcome.COMPLETED in ends
