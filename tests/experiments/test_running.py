"""Running: the same bytes whoever plays, and nothing lost whatever happens."""

from __future__ import annotations

import errno
import gc
import json
import os
import signal
import subprocess
import sys
import time
import weakref
from concurrent.futures import BrokenExecutor, Executor, Future, ThreadPoolExecutor
from pathlib import Path

import pandas as pd
import pytest

import sim
from sim.ensemble import CHUNK
from sim.errors import RunError
from sim.experiment import runner
from sim.experiment.blocks import blocks_of, play, task_for
from sim.experiment.designs import design_of
from sim.experiment.executing import Crew, Serial, played
from sim.experiment.progress import Progress, shown
from sim.negotiators.registry import NEGOTIATORS
from sim.scenario.experiments import load_experiment
from tests.experiments.made import contents, many_arms


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> Path:
    """An uninterrupted run in this process."""
    out = tmp_path_factory.mktemp("whole") / "run"
    sim.run_experiment(many_arms(), out)
    return out


def test_the_table_holds_what_the_ensemble_finds(whole):
    results = sim.open_experiment(whole)
    table = results.to_frame("arm2")
    case = results.scenario("arm2")
    outcomes = sim.run_ensemble(case, replications=40, seed=5)
    expected = outcomes.to_frame()
    for name in expected.columns:
        one, two = table[name].reset_index(drop=True), expected[name]
        if name in ("outcome", "lapsed_as"):
            one, two = one.astype(str), two.astype(str)
        pd.testing.assert_series_equal(one, two, check_dtype=False)
    terms = outcomes.terms_frame()
    for issue, part in terms.groupby("issue", observed=True):
        column = table.set_index("replication")[f"term_{issue}"].dropna().astype(str)
        assert column.to_dict() == part.set_index("replication").option.to_dict()


def test_a_summary_carries_errors_and_counts(whole):
    results = sim.open_experiment(whole)
    summary = results.summary().set_index(["arm", "outcome"])
    table = results.to_frame("arm1")
    row = summary.loc[("arm1", "days_fought")]
    assert row["value"] == pytest.approx(table.days_fought.mean(), rel=1e-12)
    assert row["standard_error"] == pytest.approx(table.days_fought.sem(), rel=1e-12)
    assert row["count"] == 40
    signed = summary.loc[("arm1", "signed")]
    assert (signed["low"], signed["high"]) == pytest.approx(
        sim.statistics.wilson(table.signed_on.notna().to_numpy())
    )
    plain = json.loads((whole / "summary.json").read_text())
    assert plain["arms"]["arm1"]["days_fought"]["count"] == 40


@pytest.mark.parametrize("kind", ["threads", "processes"])
def test_who_plays_changes_no_byte(whole, tmp_path, kind):
    if kind == "threads":
        with ThreadPoolExecutor(3) as pool:
            sim.run_experiment(many_arms(), tmp_path / "run", executor=pool)
    else:
        sim.run_experiment(many_arms(), tmp_path / "run", workers=2)
    assert contents(tmp_path / "run") == contents(whole)


class Stop(BaseException):
    """Stands for an interrupt from the keyboard."""


def stopped_after(count: int):
    def tell(state: Progress) -> None:
        if state.fresh >= count * 40:
            raise Stop

    return tell


def test_a_run_that_was_stopped_is_resumed_to_the_same_bytes(whole, tmp_path):
    out = tmp_path / "run"
    with pytest.raises(Stop):
        sim.run_experiment(many_arms(), out, progress=stopped_after(2))
    half = sim.open_experiment(out)
    assert sum(len(half.block_names(arm)) for arm in half.arms) == 2
    before = {p: p.stat().st_mtime_ns for p in (out / "outcomes").rglob("*.parquet")}
    seen: list[int] = []
    sim.run_experiment(many_arms(), out, resume=True, progress=lambda s: seen.append(s.fresh))
    assert contents(out) == contents(whole)
    assert seen[-1] == 4 * 40
    assert all(path.stat().st_mtime_ns == stamp for path, stamp in before.items())


