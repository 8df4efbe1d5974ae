"""Figures: the right data on the right artists, the same Axes back, nothing else touched."""

from __future__ import annotations

import copy
from itertools import pairwise

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

import sim
from sim import plots
from sim.errors import RunError
from sim.geometry import geometry
from sim.plots.history import _LETTER, _heights
from sim.report.figures import RunShown, figures, overview
from sim.statistics import agreement_curve, flow_table, outcome_table, survival_table, terms_table


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


def test_agreement_arms_draws_a_line_and_a_band_an_arm(outcomes, ax):
    table = agreement_curve(outcomes)
    assert sim.plots.plot_agreement_arms({"one": table, "two": table}, ax=ax) is ax
    assert np.array_equal(ax.lines[0].get_ydata(), table.share)
    assert len(ax.lines) == len(ax.collections) == 2
    said = ax.get_legend().get_texts()[0].get_text()
    assert said.startswith(f"one: {table.share.iloc[-1]:.1%} ± ")
    assert said.endswith("(n = 120)")
    with pytest.raises(RunError, match="tables is empty"):
        sim.plots.plot_agreement_arms({}, ax=ax)


@pytest.fixture(scope="module")
def explained(outcomes):
    return sim.explain(sim.replay(outcomes, 1))


def test_floors_are_drawn_as_they_are_and_as_they_are_believed(explained, ax):
    sessions, beliefs = explained.to_frame(), explained.beliefs()
    truce, beliefs = (table[table.agenda == "truce"] for table in (sessions, beliefs))
    assert sim.plots.plot_floors(truce, beliefs, "north", ax=ax) is ax
    own = truce[truce.party == "north"].drop_duplicates("day", keep="last")
    drawn = np.asarray(ax.lines[0].get_ydata(), float)
    assert np.array_equal(drawn[~np.isnan(drawn)], own.floor)
    mean = beliefs[beliefs.other == "north"]["mean"]
    believed = np.asarray(ax.lines[2].get_ydata(), float)
    assert np.array_equal(believed[~np.isnan(believed)], mean)
    assert sim.plots.plot_floors(truce.iloc[:0], beliefs.iloc[:0], "north", ax=ax) is ax
    assert ax.texts[-1].get_text() == "no session was held"


def test_chances_are_drawn_beside_the_shares_of_capability(explained, ax):
    sessions = explained.to_frame()
    assert sim.plots.plot_chances(sessions, ax=ax) is ax
    shares = {round(float(np.nanmax(line.get_ydata())), 6) for line in ax.lines[1:4:2]}
    assert shares == set(sessions.share.round(6))


def test_leverage_is_drawn_by_whom_and_on_whom(explained, ax):
    table = explained.leverage()
    assert sim.plots.plot_leverage_targets(table, ax=ax) is ax
    widths = sum(bar.get_width() for bar in ax.patches)
    assert widths == pytest.approx(table.amount.sum())
    pairs = table[["mediator", "target"]].drop_duplicates()
    assert len(ax.get_yticklabels()) == len(pairs)
    assert sim.plots.plot_leverage_targets(table.iloc[:0], ax=ax) is ax


def test_outcomes_draws_a_bar_a_class(outcomes, ax):
    table = outcome_table(outcomes)
    assert sim.plots.plot_outcomes(table, ax=ax) is ax
    assert np.allclose([bar.get_width() for bar in ax.patches], table.share)
    assert {text.get_text() for text in ax.texts} == {f"{n:,}" for n in table["count"]}


def test_survival_draws_its_table(outcomes, ax):
    table = survival_table(outcomes)
    assert sim.plots.plot_survival(table, ax=ax) is ax
    assert np.array_equal(ax.lines[0].get_ydata(), table[table.at_risk >= 10].survival)
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


@pytest.fixture(scope="module")
def daily(outcomes):
    return sim.daily_table(outcomes, most=60)


@pytest.fixture(scope="module")
def trace(outcomes):
    return sim.replay(outcomes, 1)


