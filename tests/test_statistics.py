"""Estimates against closed forms and simulations with known answers."""

from __future__ import annotations

import numpy as np
import pytest

import sim
from sim.statistics import (
    agreement_curve,
    mean,
    outcome_table,
    rate,
    survival_table,
    terms_table,
    wilson,
)
from sim.table.state import Outcome


@pytest.fixture(scope="module")
def outcomes(tutorial):
    return sim.run_ensemble(tutorial, replications=400, seed=1)


def test_rate_and_mean_carry_their_standard_errors():
    flags = np.arange(100) < 30
    assert rate(flags).standard_error == pytest.approx(np.sqrt(0.3 * 0.7 / 100))
    values = np.array([1.0, 2.0, np.nan, 4.0])
    found = mean(values)
    assert found.count == 3
    assert found.standard_error == pytest.approx(np.std([1, 2, 4], ddof=1) / np.sqrt(3))
    assert mean(np.array([np.nan])).count == 0


def test_wilson_covers_a_known_share_as_often_as_it_says():
    order = np.random.Generator(np.random.PCG64(1))
    inside = 0
    for _ in range(2000):
        low, high = wilson(order.random(60) < 0.1)
        inside += low <= 0.1 <= high
    share = inside / 2000
    assert abs(share - 0.95) < 0.03


def test_outcome_table_counts_every_replication(outcomes):
    table = outcome_table(outcomes)
    assert table["count"].sum() == 400
    assert (table.low <= table.share).all()
    assert (table.share <= table.high).all()


def test_agreement_curve_is_the_empirical_share(outcomes):
    curve = agreement_curve(outcomes)
    for day in (30, 90, 180):
        agreed = (outcomes.ratified_on >= 0) & (outcomes.ratified_on <= day)
        assert curve.share[day - 1] == pytest.approx(agreed.mean())
    assert curve.share.is_monotonic_increasing


def test_survival_is_kaplan_meier_by_hand(outcomes):
    table = survival_table(outcomes)
    agreed = outcomes.ratified_on >= 0
    time = (outcomes.ended_on - outcomes.ratified_on)[agreed]
    event = (outcomes.outcome == Outcome.COLLAPSED)[agreed]
    survival = 1.0
    for day in np.unique(time):
        at_risk = (time >= day).sum()
        survival *= 1 - (event & (time == day)).sum() / at_risk
        row = table[table.day == day].iloc[0]
        assert row.survival == pytest.approx(survival)
        assert row.at_risk == at_risk


def test_terms_are_shares_of_agreements(outcomes):
    table = terms_table(outcomes)
    for _, part in table[table.agreements > 0].groupby(["agenda", "issue"]):
        assert part.share.sum() == pytest.approx(1)


def test_frames_are_tidy(outcomes):
    table = outcomes.to_frame()
    assert len(table) == 400
    assert table.ratified_on.isna().sum() == (outcomes.ratified_on < 0).sum()
    assert (table.ratified_on.dropna() > 0).all()
    terms = outcomes.terms_frame()
    assert set(terms.columns) == {"replication", "agenda", "issue", "option"}
    truce = terms[terms.agenda == "truce"]
    assert len(truce) == 6 * (outcomes.ratified_on >= 0).sum()
