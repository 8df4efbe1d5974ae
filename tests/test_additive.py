"""The frontier combined issue by issue, against enumeration."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.additive import additive_frontier, blocks, supported_frontier
from sim.errors import SimError
from sim.frontier import pareto, undominated
from sim.geometry import geometry
from sim.preferences import Interaction, values
from sim.space import Space


def problem(seed, parties, sizes, pairs):
    """Return weighted scores, pair terms, and the utilities of every package by enumeration."""
    order = np.random.Generator(np.random.PCG64(seed))
    weights = order.dirichlet(np.ones(len(sizes)), parties)
    parts = weights[:, :, None] * order.integers(0, 5, (parties, len(sizes), max(sizes))) / 4
    terms = [
        [
            Interaction(
                pair, (int(order.integers(0, sizes[pair[0]])), 0), float(order.normal(0, 0.2))
            )
            for pair in pairs
        ]
        for _ in range(parties)
    ]
    space = Space(sizes)
    raw = np.stack([values(space, parts[k], terms[k]) for k in range(parties)])
    low, high = raw.min(axis=1, keepdims=True), raw.max(axis=1, keepdims=True)
    return parts, terms, space, (raw - low) / np.maximum(high - low, 1e-300)


problems = st.tuples(
    st.integers(0, 10_000),
    st.integers(2, 4),
    st.lists(st.integers(1, 4), min_size=2, max_size=5),
    st.booleans(),
)


def same_points(one, other):
    """Whether two sets of points agree within rounding, in both directions."""
    gaps = np.abs(one[:, :, None] - other[:, None, :]).max(axis=0)
    return gaps.min(axis=1).max() < 1e-9 and gaps.min(axis=0).max() < 1e-9


@given(problems)
@settings(max_examples=60, deadline=None)
def test_combining_issues_finds_the_frontier_of_all_packages(drawn):
    seed, parties, sizes, paired = drawn
    pairs = [(0, len(sizes) - 1)] if paired else []
    parts, terms, space, utilities = problem(seed, parties, sizes, pairs)
    if np.ptp(utilities, axis=1).min() < 0.5:
        return  # a party to whom every package is worth the same has no scale
    found = additive_frontier(parts, sizes, interactions=terms)
    assert same_points(found.utilities, utilities[:, pareto(np.round(utilities, 10))])
    codes = [space.encode(row) for row in found.options]
    assert np.allclose(utilities[:, codes], found.utilities, atol=1e-12)
    assert found.packages == space.count


@given(problems, st.sampled_from([0.01, 0.05, 0.2]))
@settings(max_examples=40, deadline=None)
def test_no_package_beats_the_list_by_more_than_the_tolerance(drawn, tolerance):
    seed, parties, sizes, _ = drawn
    parts, terms, _, utilities = problem(seed, parties, sizes, [])
    if np.ptp(utilities, axis=1).min() < 0.5:
        return
    short = additive_frontier(parts, sizes, interactions=terms, tolerance=tolerance)
    lacking = (utilities[:, :, None] - short.utilities[:, None, :]).max(axis=0).min(axis=1)
    assert lacking.max() <= tolerance + 1e-9


def test_red_lines_are_left_out_and_still_count_for_the_scale():
    parts = np.array([[[0.0, 0.6], [0.0, 0.4]], [[0.6, 0.0], [0.4, 0.0]]])
    allowed = np.array([[True, False], [True, True]])
    found = additive_frontier(parts, [2, 2], allowed=allowed)
    assert found.options.tolist() == [[0, 1], [0, 0]]
    assert found.utilities.tolist() == [[0.4, 0.0], [0.6, 1.0]]
    with pytest.raises(SimError, match="red lines leave no option of issue 0"):
        additive_frontier(parts, [2, 2], allowed=np.zeros((2, 2), dtype=bool))


def test_twenty_issues_of_five_options_keep_a_short_list():
    order = np.random.Generator(np.random.PCG64(1))
    parts = order.dirichlet(np.ones(20), 2)[:, :, None] * order.random((2, 20, 5))
    found = additive_frontier(parts, [5] * 20)
    assert found.packages == 5**20
    assert undominated(found.utilities).size == found.utilities.shape[1]
    assert found.longest < 20_000, "the work grows with the list, not with the packages"
    weights = np.array([0.3, 0.7])
    best = float((weights[:, None, None] * parts).sum(axis=0).max(axis=1).sum())
    raw = parts[:, np.arange(20), found.options].sum(axis=2)
    assert (weights @ raw).max() == pytest.approx(best, abs=1e-12), "a supported point is on it"


def stated(scenario):
    """Return the weighted scores and pair terms of a file's parties, by issue of the agenda."""
    agenda = scenario.game.agendas[0]
    parties = sorted(scenario.file.parties, key=lambda party: party.id)
    place = {issue.id: k for k, issue in enumerate(agenda.issues)}
    parts = np.zeros((len(parties), len(place), max(agenda.space.sizes)))
    terms = []
    for row, party in enumerate(parties):
        for name, k in place.items():
            scores = party.scores[name]
            parts[row, k, : len(scores)] = party.weights[name].value * np.array(scores)
        terms.append([])
        for item in party.interactions:
            issues = tuple(place[name] for name in item.when)
            labels = (agenda.issues[k].labels for k in issues)
            options = tuple(
                names.index(str(option))
                for names, option in zip(labels, item.when.values(), strict=True)
            )
            terms[-1].append(Interaction(issues, options, item.value))
    return agenda, parts, terms


