"""Scenarios that extend another, and what the numbers of a scenario rest on."""

from __future__ import annotations

import pytest

import sim
from sim.scenario.assumptions import assumptions
from sim.scenario.load import written
from tests.conftest import minimal

BASE = """\
schema: 1
title: Base
calendar: {days: 60}
issues:
  - {id: land, options: [none, half, all]}
  - {id: money, options: [0, 50, 100]}
parties:
  - {id: a, weights: {land: 0.7, money: 0.3}, scores: {land: [1, 0.5, 0], money: [1, 0.5, 0]}, outside_option: {stake: {value: 0.6, spread: 0.1, kind: assumed, range: [0.4, 0.8]}}}
  - {id: b, weights: {land: 0.3, money: 0.7}, scores: {land: [0, 0.5, 1], money: [0, 0.5, 1]}}
mediators:
  - {id: m, style: formulation}
  - {id: n, style: facilitation}
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "base.yaml").write_text(BASE)
    return tmp_path


def extended(folder, text):
    path = folder / "arm.yaml"
    path.write_text(text)
    return sim.load_scenario(path)


def test_fields_are_set_parts_joined_by_id_and_the_rest_kept(folder):
    arm = extended(
        folder,
        "extends: base.yaml\ntitle: Arm\ncalendar: {session_every: 4}\n"
        "parties: [{id: a, outside_option: {stake: 0.9}}]\n"
        "mediators: [{id: m, remove: true}, {id: k, style: manipulation}]\n",
    )
    file = arm.file
    assert (file.title, file.calendar.days, file.calendar.session_every) == ("Arm", 60, 4)
    stake = next(party for party in file.parties if party.id == "a").outside_option.stake
    assert (stake.value, stake.spread, stake.range) == (0.9, 0.1, (0.4, 0.9))
    assert [part.id for part in file.mediators] == ["n", "k"]
    assert [party.id for party in file.parties] == ["a", "b"]


def test_what_a_run_keeps_is_whole_and_plays_the_same(folder):
    arm = extended(folder, "extends: base.yaml\nprotocol: {mediated: false}\n")
    alone = folder / "alone.yaml"
    alone.write_text(arm.text)
    again = sim.load_scenario(alone)
    assert again.file == arm.file
    assert written(again.data) == arm.text


def test_faults_name_the_file_and_line_they_stand_in(folder):
    with pytest.raises(sim.ScenarioError) as error:
        extended(
            folder,
            "extends: base.yaml\n\nparties: [{id: a, outside_option: {stake: 9}}]\nmoon: 1\n",
        )
    text = str(error.value)
    assert "arm.yaml:3: parties.a.outside_option.stake" in text
    assert "arm.yaml:4: moon" in text
    (folder / "base.yaml").write_text(BASE.replace("session", "").replace("days: 60", "days: 0"))
    with pytest.raises(sim.ScenarioError, match=r"base.yaml:3: calendar.days"):
        extended(folder, "extends: base.yaml\n")


@pytest.mark.parametrize(
    ("base", "message"),
    [
        ("../secret.yaml", "leaves the scenario's folder"),
        ("/etc/passwd", "leaves the scenario's folder"),
        ("12", "found 12"),
        ("nowhere", "no shipped scenario of the name 'nowhere'"),
        ("nowhere.yaml", "arm.yaml:1: extends: there is no file 'nowhere.yaml' beside it"),
        ("arm.yaml", "arm.yaml extends itself"),
    ],
)
def test_a_base_that_cannot_be_is_one_clear_message(folder, base, message):
    with pytest.raises(sim.ScenarioError, match=message):
        extended(folder, f"extends: {base}\n")


def test_plain_data_may_extend_a_shipped_scenario():
    arm = sim.load_scenario({"extends": "tutorial", "title": "Arm", "protocol": {"attempts": 1}})
    assert arm.file.protocol.attempts == 1
    assert len(arm.file.parties) == 2


@pytest.mark.parametrize("name", sim.scenario_names())
def test_real_cases_say_what_every_number_rests_on(name):
    scenario = sim.load_scenario(name)
    if scenario.real:
        assert scenario.unfounded() == []
        assert "not a forecast" in scenario.file.notice
        found = scenario.share_assumed
        assert found["sourced"] > 0
        assert found["numbers"] == found["sourced"] + found["derived"] + found["assumed"]


def test_a_number_takes_the_nearest_basis_and_its_own_goes_first():
    data = minimal(basis={"kind": "assumed", "source": "made up", "range": 0.5})
    data["parties"][0]["basis"] = {"kind": "derived", "source": "a count", "range": 0.1}
    data["parties"][0]["outside_option"] = {
        "stake": {"value": 0.6, "kind": "sourced", "source": "a paper", "range": [0.5, 0.9]}
    }
    rows = {row.path: row for row in assumptions(sim.load_scenario(data).file)}
    own = rows["parties.a.outside_option.stake"]
    assert (own.kind, own.source, own.low, own.high) == ("sourced", "a paper", 0.5, 0.9)
    near = rows["parties.a.weights.land"]
    assert (near.kind, near.source) == ("derived", "a count")
    assert near.low == pytest.approx(0.63)
    far = rows["parties.b.weights.land"]
    assert (far.kind, far.source) == ("assumed", "made up")
    default = rows["parties.a.outside_option.daily_cost"]
    assert default.kind == "assumed"
    assert "default of the model" in default.source


def test_strict_names_numbers_without_kind_source_or_range():
    data = minimal()
    data["parties"][0]["outside_option"] = {"stake": {"value": 0.6, "kind": "sourced"}}
    data["fighting"] = {"basis": {"kind": "assumed"}, "baseline": 0.4}
    found = {problem.path: problem.found for problem in sim.load_scenario(data).unfounded()}
    assert found["parties.a.weights.land"] == "nothing says what the number rests on"
    assert found["parties.a.outside_option.stake"] == "the number is sourced from nowhere"
    assert found["fighting.baseline"] == "the number has no range"


def test_another_number_than_the_sourced_one_is_an_assumption():
    scenario = sim.load_scenario("gaza_ceasefire_talks")
    path = "parties.hamas.harm_rate"
    changed = scenario.with_values({path: 500.0})
    row = {r.path: r for r in assumptions(changed.file)}[path]
    assert (row.kind, row.high) == ("assumed", 500.0)
    assert "84 was derived" in row.source
    same = {r.path: r for r in assumptions(scenario.with_values({path: 84}).file)}[path]
    assert same.kind == "derived"


def test_a_slip_in_an_id_does_not_add_a_part(folder):
    (folder / "base.yaml").write_text(BASE.replace("id: m,", "id: mediator,"))
    with pytest.raises(sim.ScenarioError, match="the base has no 'mediater'; allowed: 'mediator'"):
        extended(folder, "extends: base.yaml\nmediators: [{id: mediater, style: formulation}]\n")
    arm = extended(
        folder, "extends: base.yaml\nmediators: [{id: mediater, style: formulation, add: true}]\n"
    )
    assert [part.id for part in arm.file.mediators] == ["mediator", "n", "mediater"]
