"""Round-robins: every seat, the ensemble's own numbers, fair scores."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from typer.testing import CliRunner

import sim
from sim.cli import app
from sim.experiment.tournament import MEASURES, parsed_behaviours
from sim.geometry import geometry
from sim.negotiators import create
from sim.plots import plot_tournament
from tests.conftest import minimal

CALM = {"readiness": {"strength": 0}}
NAMES = ("hardliner", "time-dependent", "micro")


@pytest.fixture(scope="module")
def small():
    return sim.load_scenario(minimal(**CALM))


@pytest.fixture(scope="module")
def found(small):
    return sim.run_tournament([small], NAMES, replications=40, seed=3)


def test_every_behaviour_meets_every_other_in_every_seat(found):
    table = found.to_frame()
    assert len(table) == 2 * len(NAMES) ** 2
    assert set(zip(table.seat, table.behaviour, table.against, strict=True)) == {
        (seat, one, other) for seat in ("a", "b") for one in NAMES for other in NAMES
    }


def test_a_pairing_is_the_ensemble_with_these_behaviours(found, small):
    behaviours = (create("micro", {}), create("time-dependent", {}))
    scenario = small.with_values(
        {"parties.a.behaviour": {"use": "micro"}, "parties.b.behaviour": {"use": "time-dependent"}}
    )
    assert scenario.game.behaviours == behaviours
    outcomes = sim.run_ensemble(scenario, replications=40, seed=3)
    agreed = outcomes.ratified_on >= 0
    floor = geometry(scenario).floors[0].min()
    worth = np.where(agreed, outcomes.utility[:, 0], floor)
    row = found.to_frame().query(
        "seat == 'a' and behaviour == 'micro' and against == 'time-dependent'"
    )
    assert row.utility.item() == pytest.approx(worth.mean())
    assert row.agreed.item() == agreed.mean()
    assert row.utility_se.item() == pytest.approx(worth.std(ddof=1) / np.sqrt(40))


def test_without_an_agreement_a_party_has_its_floor_and_no_gain(found):
    rows = found.to_frame().query("behaviour == 'hardliner' and against == 'hardliner'")
    assert (rows.agreed == 0).all()
    assert (rows.gain == 0).all()
    assert (rows.nash_product == 0).all()
    assert rows.pareto_distance.isna().all()
    assert (rows.pareto_distance_count == 0).all()


def test_scores_average_over_pairings_replication_by_replication(found):
    rows = [p.measured["gain"] for p in found.pairings if p.behaviour == "micro"]
    by_replication = np.mean(rows, axis=0)
    score = found.score("micro")
    assert score.value == pytest.approx(by_replication.mean())
    assert score.standard_error == pytest.approx(by_replication.std(ddof=1) / np.sqrt(40))
    values, errors = found.matrix()
    assert values[2, 0] == pytest.approx(found.score("micro", "hardliner").value)
    assert errors.shape == (3, 3)
    ranking = found.ranking()
    assert sorted(ranking.behaviour) == sorted(NAMES)
    assert ranking.gain.is_monotonic_decreasing


def test_parameters_and_labels(small):
    chosen = parsed_behaviours(
        ["time-dependent:beta=0.2,accept=next", "tit-for-tat:nice=true,window=2"]
    )
    assert chosen["time-dependent:beta=0.2,accept=next"] == {
        "use": "time-dependent",
        "beta": 0.2,
        "accept": "next",
    }
    assert chosen["tit-for-tat:nice=true,window=2"] == {
        "use": "tit-for-tat",
        "nice": True,
        "window": 2,
    }
    found = sim.run_tournament([small], chosen, replications=4)
    assert found.behaviours == tuple(chosen)
    with pytest.raises(sim.RunError, match="allowed: parameter=value"):
        parsed_behaviours(["micro:fast"])
    with pytest.raises(sim.UnknownBehaviourError, match="does not say which to use"):
        sim.run_tournament([small], {"mine": {"beta": 1}}, replications=2)


def test_three_parties_take_turns_in_the_single_seat(three):
    scenario = three.with_values({"calendar.days": 60})
    found = sim.run_tournament([scenario], ["hardliner", "random"], replications=4)
    assert sorted(found.to_frame().seat.unique()) == ["east", "north", "south"]
    assert len(found.pairings) == 3 * 4


def test_real_cases_are_refused():
    with pytest.raises(sim.RunError, match="gaza_truce_2023_11 is about a real case"):
        sim.run_tournament(["gaza_truce_2023_11"], ["micro"], replications=2)


def test_the_figure_shows_each_mean_with_its_error(found):
    ax = Figure(figsize=(5, 4)).add_subplot()
    values, errors = found.matrix()
    assert plot_tournament(found.behaviours, values, errors, count=40, ax=ax) is ax
    assert np.array_equal(ax.images[0].get_array(), values)
    texts = [text.get_text() for text in ax.texts]
    assert texts[1] == f"{values[0, 1]:.2f}\n±{errors[0, 1]:.3f}"
    assert "n = 40" in ax.get_title()
    assert [label.get_text() for label in ax.get_yticklabels()] == list(NAMES)


def test_the_command_prints_a_ranking_and_leaves_a_table_and_a_figure(tmp_path, small):
    from sim.scenario.load import written

    path = tmp_path / "small.yaml"
    path.write_text(written(small.data))
    chosen = [f"--behaviour={name}" for name in ("hardliner", "micro")]
    out = tmp_path / "out"
    runner = CliRunner()
    done = runner.invoke(
        app, ["tournament", str(path), *chosen, "--replications", "10", "--out", str(out)]
    )
    assert done.exit_code == 0, done.output
    assert "relative gain" in done.output
    assert "not a forecast" in done.output
    table = pd.read_parquet(out / "pairings.parquet")
    assert len(table) == 8
    assert all(f"{measure}_se" in table for measure in MEASURES)
    assert (out / "tournament.png").stat().st_size > 10_000
    again = runner.invoke(app, ["tournament", str(path), *chosen, "--out", str(out)])
    assert "is not empty" in str(again.exception)
    plain = runner.invoke(app, ["tournament", str(path), *chosen, "--replications", "4", "--json"])
    assert plain.exit_code == 0, plain.output
    assert [row["behaviour"] for row in json.loads(plain.stdout)["ranking"]]
