"""Reading YAML: what one reader does to its values is not seen by the next."""

from __future__ import annotations

import copy

import pytest

import sim
from sim.errors import ScenarioError
from sim.scenario.reading import read_yaml

TEXT = "a: {b: [1, 2]}\nc: x\n"


def test_a_text_read_again_is_as_it_stands_in_the_file():
    first, lines = read_yaml(TEXT, "one")
    first["a"]["b"].append(3)
    lines.clear()
    again, lines = read_yaml(TEXT, "one")
    assert again == {"a": {"b": [1, 2]}, "c": "x"}
    assert lines["c",].line == 2
    assert lines["c",].file == "one"


def test_the_same_text_under_another_name_is_found_there():
    read_yaml(TEXT, "one")
    assert read_yaml(TEXT, "two")[1]["c",].file == "two"


def test_a_faulty_text_is_faulty_every_time():
    for _ in range(2):
        with pytest.raises(ScenarioError, match="stands twice"):
            read_yaml("a: 1\na: 2\n", "one")


def test_a_file_that_changed_is_read_anew(tmp_path):
    path = tmp_path / "case.yaml"
    for title in ("One", "Another"):
        path.write_text(f"extends: prisoner_exchange_minimal\ntitle: {title}\n", encoding="utf-8")
        assert sim.load_scenario(path).file.title == title


@pytest.mark.parametrize(("field", "wrong"), [("start", "2031-13-01"), ("days", "many")])
def test_dates_are_not_judged_by_a_calendar_that_was_refused(field, wrong):
    data = copy.deepcopy(dict(sim.load_scenario("tutorial").data))
    data["calendar"] = data["calendar"] | {field: wrong}
    with pytest.raises(ScenarioError) as caught:
        sim.load_scenario(data)
    assert [problem.path for problem in caught.value.problems] == [f"calendar.{field}"]