def test_the_path_of_offers_is_drawn_where_the_texts_stood(tutorial, trace, ax):
    offers = trace.offers_frame()
    offers = offers[offers.agenda == "truce"]
    before = len(sim.plots.plot_agreement_zone(tutorial, ax=plt.figure().add_subplot()).collections)
    sim.plots.plot_agreement_zone(tutorial, offers=offers, ax=ax)
    paths = ax.collections[before:]
    wide = offers.pivot_table(index=["day", "proposer"], columns="party", values="utility")
    drawn = np.concatenate([points.get_offsets() for points in paths])
    assert sorted(map(tuple, np.asarray(drawn))) == sorted(
        map(tuple, wide[["north", "south"]].values)
    )


def test_a_large_zone_is_thinned_evenly():
    scenario = sim.load_scenario("gaza_ceasefire_talks")
    ax = sim.plots.plot_agreement_zone(scenario)
    drawn = np.concatenate([np.asarray(points.get_offsets()) for points in ax.collections])
    table = sim.plots.zone_table(geometry(scenario))
    for party, column in zip(("hamas", "israel"), drawn.T, strict=True):
        spread = table[party].max() - table[party].min()
        assert np.ptp(column) > 0.9 * spread
    plt.close(ax.figure)


def test_terms_draws_a_bar_for_each_option(outcomes, ax):
    table = terms_table(outcomes)
    assert sim.plots.plot_terms(table, ax=ax) is ax
    assert np.allclose([bar.get_width() for bar in ax.patches], table.share.fillna(0.0))
    written = [label.get_text() for label in ax.get_yticklabels()]
    assert written == table.option.tolist()


def test_acceptance_draws_shares_and_red_lines(tutorial, ax):
    table = sim.acceptance_table(tutorial)
    assert sim.plots.plot_acceptance(table, ax=ax) is ax
    image = np.asarray(ax.images[0].get_array())
    assert image.shape == (len(table[["issue", "option"]].drop_duplicates()), table.actor.nunique())
    crossed = [text for text in ax.texts if text.get_text() == "x"]
    assert len(crossed) == table.red_line.sum() == 2
    assert ax.get_xticklabels()[0].get_text() == "North"


def test_flow_widths_are_the_shares_of_histories(outcomes, ax):
    table = flow_table(outcomes)
    assert sim.plots.plot_flow(table, ax=ax) is ax
    steps = table.drop_duplicates("step")
    said = [text.get_text() for text in ax.texts]
    for name, reached in zip(steps.name, steps.reached, strict=True):
        assert f"{name}\n{reached / outcomes.replications:.0%}" in said
    ends = table.groupby("outcome")["count"].sum()
    for name, count in ends[ends > 0].items():
        assert any(text.startswith(f"{name}:") and f"({count:,})" in text for text in said)
    assert ends.sum() == outcomes.replications


def test_the_flow_has_tranches_only_where_something_is_delivered(outcomes):
    data = copy.deepcopy(sim.load_scenario("prisoner_exchange_minimal").data)
    del data["implementation"]["deliveries"]
    bare = sim.load_scenario(data)
    steps = flow_table(sim.run_ensemble(bare, replications=3, seed=1)).name.unique()
    assert steps.tolist() == ["talks", "signed", "ratified"]
    assert "tranche 3" in flow_table(outcomes).name.unique()


def test_labels_of_eight_classes_do_not_overlap(outcomes, ax):
    table = flow_table(outcomes)
    rare = table.assign(count=np.where(table.step == 0, 1, 0))
    rare.loc[rare.outcome == "completed", "count"] = [outcomes.replications - 7, 0, 0, 0, 0, 0]
    sim.plots.plot_flow(rare, ax=ax)
    heights = sorted(t.get_position()[1] for t in ax.texts if "(" in t.get_text())
    assert len(heights) == 8
    assert min(np.diff(heights)) > 0.05
    low, _ = ax.get_ylim()
    assert low < heights[0]


def test_daily_draws_mean_and_band_of_each_side(daily, ax):
    assert sim.plots.plot_daily(daily, "released", ax=ax) is ax
    north = daily[(daily.measure == "released") & (daily.side == "north")]
    assert np.array_equal(ax.lines[0].get_ydata(), north["mean"])
    assert len(ax.collections) == 2
    assert sim.plots.plot_daily(daily, "truce_days", dated=True, ax=ax).get_xlabel() == "Date"


