"""Cost per stage and of the two faces, as ratios within one run; machines are noisy.

Run with ``make benchmarks``. No figure here fails a test by the clock alone.
"""

from __future__ import annotations

import time

import numpy as np
import pytest

import sim
from sim import engine
from sim.ensemble import CHUNK, Run

pytestmark = pytest.mark.slow

ROWS = CHUNK
STAGES = (
    "apply_events",
    "attack",
    "fight",
    "reconsider",
    "meet",
    "ratify",
    "implement",
    "settle",
)


def similar(scenario):
    """Return the scenario with parties that trade off without a model of the other."""
    names = [party.id for party in scenario.file.parties]
    return scenario.with_values({f"parties.{n}.behaviour.trade_off": "similar" for n in names})


def timed_stages(scenario, monkeypatch) -> dict[str, float]:
    """Play a chunk; return CPU seconds by stage, for the noise block and for the whole."""
    spent = dict.fromkeys((*STAGES, "noise"), 0.0)

    def watch(owner, name, label):
        plain = getattr(owner, name)

        def watched(*arguments, **named):
            began = time.process_time()
            try:
                return plain(*arguments, **named)
            finally:
                spent[label] += time.process_time() - began

        monkeypatch.setattr(owner, name, watched)

    for stage in STAGES:
        watch(engine, stage, stage)
    uniform = sim.noise.Noise.uniform
    watch(sim.noise.Noise, "normal", "noise")

    def outer(self, *arguments, **named):
        began = time.process_time()
        found = uniform(self, *arguments, **named)
        outer.spent += time.process_time() - began
        return found

    outer.spent = 0.0
    run = Run(scenario.game, 1, 0, ROWS)
    monkeypatch.setattr(sim.noise.Noise, "uniform", outer)
    began = time.process_time()
    run.play()
    spent["whole"] = time.process_time() - began
    spent["uniform"] = outer.spent
    return spent


@pytest.mark.parametrize("name", ["tutorial", "every_rule"])
@pytest.mark.parametrize("kind", ["learned", "similar"])
def test_cost_of_each_stage(monkeypatch, name, kind, benchmark):
    """In nanoseconds a replication-day, as a share of the whole, and in noise blocks."""
    plain = sim.load_scenario(name)
    scenario = similar(plain) if kind == "similar" else plain
    Run(scenario.game, 2, 0, 64).play()
    with monkeypatch.context() as patch:
        calls = recorded_draws(scenario, patch)
    block, whole = noise_block(calls), whole_day(scenario)
    spent = benchmark.pedantic(lambda: timed_stages(scenario, monkeypatch), rounds=1)
    days = plain.game.days
    print(f"\n{name}, {kind}: {ROWS / whole:,.0f} histories of {days} days a second and core")
    for stage in (*STAGES, "noise", "uniform", "whole"):
        cost, share = spent[stage] / ROWS / days * 1e9, spent[stage] / spent["whole"]
        print(f"  {stage:14s} {cost:8.0f} ns {share:6.1%} {spent[stage] / block:6.2f} noise blocks")
    assert sum(spent[stage] for stage in STAGES) <= spent["whole"]


@pytest.mark.parametrize("kind", ["learned", "similar"])
def test_the_gaza_scenario_keeps_its_share_of_the_tutorials_rate(tutorial, kind):
    """147,456 packages and 14 issues against 3,072 and 9, over the same 180 days."""
    gaza = sim.load_scenario("gaza_ceasefire_talks")
    pair = [similar(s) if kind == "similar" else s for s in (tutorial, gaza)]
    for scenario in pair:
        Run(scenario.game, 2, 0, 64).play()
    one, other = (whole_day(scenario) for scenario in pair)
    print(f"\n{kind}: tutorial {ROWS / one:,.0f}, Gaza {ROWS / other:,.0f} histories a second")
    assert one / other > 0.4


def test_the_day_without_learning_costs_at_most_eight_noise_blocks(tutorial, monkeypatch):
    """The noise block: all uniforms and normals of the days, drawn as the rules draw them."""
    scenario = similar(tutorial)
    Run(scenario.game, 2, 0, ROWS).play()
    with monkeypatch.context() as patch:
        calls = recorded_draws(scenario, patch)
    ratios = [whole_day(scenario) / noise_block(calls) for _ in range(3)]
    print(f"\nthe whole day costs {' '.join(f'{r:.1f}' for r in ratios)} noise blocks")
    assert min(ratios) < 8, "other work on the machine only adds"


