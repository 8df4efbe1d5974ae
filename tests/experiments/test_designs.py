"""Designs: the right number of points, within the ranges, the same each time."""

from __future__ import annotations

import numpy as np
import pytest

from sim.errors import RunError
from sim.experiment.designs import design_of
from sim.scenario.experiments import load_experiment

FIELDS = {
    "fighting.baseline": {"range": [0.2, 0.6]},
    "mediators.patron.stock": None,
    "parties.north.weights.captives": {"range": [0.2, 0.5]},
}


def design(seed=3, **part):
    data = {
        "schema": 1,
        "title": "x",
        "scenario": "tutorial",
        "replications": 2,
        "seed": seed,
        "design": {"fields": FIELDS, **part},
    }
    return load_experiment(data), design_of(load_experiment(data))


@pytest.mark.parametrize(
    ("use", "points", "count"),
    [
        ("grid", 1, 5**3),
        ("one-at-a-time", 1, 7),
        ("latin-hypercube", 9, 9),
        ("sobol", 9, 9),
        ("saltelli", 7, 8 * 5),
        ("morris", 6, 6 * 4),
    ],
)
def test_points_lie_in_the_ranges_and_are_the_same_each_time(use, points, count):
    experiment, found = design(use=use, points=points)
    assert found.values.shape == (count, 3)
    for column, item in zip(found.values.T, experiment.fields, strict=True):
        assert item.low <= column.min() <= column.max() <= item.high
    again = design(use=use, points=points)[1]
    assert np.array_equal(found.values, again.values)
    other = design(seed=4, use=use, points=points)[1]
    drawn = use not in ("grid", "one-at-a-time")
    assert np.array_equal(found.values, other.values) is not drawn


def test_a_latin_hypercube_has_one_point_in_each_slice():
    experiment, found = design(use="latin-hypercube", points=20)
    for column, item in zip(found.values.T, experiment.fields, strict=True):
        slices = np.floor((column - item.low) / (item.high - item.low) * 20).astype(int)
        assert sorted(slices) == list(range(20))


def test_morris_moves_one_field_at_a_time():
    found = design(use="morris", points=5)[1]
    for path in found.values.reshape(5, 4, 3):
        moved = (np.diff(path, axis=0) != 0).sum(axis=1)
        assert moved.tolist() == [1, 1, 1]


def test_one_at_a_time_begins_as_stated_and_goes_to_both_ends():
    found = design(use="one-at-a-time")[1]
    stated = [0.5, 0.25, 0.3]
    assert found.values[0].tolist() == stated
    assert found.values[1].tolist() == [0.2, *stated[1:]]
    assert found.values[2].tolist() == [0.6, *stated[1:]]


def test_a_grid_takes_listed_values_and_levels():
    fields = {
        "fighting.baseline": {"values": [0.1, 0.9]},
        "fighting.shock": {"range": [0, 0.2], "levels": 3},
    }
    found = design(use="grid", fields=fields)[1]
    assert found.to_frame().values.tolist() == [
        [0, 0.1, 0.0],
        [1, 0.1, 0.1],
        [2, 0.1, 0.2],
        [3, 0.9, 0.0],
        [4, 0.9, 0.1],
        [5, 0.9, 0.2],
    ]
    with pytest.raises(RunError, match="allowed: 0 to 5"):
        found.at(6)


def test_one_at_a_time_takes_listed_values():
    found = design(use="one-at-a-time", fields={"fighting.baseline": {"values": [0.1, 0.9, 1.0]}})
    assert found[1].values[:, 0].tolist() == [0.5, 0.1, 0.9, 1.0]


def test_too_large_a_grid_is_refused():
    fields = {
        f"parties.{p}.trust.{f}": {"range": [0.1, 0.9], "levels": 200}
        for p in ("north", "south")
        for f in ("initial", "gain")
    }
    with pytest.raises(RunError, match="allowed: 1,000,000"):
        design(use="grid", fields=fields)


def test_grouped_numbers_move_together():
    found = design(use="saltelli", points=4, group_by="kind")[1]
    assert found.values.shape[0] == 4 * (3 + 2)  # one kind alone: SALib falls back to fields
