"""Agendas with too many packages to list: the same numbers as lists give, and talks that go on."""

from __future__ import annotations

import copy
import itertools
import tracemalloc

import numpy as np
import pytest

import sim
from sim import space
from sim.acceptance import acceptance_table
from sim.ensemble import run_ensemble
from sim.errors import RunError, ScenarioError, SimError
from sim.experiment.zones import zone_share
from sim.geometry import geometry
from sim.negotiators.registry import NEGOTIATORS
from sim.scenario import compile_game
from sim.summed import SummedTables
from sim.table.aims import Issuewise, Least
from sim.table.desk import _misreport
from sim.table.holding import Change
from sim.table.search import Search
from tests.benchmarks.made import calm
from tests.conftest import minimal

NAMES = ("tutorial", "every_rule", "gaza_ceasefire_talks", "prisoner_exchange_minimal")


def unlisted(name, monkeypatch):
    """Return a game both ways: with all packages in lists, and with none."""
    listed = compile_game(sim.load_scenario(name).file)
    with monkeypatch.context() as patch:
        patch.setattr(space, "LISTED", 10)
        return listed, compile_game(sim.load_scenario(name).file)


def large(parties=2, issues=10, **behaviour):
    """Return a calm scenario of 5 ** issues packages."""
    order = np.random.Generator(np.random.PCG64(3))
    scores = []
    for _ in range(issues):
        row = np.sort(order.random((parties, 5)), axis=1)
        row[:, 0], row[:, -1] = 0.0, 1.0
        row[1] = row[1, ::-1]
        scores.append(row)
    weights = order.dirichlet(np.full(issues, 4.0), parties)
    return calm(weights, scores, behaviour or {"use": "time-dependent"}, 60)


@pytest.mark.parametrize("name", NAMES)
def test_sums_are_the_listed_values_to_the_last_bit(name, monkeypatch):
    for one, other in zip(*(g.agendas for g in unlisted(name, monkeypatch)), strict=True):
        assert isinstance(other.tables, SummedTables)
        codes = np.random.Generator(np.random.PCG64(1)).integers(0, one.space.count, 500)
        points, parties = one.tables.parts.shape[:2]
        groups = one.tables.constituencies.shape[1]
        for point in range(points):
            for party in range(parties):
                for ask in ("worth", "support"):
                    lists, sums = (
                        getattr(talks.tables, ask)(point, party, codes) for talks in (one, other)
                    )
                    assert (lists == sums).all()
            for group in range(groups):
                lists = one.tables.group_worth(point, group, codes)
                assert (lists == other.tables.group_worth(point, group, codes)).all()
        for party in range(parties):
            assert (one.tables.permits(party, codes) == other.tables.permits(party, codes)).all()
        assert (one.tables.spoiler_worth(codes) == other.tables.spoiler_worth(codes)).all()
        assert one.tables.feasible_count == other.tables.feasible_count
        for leaf in ("ideal", "ends", "favourite", "shapes", "gains", "parts"):
            assert (getattr(one.tables, leaf) == getattr(other.tables, leaf)).all(), leaf
        assert (one.monitoring(codes) == other.monitoring(codes)).all()
        assert np.abs(one.reach - other.reach).max() < 1e-12
        assert np.abs(one.ahead - other.ahead).max() < 1e-12


@pytest.mark.parametrize("name", NAMES)
def test_what_home_carries_is_found_without_a_list(name, monkeypatch):
    """Best and least package at every support at home, from the frontier of worth and support."""
    for one, other in zip(*(g.agendas for g in unlisted(name, monkeypatch)), strict=True):
        lists, sums = Search(one), Search(other)
        for party in range(one.tables.parts.shape[1]):
            here, there = lists.held(party, 0), sums.held(party, 0)
            assert here.bounds == there.bounds
            assert here.worth_of(here.tops) == pytest.approx(there.worth_of(there.tops), abs=1e-12)
            assert here.bottoms == pytest.approx(there.bottoms, abs=1e-12)


