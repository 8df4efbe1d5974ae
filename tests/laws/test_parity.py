"""Row r of an ensemble and the Mesa run of replication r are the same history, to the last bit."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pytest

import sim
from sim.ensemble import Run
from sim.mediators.registry import MEDIATORS
from sim.negotiators import available, create
from sim.table.state import ARRAYS
from sim.testing import check_mediator, check_negotiator, same_state
from tests.helpers import states


class Ratchet:
    """A scalar class with memory: never asks for less than it has asked for before."""

    def __init__(self, step: float = 0.02) -> None:
        self.step = step
        self.asked = 1.0
        self.heard: list[int] = []

    def propose(self, seat):
        self.asked -= self.step * (1 + len(self.heard) % 2)
        return seat.best_at_or_above(max(self.asked, seat.floor))

    def accepts(self, seat, package):
        return seat.value(package) >= self.asked

    def observe(self, seat, package):
        self.heard.append(package)


def behaviours():
    return [*available(), "ratchet"]


def made(name: str):
    return sim.PerReplication(Ratchet) if name == "ratchet" else create(name, {})


def play_both(scenario, behaviour, days=120, rows=(0, 3, 7)):
    """Play an ensemble and Mesa models side by side; yield the rows of each day."""
    game = scenario.game if behaviour is None else _with(scenario.game, behaviour)
    run = Run(game, 5, 0, 8)
    models = {r: _model(scenario, behaviour, r) for r in rows}
    for _ in range(days):
        if run.state.rows == 0:
            return
        from sim.engine import step

        step(run.game, run.actors, run.state, run.noise)
        for number, model in models.items():
            here = np.flatnonzero(run.state.ids == number)
            if not here.size:
                assert not model.running, f"replication {number} ended in the ensemble alone"
                continue
            assert model.running
            step(model.run_.game, model.run_.actors, model.run_.state, model.run_.noise)
            yield run.state, int(here[0]), model.run_.state
            model.running = bool(model.run_.state.outcome[0] == 0)
        run.sweep()


def _with(game, behaviour):
    return replace(game, behaviours=tuple(behaviour for _ in game.parties))


def _model(scenario, behaviour, number):
    model = sim.NegotiationModel(scenario, seed=5, replication=number, collect=False)
    if behaviour is not None:
        for agent in model.parties:
            agent.behaviour = behaviour
    return model


@pytest.mark.parametrize("name", behaviours())
def test_every_state_field_agrees_for_every_behaviour(tutorial, name):
    compared = 0
    for one, row, other in play_both(tutorial, made(name)):
        assert same_state(one, row, other, 0) == []
        compared += 1
    assert compared > 100


def test_three_parties_agree_too(three):
    compared = 0
    for one, row, other in play_both(three, None, days=80):
        assert same_state(one, row, other, 0) == []
        compared += 1
    assert compared > 100


def test_outcomes_of_the_two_faces_agree(tutorial):
    outcomes = sim.run_ensemble(tutorial, replications=6, seed=3)
    table = outcomes.to_frame()
    for number in range(6):
        model = sim.NegotiationModel(tutorial, seed=3, replication=number, collect=False)
        model.run_model()
        assert model.outcome == table.outcome[number]
        assert model.day == table.ended_on[number]


def test_a_behaviour_replaced_on_day_20_changes_days_from_20_on_alike(tutorial):
    other = create("tit-for-tat", {"form": "absolute", "k": 0.3})

    def hook(day, actors):
        if day == 20:
            actor = actors.parties[0]
            actor.behaviour = other
            actor.memory = other.new_memory(8, tutorial.game)

    plain = states(Run(tutorial.game, 5, 0, 8), 60)
    changed = states(Run(tutorial.game, 5, 0, 8), 60, hook)
    assert plain[:19] == changed[:19]
    assert plain[19:] != changed[19:]

    for number in (0, 3):
        model = sim.NegotiationModel(tutorial, seed=5, replication=number, collect=False)
        for day in range(1, 61):
            if day == 20:
                model.party("north").behaviour = other
            if not model.running or number not in changed[day - 1]:
                break
            from sim.engine import step

            step(model.run_.game, model.run_.actors, model.run_.state, model.run_.noise)
            state = model.run_.state
            here = {n: getattr(state, n)[0].tobytes() for n in ARRAYS if n != "slots"}
            assert here == changed[day - 1][number]
            if state.outcome[0] != 0:
                break


@dataclass(frozen=True)
class Leaky:
    """Breaks the law: looks at how many rows it is asked about."""

    def new_memory(self, slots, game):
        return None

    def propose(self, view):
        return (view.favourite + view.count) % view.agenda.space.count

    def accepts(self, view, package):
        return view.signable(package)

    def observe(self, view, proposer, package):
        return None


@pytest.mark.slow
@pytest.mark.parametrize("name", available())
def test_conformance_holds_for_every_behaviour(tutorial, name):
    check_negotiator(name, tutorial)


def test_conformance_holds_for_a_class_with_memory_and_catches_one_that_cheats(tutorial):
    check_negotiator("micro", tutorial)
    check_negotiator(sim.PerReplication(Ratchet), tutorial)
    for style in MEDIATORS.available():
        check_mediator(style, tutorial)
    with pytest.raises(AssertionError, match="Leaky differs"):
        check_negotiator(Leaky(), tutorial)