def test_daily_ends_where_the_ensemble_ends(outcomes, daily):
    last = daily[daily.day == outcomes.game.days]
    for number, party in enumerate(outcomes.game.parties):
        row = last[(last.measure == "released") & (last.side == party.id)].iloc[0]
        assert row["mean"] == pytest.approx(outcomes.released[:60, number].mean())
    row = last[last.measure == "truce_days"].iloc[0]
    assert row["mean"] == pytest.approx(outcomes.truce_days[:60].mean())
    assert row["count"] == 60


def test_aid_comes_in_as_far_as_its_tranches_were_delivered():
    truce = sim.load_scenario("gaza_truce_2023_11").with_values(
        {"rules.compliance": False, "rules.spoilers": False, "implementation.false_alarm": 0.0}
    )
    outcomes = sim.run_ensemble(truce, replications=30, seed=1)
    table = sim.daily_table(outcomes)
    last = table[(table.measure == "aid") & (table.day == truce.game.days)].iloc[0]
    talks = truce.game.agendas[0]
    place = [issue.id for issue in talks.issues].index("aid")
    expected = np.zeros(30)
    agreed = outcomes.package[:, 0] >= 0
    amount = talks.numbers[place, talks.space.options[place, outcomes.package[agreed, 0]]]
    days = outcomes.truce_days[agreed]
    expected[agreed] = amount * np.where(days >= 4, days - 1.5, days * (days + 1) / 8)
    assert last["mean"] == pytest.approx(expected.mean())
    ax = sim.plots.plot_daily(table, "aid", unit="trucks")
    assert ax.get_ylabel().startswith("Trucks")
    plt.close(ax.figure)


def test_one_history_draws_harm_readiness_and_leverage(tutorial, trace, ax):
    parties = trace.parties_frame()
    for plot, column in ((sim.plots.plot_harm, "harmed"), (sim.plots.plot_readiness, "readiness")):
        ax.clear()
        assert plot(parties, ax=ax) is ax
        assert np.array_equal(ax.lines[0].get_ydata(), parties[parties.party == "north"][column])
    ax.clear()
    assert sim.plots.plot_leverage(trace.days, ax=ax) is ax
    spent = [day["mediators"]["patron"]["spent"] for day in trace.days]
    assert any(np.array_equal(line.get_ydata(), spent) for line in ax.lines)


def test_milestones_mark_votes_and_events(trace, ax):
    sim.plots.plot_fighting(trace.days, ax=ax)
    sim.plots.mark_milestones(ax, trace.days, names={"summit": "A summit"})
    said = [text.get_text() for text in ax.texts]
    assert "truce: signed" in said
    assert "truce: vote won" in said
    assert "A summit" in said


def test_labels_in_one_row_do_not_overlap():
    marks = [(0.02 * k, 5 + 7 * (k % 5)) for k in range(45)]
    rows = {}
    for (place, letters), (row, align) in zip(marks, _heights(marks), strict=True):
        start = place if align == "left" else place - letters * _LETTER
        rows.setdefault(row, []).append((start, start + letters * _LETTER))
    assert len(rows) > 2
    for spans in rows.values():
        spans.sort()
        assert all(one[1] < two[0] for one, two in pairwise(spans))


def test_differences_draws_one_point_an_arm(outcomes, ax):
    table = sim.paired_differences(outcomes, {"same": outcomes, "again": outcomes})
    assert sim.plots.plot_differences(table, "ratified", ax=ax) is ax
    assert [label.get_text() for label in ax.get_yticklabels()] == ["same", "again"]


def test_arms_that_share_no_luck_cannot_be_paired(tutorial, outcomes):
    other = sim.run_ensemble(tutorial, replications=120, seed=2)
    with pytest.raises(ValueError, match="not played with the seed"):
        sim.paired_differences(outcomes, {"other": other})


