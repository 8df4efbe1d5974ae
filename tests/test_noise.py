"""Draws are fixed by their address and by nothing else."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.noise import Noise


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 2**63),
    day=st.integers(0, 4000),
    first=st.integers(0, 10**9),
    count=st.integers(1, 30),
    entity=st.text(max_size=8),
)
def test_a_draw_depends_on_its_address_alone(seed, day, first, count, entity):
    run = Noise(seed, first, count)
    run.at(day)
    whole = run.uniform("x", ["other", entity])[:, 1]
    for number in {0, count // 2, count - 1}:
        alone = Noise(seed, first + number, 1)
        alone.at(day)
        assert alone.uniform("x", [entity])[0, 0] == whole[number]


def test_rows_are_cut_from_the_run():
    noise = Noise(1, 0, 10)
    noise.at(3)
    whole = noise.uniform("x")
    noise.at(3, np.array([7, 2]))
    assert (noise.uniform("x")[:, 0] == whole[[7, 2], 0]).all()


def test_draws_are_uniform_and_streams_are_unrelated():
    noise = Noise(5, 0, 20_000)
    noise.at(1)
    one, two = noise.uniform("a")[:, 0], noise.uniform("b")[:, 0]
    n = one.size
    assert abs(one.mean() - 0.5) < 4 / np.sqrt(12 * n)
    counts = np.histogram(one, bins=20, range=(0, 1))[0]
    expected = n / 20
    chi = ((counts - expected) ** 2 / expected).sum()
    assert chi < 50.8  # upper 0.01 % point of chi-square with 19 degrees of freedom
    assert abs(np.corrcoef(one, two)[0, 1]) < 4 / np.sqrt(n)
    noise.at(2)
    assert abs(np.corrcoef(one, noise.uniform("a")[:, 0])[0, 1]) < 4 / np.sqrt(n)


def test_normal_numbers_are_finite_at_the_edge_and_standard():
    noise = Noise(5, 0, 20_000)
    noise.at(1)
    draws = noise.normal("a")[:, 0]
    assert np.isfinite(draws).all()
    assert abs(draws.mean()) < 4 / np.sqrt(draws.size)
    assert abs(draws.std() - 1) < 4 / np.sqrt(2 * draws.size)