def test_resuming_a_finished_run_plays_nothing(whole):
    before = contents(whole)
    seen: list[Progress] = []
    sim.run_experiment(many_arms(), whole, resume=True, progress=seen.append)
    assert seen == []
    assert contents(whole) == before


def test_a_damaged_block_and_a_torn_journal_are_played_again(whole, tmp_path):
    out = tmp_path / "run"
    with pytest.raises(Stop):
        sim.run_experiment(many_arms(), out, progress=stopped_after(4))
    first = out / "outcomes" / "arm=arm0" / "block-000000.parquet"
    first.write_bytes(first.read_bytes()[:-20])
    journal = out / "journal.jsonl"
    journal.write_text(journal.read_text()[:-30])
    (out / "outcomes" / "arm=arm1" / "block-000000.parquet.tmp").write_bytes(b"half")
    seen: list[int] = []
    sim.run_experiment(many_arms(), out, resume=True, progress=lambda s: seen.append(s.fresh))
    assert seen[-1] == 4 * 40  # the damaged one, the torn one, and the two never played
    (out / "outcomes" / "arm=arm1" / "block-000000.parquet.tmp").unlink(missing_ok=True)
    assert contents(out) == contents(whole)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"seed": 6}, "seed: 5 there, 6 now"),
        ({"replications": 41}, "replications: 40 there, 41 now"),
        ({"scenario": "tutorial", "arms": []}, "base: "),
    ],
)
def test_a_folder_from_another_experiment_is_refused_with_the_reason(whole, change, message):
    before = contents(whole)
    with pytest.raises(RunError, match=message):
        sim.run_experiment(many_arms(**change), whole, resume=True)
    assert contents(whole) == before


def test_a_folder_from_another_scenario_or_version_is_refused(whole, monkeypatch):
    data = many_arms()
    data["arms"][3]["set"] = {"fighting.baseline": 0.77}
    with pytest.raises(RunError, match=r"arms.arm3.sha256"):
        sim.run_experiment(data, whole, resume=True)
    other = {"versions": {"numpy": "0.1"}, "cpu_dispatch": []}
    monkeypatch.setattr(runner, "versions_and_cpu", lambda: other)
    with pytest.raises(RunError, match=r"versions.numpy: .* there, \"0.1\" now"):
        sim.run_experiment(many_arms(), whole, resume=True)


def test_a_folder_in_use_or_not_ours_is_refused(whole, tmp_path):
    with pytest.raises(RunError, match="add --resume"):
        sim.run_experiment(many_arms(), whole)
    (tmp_path / "note.txt").write_text("mine")
    with pytest.raises(RunError, match="holds other things already"):
        sim.run_experiment(many_arms(), tmp_path)
    (tmp_path / "file").write_text("")
    with pytest.raises(RunError, match="is a file"):
        sim.run_experiment(many_arms(), tmp_path / "file")
    with pytest.raises(RunError, match="holds no experiment"):
        sim.open_experiment(tmp_path)


def test_two_runs_do_not_write_into_one_folder(tmp_path):
    out, refused = tmp_path / "run", []

    def again(_: Progress) -> None:
        if not refused:
            with pytest.raises(RunError, match="another run writes") as caught:
                sim.run_experiment(many_arms(), out, resume=True)
            refused.append(caught.value)

    sim.run_experiment(many_arms(count=2), out, progress=again)
    assert len(refused) == 1


def test_a_full_disk_keeps_what_is_finished(whole, tmp_path, monkeypatch):
    out, plain, calls = tmp_path / "run", runner.write_block, []

    def full(path, *rest):
        calls.append(path)
        if len(calls) == 4:
            raise OSError(errno.ENOSPC, "No space left on device", str(path))
        return plain(path, *rest)

    monkeypatch.setattr(runner, "write_block", full)
    with pytest.raises(RunError, match=r"No space left on device.*finished blocks are kept"):
        sim.run_experiment(many_arms(), out)
    monkeypatch.setattr(runner, "write_block", plain)
    seen: list[int] = []
    sim.run_experiment(many_arms(), out, resume=True, progress=lambda s: seen.append(s.fresh))
    assert seen[-1] == 3 * 40
    assert contents(out) == contents(whole)


