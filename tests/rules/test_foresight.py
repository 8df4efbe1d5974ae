"""What a side counts on at a tranche: all that remains, each tranche, or what all are known to do."""

from __future__ import annotations

import numpy as np
import pytest

import sim
from sim.rules.compliance import Course, Stakes, discounted, induced

ONE = np.ones((1, 2))
NONE = np.zeros((1, 2))


def stake(count, value=1.0, cost=0.3):
    shape = (1, 2, count)
    return Stakes(np.full(shape, value), np.full(shape, cost), NONE)


def test_trust_in_each_tranche_weighs_the_far_ones_less():
    done, trust = np.array([[0]]), np.full((1, 2), 0.5)
    whole, cost = discounted(Course(stake(3), NONE, NONE, ONE, done, 3, 1.0))
    each, same_cost = discounted(Course(stake(3), NONE, NONE, ONE, done, 3, 1.0), trust=trust)
    assert (whole == pytest.approx(2 * 0.7), cost == pytest.approx(same_cost)) == (True, True)
    assert each[0, 0] == pytest.approx(0.7 * (0.5 + 0.25))


def test_full_trust_makes_the_two_alike():
    done = np.array([[1]])
    one, _ = discounted(Course(stake(4), 0.2 * ONE, NONE, 0.9 * ONE, done, 4, 2.0))
    two, _ = discounted(Course(stake(4), 0.2 * ONE, NONE, 0.9 * ONE, done, 4, 2.0), trust=ONE)
    assert two == pytest.approx(one)


def sharp(expected, cost):
    """Comply if and only if what is expected covers the cost."""
    return (expected >= cost).astype(float)


def test_by_backward_induction_nothing_holds_when_the_last_tranche_is_sure_to_fail():
    for number in range(4):
        done = np.array([[number]])
        expected, cost = induced(Course(stake(4), NONE, NONE, ONE, done, 4, 1.0, None), sharp)
        assert expected[0, 0] == 0.0
        assert cost[0, 0] == pytest.approx(0.3)


def test_what_is_left_after_the_last_tranche_holds_them_all():
    left = 0.5 * ONE
    for number in range(4):
        done = np.array([[number]])
        expected, _ = induced(Course(stake(4), left, NONE, ONE, done, 4, 1.0, None), sharp)
        assert expected[0, 0] == pytest.approx(0.5 + 0.7 * (3 - number))
    after, cost = induced(Course(stake(4), left, NONE, ONE, np.array([[4]]), 4, 1.0, None), sharp)
    assert (after[0, 0], cost[0, 0]) == (0.5, 0.0)


def test_simultaneity_counts_at_the_tranche_due():
    done = np.array([[3]])
    expected, _ = induced(Course(stake(4), NONE, NONE, ONE, done, 4, 1.0, ONE[:, :1]), sharp)
    assert expected[0, 0] == pytest.approx(1.0)


@pytest.mark.slow
def test_the_choice_moves_what_is_completed():
    plain = sim.load_scenario("prisoner_exchange_minimal").with_values(
        {"implementation.tranches": 4, "implementation.simultaneity": 0.2}
    )
    done = {}
    for foresight in ("believed", "compounding", "equilibrium"):
        case = plain.with_values({"implementation.foresight": foresight})
        done[foresight] = sim.run_ensemble(case, replications=300, seed=1).delivered.mean()
    assert len(set(done.values())) == 3
