"""Numbers and texts that a file may hold and the model may not: one message each, no traceback."""

from __future__ import annotations

import pytest

import sim
from sim.errors import RunError, ScenarioError
from sim.scenario.paths import replaced

BEHAVIOURS = [
    ({"use": "time-dependent", "k": [1]}, "k is .1.; allowed: a finite number"),
    ({"use": "time-dependent", "beta": float("inf")}, "beta is inf; allowed: a finite number"),
    ({"use": "time-dependent", "shape": 3}, "shape is 3; allowed: a word"),
    ({"use": "tit-for-tat", "window": 1.5}, "window is 1.5; allowed: a whole number"),
    ({"use": "resource-dependent", "scale": float("nan")}, "scale is nan; allowed: a finite"),
    ({"use": "rubinstein", "finite": float("nan")}, "finite is nan; allowed: true or false"),
]


@pytest.mark.parametrize(("behaviour", "message"), BEHAVIOURS)
def test_a_parameter_of_another_kind_is_refused(tutorial_data, behaviour, message):
    data = replaced(tutorial_data, {"parties.north.behaviour": behaviour})
    with pytest.raises(ScenarioError, match=rf"parties\.north\.behaviour\.\w+: {message}"):
        sim.load_scenario(data)


@pytest.mark.parametrize(
    "effect", [float("nan"), float("inf"), "+nan", "*inf", "=nan", 1e300, "-1e300"]
)
def test_an_effect_without_a_size_is_refused(tutorial_data, effect):
    convoy = next(event for event in tutorial_data["events"] if event["id"] == "convoy")
    convoy["effect"] = {"fighting.baseline": effect}
    with pytest.raises(
        ScenarioError, match=r"events\.convoy\.effect\.fighting\.baseline: .*bounds"
    ):
        sim.load_scenario(tutorial_data)


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("calendar.days", True, "a truth value stands where a number is asked for"),
        ("calendar.days", "180", "a text stands where a number is asked for"),
        ("parties.north.scores.truce_days", [True, 0.8, 0.4, 0.0], "truth value"),
        ("parties.north.scores.truce_days", ["1.0", 0.8, 0.4, 0.0], "a text stands"),
    ],
)
def test_what_is_no_number_is_not_taken_for_one(tutorial_data, path, value, message):
    with pytest.raises(ScenarioError, match=message):
        sim.load_scenario(replaced(tutorial_data, {path: value}))


def test_red_lines_that_leave_nothing_between_them_are_refused(tutorial_data):
    lines = {
        "parties.north.red_lines": [{"issue": "ratio", "options": [6, 10]}],
        "parties.south.red_lines": [{"issue": "ratio", "options": [1, 3]}],
    }
    with pytest.raises(ScenarioError, match=r"issues\.ratio: red lines of the parties together"):
        sim.load_scenario(replaced(tutorial_data, lines))


def test_more_replications_than_memory_are_refused_at_once():
    with pytest.raises(RunError, match="at most 100,000,000"):
        sim.run_ensemble("tutorial", replications=10**12, seed=1)


TEXT = """schema: 1
titel: a word too many
title: one fault of each kind
calendar: {days: many, start: 2031-01-01}
calendar: {days: 10}
issues:
  - {id: land, options: [all, none]}
  - {id: date, options: [2031-02-30, 2031-02-01]}
parties:
  - {id: east, weights: {land: 0.7, date: 0.5}, scores: {land: [0, 1], date: [.nan, 1]}}
  - {id: west, weights: {land: 0.5, date: 0.5}, scores: {land: [1, 0], date: [0, 1]}}
"""


def test_faults_of_the_text_and_of_its_content_come_together(tmp_path):
    path = tmp_path / "faults.yaml"
    path.write_text(TEXT)
    with pytest.raises(ScenarioError) as caught:
        sim.load_scenario(path)
    lines = str(caught.value).splitlines()
    for line, words in (
        (2, "unknown key 'titel'"),
        (4, "calendar.days: found 'many'"),
        (5, "calendar: the key stands twice"),
        (8, "2031-02-30: day is out of range"),
        (10, "parties.east.scores.date.0: nan is not a finite number"),
    ):
        assert any(f"faults.yaml:{line}:" in one and words in one for one in lines), words
    assert not any("scores for" in one for one in lines), "a refused score is no missing one"


def test_a_fault_of_the_schema_hides_no_sum(tutorial_data):
    data = replaced(tutorial_data, {"calendar.days": "many", "parties.north.weights.aid": 0.15})
    with pytest.raises(ScenarioError) as caught:
        sim.load_scenario(data)
    said = str(caught.value)
    assert "calendar.days: found 'many'" in said
    assert "parties.north.weights: weights of agenda truce sum to 1.1" in said


def test_an_alias_repeated_without_end_is_answered_shortly(tmp_path):
    path = tmp_path / "aliases.yaml"
    path.write_text("a: &a 1\nb: [" + ", ".join(["*a"] * 5000) + "]\n")
    with pytest.raises(ScenarioError) as caught:
        sim.load_scenario(path)
    assert len(caught.value.problems) <= 101


def test_one_fault_names_no_others_that_are_none(tutorial_data):
    """What a refused part would have said is not held against the rest."""
    change = {"mediators.patron.guarantee": {"value": 0.3, "range": [2, 3]}}
    with pytest.raises(ScenarioError) as caught:
        sim.load_scenario(replaced(tutorial_data, change))
    paths = [problem.path for problem in caught.value.problems]
    assert all(path.startswith("mediators.patron") for path in paths), caught.value
    with pytest.raises(ScenarioError) as caught:
        sim.load_scenario(replaced(tutorial_data, {"issues": [*tutorial_data["issues"][:-1], "x"]}))
    assert "sum to" not in str(caught.value)


def test_a_number_past_all_measure_is_refused(tutorial_data):
    data = replaced(tutorial_data, {"implementation.extension.people": 10**400})
    with pytest.raises(ScenarioError, match=r"implementation\.extension\.people"):
        sim.load_scenario(data)
