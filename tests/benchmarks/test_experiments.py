"""What the experiment layer costs beside the bare ensemble, and what designs cost beside a point.

Run with ``make benchmarks``. Ratios within one run; machines are noisy.
"""

from __future__ import annotations

import time

import mesa
import pytest

import sim
from sim.ensemble import CHUNK, Run
from sim.experiment.blocks import blocks_of, play, task_for
from sim.experiment.designs import design_of
from sim.scenario.experiments import experiment_over

pytestmark = pytest.mark.slow

REPLICATIONS = 6 * CHUNK

TABLE_STAGE = {
    "parties.north.behaviour.beta": {"range": [0.3, 1.2]},
    "parties.south.behaviour.beta": {"range": [0.3, 1.2]},
    "parties.north.talks.deadline": {"range": [30, 80]},
    "parties.south.talks.deadline": {"range": [30, 80]},
    "parties.north.talks.misperception": {"range": [0, 0.6]},
    "mediators.convenor.report_noise": {"range": [0, 0.12]},
    "mediators.patron.stock": {"range": [0, 0.5]},
}
WEIGHTS = {
    "parties.north.weights.captives": {"range": [0.2, 0.4]},
    "parties.south.weights.withdrawal": {"range": [0.1, 0.3]},
}


def experiment(replications=REPLICATIONS, design=None):
    data = {
        "schema": 1,
        "title": "cost",
        "scenario": "tutorial",
        "replications": replications,
        "seed": 1,
        "outcomes": ["signed", "ratified", "completed", "days_fought"],
    }
    return data | ({"design": design} if design else {})


def cpu(work) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def wall(work) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def test_the_layer_costs_under_a_tenth_of_the_bare_ensemble(tutorial, tmp_path):
    """CPU of a whole run, tables and summary included, beside that of the ensemble alone."""
    Run(tutorial.game, 2, 0, 64).play()
    sim.run_experiment(experiment(64), tmp_path / "first")
    ratios = []
    for turn in range(2):
        bare = cpu(lambda: sim.run_ensemble(tutorial, replications=REPLICATIONS, seed=1))
        whole = cpu(lambda: sim.run_experiment(experiment(), tmp_path / str(turn)))  # noqa: B023
        ratios.append(whole / bare - 1.0)
    print(f"\nthe experiment layer costs {', '.join(f'{r:+.1%}' for r in ratios)}")
    assert min(ratios) < 0.10, "other work on the machine only adds"


def test_two_workers_against_one(tmp_path):
    data = experiment(10 * CHUNK)
    one = wall(lambda: sim.run_experiment(data, tmp_path / "one"))
    two = wall(lambda: sim.run_experiment(data, tmp_path / "two", workers=2))
    print(f"\none worker {one:.1f} s, two {two:.1f} s: {one / two:.2f} times")
    assert one / two > 1.5, "1.7 on two idle cores"


@pytest.mark.parametrize("fields", [TABLE_STAGE, WEIGHTS, TABLE_STAGE | WEIGHTS])
def test_a_design_costs_at_most_three_times_a_point(tutorial, fields):
    """Two blocks of a Sobol design of 4,096 points and 50 replications a point."""
    design = {"use": "sobol", "points": 4096, "fields": fields}
    whole = experiment_over(tutorial, design, replications=50, seed=1)
    points = design_of(whole)
    blocks = blocks_of(whole, points)[:2]
    Run(tutorial.game, 1, 0, 64).play()
    fixed = min(cpu(lambda: Run(tutorial.game, 1, 0, CHUNK).play()) for _ in range(2)) / CHUNK
    played = cpu(lambda: [play(task_for(whole, points, block)) for block in blocks])
    varied = played / sum(block.rows for block in blocks)
    kinds = "with" if fields.keys() & WEIGHTS.keys() else "without"
    print(
        f"\n{len(fields)} fields {kinds} weights, {points.points:,} points: {varied * 1e3:.2f} ms "
        f"a history, {varied / fixed:.2f} times the fixed scenario's"
    )
    assert varied / fixed < 3.0


def test_against_mesas_own_batch_run(tutorial, tmp_path):
    """Histories a second of both runners, over the same scenario."""
    count = 12
    parameters = {"replication": range(count), "collect": [False]}
    settings = {"number_processes": 1, "display_progress": False, "max_steps": 200}
    slow = wall(lambda: mesa.batch_run(sim.NegotiationModel, parameters, **settings)) / count
    data = experiment(4 * CHUNK)
    fast = wall(lambda: sim.run_experiment(data, tmp_path / "run")) / (4 * CHUNK)
    with_tables = {"replication": range(3), "collect": [True]}
    full = wall(lambda: mesa.batch_run(sim.NegotiationModel, with_tables, **settings)) / 3
    print(
        f"\nmesa.batch_run {slow * 1e3:.0f} ms a history, {full * 1e3:.0f} ms with its "
        f"DataCollector; run_experiment {fast * 1e3:.2f} ms: {slow / fast:.0f} and "
        f"{full / fast:.0f} times"
    )
    assert full / fast > 100
