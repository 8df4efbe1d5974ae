"""Protocols at the table: who speaks, who hears, and what is held back."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

import sim
from sim.ensemble import Run
from sim.rules import bargaining
from tests.helpers import same


def texts_of(scenario, monkeypatch, days=60):
    """Play some histories; return every (proposer, package) that reached the table."""
    seen = []
    record = bargaining._record

    def watched(session, rows, proposer, package, agreed, gains):
        if session.agenda == 0:
            seen.extend(zip(proposer.tolist(), package.tolist(), strict=True))
        record(session, rows, proposer, package, agreed, gains)

    monkeypatch.setattr(bargaining, "_record", watched)
    run = Run(scenario.game, 3, 0, 200)
    for _ in range(days):
        run.advance()
    return run, seen


def test_single_text_puts_mediators_texts_of_the_frontier_pool_on_the_table(tutorial, monkeypatch):
    single = tutorial.with_values({"protocol.use": "single-text"})
    run, seen = texts_of(single, monkeypatch)
    pool = set(single.game.agendas[0].pool.ravel().tolist())
    assert len(seen) > 1000
    assert {proposer for proposer, _ in seen} == {-1}
    assert {package for _, package in seen} <= pool
    signed = np.concatenate((run.archive.arrays["signed_on"], run.state.signed_on))
    assert (signed > 0).any()
    assert (run.state.offer == -1).all()


def test_shuttle_holds_back_offers_that_talks_would_not_bear(tutorial, monkeypatch):
    shuttle = tutorial.with_values({"protocol.use": "shuttle"})
    _, carried = texts_of(shuttle, monkeypatch)
    monkeypatch.undo()
    _, heard = texts_of(tutorial, monkeypatch)
    assert 0 < len(carried) < len(heard)


def test_an_offer_held_back_provokes_nobody_and_teaches_nothing(tutorial, monkeypatch):
    monkeypatch.setattr(
        bargaining, "carried", lambda session, rows, proposer, package: np.zeros(rows.size, bool)
    )
    quiet = tutorial.with_values({"protocol.use": "shuttle", "protocol.text_every": 100})
    run = Run(quiet.game, 3, 0, 50)
    for _ in range(20):
        run.advance()
        assert not run.state.failed.any()
    assert (run.state.offer == -1).all()
    assert (run.state.sessions[:, 0] > 0).any()
    assert np.allclose(run.state.floor_mean, 0.4)


def test_shuttle_without_a_mediator_is_an_error(tutorial_data):
    data = tutorial_data | {"mediators": [], "events": []}
    data["protocol"] = {**data["protocol"], "use": "shuttle"}
    with pytest.raises(sim.ScenarioError, match="shuttle needs a mediator"):
        sim.load_scenario(data)


@pytest.mark.slow
def test_without_mediation_nobody_holds_offers_back(tutorial):
    alone = {"rules.mediation": False}
    plain = sim.run_ensemble(
        tutorial.with_values(
            alone | {f"parties.{p}.talks.publicity": 0.0 for p in ("north", "south")}
        ),
        replications=60,
        seed=2,
    )
    shuttle = sim.run_ensemble(
        tutorial.with_values(alone | {"protocol.use": "shuttle"}), replications=60, seed=2
    )
    assert np.array_equal(plain.outcome, shuttle.outcome)


@pytest.mark.slow
def test_stacked_offers_of_two_are_alternating_offers(tutorial):
    plain = sim.run_ensemble(tutorial, replications=80, seed=2)
    stacked = tutorial.with_values({"protocol.use": "stacked-offers"})
    assert same(plain, sim.run_ensemble(stacked, replications=80, seed=2)) == []


def test_stacked_offers_pass_the_turn_to_the_first_who_refuses(three, monkeypatch):
    stacked = three.with_values({"protocol.use": "stacked-offers", "protocol.mediated": False})
    offers, record = {}, bargaining._record

    def watched(session, rows, proposer, package, agreed, gains):
        if session.agenda == 0:
            for row, party in zip(session.state.ids[rows], proposer, strict=True):
                offers.setdefault(int(row), []).append(int(party))
        record(session, rows, proposer, package, agreed, gains)

    monkeypatch.setattr(bargaining, "_record", watched)
    run = Run(stacked.game, 3, 0, 120)
    for _ in range(80):
        run.advance()
    steps = set()
    for made in offers.values():
        steps |= {(b - a) % 3 for a, b in pairwise(made)}
    assert steps == {1, 2}, "mostly the next in order, sometimes the one after: never the same"
    assert (run.state.turn[:, 0] >= run.state.sessions[:, 0]).all()
