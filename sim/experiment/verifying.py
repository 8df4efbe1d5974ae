"""Trust in a folder: checksums, blocks played again, and single histories in Mesa."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.errors import RunError
from sim.experiment.blocks import Block, Task, play
from sim.experiment.folder import OUTCOMES
from sim.experiment.opened import OpenedExperiment
from sim.experiment.tables import layout_of, shared_terms
from sim.model import NegotiationModel
from sim.results import Outcomes, Trace, provenance, versions_and_cpu

__all__ = ["Verdict", "replay_history", "verify_run"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a block is what it was and what comes of playing it again.

    Parameters
    ----------
    block
        Its name.
    intact
        Whether its file has the checksum of the manifest.
    equal
        Whether every column came out the same; ``None`` if it was not played again.
    differs
        Names of columns that did not.
    """

    block: str
    intact: bool
    equal: bool | None
    differs: tuple[str, ...] = ()

    @property
    def sound(self) -> bool:
        """Whether nothing speaks against the block."""
        return self.intact and self.equal is not False


def verify_run(results: OpenedExperiment, *, blocks: int = 3) -> list[Verdict]:
    """Check every block's checksum and play a sample of blocks again.

    The sample is spread evenly over all blocks, the first and the last among them.

    Parameters
    ----------
    blocks
        How many to play again; all of them if there are no more.

    Raises
    ------
    RunError
        If the folder was written by other versions: equality is promised for the same only.

    Examples
    --------
    >>> import sim, tempfile
    >>> data = {"schema": 1, "title": "x", "scenario": "tutorial", "replications": 5, "seed": 1}
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     verify_run(sim.run_experiment(data, f"{folder}/x"))[0].sound
    True
    """
    made, here = results.manifest["versions"], versions_and_cpu()["versions"]
    if made != here:
        other = [f"{name} {made.get(name)} there, {here[name]} here" for name in here]
        message = f"{results.folder} was written by other versions ({'; '.join(other)})"
        raise RunError(message)
    known = [(arm, name) for arm in results.arms for name in results.block_names(arm)]
    places = np.linspace(0, len(known) - 1, min(blocks, len(known))).round().astype(int)
    sample = {known[place][1] for place in places} if blocks else set()
    return [_verdict(results, arm, name, again=name in sample) for arm, name in known]


def _verdict(results: OpenedExperiment, arm: str, name: str, *, again: bool) -> Verdict:
    path = results.folder / OUTCOMES / name
    digest = results.manifest.get("blocks", {}).get(name)
    intact = path.exists() and hashlib.sha256(path.read_bytes()).hexdigest() == digest
    if not again or not intact:
        return Verdict(name, intact, None)
    block, stored = next(
        (block, columns) for block, columns in results.blocks(arm) if block.name == name
    )
    task = task_again(results, block)
    played = play(task).columns
    layout = layout_of(results.scenario(arm).file for arm in results.arms)
    played |= shared_terms(played, layout, task.scenario.file, block.rows)
    differs = tuple(name for name in played if not _same(played[name], stored[name]))
    return Verdict(name, intact, not differs, differs)


def task_again(results: OpenedExperiment, block: Block) -> Task:
    """Return the task a stored block came of."""
    design = results.design
    span = design.values[block.start : block.stop]
    values = dict(zip(design.fields, span.T, strict=True))
    scenario = results.scenario(block.arm)
    return Task(scenario, results.seed(block.arm), block.first, block.count, values)


def _same(one: Any, other: Any) -> bool:  # noqa: ANN401 - arrays
    return bool(np.array_equal(one, other, equal_nan=one.dtype.kind == "f"))


def replay_history(
    results: OpenedExperiment, arm: str, replication: int, point: int = 0
) -> tuple[Trace, NegotiationModel]:
    """Play one history of an experiment again, in Mesa, and keep every day.

    Raises
    ------
    RunError
        If there is no such history, or it ends otherwise than the table says.

    Examples
    --------
    >>> import sim, tempfile
    >>> data = {"schema": 1, "title": "x", "scenario": "tutorial", "replications": 5, "seed": 1}
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     trace, model = replay_history(sim.run_experiment(data, f"{folder}/x"), "base", 3)
    >>> trace.outcome == model.outcome
    True
    """
    if not 0 <= replication < results.replications:
        message = f"replication is {replication}; allowed: 0 to {results.replications - 1}"
        raise RunError(message)
    scenario = results.scenario(arm, point)
    model = NegotiationModel(scenario, seed=results.seed(arm), replication=replication)
    days = list(_days(model))
    _held_to_the_table(results, arm, replication, point, model)
    made = provenance(scenario, results.seed(arm), 1) | {"replication": replication}
    return Trace(days, model.outcome, made | {"arm": arm, "point": point}), model


def _days(model: NegotiationModel) -> Iterator[dict[str, Any]]:
    while model.running:
        model.step()
        yield model.today()


def _held_to_the_table(
    results: OpenedExperiment, arm: str, replication: int, point: int, model: NegotiationModel
) -> None:
    """Compare a history with its stored row, column by column."""
    arrays = model.run_.archive.arrays
    found = Outcomes(first=replication, game=model.game, provenance={}, **arrays).columns()
    for block, columns in results.blocks(arm):
        inside = block.start <= point < block.stop
        if not inside or not block.first <= replication < block.first + block.count:
            continue
        row = (point - block.start) * block.count + replication - block.first
        differs = [name for name in found if not _same(found[name], columns[name][row : row + 1])]
        if differs:
            message = f"the history differs from the table in {', '.join(differs)}"
            raise RunError(message)
        return
    message = f"the block of replication {replication} at point {point} did not finish"
    raise RunError(message)
