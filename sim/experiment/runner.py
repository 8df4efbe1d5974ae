"""Running an experiment: block by block, by whoever plays them, so that nothing is lost."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

from sim.ensemble import CHUNK
from sim.errors import RunError
from sim.experiment.blocks import Block, Played, blocks_of, play, seed_of, task_for
from sim.experiment.designs import Design, design_of
from sim.experiment.executing import Crew, cluster_crew, crew_of, played
from sim.experiment.files import json_text, write_table
from sim.experiment.folder import Folder
from sim.experiment.memory import fitted
from sim.experiment.progress import Progress, Told, shown
from sim.experiment.results import ExperimentResults, open_experiment
from sim.experiment.summaries import save_summary
from sim.experiment.tables import Layout, layout_of, write_block
from sim.notice import NOTICE
from sim.results import versions_and_cpu
from sim.scenario import Scenario
from sim.scenario.experiments import Experiment, load_experiment
from sim.scenario.load import written

__all__ = ["manifest_of", "run_experiment"]


def run_experiment(
    experiment: Experiment | str | Path | dict[str, Any],
    out: str | Path,
    *,
    workers: int = 1,
    executor: Executor | None = None,
    cluster: str | None = None,
    resume: bool = False,
    max_memory: float | None = None,
    progress: Told | bool | None = None,
) -> ExperimentResults:
    """Play all arms and points of an experiment into a folder.

    The same tables, byte by byte, come of any number of workers, of any executor, and of a run
    that was interrupted and resumed.

    Parameters
    ----------
    experiment
        An experiment, its path or name, or plain data.
    out
        Folder to write.
    workers
        Processes; 1 plays in this one.
    executor
        Any ``concurrent.futures.Executor`` to play the blocks instead.
    cluster
        Address of a Dask scheduler, or ``"local"`` to start one here with ``workers`` workers.
    resume
        Whether to finish what the folder holds.
    max_memory
        Gigabytes the run may take; fewer workers and smaller chunks are used to keep to it.
    progress
        Told after each block how far the run has come; ``True`` shows it as the surroundings
        allow: a bar in a terminal, tqdm in a notebook, plain lines elsewhere.

    Returns
    -------
    ExperimentResults
        The results, read from the folder as they are asked for.

    Raises
    ------
    ScenarioError
        If the experiment cannot be read.
    RunError
        If the folder holds something else, is being written, or cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> data = {"schema": 1, "title": "x", "scenario": "prisoner_exchange_minimal",
    ...         "replications": 5, "seed": 1}
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     results = run_experiment(data, f"{folder}/x")
    ...     len(results.to_frame())
    5
    """
    if not isinstance(experiment, Experiment):
        experiment = load_experiment(experiment)
    design = design_of(experiment)
    whole = Folder(Path(out), manifest_of(experiment, design))
    workers, chunk = fitted(experiment, design, workers, max_memory)
    with whole.locked(resume=resume):
        blocks = blocks_of(experiment, design)
        _write_inputs(whole, experiment, design)
        run = _Run(experiment, design, whole, _layout(experiment), chunk)
        left = [block for block in blocks if block.name not in whole.finished]
        rows = sum(block.rows for block in blocks)
        run.state = Progress(rows, rows - sum(block.rows for block in left))
        if left:
            with (
                _crew(workers, executor, cluster) as crew,
                shown(progress, experiment.title) as told,
            ):
                run.play(crew, left, told)
        _close(run, blocks)
        whole.close(blocks)
        results = open_experiment(out)
        save_summary(results)
    return results


def _layout(experiment: Experiment) -> Layout:
    return layout_of(arm.scenario.file for arm in experiment.arms)


@contextmanager
def _crew(workers: int, executor: Executor | None, cluster: str | None) -> Iterator[Crew]:
    if executor is not None and cluster is not None:
        message = "executor and cluster are both given; allowed: one of them"
        raise RunError(message)
    with cluster_crew(cluster, workers) if cluster else crew_of(workers, executor) as crew:
        yield crew


@dataclass(eq=False)
class _Run:
    """Takes in blocks as they are played."""

    experiment: Experiment
    design: Design
    folder: Folder
    layout: Layout
    chunk: int = CHUNK
    state: Progress = field(default_factory=lambda: Progress(0))
    failed: dict[str, str] = field(default_factory=dict)
    elsewhere: set[str] = field(default_factory=set)

    def play(self, crew: Crew, blocks: list[Block], told: Told | None) -> None:
        """Play blocks, keep each as it comes in, and write down those that fail."""
        tasks = [
            partial(task_for, *self._who(block), self.design, block, self.chunk) for block in blocks
        ]
        began = time.monotonic()
        for number, result in played(crew, play, tasks):
            block = blocks[number]
            self._take(block, result)
            self.state.done += block.rows
            self.state.fresh += block.rows
            self.state.failures = len(self.failed)
            self.state.seconds = time.monotonic() - began
            if told is not None:
                told(self.state)
        self.folder.log(
            f"{self.state.fresh} histories in {self.state.seconds:.1f} s, "
            f"{self.state.rate:.0f} a second; {len(self.failed)} blocks failed"
        )

    def _who(self, block: Block) -> tuple[Scenario, int]:
        """Return the scenario and the seed of a block's arm."""
        return self.experiment.arm(block.arm).scenario, seed_of(self.experiment, block.arm)

    def _take(self, block: Block, result: Played | BaseException) -> None:
        if isinstance(result, BaseException):
            self._fail(block, f"{type(result).__name__}: {result}")
            return
        own = versions_and_cpu()
        if result.made_by["versions"] != own["versions"]:
            self._fail(block, f"the worker has other versions: {result.made_by['versions']}")
            return
        if result.made_by["cpu_dispatch"] != own["cpu_dispatch"]:
            self.elsewhere.add(block.name)
        scenario = self.experiment.arm(block.arm).scenario
        path = self.folder.block_path(block)
        digest = write_block(path, block, result.columns, self.layout, scenario.file)
        self.folder.note(block, digest)

    def _fail(self, block: Block, reason: str) -> None:
        self.failed[block.name] = reason
        self.folder.log(f"{block.name}: {reason}")


