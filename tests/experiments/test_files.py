"""Experiment files: read with the care scenarios are read with."""

from __future__ import annotations

import pytest

import sim
from sim.errors import ScenarioError
from sim.scenario.experiments import experiment_names, load_experiment

TEXT = """\
schema: 1
title: Two arms
scenario: tutorial
replications: 10
seed: 1
base: plain
arms:
  - id: plain
  - id: alone
    set: {protocol.mediated: false}
outcomes: [signed, truce_days]
"""

FAULTS = {
    "unknown key": ("seed: 1", "seed: 1\nsead: 2", 6, "did you mean 'seed'"),
    "duplicate key": ("seed: 1", "seed: 1\nseed: 2", 6, "stands twice"),
    "no scenario": ("scenario: tutorial", "scenario: tutoriol", 3, "did you mean 'tutorial'"),
    "no replications": ("replications: 10", "replications: 0", 4, "greater than or equal to 1"),
    "truth for a number": ("seed: 1", "seed: -1", 5, "greater than or equal to 0"),
    "base": ("base: plain", "base: plane", 6, "no arm 'plane'; allowed: did you mean 'plain'"),
    "arm twice": ("id: alone", "id: plain", 9, "stands twice"),
    "arm's field": ("protocol.mediated", "protocol.mediatet", 9, "did you mean 'mediated'"),
    "arm's value": ("mediated: false", "text_every: -4", 9, "greater than or equal to 1"),
    "outcome": ("[signed,", "[signd,", 11, "did you mean 'signed'"),
    "tag": ("title: Two arms", "title: !!python/name:os.system Two", 2, "tag"),
    "design": ("seed: 1", "seed: 1\ndesign: {use: magic}", 6, "'magic' is not known"),
    "field": (
        "seed: 1",
        "seed: 1\ndesign: {use: grid, fields: {fighting.basline: {range: [0, 1]}}}",
        6,
        "did you mean 'baseline'",
    ),
    "range": (
        "seed: 1",
        "seed: 1\ndesign: {use: grid, fields: {fighting.baseline: {range: [0, 7]}}}",
        6,
        "allowed: low < high within 0 to 1",
    ),
    "no range": (
        "seed: 1",
        "seed: 1\ndesign: {use: morris, fields: [fighting.shock]}",
        6,
        "no number of that name carries a range",
    ),
    "listed values": (
        "seed: 1",
        "seed: 1\ndesign: {use: morris, fields: {fighting.baseline: {values: [0.1]}}}",
        6,
        "morris takes no listed values",
    ),
    "behaviour": (
        "seed: 1",
        "seed: 1\ndesign: {use: grid, fields: {parties.north.behaviour.beta: {range: [-1, 1]}}}",
        6,
        "allowed: a number above 0",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_is_named_with_its_line(tmp_path, fault):
    old, new, line, message = FAULTS[fault]
    assert old in TEXT
    path = tmp_path / "bad.yaml"
    path.write_text(TEXT.replace(old, new))
    with pytest.raises(ScenarioError) as caught:
        load_experiment(path)
    problem = next(p for p in caught.value.problems if message in str(p))
    assert (problem.file, problem.line) == (str(path), line)


def test_all_problems_are_reported_at_once(tmp_path):
    text = TEXT.replace("protocol.mediated", "protocol.mediatet").replace("[signed,", "[signd,")
    path = tmp_path / "bad.yaml"
    path.write_text(text.replace("base: plain", "base: plane").replace("id: alone", "id: plain"))
    with pytest.raises(ScenarioError) as caught:
        load_experiment(path)
    assert [p.line for p in caught.value.problems] == [9, 9]
    assert "stands twice" in str(caught.value)
    assert "did you mean 'mediated'" in str(caught.value)


@pytest.mark.parametrize("name", experiment_names())
def test_shipped_experiments_load(name):
    experiment = load_experiment(name)
    assert experiment.base in [arm.id for arm in experiment.arms]
    assert all(not arm.scenario.real for arm in experiment.arms)


def test_an_arm_sets_fields_lays_parts_over_and_may_take_another_scenario(tmp_path):
    tutorial = sim.load_scenario("tutorial")
    (tmp_path / "mine.yaml").write_text(tutorial.text.replace("days: 180", "days: 100"))
    data = TEXT.replace(
        "outcomes:",
        "  - {id: fewer, change: {mediators: [{id: patron, remove: true}], events: "
        "[{id: summit, remove: true}]}}\n  - {id: mine, scenario: mine.yaml}\noutcomes:",
    )
    path = tmp_path / "arms.yaml"
    path.write_text(data)
    arms = {arm.id: arm.scenario for arm in load_experiment(path).arms}
    assert arms["alone"].game.settings.mediated is False
    assert [m.id for m in arms["fewer"].game.mediators] == ["convenor"]
    assert arms["mine"].game.days == 100
    assert arms["plain"].sha256 == tutorial.sha256


def test_a_design_takes_the_ranges_of_the_scenario_by_default():
    data = {
        "schema": 1,
        "title": "ranges",
        "scenario": "tutorial",
        "replications": 2,
        "seed": 1,
        "design": {"use": "latin-hypercube", "points": 3, "fields": ["parties.*.weights.*"]},
    }
    fields = load_experiment(data).fields
    assert [item.path for item in fields] == [
        "parties.north.weights.captives",
        "parties.south.weights.withdrawal",
    ]
    assert (fields[0].low, fields[0].high) == (0.2, 0.4)
    whole = load_experiment(data | {"design": {"use": "latin-hypercube"}}).fields
    assert len(whole) == sum(sim.load_scenario("tutorial").assumptions().low.notna())


def test_a_range_of_a_behaviour_is_checked_at_both_ends():
    case = sim.load_scenario("tutorial")
    with pytest.raises(ScenarioError, match=r"beta is -1\.0"):
        case.with_values({"parties.north.behaviour.beta": {"value": 0.5, "range": [-1, 1]}})
    with pytest.raises(ScenarioError, match="beta has a spread"):
        case.with_values({"parties.north.behaviour.beta": {"value": 0.5, "spread": 0.1}})
    ranged = case.with_values({"parties.north.behaviour.beta": {"value": 0.5, "range": [0.2, 1]}})
    assert ranged.game.behaviours[0].beta == 0.5
