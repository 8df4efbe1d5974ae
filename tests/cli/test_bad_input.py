"""Bad input: one message naming every problem, exit status 2, no traceback, nothing allocated."""

from __future__ import annotations

import copy
import resource
import subprocess
import sys

import pytest
from ruamel.yaml import YAML

import sim
from sim.cli.options import load
from sim.errors import ScenarioError
from tests.conftest import minimal

TEXT = """\
schema: 1
title: Two issues
calendar: {days: 20}
issues:
  - {id: land, options: [none, half, all]}
  - {id: money, options: [0, 50, 100]}
parties:
  - id: a
    weights: {land: 0.7, money: 0.3}
    scores: {land: [1.0, 0.5, 0.0], money: [1.0, 0.5, 0.0]}
  - id: b
    weights: {land: 0.3, money: 0.7}
    scores: {land: [0.0, 0.5, 1.0], money: [0.0, 0.5, 1.0]}
"""

# what is replaced by what, on which line the message has to point, and what it has to say
FAULTS = {
    "unknown key": ("title: Two issues", "title: Two issues\nmood: good", 3, "unknown key 'mood'"),
    "near miss": ("calendar: {days", "calendar: {dayz", 3, "did you mean 'days'"),
    "missing key": ("    weights: {land: 0.3, money: 0.7}\n", "", 11, "weights: is missing"),
    "duplicate key": ("title: Two issues", "title: Two issues\ntitle: x", 3, "stands twice"),
    "wrong type": ("days: 20", "days: many", 3, "found 'many'"),
    "not a number": ("land: 0.7", "land: .nan", 9, "not a finite number"),
    "infinity": ("land: 0.7", "land: .inf", 9, "not a finite number"),
    "truth value": ("land: 0.7", "land: true", 9, "a truth value stands where a number"),
    "out of bounds": ("land: 0.7", "land: 1.7", 9, "out of bounds; allowed: from 0 to 1"),
    "scores": ("land: [1.0, 0.5, 0.0]", "land: [1.0, 0.5]", 10, "2 scores for 3 options"),
    "weights off": ("land: 0.7, money: 0.3", "land: 0.7, money: 0.2", 9, "sum to 0.9"),
    "unknown issue": ("money: [1.0, 0.5, 0.0]", "moon: [1.0]", 10, "unknown issue 'moon'"),
    "off calendar": (
        "parties:",
        "events:\n  - {id: e, on: 2099-01-01, effect: {fighting.baseline: 0.1}}\nparties:",
        8,
        "off the calendar",
    ),
    "unknown effect": (
        "parties:",
        "events:\n  - {id: e, on: 3, effect: {fighting.mood: 0.1}}\nparties:",
        8,
        "names no number that may vary",
    ),
    "behaviour": (
        "  - id: b\n",
        "  - id: b\n    behaviour: {use: time-dependant}\n",
        12,
        "did you mean 'time-dependent'",
    ),
    "parameter": (
        "  - id: b\n",
        "  - id: b\n    behaviour: {use: time-dependent, bta: 2}\n",
        12,
        "did you mean 'beta'",
    ),
    "parameter range": (
        "  - id: b\n",
        "  - id: b\n    behaviour: {use: time-dependent, beta: -2}\n",
        12,
        "a number above 0",
    ),
    "red lines": (
        "  - id: b\n",
        "  - id: b\n    red_lines: [{issue: money, options: [0, 50, 100]}]\n",
        12,
        "rule out every option of money",
    ),
    "red line option": (
        "  - id: b\n",
        "  - id: b\n    red_lines: [{issue: money, options: [7]}]\n",
        12,
        "no option 7",
    ),
    "tag": ("title: Two issues", "title: !!python/name:os.system Two", 2, "tag"),
    "alias": ("days: 20}", "days: &n 20}\nfighting: {initial: *n}", 4, "alias *n"),
    "deep": ("title: Two issues", "title: " + "[" * 40 + "]" * 40, 2, "nested more than 20 deep"),
    "broken": ("title: Two issues", "title: [1, 2", None, "not valid YAML"),
    "one party": (TEXT[TEXT.index("  - id: b") :], "", 7, "at least 2 items"),
    "unknown rule": ("parties:", "rules: {gravity: false}\nparties:", 7, "unknown rule 'gravity'"),
    "style": (
        "parties:",
        "mediators: [{id: m, style: magic}]\nparties:",
        7,
        "unknown style 'magic'",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_is_named_with_its_line(tmp_path, fault):
    old, new, line, message = FAULTS[fault]
    assert old in TEXT
    path = tmp_path / "bad.yaml"
    path.write_text(TEXT.replace(old, new))
    with pytest.raises(ScenarioError) as caught:
        sim.load_scenario(path)
    problem = next(p for p in caught.value.problems if message in str(p))
    assert problem.file == str(path)
    if line is not None:
        assert problem.line == line, str(problem)


def test_all_problems_of_a_file_are_reported_at_once(tmp_path):
    text = TEXT
    for name in ("unknown key", "scores", "out of bounds", "parameter"):
        text = text.replace(*FAULTS[name][:2])
    path = tmp_path / "bad.yaml"
    path.write_text(text)
    with pytest.raises(ScenarioError) as caught:
        sim.load_scenario(path)
    whole = str(caught.value)
    assert "unknown key 'mood'" in whole
    assert "1.7 is out of bounds" in whole
    assert "did you mean 'beta'" in whole


def test_the_sound_text_is_in_order(tmp_path):
    path = tmp_path / "good.yaml"
    path.write_text(TEXT)
    assert sim.load_scenario(path).game.agendas[0].space.count == 9


@pytest.mark.parametrize("kind", ["folder", "missing", "binary", "empty", "list"])
def test_what_is_no_scenario_file(tmp_path, kind):
    path = tmp_path / "x.yaml"
    if kind == "folder":
        path.mkdir()
    elif kind == "binary":
        path.write_bytes(bytes(range(256)))
    elif kind == "empty":
        path.write_text("")
    elif kind == "list":
        path.write_text("- 1\n")
    with pytest.raises(ScenarioError) as caught:
        sim.load_scenario(path)
    assert str(path) in str(caught.value)


def test_a_huge_package_space_is_refused_before_anything_is_allocated():
    data = minimal()
    for number in range(20):
        name = f"extra{number}"
        data["issues"].append({"id": name, "options": list(range(9))})
        for party in data["parties"]:
            party["scores"][name] = [k / 8 for k in range(9)]
            party["weights"][name] = 0.0
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(ScenarioError, match="packages; allowed: at most 1,000,000,000,000,000,000"):
        sim.load_scenario(data)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000


def test_an_alias_bomb_is_refused(tmp_path):
    lines = ["a: &a [x, x, x, x, x, x, x, x, x]"]
    for one, two in zip("abcdefgh", "bcdefghi", strict=True):
        lines.append(f"{two}: &{two} [*{one}, *{one}, *{one}, *{one}, *{one}]")
    path = tmp_path / "bomb.yaml"
    path.write_text("\n".join(lines))
    with pytest.raises(ScenarioError, match="alias"):
        sim.load_scenario(path)


def test_the_command_prints_the_message_and_exits_with_2(tmp_path):
    path = tmp_path / "bad.yaml"
    path.write_text(TEXT.replace("days: 20", "days: many"))
    found = subprocess.run(
        [sys.executable, "-m", "sim", "run", str(path)], capture_output=True, text=True, check=False
    )
    assert found.returncode == 2
    assert "bad.yaml:3: calendar.days" in found.stderr
    assert "Traceback" not in found.stderr + found.stdout


def test_a_round_trip_through_yaml_compiles_to_the_same_game(tutorial, tmp_path):
    path = tmp_path / "again.yaml"
    with path.open("w") as file:
        YAML(typ="safe", pure=True).dump(copy.deepcopy(tutorial.data), file)
    again = sim.load_scenario(path)
    assert again.file == tutorial.file


def test_a_value_that_is_no_date_is_one_message():
    with pytest.raises(ScenarioError, match="not YAML"):
        load("tutorial", ["calendar.start=2025-13-01"])