def _close(run: _Run, blocks: list[Block]) -> None:
    """Leave a row for each failed block, and a word on machines of another kind."""
    path = run.folder.path / "failures.json"
    rows = [
        {
            "arm": block.arm,
            "block": block.name,
            "points": [block.start, block.stop - 1],
            "replications": [block.first, block.first + block.count - 1],
            "reason": run.failed[block.name],
        }
        for block in blocks
        if block.name in run.failed
    ]
    if rows:
        run.folder.write(path.name, json_text(rows))
    else:
        path.unlink(missing_ok=True)
    if run.elsewhere:
        run.folder.log(
            f"{len(run.elsewhere)} blocks came from machines with other CPU features; "
            "their last digits may differ from a run here"
        )


def _write_inputs(folder: Folder, experiment: Experiment, design: Design) -> None:
    folder.write("experiment.yaml", experiment.text)
    for arm in experiment.arms:
        folder.write(f"scenarios/{arm.id}.yaml", written(arm.scenario.data))
    if design.fields:
        made = {"experiment": experiment.title, "seed": experiment.seed}
        write_table(design.to_frame(), folder.path / "design.parquet", made)


def manifest_of(experiment: Experiment, design: Design) -> dict[str, Any]:
    """Return what an experiment is: enough to make it again, nothing that changes from run to run."""
    part = experiment.design
    return {
        "kind": "experiment",
        "title": experiment.title,
        "note": NOTICE,
        "experiment_sha256": sha256(experiment.text.encode()).hexdigest(),
        "experiment_text": experiment.text,
        "arms": {
            arm.id: {
                "title": arm.title,
                "scenario": arm.scenario.name,
                "scenario_title": arm.scenario.title,
                "real": arm.scenario.real,
                "sha256": arm.scenario.sha256,
                "seed": seed_of(experiment, arm.id),
                "assumed": arm.scenario.share_assumed,
            }
            for arm in experiment.arms
        },
        "order": [arm.id for arm in experiment.arms],
        "parties": sorted(party.id for party in experiment.arms[0].scenario.file.parties),
        "base": experiment.base,
        "replications": experiment.replications,
        "seed": experiment.seed,
        "common_luck": experiment.common_luck,
        "outcomes": [item.name for item in experiment.measures],
        "design": None
        if part is None
        else {
            "use": part.use,
            "points": design.points,
            "fields": [
                {"path": f.path, "low": f.low, "high": f.high, "kind": f.kind}
                for f in experiment.fields
            ],
            "sha256": sha256(design.values.tobytes()).hexdigest(),
        },
        "block_rows": CHUNK,
        **versions_and_cpu(),
    }
