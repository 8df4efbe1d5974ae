"""Published formulas at 1e-9 (values computed for this project, see ../shared/data)."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from sim.frontier import agreement_zone, bargaining_point, pareto
from sim.negotiators.aspiration import exponential, polynomial
from sim.negotiators.opponent import posterior
from sim.negotiators.tit_for_tat import relative
from sim.rules.beliefs import kydd_threshold
from sim.rules.compliance import Course, Stakes, discounted, keeps

CLOSE = {"rel": 0, "abs": 1e-9}


def test_faratin_time_dependent(golden):
    for row in golden["faratin_time"]:
        form = polynomial if row["form"] == "poly" else exponential
        found = form(np.array([row["t"]], dtype=float), row["beta"], row["k"])[0]
        assert found == pytest.approx(row["alpha"], **CLOSE), row


def test_faratin_relative_tit_for_tat(golden):
    row = golden["faratin_rel_tft"]
    before, now = (np.array([float(v)]) for v in row["opp_seq"])
    found = relative(np.array([float(row["own_prev"])]), before, now)[0]
    assert found == pytest.approx(row["next"], **CLOSE)


def test_hindriks_tykhonov_learning_over_rankings(golden):
    row = golden["bayes_opponent"]
    by_issue = np.zeros((6, 3))
    for number, ranking in enumerate(row["hypotheses"]):
        by_issue[number, ranking] = row["rank_weights"]
    belief = np.full(6, 1 / 6)
    for number, bid in enumerate(row["bids"]):
        worth = (by_issue * np.array(bid)).sum(axis=1)
        belief = posterior(belief, worth, np.array(1 - 0.05 * (number + 1)), row["sigma"])
        assert belief == pytest.approx(row["posterior"][number], abs=1e-6)
    assert (belief[:, None] * by_issue).sum(axis=0) == pytest.approx(
        row["expected_weights"], abs=1e-6
    )


@pytest.fixture
def discrete(golden):
    row = golden["discrete_three_issue"]
    issues = list(row["issues"])
    options = [range(len(row["issues"][name])) for name in issues]
    packages = list(itertools.product(*options))
    utilities = np.array(
        [
            [
                sum(
                    w * row[u][name][package[k]]
                    for k, (name, w) in enumerate(zip(issues, ws, strict=True))
                )
                for package in packages
            ]
            for u, ws in (("u1", row["w1"]), ("u2", row["w2"]))
        ]
    )
    return row, issues, packages, utilities


def test_discrete_geometry(discrete):
    row, issues, packages, utilities = discrete
    floors = np.array(row["d"])
    zone = agreement_zone(utilities, floors)
    assert len(packages) == row["n_outcomes"]
    assert pareto(utilities).size == row["n_pareto"]
    assert zone.sum() == row["n_zopa"]
    assert pareto(utilities, zone).size == row["n_pareto_zopa"]
    for concept in ("nash", "kalai_smorodinsky", "egalitarian", "utilitarian"):
        point = bargaining_point(concept, utilities, floors)
        found = {
            name: row["issues"][name][packages[point.package][k]] for k, name in enumerate(issues)
        }
        assert found == row[concept]["option"]
        assert point.utilities == pytest.approx(row[concept]["u"], **CLOSE)


def test_kydd_threshold(golden):
    for row in golden["kydd_stylised"]:
        found = kydd_threshold(
            row["w"], row["eps"], row["p"], row["c1"], row["x_tough"], row["x_gen"]
        )
        assert float(found) == pytest.approx(row["lambda_star"], **CLOSE)


class _Deal:
    """The least of a state and fields that the formulas read."""

    def __init__(self, rows: int, guarantee: float = 0.0) -> None:
        self.trust = np.ones((rows, 2, 2))
        self.day = 1
        self.guarantee_ends = np.full(rows, 10)
        self.penalty = np.full(rows, guarantee)
        self.chances = self.stick = np.zeros((rows, 2))
        self.fighting = self.mean_long = np.zeros(rows)
        self.in_force, self.baseline = np.zeros(rows, dtype=bool), np.zeros((1, 1))
        self.stake = self.daily_cost = self.exhaustion = self.days_left = np.zeros((1, 2))
        self.compliance_noise = np.full((1, 1), 1e-9)
        self.opportunism = np.ones((1, 1))


@pytest.mark.parametrize(("name", "guarantee"), [("g0", 0.0), ("g05", 0.3)])
def test_self_enforcing_tranches(golden, name, guarantee):
    """With T = m = 1 and no noise a tranche holds iff c <= F + g (THEORY 2.15)."""
    row = golden["tranches"]
    count = row["N"]
    deal = _Deal(count, guarantee)
    shape = (count, 2, count)
    stake = Stakes(np.full(shape, row["v"]), np.full(shape, row["c"]), np.zeros((count, 2)))
    nothing, discount = np.zeros((count, 2)), np.full((1, 2), row["delta"])
    done = np.arange(count)[:, None]
    course = Course(stake, nothing, nothing, discount, done, np.full((count, 1), count), 1.0)
    future, cost = discounted(course)
    rows = np.arange(count)
    chance = keeps(deal, deal, rows, future, cost - 1e-7, 1.0, np.ones(2))
    for number, entry in enumerate(row[name]):
        assert future[number, 0] + guarantee == pytest.approx(entry["continuation"], **CLOSE)
        assert (chance[number, 0] > 0.5) == entry["ok"]


def test_outside_option_is_the_fearon_range(golden):
    """At full cost the two floors bound the bargaining range [p - cA, p + cB]."""
    from sim.rules.floors import outside

    for row in golden["fearon_range"]:
        deal = _Deal(1)
        deal.stake = np.ones((1, 2))
        deal.chances = np.array([[row["p"], 1 - row["p"]]])
        deal.fighting = np.ones(1)
        deal.daily_cost = np.array([[row["cA"], row["cB"]]])
        deal.days_left = np.ones((1, 2))
        low, high = outside(deal, deal)[0]
        assert low == pytest.approx(row["low"], **CLOSE)
        assert 1 - high == pytest.approx(row["high"], **CLOSE)
