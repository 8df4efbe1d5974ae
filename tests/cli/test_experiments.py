"""The commands of experiments, by their output."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

import sim
from sim.cli import app
from sim.errors import RunError, ScenarioError
from sim.scenario.load import written
from tests.experiments.made import contents, many_arms

runner = CliRunner()


def output(*arguments: str, status: int = 0) -> str:
    found = runner.invoke(app, list(arguments), catch_exceptions=False)
    assert found.exit_code == status, found.output
    return found.stdout


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """An experiment of two arms, played by the command."""
    place = tmp_path_factory.mktemp("cli")
    (place / "two.yaml").write_text(written(many_arms(count=2)))
    text = output("sweep", str(place / "two.yaml"), "--out", str(place / "run"), "--ro-crate")
    assert "±" in text
    assert "not a forecast" in text
    return place / "run"


def test_sweep_leaves_tables_figures_and_what_made_them(folder):
    left = {path.name for path in folder.iterdir()} - {".lock"}
    assert left == {
        "design.parquet",
        "experiment.yaml",
        "figures",
        "manifest.json",
        "outcomes",
        "ro-crate-metadata.json",
        "run.log",
        "scenarios",
        "summary.json",
        "summary.parquet",
    } - {"design.parquet"}
    assert {p.name for p in (folder / "figures").iterdir()} == {
        f"{name}.{form}" for name in ("agreement_arms", "differences") for form in ("png", "svg")
    }
    manifest = json.loads((folder / "manifest.json").read_text())
    assert set(manifest["versions"]) == {
        *("python", "numpy", "mesa", "scipy", "pyarrow", "ceasefire-sim")
    }
    assert len(manifest["blocks"]) == 2


def test_sweep_prints_one_object(folder, tmp_path):
    path = folder.parent / "two.yaml"
    found = json.loads(output("sweep", str(path), "--out", str(folder), "--resume", "--json"))
    assert found["replications"] == 40
    assert {"arm", "outcome", "value", "standard_error", "count"} <= set(found["summary"][0])


def test_sweep_over_two_fields_draws_heat_maps(tmp_path):
    design = {
        "use": "grid",
        "fields": {
            "fighting.baseline": {"range": [0.2, 0.8], "levels": 2},
            "fighting.shock": {"range": [0, 0.1], "levels": 2},
        },
    }
    path = tmp_path / "grid.yaml"
    path.write_text(written(many_arms(count=1, replications=6, design=design, outcomes=["signed"])))
    text = output("sweep", str(path), "--out", str(tmp_path / "run"))
    assert "4 points over fighting.baseline, fighting.shock" in text
    assert (tmp_path / "run" / "figures" / "heat_map_signed.svg").exists()


def test_compare_prints_differences_with_errors(folder, tmp_path):
    text = output("compare", str(folder), "--outcome", "signed", "--out", str(tmp_path / "c"))
    assert "against arm0" in text
    assert "Holm" in text
    assert {p.name for p in (tmp_path / "c").iterdir()} == {
        "differences.parquet",
        "differences.png",
        "differences.svg",
    }
    arguments = ("compare", str(folder), str(folder), "--out", str(tmp_path / "d"), "--json")
    rows = json.loads(output(*arguments, "--no-figures"))["differences"]
    assert {row["difference"] for row in rows if row["count"]} == {0.0}


def test_replay_prints_the_history_and_leaves_figures(folder, tmp_path):
    place = str(tmp_path / "one")
    text = output("replay", str(folder), "--arm", "arm1", "--replication", "3", "--out", place)
    row = sim.open_experiment(folder).to_frame("arm1").query("replication == 3").iloc[0]
    assert f"outcome: {row.outcome}" in text
    drawn = ("agreement_zone", "floors", "history", "leverage", "obstacles", "offers")
    assert {p.name for p in (tmp_path / "one").iterdir()} == {
        *(f"{name}.{form}" for name in drawn for form in ("png", "svg")),
        "trace.parquet",
    }
    found = json.loads(output("replay", str(folder), "--replication", "3", "--json"))
    assert (found["arm"], found["replication"]) == ("arm0", 3)


def test_verify_run_reports_and_fails_on_a_changed_table(folder, tmp_path):
    import shutil

    assert "2 of 2 blocks have their checksum; 2 of 2 played again" in output(
        "verify-run", str(folder)
    )
    copy = tmp_path / "copy"
    shutil.copytree(folder, copy)
    path = next((copy / "outcomes").rglob("*.parquet"))
    path.write_bytes(path.read_bytes() + b" ")
    found = json.loads(output("verify-run", str(copy), "--json", status=1))
    assert (found["intact"], len(found["faults"])) == (1, 1)
    assert "is not what it was" in output("verify-run", str(copy), status=1)


def test_sensitivity_prints_indices_and_leaves_figures(tmp_path):
    arguments = (
        *("sensitivity", "prisoner_exchange_minimal", "--outcome", "days_fought"),
        *("--field", "fighting.*", "--trajectories", "2", "--samples", "2", "--top", "2"),
        *("--replications", "4", "--out", str(tmp_path / "s")),
    )
    text = output(*arguments)
    assert "shares of the variance" in text
    assert "with common luck" in text
    drawn = {p.stem for p in (tmp_path / "s" / "figures").iterdir()}
    assert drawn == {"screening_days_fought", "indices_days_fought", "tornado_days_fought"}
    found = json.loads(output(*arguments, "--resume", "--json", "--no-figures"))
    assert set(found) >= {"screening", "indices", "tornado", "variance", "histories"}


def test_map_draws_two_fields(tmp_path):
    place = tmp_path / "m"
    arguments = (
        *("map", "prisoner_exchange_minimal", "--outcome", "signed", "--replications", "5"),
        *("--x", "fighting.baseline=0.2:0.8:2", "--y", "parties.east.outside_option.stake=1:2:3"),
        *("--out", str(place)),
    )
    assert "not a forecast" in output(*arguments)
    assert (place / "figures" / "heat_map_signed.png").exists()
    points = json.loads(output(*arguments, "--resume", "--json"))["points"]
    assert len(points) == 6
    assert {"zone", "standard_error", "count"} <= set(points[0])
    before = contents(place)
    output(*arguments, "--resume")
    assert contents(place) == before


def test_search_prints_what_it_would_take(tmp_path):
    arguments = (
        *("search", "tutorial", "--to", "0.2", "--replications", "20"),
        *("--field", "mediators.patron.penalty"),
    )
    text = output(*arguments, "--out", str(tmp_path / "s"))
    assert "one institution at a time" in text
    assert (tmp_path / "s" / "search.png").exists()
    found = json.loads(output(*arguments, "--json"))
    assert set(found["stated"]) == {"mean", "standard_error", "count"}


def test_run_until_an_error_is_small(monkeypatch, tmp_path):
    from sim import stopping

    monkeypatch.setattr(stopping, "_ROUND", 50)
    found = json.loads(output("run", "prisoner_exchange_minimal", "--until-se", "0.05", "--json"))
    assert found["replications"] % 50 == 0
    assert found["agreement"]["standard_error"] <= 0.05
    assert found["agreement"]["low"] < found["agreement"]["rate"] < found["agreement"]["high"]
    assert found["agreement"]["needed"] > 100
    assert all(0 <= entry["share"] <= 1 for entry in found["survival"].values())


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        (("sweep", "nothing"), ScenarioError, "no shipped experiment"),
        (("compare", "nowhere"), RunError, "holds no experiment"),
        (("replay", "nowhere"), RunError, "holds no experiment"),
        (("verify-run", "nowhere"), RunError, "holds no experiment"),
        (
            ("map", "tutorial", "--x", "a=1", "--y", "fighting.shock=0:1"),
            RunError,
            "allowed: PATH, or PATH=LOW:HIGH",
        ),
        (
            ("map", "tutorial", "--x", "fighting.shock", "--y", "fighting.shock"),
            RunError,
            "the same field",
        ),
        (
            ("map", "tutorial", "--x", "fighting.shock", "--y", "fighting.baseline"),
            ScenarioError,
            "carries no range",
        ),
        (("search", "tutorial", "--to", "0.2", "--field", "spoilers.*"), RunError, "institution"),
    ],
)
def test_bad_input_is_one_message(arguments, error, message, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    found = runner.invoke(app, list(arguments))
    assert isinstance(found.exception, error)
    assert message in str(found.exception)


def test_check_list_and_schema_know_experiments(folder, tmp_path):
    assert "mediators: in order (arms neither, mediators, guarantee)" in output(
        "check", "mediators"
    )
    assert "in order (arms arm0, arm1)" in output("check", str(folder.parent / "two.yaml"))
    (tmp_path / "bad.yaml").write_text("schema: 1\nscenario: tutorial\n")
    with pytest.raises(ScenarioError, match="replications: is missing"):
        output("check", str(tmp_path / "bad.yaml"))
    assert "penalty_and_stake" in output("list", "experiments")
    assert "truce_days" in output("list", "outcomes")
    assert "design" in json.loads(output("schema", "experiment"))["properties"]
    assert isinstance(runner.invoke(app, ["schema", "x"]).exception, RunError)
