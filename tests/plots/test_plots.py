"""Figures: the right data on the right artists, the same Axes back, nothing else touched."""

from __future__ import annotations

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest

import sim
from sim.plots.folder import figures
from sim.statistics import agreement_curve, outcome_table, survival_table


@pytest.fixture(scope="module")
def outcomes(tutorial):
    return sim.run_ensemble(tutorial, replications=120, seed=1)


@pytest.fixture
def ax():
    figure, axes = plt.subplots()
    yield axes
    plt.close(figure)


def test_agreement_curve_draws_its_table(outcomes, ax):
    table = agreement_curve(outcomes)
    assert sim.plots.plot_agreement_curve(table, ax=ax) is ax
    assert np.array_equal(ax.lines[0].get_ydata(), table.share)
    assert len(ax.collections) == 1


def test_outcomes_draws_a_bar_a_class(outcomes, ax):
    table = outcome_table(outcomes)
    assert sim.plots.plot_outcomes(table, ax=ax) is ax
    assert np.allclose([bar.get_width() for bar in ax.patches], table.share)
    assert {text.get_text() for text in ax.texts} == {f"{n:,}" for n in table["count"]}


def test_survival_draws_its_table(outcomes, ax):
    table = survival_table(outcomes)
    assert sim.plots.plot_survival(table, ax=ax) is ax
    assert np.array_equal(ax.lines[0].get_ydata(), table.survival)
    assert sim.plots.plot_survival(table.iloc[:0], ax=ax) is ax


def test_history_figures_draw_the_trace(outcomes, ax):
    trace = sim.replay(outcomes, 1)
    parties = trace.parties_frame()
    assert sim.plots.plot_trust(parties, ax=ax) is ax
    north = parties[parties.party == "north"]
    assert np.array_equal(ax.lines[0].get_ydata(), north.trust)
    assert sim.plots.plot_fighting(trace.days, ax=ax) is ax
    offers = trace.offers_frame()
    before = len(ax.lines)
    assert sim.plots.plot_offers(offers, parties, "north", ax=ax) is ax
    assert len(ax.lines) > before


def test_zone_marks_every_package_and_point(tutorial, ax):
    assert sim.plots.plot_agreement_zone(tutorial, ax=ax) is ax
    drawn = sum(len(points.get_offsets()) for points in ax.collections)
    assert drawn == tutorial.game.agendas[0].space.count


def test_three_parties_have_a_figure_each(three):
    outcomes = sim.run_ensemble(three, replications=20, seed=1)
    found = figures(three, outcomes, sim.replay(outcomes, 0))
    assert len(found["offers"].axes) == 3


def test_a_figure_leaves_global_state_alone_and_carries_the_notice(tutorial, outcomes):
    before, open_figures = dict(mpl.rcParams), plt.get_fignums()
    found = figures(tutorial, outcomes, sim.replay(outcomes, 1))
    assert dict(mpl.rcParams) == before
    assert plt.get_fignums() == open_figures
    for figure in found.values():
        assert any("not a forecast" in text.get_text() for text in figure.texts)
        assert all(axes.get_xlabel() for axes in figure.axes)
