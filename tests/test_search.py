"""The two ways of finding a package, against enumeration."""

from __future__ import annotations

import numpy as np
import pytest

from sim.table.aims import Issuewise, Near
from sim.table.search import Search


@pytest.fixture(scope="module")
def search(tutorial):
    return Search(tutorial.game.agendas[0])


def questions(search, rows, seed):
    order = np.random.Generator(np.random.PCG64(seed))
    options = search.agenda.detection.size
    level = order.uniform(0.3, 0.95, (rows, 1)) + order.uniform(0, 0.1, (rows, options))
    home = order.integers(-3, 6, rows).astype(np.int16)
    return order, np.minimum(level, 1.0), home


def merit(search, party, code, values):
    options = search.agenda.space.options[:, code]
    rows = np.arange(code.size)
    return sum(values[rows, k, options[k]] for k in range(len(options)))


@pytest.mark.parametrize("party", [0, 1])
def test_sorted_tables_are_exact(search, party):
    order, level, home = questions(search, 80, 1)
    near = order.integers(0, search.agenda.space.count, 80)
    found = search.best(party, np.zeros(1, dtype=int), level, home, Near(near))
    values = search._closeness(party, near)
    for row in range(80):
        exact = search.exact(
            party, 0, level[row : row + 1], int(home[row]), Issuewise(values[row : row + 1])
        )
        one = merit(search, party, found[row : row + 1], values[row : row + 1])
        best = merit(search, party, exact, values[row : row + 1])
        assert one[0] == pytest.approx(best[0], abs=1e-12)


@pytest.mark.parametrize("party", [0, 1])
def test_structure_clears_every_bound_and_comes_close(search, party):
    order, level, home = questions(search, 300, 2)
    other = 1 - party
    weights = order.dirichlet(np.ones(6), 300)
    values = weights[:, :, None] * search.tables.shapes[other][None]
    found = search.best(party, np.zeros(1, dtype=int), level, home, Issuewise(values))
    gaps = []
    for row in range(300):
        exact = search.exact(
            party, 0, level[row : row + 1], int(home[row]), Issuewise(values[row : row + 1])
        )
        best = merit(search, party, exact, values[row : row + 1])[0]
        one = merit(search, party, found[row : row + 1], values[row : row + 1])[0]
        gaps.append(best - one)
        worth = search.tables.utility[0, party]
        top = search.holding(party, 0).tops[search.holding(party, 0).place(home[row])]
        option = search.agenda.monitored[found[row]]
        assert worth[found[row]] >= level[row, option] or found[row] == top
        assert search.tables.allowed[party][found[row]]
    assert min(gaps) > -1e-12
    assert np.mean(gaps) < 0.01, f"mean gap to the exact answer {np.mean(gaps):.4f}"


def test_answers_do_not_depend_on_what_was_asked_before(tutorial):
    agenda = tutorial.game.agendas[0]
    warm, cold = Search(agenda), Search(agenda)
    order, level, home = questions(warm, 200, 3)
    near = order.integers(0, agenda.space.count, 200)
    point = np.zeros(1, dtype=int)
    warm.best(0, point, level, home, Near(near[::-1].copy()))
    one = warm.best(0, point, level, home, Near(near))
    assert (one == cold.best(0, point, level, home, Near(near))).all()


def test_several_others_are_served_by_their_least_relative_gain(three):
    """The offer aims at the largest minimum; the structure path comes close to enumeration."""
    search = Search(three.game.agendas[0])
    order, level, home = questions(search, 60, 4)
    weights = order.dirichlet(np.ones(6), (60, 2))
    each = weights[..., None] * search.tables.shapes[[0, 2]][None]
    least = order.uniform(0.1, 0.5, (60, 2))
    model = Issuewise(each.sum(axis=1) / 2, each, least)
    found = search.best(1, np.zeros(1, dtype=int), level, home, model)
    plain = search.best(1, np.zeros(1, dtype=int), level, home, Issuewise(model.values))

    def worst(codes):
        options = search.agenda.space.options[:, codes].T[:, None, :]
        return model.merit(options)[:, 0]

    exact = np.concatenate(
        [
            search.exact(1, 0, level[r : r + 1], int(home[r]), model.at(np.array([r])))
            for r in range(60)
        ]
    )
    assert (worst(found) <= worst(exact) + 1e-12).all()
    gap, without = (np.mean(worst(exact) - worst(codes)) for codes in (found, plain))
    assert gap < 0.5 * without, f"mean gap {gap:.4f}, by the sum alone {without:.4f}"
    assert gap < 0.03