def whole_day(scenario) -> float:
    began = time.process_time()
    Run(scenario.game, 1, 0, ROWS).play()
    return time.process_time() - began


def noise_block(calls) -> float:
    began = time.process_time()
    replay_draws(calls)
    return time.process_time() - began


def recorded_draws(scenario, patch):
    """Return every draw of a run: kind, stream, keys, rows asked about, day, rows open."""
    calls = []
    run = Run(scenario.game, 1, 0, ROWS)
    for name in ("uniform", "normal"):
        plain = getattr(type(run.noise), name)

        def watched(self, stream, keys=("",), rows=None, *, plain=plain, name=name):
            if not watched_inside[0]:
                calls.append((name, (stream, tuple(keys), rows), self.day, self._rows))
            before, watched_inside[0] = watched_inside[0], True
            try:
                return plain(self, stream, keys, rows)
            finally:
                watched_inside[0] = before

        patch.setattr(type(run.noise), name, watched)
    watched_inside = [False]
    run.play()
    return calls


def replay_draws(calls) -> None:
    noise = sim.noise.Noise(1, 0, ROWS)
    for name, asked, day, rows in calls:
        noise.at(day, rows)
        getattr(noise, name)(*asked)


def test_the_ensemble_is_at_least_fifty_times_the_mesa_face(tutorial, benchmark):
    def mesa(count=6):
        began = time.process_time()
        for number in range(count):
            sim.NegotiationModel(tutorial, seed=1, replication=number).run_model()
        return (time.process_time() - began) / count

    mesa(1)
    one = benchmark.pedantic(mesa, rounds=1)
    began = time.process_time()
    sim.run_ensemble(tutorial, replications=ROWS, seed=1)
    many = (time.process_time() - began) / ROWS
    print(
        f"\nMesa {one * 1e3:.0f} ms a history, ensemble {many * 1e3:.2f} ms: ratio {one / many:.0f}"
    )
    assert one / many > 50


def test_numpy_calls_of_the_mesa_face(tutorial):
    """Calls of ufuncs, array functions, reading and writing, counted by an array that notices."""
    counted = count_calls(tutorial)
    print(f"\n{counted:.0f} NumPy calls a day at R = 1")
    assert counted < 260


class Counting(np.ndarray):
    calls = 0

    def __array_ufunc__(self, ufunc, method, *inputs, out=None, **named):
        Counting.calls += 1
        plain = [x.view(np.ndarray) if isinstance(x, Counting) else x for x in inputs]
        if out is not None:
            named["out"] = tuple(x.view(np.ndarray) if isinstance(x, Counting) else x for x in out)
        found = getattr(ufunc, method)(*plain, **named)
        return found.view(Counting) if isinstance(found, np.ndarray) else found

    def __array_function__(self, function, kinds, arguments, named):
        Counting.calls += 1
        return super().__array_function__(function, kinds, arguments, named)

    def __getitem__(self, key):
        Counting.calls += 1
        return super().__getitem__(key)

    def __setitem__(self, key, value):
        Counting.calls += 1
        super().__setitem__(key, value)


def count_calls(scenario) -> float:
    days = 0
    Counting.calls = 0
    for number in range(5):
        run = Run(scenario.game, 1, number, 1)
        for name in sim.table.state.ARRAYS:
            setattr(run.state, name, getattr(run.state, name).view(Counting))
        while run.advance():
            pass
        days += run.archive.arrays["ended_on"][0]
    return Counting.calls / days


def test_state_and_memory_a_replication(tutorial):
    run = Run(tutorial.game, 1, 0, 64)
    found = run.archive.arrays
    outcomes = sum(array.nbytes for array in found.values()) / 64
    print(f"\nstate {run.state.bytes_per_row():.0f} bytes, outcomes {outcomes:.0f} bytes")
    assert run.state.bytes_per_row() <= 400
    assert outcomes <= 200
