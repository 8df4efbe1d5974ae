"""Chunks, workers, order, horizon and the global generators change nothing."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sim
from sim.ensemble import Run
from sim.scenario.paths import replaced
from sim.testing import same_state
from tests.helpers import same, shuffled


@pytest.fixture(scope="module", params=["tutorial", "every_rule"])
def tutorial(request):
    """The tutorial, plain and with every rule on, over fewer days: laws hold on each of them."""
    return sim.load_scenario(request.param).with_values({"calendar.days": 110})


@pytest.fixture(scope="module")
def base(tutorial):
    return sim.run_ensemble(tutorial, replications=60, seed=11)


@settings(max_examples=2, deadline=None)
@given(chunk=st.integers(17, 70))
def test_chunk_size_changes_nothing(tutorial, base, chunk):
    assert same(base, sim.run_ensemble(tutorial, replications=60, seed=11, chunk=chunk)) == []


@pytest.mark.slow
@settings(max_examples=6, deadline=None)
@given(chunk=st.integers(1, 16))
def test_small_chunks_change_nothing_either(tutorial, base, chunk):
    assert same(base, sim.run_ensemble(tutorial, replications=60, seed=11, chunk=chunk)) == []


@pytest.mark.slow
def test_worker_count_changes_nothing(tutorial, base):
    found = sim.run_ensemble(tutorial, replications=60, seed=11, chunk=16, workers=2)
    assert same(base, found) == []


@settings(max_examples=3, deadline=None)
@given(first=st.integers(0, 50), count=st.integers(1, 9))
def test_a_replication_does_not_depend_on_where_a_run_begins(tutorial, base, first, count):
    found = sim.run_ensemble(tutorial, replications=count, seed=11, first=first)
    whole = base.to_frame()[first : first + count].reset_index(drop=True)
    part = found.to_frame()
    part = part[part.replication < 60]
    assert whole[: len(part)].equals(part)


@settings(max_examples=2, deadline=None)
@given(seed=st.integers(0, 2**31))
def test_the_order_of_a_file_changes_nothing(tutorial, base, seed):
    mixed = sim.load_scenario(shuffled(tutorial.data, seed))
    assert same(base, sim.run_ensemble(mixed, replications=60, seed=11)) == []


def test_a_longer_horizon_changes_nothing_before_the_old_one(tutorial):
    longer = tutorial.with_values({"calendar.days": 180})
    short = sim.run_ensemble(tutorial, replications=400, seed=2).to_frame()
    long = sim.run_ensemble(longer, replications=400, seed=2).to_frame()
    early = (long.ended_on < 110).to_numpy()
    assert 20 < early.sum() < 380
    differing = [name for name in short if not short[early][name].equals(long[early][name])]
    assert differing == []
    assert (short.ended_on[~early] == 110).all()


def test_a_longer_horizon_changes_no_day_of_a_history_that_is_still_open(tutorial):
    longer = tutorial.with_values({"calendar.days": 180})
    one, other = (Run(case.game, 2, 0, 40) for case in (tutorial, longer))
    for _ in range(109):
        one.advance()
        other.advance()
        assert (one.state.ids == other.state.ids).all()
    assert one.state.rows > 10
    for row in range(one.state.rows):
        assert same_state(one.state, row, other.state, row) == []


def test_a_run_touches_no_global_random_state(tutorial):
    legacy = np.random.get_state()[1].copy()  # noqa: NPY002
    plain = random.getstate()
    sim.run_ensemble(tutorial, replications=5, seed=1)
    model = sim.NegotiationModel(tutorial, seed=1)
    model.run_model()
    assert (np.random.get_state()[1] == legacy).all()  # noqa: NPY002
    assert random.getstate() == plain


def test_seed_zero_is_a_seed_like_any_other(tutorial):
    zero = sim.run_ensemble(tutorial, replications=30, seed=0)
    assert same(zero, sim.run_ensemble(tutorial, replications=30, seed=0)) == []
    assert same(zero, sim.run_ensemble(tutorial, replications=30, seed=1)) != []


def test_adding_a_mediator_without_means_leaves_the_others_luck_alone(tutorial_data):
    data = replaced(tutorial_data, {})
    data["mediators"].append({"id": "aaa", "style": "facilitation", "facilitation": 1.0})
    plain = sim.run_ensemble(sim.load_scenario(tutorial_data), replications=60, seed=4)
    more = sim.run_ensemble(sim.load_scenario(data), replications=60, seed=4)
    assert same(plain, more) == []
