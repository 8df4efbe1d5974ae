"""What the page works with: problems worded as ``sim check`` words them, changes, runs, comparisons."""

from __future__ import annotations

import pytest

import sim
from sim.app.drawings import history_figure, run_figures
from sim.app.workbench import Stepper, Workpiece, compared, play
from sim.errors import ScenarioError


@pytest.fixture(scope="module")
def work():
    return Workpiece.named("prisoner_exchange_minimal")


def never(share):
    return False


def test_problems_are_those_of_a_check(tmp_path):
    path = tmp_path / "broken.yaml"
    text = sim.load_scenario("tutorial").text.replace("days: 180", "days: many")
    path.write_text(text)
    with pytest.raises(ScenarioError) as caught:
        sim.load_scenario(path)
    said = tuple(str(caught.value).splitlines())
    assert Workpiece.named(str(path)).problems == said
    written = Workpiece.written_out(text, str(path))
    assert written.base is None
    assert written.problems == said
    assert written.text == text


def test_a_moved_number_is_a_change_and_back_again_is_none(work):
    tutorial = Workpiece.named("tutorial")
    item = next(f for f in tutorial.fields if f.path == "fighting.baseline")
    moved = tutorial.moved(item.path, 0.6312345)
    assert moved.changes == {"fighting.baseline": 0.6312}
    assert moved.scenario.file.fighting.baseline.value == 0.6312
    assert moved.moved(item.path, item.value).changes == {}
    assert moved.restored().changes == {}
    assert tutorial.moved(item.path, item.value + 1e-6).changes == {}
    assert [f.path for f in tutorial.matching("patron GUARANTEE")] == ["mediators.patron.guarantee"]


def test_a_download_opens_to_the_changed_scenario():
    moved = Workpiece.named("tutorial").moved("fighting.baseline", 0.6)
    again = Workpiece.written_out(moved.download(), "again.yaml")
    assert again.problems == ()
    assert again.scenario.file == moved.scenario.file


def test_a_stepper_plays_the_history_of_a_trace(work):
    stepper = Stepper(work.scenario, 1, 2)
    stepper.step(3)
    assert len(stepper.days) == 3
    assert len(history_figure(stepper).axes) == 4
    stepper.step(10_000)
    whole = sim.trace_replication(work.scenario, seed=1, replication=2)
    assert stepper.over
    assert stepper.days == whole.days
    assert stepper.trace.outcome == whole.outcome
    stepper.step()
    assert len(stepper.days) == len(whole.days)


def test_runs_are_those_of_the_ensemble_and_are_compared(work):
    shares = []
    run = play(work, 60, 1, lambda share: shares.append(share) or False)
    plain = sim.run_ensemble("prisoner_exchange_minimal", replications=60, seed=1)
    assert (run.outcomes.outcome == plain.outcome).all()
    assert shares == sorted(shares)
    assert shares[-1] == pytest.approx(1.0)
    table = compared(run, play(work, 60, 1, never))
    assert float(table.difference.abs().max()) == 0.0
    assert "same seed" in compared(run, play(work, 30, 1, never))
    other = play(Workpiece.named("tutorial"), 60, 1, never)
    assert "other parties" in compared(run, other)
    figures = run_figures(run, other)
    assert [len(figure.axes) for figure in figures] == [1, 1, 1]
    assert len(figures[2].axes[0].lines) == 2


def test_a_run_is_cancelled_in_the_middle(work):
    shares = []
    assert play(work, 5000, 1, lambda share: shares.append(share) or len(shares) == 3) is None
    assert len(shares) == 3
    assert shares[-1] < 1.0


@pytest.mark.parametrize(
    "name",
    [
        "tutorial",
        "prisoner_exchange_minimal",
        pytest.param("gaza_ceasefire_talks", marks=pytest.mark.slow),
    ],
)
def test_every_number_with_a_range_can_be_moved_to_its_ends(name):
    work = Workpiece.named(name)
    for item in work.fields[:: max(1, len(work.fields) // 12)]:
        for value in (item.low, item.high):
            moved = work.moved(item.path, value)
            assert moved.problems == (), item.path
            assert (item.path in moved.changes) == (value != item.value)


def test_weights_beside_a_moved_one_make_up_the_rest():
    moved = Workpiece.named("tutorial").moved("parties.north.weights.captives", 0.4)
    north = moved.scenario.file.parties[0].weights
    truce = ["truce_days", "captives", "ratio", "withdrawal", "monitoring", "aid"]
    assert north["captives"].value == 0.4
    assert sum(north[issue].value for issue in truce) == pytest.approx(1.0)
    assert north["ratio"].value / north["aid"].value == pytest.approx(0.25 / 0.05)
    assert north["crossing"].value == 0.4
