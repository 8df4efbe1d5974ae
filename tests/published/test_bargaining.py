"""Published bargaining formulas at 1e-9: shares, smooth frontiers, Zeuthen, resource."""

from __future__ import annotations

import numpy as np
import pytest

from sim.negotiators.aspiration import resource
from sim.negotiators.rubinstein import (
    rubinstein,
    rubinstein_continuous,
    rubinstein_finite,
    rubinstein_outside,
)
from sim.negotiators.zeuthen import monotonic_concession
from sim.smooth import smooth_point
from tests.published.test_golden import discrete  # noqa: F401 - a fixture

CLOSE = {"rel": 0, "abs": 1e-9}


def test_rubinstein_without_end(golden):
    for row in golden["rubinstein_infinite"]:
        share = rubinstein(row["d1"], row["d2"])
        assert share == pytest.approx(row["x1_proposer1"], **CLOSE)
        assert 1 - share == pytest.approx(row["x2"], **CLOSE)
        other = rubinstein(row["d2"], row["d1"])
        assert share == pytest.approx(1 - row["d2"] * other, **CLOSE), "the fixed point"


def test_rubinstein_with_an_end(golden):
    for row in golden["rubinstein_finite"]:
        share = rubinstein_finite(row["d1"], row["d2"], row["T"])
        assert share == pytest.approx(row["proposer1_share"], **CLOSE), row


def test_rubinstein_with_an_outside_option(golden):
    for row in golden["rubinstein_outside_option"]:
        share = rubinstein_outside(row["d1"], row["d2"], row["b2"])
        assert share == pytest.approx(row["x1"], **CLOSE), row


def test_rubinstein_as_rounds_become_short(golden):
    for row in golden["rubinstein_continuous_limit"]:
        assert rubinstein_continuous(row["r1"], row["r2"]) == pytest.approx(row["share1"], **CLOSE)
        discounts = np.exp(-row["check_dt"] * np.array([row["r1"], row["r2"]]))
        assert rubinstein(*discounts) == pytest.approx(row["disc"], **CLOSE)


def test_nash_splits_a_pie(golden):
    for row in golden["nash_split_pie"]:
        floors = (row["d1"], row["d2"])
        found = smooth_point("nash", lambda x: x, lambda x: 1 - x, floors, row["alpha"])
        assert found.x == pytest.approx(row["x1"], **CLOSE), row


def test_points_of_the_square_root_frontier(golden):
    row = golden["sqrt_linear_frontier"]
    curve = (np.sqrt, lambda x: 1 - x)
    nash = smooth_point("nash", *curve)
    assert nash.x == pytest.approx(row["nash_x"], **CLOSE)
    assert nash.utilities == pytest.approx(row["nash_u"], **CLOSE)
    equal = smooth_point("kalai_smorodinsky", *curve)
    assert equal.x == pytest.approx(row["kalai_smorodinsky_x"], **CLOSE)
    assert equal.utilities == pytest.approx(row["ks_u"], **CLOSE)
    assert smooth_point("egalitarian", *curve).x == pytest.approx(row["egalitarian_x"], **CLOSE)
    most = smooth_point("utilitarian", *curve)
    assert most.x == pytest.approx(row["utilitarian_x"], **CLOSE)
    assert most.utilities == pytest.approx(row["utilitarian_u"], **CLOSE)


def test_points_of_the_square_root_frontier_above_floors(golden):
    for row in golden["sqrt_linear_with_disagreement"]:
        curve, floors = (np.sqrt, lambda x: 1 - x), (row["d1"], row["d2"])
        for concept, key in (("kalai_smorodinsky", "ks_x"), ("egalitarian", "egal_x")):
            assert smooth_point(concept, *curve, floors).x == pytest.approx(row[key], **CLOSE)
        nash = smooth_point("nash", *curve, floors)
        # the stored value was found by a maximiser, good to the root of its precision
        assert nash.x == pytest.approx(row["nash_x"], rel=0, abs=1e-8)
        gains = [u - d for u, d in zip(nash.utilities, floors, strict=True)]
        slope = gains[1] / (2 * np.sqrt(nash.x)) - gains[0]
        assert slope == pytest.approx(0.0, abs=1e-12), "the first-order condition"


def test_monotonic_concession_reaches_the_nash_point(golden, discrete):  # noqa: F811
    row, issues, packages, utilities = discrete
    package, steps = monotonic_concession(utilities, np.array(row["d"]))
    found = {name: row["issues"][name][packages[package][k]] for k, name in enumerate(issues)}
    stated = golden["zeuthen_discrete"]
    assert found == stated["result"]["option"] == stated["nash"]
    assert steps == stated["steps"]


def test_concession_by_resource(golden):
    for row in golden["faratin_resource"]:
        found = resource(np.array(float(row["resource"])), 1.0, row["k"])
        assert float(found) == pytest.approx(row["alpha"], **CLOSE)