def test_the_tutorials_frontier_is_the_one_of_its_tables(tutorial):
    agenda, parts, terms = stated(tutorial)
    assert any(terms), "the tutorial has pair terms"
    tables, options = agenda.tables, agenda.space.options
    allowed = np.ones(parts.shape[1:], dtype=bool)
    for issue, size in enumerate(agenda.space.sizes):
        for option in range(size):
            allowed[issue, option] = tables.feasible[options[issue] == option].any()
    assert not allowed.all(), "the tutorial has red lines"
    found = additive_frontier(parts, agenda.space.sizes, allowed=allowed, interactions=terms)
    worth = np.round(tables.utility[0], 10)  # rounding apart, which addition in another order adds
    exact = worth[:, pareto(worth, tables.feasible)]
    assert same_points(found.utilities, exact)


def test_issues_that_interact_stay_together():
    assert blocks(5, [[Interaction((0, 2), (0, 0), 0.1)], [Interaction((2, 4), (0, 0), 0.1)]]) == [
        [0, 2, 4],
        [1],
        [3],
    ]


def test_too_many_packages_together_name_the_issue_to_cut():
    terms = [[Interaction((k, k + 1), (0, 0), 0.1) for k in range(9)], []]
    with pytest.raises(SimError, match=r"interact and have 9,765,625 packages together"):
        additive_frontier(np.ones((2, 10, 5)), [5] * 10, interactions=terms)


def test_distances_are_euclidean_and_measured_to_the_nearest_of_the_frontier(tutorial):
    found = geometry(tutorial)
    package = int(np.flatnonzero(found.zone)[0])
    apart = found.distances(package)
    nash = next(p for p in found.points if p.concept == "nash")
    gap = found.utilities[:, package] - np.array(nash.utilities)
    assert apart["nash"] == pytest.approx(np.hypot(*gap))
    frontier = found.utilities[:, found.frontier] - found.utilities[:, [package]]
    assert apart["pareto"] == pytest.approx(np.hypot(*frontier).min())
    assert set(apart) == {p.concept for p in found.points} | {"pareto"}


def test_geometry_states_the_largest_sum_of_relative_gains(tutorial):
    found = geometry(tutorial)
    point = next(p for p in found.points if p.concept == "relative_welfare")
    floors = found.floors.min(axis=1)
    gains = np.where(found.zone, found.utilities - floors[:, None], np.nan)
    shares = (gains / np.nanmax(gains, axis=1, keepdims=True)).sum(axis=0)
    assert shares[point.package] == pytest.approx(np.nanmax(shares), abs=1e-12)


def test_supported_packages_are_undominated_and_know_no_order_of_parties():
    order = np.random.Generator(np.random.PCG64(8))
    sizes = [3, 4, 2, 3]
    parts = order.random((4, 4, 4))
    found = supported_frontier(parts, sizes, most=200)
    worth = np.stack([values(Space(sizes), part) for part in parts])
    scaled = (worth - worth.min(axis=1, keepdims=True)) / np.ptp(worth, axis=1)[:, None]
    for point in found.utilities.T:
        above = (scaled >= point[:, None] - 1e-12).all(axis=0)
        better = above & (scaled > point[:, None] + 1e-9).any(axis=0)
        assert not better.any()
    turned = supported_frontier(parts[[2, 0, 3, 1]], sizes, most=200)
    one = {tuple(row) for row in found.options.tolist()}
    assert one == {tuple(row) for row in turned.options.tolist()}
    assert len(one) >= 8
    assert np.isnan(found.tolerance)
