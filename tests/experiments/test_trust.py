"""Trust in a folder: verification, replays, and the same numbers through Mesa's own runner."""

from __future__ import annotations

import inspect
import json

import mesa
import pandas as pd
import pytest

import sim
from sim.errors import RunError
from sim.experiment.crate import write_crate
from tests.experiments.made import contents, many_arms

FIELDS = {
    "fighting.baseline": {"values": [0.3, 0.7]},
    "parties.east.weights.held": {"values": [0.2, 0.5]},
}


@pytest.fixture
def results(tmp_path):
    data = many_arms(count=2, replications=8, design={"use": "grid", "fields": FIELDS})
    for arm in data["arms"]:
        arm["set"] = {"calendar.days": 40}
    data["arms"][1]["set"]["protocol.mediated"] = False
    return sim.run_experiment(data, tmp_path / "run")


def test_verification_finds_a_table_that_was_changed(results):
    verdicts = results.verify(blocks=10)
    assert all(v.sound and v.equal for v in verdicts)
    assert len(verdicts) == 2
    path = results.folder / "outcomes" / verdicts[0].block
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2] ^= 1
    path.write_bytes(bytes(raw))
    assert [v.intact for v in results.verify(blocks=0)] == [False, True]


def test_verification_finds_numbers_that_do_not_come_out_again(results):
    """Even where the checksum was forged along with the table."""
    import hashlib

    name = results.block_names("arm1")[0]
    path = results.folder / "outcomes" / name
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pq.read_table(path, partitioning=None)
    place = table.column_names.index("days_fought")
    changed = pa.array(table.column("days_fought").to_numpy() + 1e-12)
    pq.write_table(table.set_column(place, "days_fought", changed), path)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    manifest = results.folder / "manifest.json"
    plain = json.loads(manifest.read_text())
    plain["blocks"][name] = digest
    manifest.write_text(json.dumps(plain))
    verdicts = sim.open_experiment(results.folder).verify(blocks=10)
    assert [(v.intact, v.equal, v.differs) for v in verdicts] == [
        (True, True, ()),
        (True, False, ("days_fought",)),
    ]


def test_verification_of_other_versions_is_refused(results, monkeypatch):
    from sim.experiment import verifying

    monkeypatch.setattr(verifying, "versions_and_cpu", lambda: {"versions": {"numpy": "0.1"}})
    with pytest.raises(RunError, match="written by other versions"):
        results.verify()


@pytest.mark.parametrize(("arm", "point"), [("arm0", 0), ("arm1", 3)])
def test_a_replay_is_the_history_of_the_table(results, arm, point):
    table = results.to_frame(arm)
    for replication in (0, 7):
        trace = results.replay(arm, replication, point)
        row = table[(table.point == point) & (table.replication == replication)].iloc[0]
        assert trace.outcome == row.outcome
        assert len(trace.days) == row.ended_on
        assert trace.days[-1]["parties"]["east"]["released"] == row.released_by_east
        assert trace.provenance["arm"] == arm


def test_a_replay_of_what_is_not_there_is_refused(results):
    with pytest.raises(RunError, match="allowed: 0 to 7"):
        results.replay("arm0", 8)
    with pytest.raises(RunError, match="allowed: 0 to 3"):
        results.replay("arm0", 0, point=4)
    with pytest.raises(RunError, match="unknown arm 'arm7'"):
        results.replay("arm7", 0)


def test_a_replay_that_differs_from_the_table_is_an_error(results):
    path = results.folder / "scenarios" / "arm0.yaml"
    path.write_text(path.read_text().replace("session_every: 2", "session_every: 3"))
    if "session_every: 3" not in path.read_text():
        path.write_text(path.read_text().replace("days: 40", "days: 40, session_every: 3"))
    with pytest.raises(RunError, match="the history differs from the table in"):
        results.replay("arm0", 0)


def test_mesas_own_runner_gives_the_same_numbers(tmp_path):
    """The same addresses: a scenario, points, replications 0 to 7."""
    levels = [0.3, 0.7]
    design = {"use": "grid", "fields": {"fighting.baseline": {"values": levels}}}
    arm = {"id": "alone", "set": {"calendar.days": 40, "protocol.mediated": False}}
    results = sim.run_experiment(
        many_arms(arms=[arm], replications=8, design=design), tmp_path / "run"
    )
    newer = "rng" in inspect.signature(mesa.batch_run).parameters
    seeds = {"rng": [5]} if newer else {"iterations": 1}
    parameters = {
        "scenario": [results.scenario("alone")],
        "replication": range(8),
        "fighting__baseline": levels,
        "collect": [True],
    }
    rows = mesa.batch_run(
        sim.NegotiationModel,
        parameters if newer else parameters | {"seed": [5]},
        max_steps=200,
        display_progress=False,
        **seeds,
    )
    last = pd.DataFrame(rows).drop_duplicates(["replication", "fighting__baseline"])
    table = results.to_frame().set_index(["point", "replication"])
    assert len(last) == len(table) == 16
    for row in last.to_dict("records"):
        mine = table.loc[(levels.index(row["fighting__baseline"]), row["replication"])]
        assert row["outcome"] == mine.outcome
        assert row["day"] == mine.ended_on
        assert row["delivered"] == mine.tranches_delivered


def test_archive_metadata_names_every_table_and_nothing_that_changes(results):
    path = write_crate(results)
    crate = json.loads(path.read_text())
    parts = {item["@id"]: item for item in crate["@graph"]}
    tables = [name for name in parts if name.startswith("outcomes/")]
    checksums = contents(results.folder)
    assert len(tables) == 2
    for name in (*tables, "manifest.json", "experiment.yaml", "scenarios/arm0.yaml"):
        assert parts[name]["sha256"] == checksums[name]
    assert {item["@id"] for item in parts["./"]["hasPart"]} <= set(parts)
    before = path.read_bytes()
    assert write_crate(results).read_bytes() == before


def test_the_manifest_is_enough_to_make_the_run_again(results, tmp_path):
    again = tmp_path / "again.yaml"
    again.write_text(results.manifest["experiment_text"])
    sim.run_experiment(again, tmp_path / "two")
    assert contents(tmp_path / "two") == contents(results.folder)