@pytest.mark.slow
def test_three_parties_have_a_panel_each_and_a_grid_of_pairs(three):
    outcomes = sim.run_ensemble(three, replications=20, seed=1)
    run = RunShown(three, sim.replay(outcomes, 0), outcomes, sim.daily_table(outcomes))
    found = figures(run)
    assert len(found["offers"].axes) == 3
    pairs = [ax for ax in found["agreement_zone"].axes if ax.get_xlabel()]
    assert len(pairs) == 3


def test_figures_leave_global_state_alone_and_carry_the_notice(tutorial, outcomes, trace, daily):
    before, open_figures = dict(mpl.rcParams), plt.get_fignums()
    run = RunShown(tutorial, trace, outcomes, daily)
    found = figures(run) | {"overview": overview(run)}
    assert dict(mpl.rcParams) == before
    assert plt.get_fignums() == open_figures
    for figure in found.values():
        assert any("not a forecast" in text.get_text() for text in figure.texts)
    smallest = [t.get_fontsize() for f in found.values() for t in f.findobj(mpl.text.Text)]
    assert min(smallest) >= 8


@pytest.fixture(scope="module")
def rows():
    """Tables as experiments make them, small."""
    import pandas as pd

    fields = ["parties.north.outside_option.stake", "fighting.baseline"]
    screening = pd.DataFrame(
        {"field": fields, "mu_star": [0.3, 0.1], "half_width": [0.05, 0.02], "noise": [0.04, 0.04]}
    )
    indices = pd.DataFrame(
        {
            "field": fields,
            "first": [0.6, 0.1],
            "first_half": [0.1, 0.1],
            "total": [0.7, 0.2],
            "total_half": [0.1, 0.1],
        }
    )
    tornado = pd.DataFrame(
        [
            {
                "field": field,
                "end": end,
                "number": number,
                "stated": 1.0,
                "base": 0.5,
                "difference": difference,
                "standard_error": 0.02,
                "count": 50,
            }
            for field, size in zip(fields, (0.3, 0.1), strict=True)
            for end, number, difference in (("low", 0.5, size), ("high", 1.5, -size))
        ]
    )
    return {"screening": screening, "indices": indices, "tornado": tornado}


def test_sensitivity_figures_show_their_tables(rows):
    ax = same_axes(lambda ax: plots.plot_screening(rows["screening"], ax=ax))
    assert [bar.get_width() for bar in ax.patches] == [0.1, 0.3]
    labels = [label.get_text() for label in ax.get_yticklabels()]
    assert labels == ["fighting: baseline", "north: outside option, stake"]
    ax = same_axes(lambda ax: plots.plot_indices(rows["indices"], ax=ax))
    assert [bar.get_width() for bar in ax.patches] == [0.1, 0.6, 0.2, 0.7]
    ax = same_axes(lambda ax: plots.plot_tornado(rows["tornado"], label="signed", ax=ax))
    assert [bar.get_width() for bar in ax.patches] == [0.1, -0.1, 0.3, -0.3]
    assert "0.5 to 1.5, stated 1" in ax.get_yticklabels()[0].get_text()
    assert "0.500" in ax.get_xlabel()


def same_axes(draw):
    from matplotlib.figure import Figure

    figure = Figure()
    ax, other = figure.subplots(1, 2)
    assert draw(ax) is ax
    assert not other.has_data()
    return ax


def test_a_heat_map_shows_values_and_where_a_deal_exists():
    import pandas as pd

    table = pd.DataFrame(
        [
            {
                "fighting.baseline": x,
                "fighting.shock": y,
                "value": x + y,
                "standard_error": 0.01,
                "count": 30,
                "zone": x,
            }
            for x in (0.1, 0.5, 0.9)
            for y in (0.0, 0.2)
        ]
    )

    def draw(ax):
        return plots.plot_heat_map(
            table, "fighting.baseline", "fighting.shock", zone="zone", label="signed", ax=ax
        )

    ax = same_axes(draw)
    mesh = ax.collections[0].get_array().reshape(2, 3)
    assert mesh.tolist() == [[0.1, 0.5, 0.9], [0.2 + 0.1, 0.7, 1.1]]
    assert "0.5\n±0.010" in {text.get_text() for text in ax.texts}
    assert "10% to 90% of histories" in ax.get_title()
    assert [t.get_text() for t in ax.get_legend().get_texts()] == ["in 25%", "in 50%", "in 75%"]
    table["zone"] = 0.9
    ax = same_axes(draw)
    assert "in 90% of histories" in ax.get_title()
    assert ax.get_legend() is None