@pytest.mark.parametrize("name", ["tutorial", "gaza_ceasefire_talks"])
def test_bargaining_points_need_no_list(name, monkeypatch):
    scenario = sim.load_scenario(name)
    found = geometry(scenario)
    with monkeypatch.context() as patch:
        patch.setattr(space, "LISTED", 10)
        there = geometry(sim.load_scenario(name))
    assert there.to_dict()["agreement_zone"] is None
    assert there.codes.size < found.codes.size / 3
    for one, other in zip(found.points, there.points, strict=True):
        assert other.utilities == pytest.approx(one.utilities, abs=1e-9), one.concept
    edge, far = (f.utilities[:, f.frontier] for f in (found, there))
    gaps = edge[:, :, None] - far[:, None, :]
    reached = (gaps < 1e-9).all(axis=0).any(axis=1)
    assert reached.all(), "each point of the lists is there, or one that beats it by rounding"
    assert not (gaps > 1e-9).all(axis=0).any(), "and nothing that another beats for everyone"


def test_histories_are_those_of_the_lists_where_both_search_by_structure(monkeypatch):
    """A model that differs from row to row is searched by structure in either case."""
    scenario = sim.load_scenario("prisoner_exchange_minimal")
    learns = {
        f"parties.{p.id}.behaviour": {"use": "time-dependent", "trade_off": "learned"}
        for p in scenario.file.parties
    } | {"protocol.mediated": False}
    one = run_ensemble(scenario.with_values(learns), replications=60, seed=4)
    with monkeypatch.context() as patch:
        patch.setattr(space, "LISTED", 10)
        there = sim.load_scenario("prisoner_exchange_minimal").with_values(learns)
        other = run_ensemble(there, replications=60, seed=4)
    assert (one.signed_on >= 0).any()
    assert (one.package == other.package).all()
    assert (one.ended_on == other.ended_on).all()


@pytest.mark.parametrize("name", ["tutorial", "gaza_ceasefire_talks"])
def test_the_least_package_comes_close_and_clears_every_bound(name, monkeypatch):
    listed, summed = (g.agendas[0] for g in unlisted(name, monkeypatch))
    lists, sums = Search(listed), Search(summed)
    order = np.random.Generator(np.random.PCG64(2))
    point = np.zeros(1, dtype=int)
    options = summed.detection.size
    level = order.uniform(0.2, 0.98, (400, 1)) + order.uniform(0, 0.02, (400, options))
    for party in range(2):
        home = order.integers(-3, 9, 400).astype(np.int16)
        exact = lists.best(party, point, level, home, Least())
        found = sums.best(party, point, level, home, Least())
        held = lists.holding(party, 0)
        reached = held.shortfall(home, level, found[:, None])[:, 0] <= 0.0
        top = held.top(home)
        assert (reached | (held.worth[found] == held.worth[top])).all()
        free = np.flatnonzero(reached & (home <= held.bounds[0]))
        gaps = held.worth[found[free]] - held.worth[exact[free]]
        assert gaps.size > 50
        assert gaps.min() > -1e-12
        assert gaps.mean() < 0.005, f"mean gap {gaps.mean():.4f}"


@pytest.mark.parametrize("use", sorted(set(NEGOTIATORS.available()) - {"micro"}), ids=str)
def test_both_faces_are_one_history_past_a_million(use):
    scenario = large(use=use)
    assert scenario.game.agendas[0].space.count == 5**10
    outcomes = run_ensemble(scenario, replications=6, seed=2)
    model = sim.NegotiationModel(scenario, seed=2, replication=4)
    model.run_model()
    there = model.run_.archive.arrays
    assert (there["package"][0] == outcomes.package[4]).all()
    assert there["utility"][0].tobytes() == outcomes.utility[4].tobytes()