def test_a_half_written_table_is_never_left(tmp_path, monkeypatch):
    from sim.experiment import files

    def fails(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", fails)
    with pytest.raises(OSError, match="No space"):
        files.written_whole(tmp_path / "table", b"content")
    assert list(tmp_path.iterdir()) == []


class Breaks:
    """Raises in the arm whose baseline is that of the third."""

    def __init__(self, at: float = 0.0) -> None:
        self.at = at

    def propose(self, seat):
        if self.at > 0.5:
            message = "the third arm is not for me"
            raise ValueError(message)
        return seat.favourite

    def accepts(self, seat, package):
        return False


def test_a_failing_block_becomes_a_row_and_the_rest_goes_on(tmp_path, monkeypatch):
    monkeypatch.setitem(NEGOTIATORS._classes, "breaks-in-the-third-arm", Breaks)
    data = many_arms(count=3, replications=4)
    party = sim.load_scenario("prisoner_exchange_minimal").file.parties[0].id
    for number, arm in enumerate(data["arms"]):
        use = {"use": "breaks-in-the-third-arm", "at": number / 3}
        arm["set"][f"parties.{party}.behaviour"] = use
    results = sim.run_experiment(data, tmp_path / "run")
    assert [(row["arm"], row["reason"]) for row in results.failures] == [
        ("arm2", "ValueError: the third arm is not for me")
    ]
    assert len(results.to_frame()) == 8
    assert results.summary().query("arm == 'arm2'")["count"].eq(0).all()
    assert "third arm" in (tmp_path / "run" / "run.log").read_text()
    again: list[int] = []
    sim.run_experiment(
        data, tmp_path / "run", resume=True, progress=lambda s: again.append(s.fresh)
    )
    assert again == [4]  # the failed one is tried again


class Fragile(Executor):
    """A pool that breaks whenever it is given one task, like a worker that dies on it."""

    def __init__(self, deadly: object) -> None:
        self.deadly, self.broken = deadly, False

    def submit(self, fn, /, *args, **kwargs):
        if self.broken:
            raise BrokenExecutor
        future: Future = Future()
        if args[0] == self.deadly:
            self.broken = True
            future.set_exception(BrokenExecutor())
        else:
            future.set_result(fn(*args))
        return future


@pytest.mark.parametrize("window", [1, 3, 10])
def test_a_block_that_kills_its_worker_is_given_up_and_no_other_is_lost(window):
    tasks = [lambda k=k: k for k in range(7)]
    crew = Crew(Fragile(4), window, renew=lambda: Fragile(4))
    found = dict(played(crew, lambda k: 10 * k, tasks))
    assert {k: v for k, v in found.items() if k != 4} == {k: 10 * k for k in range(7) if k != 4}
    assert "worker died" in str(found[4])


def test_an_executor_of_the_callers_that_breaks_is_reported():
    crew = Crew(Fragile(1), 2)
    with pytest.raises(RunError, match="the executor broke; finished blocks are kept"):
        list(played(crew, lambda k: k, [lambda k=k: k for k in range(3)]))


def test_the_window_bounds_what_is_under_way():
    class Counting(Serial):
        most = under = 0

        def submit(self, fn, /, *args, **kwargs):
            Counting.under += 1
            Counting.most = max(Counting.most, Counting.under)
            return super().submit(fn, *args, **kwargs)

    crew = Crew(Counting(), 3)
    for _ in played(crew, lambda k: k, [lambda k=k: k for k in range(20)]):
        Counting.under -= 1
    assert Counting.most == 3


SCRIPT = [sys.executable, "-m", "sim", "sweep"]


def _heeds_interrupts() -> None:
    """Undo what a shell does to what it runs in the background."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def begun(experiment: Path, out: Path, *more: str) -> subprocess.Popen:
    """Start a sweep in a process of its own and wait for its first finished block."""
    environment = {**os.environ, "PYTHONWARNINGS": "default"}
    process = subprocess.Popen(
        [*SCRIPT, str(experiment), "--out", str(out), "--no-figures", *more],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env=environment,
        start_new_session=True,
        preexec_fn=_heeds_interrupts,  # noqa: PLW1509 - one call, no lock
    )
    journal = out / "journal.jsonl"
    deadline = time.monotonic() + 60
    while not (journal.exists() and journal.read_text().count("\n") >= 1):
        assert process.poll() is None, process.stderr.read().decode()
        assert time.monotonic() < deadline
        time.sleep(0.01)
    return process


@pytest.fixture
def written(tmp_path) -> Path:
    """An experiment of 8 blocks as a file."""
    from sim.scenario.load import written as as_text

    path = tmp_path / "many.yaml"
    path.write_text(as_text(many_arms(count=8, replications=400)))
    return path


def finish(experiment: Path, out: Path, *more: str) -> None:
    subprocess.run(
        [*SCRIPT, str(experiment), "--out", str(out), "--no-figures", *more],
        check=True,
        capture_output=True,
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("how", "more"),
    [(signal.SIGKILL, ()), (signal.SIGINT, ()), (signal.SIGINT, ("--workers", "2"))],
)
def test_a_killed_process_loses_nothing_that_was_finished(written, tmp_path, how, more):
    process = begun(written, tmp_path / "killed", *more)
    os.kill(process.pid, how)
    said = process.communicate(timeout=60)[1].decode()
    if how == signal.SIGINT:
        assert process.returncode == 130
        assert "go on with --resume" in said
        assert "Traceback" not in said
    finish(written, tmp_path / "killed", "--resume")
    finish(written, tmp_path / "plain")
    assert contents(tmp_path / "killed") == contents(tmp_path / "plain")


def children(pid: int) -> list[int]:
    """Return the pids of a process's children that play blocks."""
    import psutil

    return [
        child.pid
        for child in psutil.Process(pid).children(recursive=True)
        if any("spawn_main" in part for part in child.cmdline())
    ]


@pytest.mark.slow
@pytest.mark.parametrize("more", [("--workers", "2"), ("--workers", "2", "--cluster", "local")])
def test_a_killed_worker_loses_nothing(written, tmp_path, more):
    if "--cluster" in more:
        pytest.importorskip("distributed")
    process = begun(written, tmp_path / "killed", *more)
    os.kill(children(process.pid)[0], signal.SIGKILL)
    said = process.communicate(timeout=120)[1].decode()
    assert process.returncode == 0, said
    finish(written, tmp_path / "plain")
    assert contents(tmp_path / "killed") == contents(tmp_path / "plain")


def test_tables_are_read_in_place_by_others(whole):
    duckdb, polars = pytest.importorskip("duckdb"), pytest.importorskip("polars")
    dataset = str(whole / "outcomes" / "**" / "*.parquet")
    own = sim.open_experiment(whole).to_frame()
    one = pd.read_parquet(whole / "outcomes")
    assert one.groupby("arm", observed=True).size().to_dict() == own.arm.value_counts().to_dict()
    query = f"select avg(days_fought) from read_parquet('{dataset}', hive_partitioning=true)"  # noqa: S608 - our own path
    assert duckdb.sql(query).fetchall()[0][0] == pytest.approx(own.days_fought.mean())
    lazy = polars.scan_parquet(dataset, hive_partitioning=True)
    found = lazy.filter(polars.col("arm") == "arm3").select(polars.len()).collect()
    assert found.item() == 40


def test_memory_is_kept_to_by_smaller_chunks_then_fewer_workers(monkeypatch):
    from sim.experiment import memory

    experiment = load_experiment(many_arms(replications=10_000))
    design = design_of(experiment)
    here = memory.bytes_here()
    monkeypatch.setattr(memory, "bytes_a_row", lambda _: 100_000.0)
    assert memory.fitted(experiment, design, 2, None) == (2, CHUNK)
    assert memory.fitted(experiment, design, 2, (3 * here + 3e9) / 1e9) == (2, CHUNK)
    crew, chunk = memory.fitted(experiment, design, 2, (3 * here + 2.2e8) / 1e9)
    assert (crew, chunk) == (2, 512)
    assert memory.fitted(experiment, design, 2, (here + 5e7) / 1e9) == (1, 256)
    with pytest.raises(RunError, match="needs at least"):
        memory.fitted(experiment, design, 2, 0.01)


def test_a_smaller_chunk_changes_no_byte(whole, tmp_path):
    experiment = load_experiment(many_arms())
    design = design_of(experiment)
    block = blocks_of(experiment, design)[3]
    case = experiment.arm(block.arm).scenario
    one = play(task_for(case, 5, design, block)).columns
    two = play(task_for(case, 5, design, block, chunk=7)).columns
    assert all(one[name].tobytes() == two[name].tobytes() for name in one)


def test_bytes_a_row_are_measured():
    from sim.experiment.memory import bytes_a_row

    found = bytes_a_row(load_experiment(many_arms(count=1)))
    assert 400 < found < 100_000


def test_luck_of_ones_own_gives_arms_other_seeds(tmp_path):
    results = sim.run_experiment(many_arms(count=2, common_luck=False), tmp_path / "run")
    seeds = {results.seed(arm) for arm in results.arms}
    assert len(seeds) == 2
    assert not results.compare(measures=["signed"]).paired.any()


def test_progress_says_how_fast_how_long_and_what_failed(capsys):
    state = Progress(rows=100, done=60, fresh=40, failures=1, seconds=4.0)
    assert (state.rate, state.seconds_left) == (10.0, 4.0)
    assert str(state) == "60 of 100 histories, 10 a second, 4 s left, 1 blocks failed"
    with shown(True, "x") as tell:
        tell(state)  # neither the last nor ten seconds after
        tell(Progress(rows=100, done=100, fresh=80, seconds=8.0))
    said = capsys.readouterr().err
    assert said == "x: 100 of 100 histories, 10 a second, 0 s left\n"
    with shown(None) as tell:
        assert tell is None


def test_progress_shows_a_bar_in_a_terminal(monkeypatch, capsys):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    with shown(True, "x") as tell:
        tell(Progress(rows=10, done=5, fresh=5, seconds=1.0))
    assert "5 of 10 histories, 5 a second, 1 s left" in capsys.readouterr().err


def test_progress_shows_tqdm_in_a_notebook(monkeypatch, capsys):
    class ZMQInteractiveShell: ...

    class Shell:
        @staticmethod
        def get_ipython():
            return ZMQInteractiveShell()

    monkeypatch.setitem(sys.modules, "IPython", Shell)
    with shown(True, "x") as tell:
        tell(Progress(rows=10, done=10, fresh=10, seconds=1.0, failures=2))
    assert "failed=2" in capsys.readouterr().err


def test_versions_of_a_worker_are_held_to_ours(tmp_path, monkeypatch):
    plain = runner.play

    def elsewhere(task):
        found = plain(task)
        found.made_by["versions"] = {**found.made_by["versions"], "numpy": "1.0"}
        return found

    from copy import deepcopy

    from sim.experiment import blocks

    own = blocks.versions_and_cpu()
    monkeypatch.setattr(blocks, "versions_and_cpu", lambda: deepcopy(own))
    monkeypatch.setattr(runner, "play", elsewhere)
    results = sim.run_experiment(many_arms(count=1), tmp_path / "run")
    assert "other versions" in results.failures[0]["reason"]


def test_tables_of_a_blocks_own_points_are_let_go_of(monkeypatch):
    """Without waiting for the collector of cycles: a design over weights makes many."""
    from sim.experiment import blocks

    made = []

    def watched(*arguments, **named):
        game = plain(*arguments, **named)
        made.extend(weakref.ref(agenda.tables) for agenda in game.agendas)
        return game

    plain = blocks.compile_game
    monkeypatch.setattr(blocks, "compile_game", watched)
    fields = {"parties.east.weights.held": {"values": [0.2, 0.5]}}
    experiment = load_experiment(
        many_arms(count=1, replications=5, design={"use": "grid", "fields": fields})
    )
    design = design_of(experiment)
    block = blocks_of(experiment, design)[0]
    gc.disable()
    try:
        play(task_for(experiment.arms[0].scenario, 5, design, block))
        assert made
        assert all(reference() is None for reference in made)
    finally:
        gc.enable()