def test_a_search_shows_the_target_and_where_it_is_reached():
    import pandas as pd

    curves = pd.DataFrame(
        {"number": [0.0, 0.5, 1.0], "mean": [0.1, 0.2, 0.4], "standard_error": [0.01, 0.01, 0.02]}
    )
    row = {
        "field": "mediators.patron.guarantee",
        "stated": 0.3,
        "reached": True,
        "low": 0.4,
        "high": 0.6,
        "count": 80,
    }
    ax = same_axes(lambda ax: plots.plot_search(curves, row, 0.2, label="completed", ax=ax))
    assert ax.lines[0].get_ydata().tolist() == [0.1, 0.2, 0.4]
    assert ax.get_xlabel() == "patron: guarantee"
    assert "reached here (95 %)" in {t.get_text() for t in ax.get_legend().get_texts()}


def test_obstacles_stand_at_their_session_and_party(tutorial):
    found = sim.explain(sim.trace_replication(tutorial, seed=1, replication=5))
    table, votes = found.to_frame(), found.votes()
    first = table[table.agenda == "truce"]
    figure, ax = plt.subplots()
    assert plots.plot_obstacles(first, votes=votes, names={"north": "North"}, ax=ax) is ax
    drawn = {item.get_label(): item.get_offsets() for item in ax.collections}
    for reason, points in drawn.items():
        if reason.startswith("votes"):
            assert len(points) == (votes.yes == (reason == "votes yes")).sum()
        else:
            assert sorted(points[:, 0]) == sorted(first[first.reason == reason].day)
    labels = [label.get_text() for label in ax.get_yticklabels()]
    assert labels[:2] == ["North", "south"]
    plt.close(figure)


def test_gaps_are_worth_less_floor_and_signatures_are_marked(tutorial):
    found = sim.explain(sim.trace_replication(tutorial, seed=1, replication=4))
    table = found.to_frame()
    first = table[table.agenda == "truce"]
    figure, ax = plt.subplots()
    assert plots.plot_gaps(first, names={"north": "North"}, ax=ax) is ax
    marked = {line.get_label(): line for line in ax.get_lines()}
    mine = first[first.party == "north"]
    assert marked["North"].get_ydata() == pytest.approx((mine.utility - mine.floor).to_numpy())
    dotted = [line.get_xdata()[0] for line in ax.get_lines() if line.get_linestyle() == ":"]
    signed = [one.day for one in found.sittings if one.agenda == 0 and one.answers.all()]
    assert dotted == signed
    assert len(signed) == 2
    assert "signed (2 times)" in {text.get_text() for text in ax.texts}
    plt.close(figure)


def test_regret_is_what_the_explanation_says(tutorial):
    found = sim.explain(sim.trace_replication(tutorial, seed=1, replication=4))
    table = found.regrets()
    first = table[table.agenda == "truce"]
    figure, ax = plt.subplots()
    assert plots.plot_regret(first, ax=ax) is ax
    marked = {line.get_label(): line for line in ax.get_lines()}
    held = [one for one in found.sittings if one.agenda == 0]
    expected = [found.regret(one).spare[1] for one in held]
    assert marked["south"].get_ydata() == pytest.approx(expected)
    assert max(expected) > 0.0
    plt.close(figure)


def test_no_session_is_said_and_draws_no_legend():
    empty = pd.DataFrame(columns=["day", "party", "utility", "floor", "reason", "regret"])
    for draw in (plots.plot_gaps, plots.plot_regret):
        figure, ax = plt.subplots()
        draw(empty, ax=ax)
        assert ax.get_legend() is None
        assert "no session was held" in {text.get_text() for text in ax.texts}
        plt.close(figure)
