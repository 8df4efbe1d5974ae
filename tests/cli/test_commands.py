"""The commands, by their output."""

from __future__ import annotations

import json
import re

import pandas as pd
import pytest
from typer.testing import CliRunner

from sim.cli import app
from sim.errors import RunError, ScenarioError
from sim.frontier import POINTS
from sim.table.state import OUTCOMES

runner = CliRunner()


def output(*arguments: str) -> str:
    found = runner.invoke(app, list(arguments), catch_exceptions=False)
    assert found.exit_code == 0, found.output
    return found.stdout


def test_run_prints_exactly_one_json_object(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    text = output(
        "run", "tutorial", "--replications", "60", "--seed", "3", "--json", "--no-figures"
    )
    summary = json.loads(text)
    assert (summary["scenario"], summary["seed"], summary["replications"]) == ("tutorial", 3, 60)
    for name in ("agreement", "signed", "ratified", "completed"):
        assert set(summary[name]) >= {"rate", "standard_error"}
    assert set(summary["outcomes"]) == set(OUTCOMES[1:])
    assert sum(summary["outcomes"].values()) == 60
    assert set(summary["days_to_agreement"]) >= {"median", "p10", "p90"}
    for shares in summary["terms"].values():
        assert sum(shares.values()) == pytest.approx(1)
    assert set(summary["people"]) == {"released_by", "days_of_fighting", "truce_days", "harmed"}
    assert set(summary["utilities"]) == {"north", "south"}
    assert isinstance(summary["saturated"], bool)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_run_leaves_tables_and_figures(tmp_path):
    folder = tmp_path / "out"
    text = output("run", "tutorial", "--replications", "40", "--out", str(folder))
    assert "not a forecast" in text
    assert "std. error" in text
    left = {path.name for path in folder.iterdir()}
    assert left == {
        "manifest.json",
        "run.log",
        "scenario.yaml",
        "outcomes.parquet",
        "terms.parquet",
        "trace.parquet",
        "summary.json",
        "figures",
    }
    assert len(pd.read_parquet(folder / "outcomes.parquet")) == 40
    drawn = {path.stem for path in (folder / "figures").glob("*.png")}
    assert {"overview", "agreement_zone", "acceptance", "terms", "flow", "people"} <= drawn
    assert len(drawn) == 14
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["seed"] == 1
    assert manifest["scenario_text"].startswith("# yaml-language-server")


def test_run_refuses_a_folder_that_holds_other_things(tmp_path):
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(RunError, match="holds no run"):
        output("run", "tutorial", "--replications", "5", "--no-figures", "--out", str(tmp_path))
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_show_gives_the_geometry():
    found = json.loads(output("show", "tutorial", "--json"))
    assert found["packages"] == 3072
    assert found["agreement_zone"] > 0
    assert found["pareto_size"] > 0
    for concept in POINTS:
        assert set(found[concept]) == {"package", "utilities"}
    assert "agreement zone" in output("show", "tutorial")


def test_trace_has_one_entry_a_day():
    found = json.loads(output("trace", "tutorial", "--seed", "1", "--replication", "3", "--json"))
    days = found["days"]
    assert [day["day"] for day in days] == list(range(1, len(days) + 1))
    assert days[-1]["outcome"] == found["outcome"] != "open"
    assert "outcome: " in output("trace", "tutorial", "--replication", "3")


def test_set_changes_a_field_and_is_checked_like_the_file():
    plain = json.loads(output("run", "tutorial", "--replications", "50", "--json"))
    with_set = json.loads(
        output(
            "run", "tutorial", "--replications", "50", "--json", "--set", "protocol.mediated=false"
        )
    )
    assert plain["outcomes"] != with_set["outcomes"]
    for change, message in {
        "protocol.mediated=maybe": "protocol.mediated",
        "parties.nobody.home.quorum=0.6": "no 'nobody'",
        "parties.north.home.quorum=7": "out of bounds",
        "nonsense": "PATH=VALUE",
        "parties.north.home.qourum=0.6": "unknown key",
    }.items():
        with pytest.raises(ScenarioError, match=message):
            output("run", "tutorial", "--replications", "5", "--json", "--set", change)


def test_list_and_schema_and_check():
    assert "tutorial" in output("list")
    assert "time-dependent" in output("list", "negotiators")
    assert "doi:" in output("list", "mediators")
    assert "readiness" in output("list", "rules")
    assert json.loads(output("list", "negotiators", "--json"))
    with pytest.raises(RunError, match="known: scenarios"):
        output("list", "planets")
    schema = json.loads(output("schema"))
    assert "parties" in schema["properties"]
    assert "in order" in output("check", "tutorial")
    with pytest.raises(ScenarioError, match="no shipped scenario"):
        output("check", "tutorial", "tutoriel")


def test_bad_usage_is_exit_status_2():
    assert runner.invoke(app, ["run"]).exit_code == 2
    assert runner.invoke(app, ["run", "tutorial", "--replications", "0"]).exit_code == 2
    assert runner.invoke(app, ["run", "tutorial", "--seed", "-1"]).exit_code == 2


def test_explain_tells_a_history_a_day_and_draws_it(tmp_path):
    whole = output("explain", "tutorial", "--replication", "4")
    assert "did not sign" in whole
    assert "not a forecast" in whole
    figure = tmp_path / "way.png"
    day = output(
        "explain", "tutorial", "--replication", "4", "--day", "60", "--figure", str(figure)
    )
    assert day.startswith("Day 60: on the table")
    assert figure.stat().st_size > 10_000
    found = json.loads(output("explain", "tutorial", "--replication", "4", "--json"))
    assert {row["party"] for row in found["sessions"]} == {"north", "south"}
    assert found["votes"]


def test_score_prints_standings_with_errors_and_counts(tmp_path):
    draft = tmp_path / "draft.yaml"
    draft.write_text(
        "truce_days: 42\ncaptives: 40\nratio: 3\nwithdrawal: roads\nmonitoring: observers\naid: 300\n"
    )
    arguments = ("score", "tutorial", "--draft", str(draft), "--day", "30", "--replications", "80")
    text = output(*arguments)
    assert "clears every floor and red line" in text
    assert re.search(r"n = \d+ of 80 histories", text)
    found = json.loads(output(*arguments, "--json"))
    assert len(found["standings"]) == 6
    assert 0 <= found["passes_every_vote"] <= found["clears_every_floor"] <= 1
    draft.write_text("truce_days: 43\n")
    with pytest.raises(ScenarioError, match="no option 43"):
        output(*arguments)