def test_varied_weights_have_their_own_sums():
    scenario = large(use="time-dependent")
    party = scenario.file.parties[0]
    path = f"parties.{party.id}.weights.{next(iter(party.weights))}"
    stated = np.array([0.1, 0.2, 0.1, 0.3])
    all_four = run_ensemble(scenario, replications=4, seed=1, vary={path: stated})
    same = run_ensemble(scenario, replications=4, seed=1, vary={path: np.full(4, 0.2)})
    assert all_four.utility[1].tobytes() == same.utility[1].tobytes()
    assert all_four.package[1] == same.package[1]
    assert (all_four.package != same.package).any()


def test_a_hundred_trillion_packages_take_little_memory():
    scenario = large(issues=20, use="time-dependent")
    assert scenario.game.agendas[0].space.count == 5**20
    tracemalloc.start()
    try:
        outcomes = run_ensemble(scenario, replications=8, seed=1)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert (outcomes.signed_on >= 0).any()
    assert outcomes.package.dtype == np.int64
    assert outcomes.package.max() > np.iinfo(np.int32).max
    assert peak < 60_000_000


def test_who_walks_a_ranking_stops_at_a_million():
    with pytest.raises(
        ScenarioError, match=r"behaviour\.use: micro walks a ranking of all 9,765,625"
    ):
        large(use="micro")


def test_what_looks_at_every_package_says_which_issue_to_cut():
    with pytest.raises(SimError, match=r"at most 1,000,000: cut options \(issue_0"):
        large().game.agendas[0].listed  # noqa: B018 - it raises


def test_issues_that_interact_may_not_be_too_many_together():
    data = minimal()
    party = data["parties"][0]
    names = [f"extra{number}" for number in range(9)]
    for name in names:
        data["issues"].append({"id": name, "options": list(range(6))})
        for one in data["parties"]:
            one["scores"][name] = [k / 5 for k in range(6)]
            one["weights"][name] = 0.0
    party["interactions"] = [
        {"when": {one: 0, other: 0}, "value": 0.01} for one, other in itertools.pairwise(names)
    ]
    with pytest.raises(ScenarioError, match=r"interact and have 10,077,696 packages together"):
        sim.load_scenario(data)


def test_a_model_past_a_million_clears_every_bound_and_moves_by_single_issues():
    talks = large(use="time-dependent").game.agendas[0]
    search = Search(talks)
    order = np.random.Generator(np.random.PCG64(5))
    values = order.dirichlet(np.ones(10), 64)[:, :, None] * talks.tables.shapes[1][None]
    level = order.uniform(0.3, 0.95, (64, 1))
    home = np.zeros(64, dtype=np.int16)
    point = np.zeros(1, dtype=int)
    model = Issuewise(values)
    found = search.best(0, point, level, home, model)
    assert (talks.tables.worth(0, 0, found) >= level[:, 0]).all()
    merit = model.merit(talks.space.choices(found).T[:, None, :])[:, 0]
    for issue in range(10):
        for option in range(5):
            other = talks.space.choices(found).T.astype(np.int64)
            other[:, issue] = option
            codes = talks.space.codes(other)
            clear = talks.tables.worth(0, 0, codes) >= level[:, 0]
            better = clear & (model.merit(other[:, None, :])[:, 0] > merit + 0.05)
            assert not better.any()


@pytest.mark.parametrize("name", NAMES)
def test_a_changed_issue_falls_short_as_the_whole_package_does(name, monkeypatch):
    for talks in unlisted(name, monkeypatch)[1].agendas:
        search, sizes = Search(talks), talks.space.sizes
        order = np.random.Generator(np.random.PCG64(6))
        chosen = np.stack([order.integers(0, size, 50) for size in sizes], axis=1)
        level = order.uniform(0.2, 0.9, (50, talks.detection.size))
        home = order.integers(-2, 9, 50).astype(np.int16)
        issues, options = search._structure.moves
        for party in range(talks.tables.parts.shape[1]):
            held = search.held(party, 0)
            steps = (options - chosen[:, issues]) * talks.space.strides[issues]
            codes = talks.space.codes(chosen)[:, None] + steps
            change = Change(chosen, search._structure.moves, codes)
            after = held.shortfall_after(home, level, change)
            for move, (issue, option) in enumerate(zip(issues, options, strict=True)):
                changed = chosen.copy()
                changed[:, issue] = option
                whole = held.shortfall(home, level, talks.space.codes(changed)[:, None])
                assert after[:, move] == pytest.approx(whole[:, 0], abs=1e-12)


