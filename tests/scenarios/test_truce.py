"""The recorded truce of November 2023: the implementation gives the recorded numbers."""

from __future__ import annotations

import numpy as np
import pytest

import sim
from sim.ensemble import Run
from sim.table.state import FORCE, OUTCOMES, Outcome

PRISONERS = [39, 39, 39, 33, 30, 30, 30]
LISTS = [13, 13, 13, 11, 10, 10, 10]


@pytest.fixture
def recorded():
    """A run with the recorded terms in force from day 1, and everybody keeping them."""
    truce = sim.load_scenario("gaza_truce_2023_11").with_values(
        {
            "rules.compliance": False,
            "rules.spoilers": False,
            "implementation.false_alarm": 0.0,
        }
    )
    talks = truce.game.agendas[0]
    terms = {"truce_days": "4", "people": "50", "ratio": "3"}
    options = [
        issue.labels.index(terms[issue.id]) if issue.id in terms else 0 for issue in talks.issues
    ]
    run = Run(truce.game, 1, 0, 4)
    state = run.state
    state.agreed[:, 0] = talks.space.encode(options)
    state.stage[:, 0] = FORCE
    state.agenda[:] = 0
    state.since[:] = state.due[:] = 1
    state.planned[:] = talks.tranches
    state.term[:] = 4
    state.ratified_on[:] = 0
    return run


def test_prisoners_people_and_days_are_those_recorded(recorded):
    names = [party.id for party in recorded.game.parties]
    released, terms = [np.zeros(2)], []
    while True:
        going = recorded.advance()
        if not recorded.state.rows:
            break
        released.append(recorded.state.released[0].copy())
        terms.append(int(recorded.state.term[0]))
        if not going:
            break
    final = recorded.archive.arrays
    released.append(final["released"][0])
    by_day = np.diff(np.array(released), axis=0)
    assert by_day[:, names.index("israel")].tolist() == pytest.approx(PRISONERS)
    assert by_day[:, names.index("hamas")].tolist() == pytest.approx(LISTS)
    assert terms == [4, 4, 4, 6, 6, 7]
    assert final["truce_days"].tolist() == [7] * 4
    assert [OUTCOMES[code] for code in final["outcome"]] == ["completed"] * 4


def test_a_list_nobody_wants_ends_the_truce_at_its_term(recorded):
    recorded.game.fields.opportunism[:] = 1.0
    recorded.game.fields.compliance_noise[:] = 0.0001
    recorded.state.bind(recorded.game)
    recorded.state.delivered[:] = 4
    recorded.state.trust[:] = 0.01
    while recorded.advance():
        pass
    final = recorded.archive.arrays
    assert (final["truce_days"] == 4).all()
    assert (final["outcome"] == Outcome.COMPLETED).all()


@pytest.mark.slow
def test_nobody_is_released_twice():
    scenario = sim.load_scenario("gaza_ceasefire_talks")
    outcomes = sim.run_ensemble(scenario, replications=300, seed=4)
    names = [party.id for party in scenario.game.parties]
    people = outcomes.released[:, names.index("hamas")]
    assert people.max() <= 50
    assert (people > 0).any()