def grown(**party):
    """Return the tutorial's data with six issues more, 12,582,912 packages, and a party changed."""
    data = copy.deepcopy(sim.load_scenario("tutorial").data)
    for number in range(6):
        name = f"extra_{number}"
        data["issues"].append({"id": name, "agenda": "truce", "options": ["a", "b", "c", "d"]})
        for one, scores in zip(data["parties"], ([0, 0.3, 0.6, 1], [1, 0.8, 0.4, 0]), strict=True):
            one["scores"][name] = scores
            one["weights"][name] = 0.0
    data["parties"][0].update(party)
    return data


def test_a_red_line_on_monitoring_is_no_option_to_search():
    lines = [{"issue": "monitoring", "options": ["none"]}]
    scenario = sim.load_scenario(grown(red_lines=lines, behaviour={"use": "random"}))
    talks = scenario.game.agendas[0]
    assert not talks.space.listed
    outcomes = run_ensemble(scenario, replications=60, seed=1)
    agreed = outcomes.package[outcomes.package[:, 0] >= 0, 0]
    assert agreed.size
    assert talks.tables.permits(0, agreed).all()


def test_the_share_of_histories_with_a_zone_needs_no_list(monkeypatch):
    scenario = sim.load_scenario("tutorial")
    share = zone_share(scenario, replications=400, seed=1)
    monkeypatch.setattr(space, "LISTED", 10)
    assert zone_share(sim.load_scenario("tutorial"), replications=400, seed=1) == share


def test_red_lines_of_a_sampled_acceptance_are_the_stated_ones():
    scenario = sim.load_scenario(grown())
    table = acceptance_table(scenario)
    crossed = table[table.red_line]
    stated = {("north", "ratio", "10"), ("south", "truce_days", "21")}
    assert set(zip(crossed.actor, crossed.issue, crossed.option, strict=True)) == stated


def test_a_tournament_refuses_who_walks_a_ranking():
    with pytest.raises(RunError, match="micro walks a ranking of all 9,765,625 packages of agenda"):
        sim.run_tournament([large()], ["micro", "random"], replications=2)


@pytest.mark.slow
def test_a_tournament_of_all_leaves_out_who_walks_a_ranking():
    scenario = large()
    found = sim.run_tournament([scenario], None, replications=2)
    assert "micro" not in found.behaviours
    assert len(found.behaviours) == len(NEGOTIATORS.available()) - 1


def test_reports_err_apart_for_texts_far_apart():
    """Codes that agree in their last digits are different texts."""
    codes = np.arange(40, dtype=np.int64)[None, :] * 2**20
    errors = _misreport(np.array([[0.1], [0.7]]), codes)
    assert np.abs(errors).max() <= 3.0**0.5
    assert len(np.unique(errors[0, 0].round(9))) == 40
    many = _misreport(np.linspace(0, 1, 2000, endpoint=False)[:, None], codes)[:, 0]
    assert many.mean() == pytest.approx(0.0, abs=0.01)
    assert many.std() == pytest.approx(1.0, abs=0.01)
    alike = np.abs(np.corrcoef(many.T) - np.eye(40))
    assert (alike > 0.9).sum() < 0.1 * alike.size


def test_four_parties_and_more_are_served_by_weighings(tutorial):
    scenario = large(parties=5)
    outcomes = run_ensemble(scenario, replications=8, seed=1)
    assert (outcomes.signed_on > 0).any()
    found = geometry(scenario)
    assert {point.concept for point in found.points} >= {"nash", "utilitarian"}
