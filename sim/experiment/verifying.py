"""Trust in a folder: checksums, and blocks played again."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.errors import RunError
from sim.experiment.blocks import play, task_for
from sim.experiment.folder import OUTCOMES
from sim.experiment.opened import OpenedExperiment
from sim.experiment.tables import layout_of, shared_terms
from sim.results import versions_and_cpu

__all__ = ["Verdict", "same_values", "verify_run"]


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
    >>> data = {"schema": 1, "title": "x", "scenario": "prisoner_exchange_minimal",
    ...         "replications": 5, "seed": 1}
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
    block, stored = results.block(name)
    task = task_for(results.scenario(arm), results.seed(arm), results.design, block)
    played = play(task).columns
    layout = layout_of(results.scenario(arm).file for arm in results.arms)
    played |= shared_terms(played, layout, task.scenario.file, block.rows)
    differs = tuple(name for name in played if not same_values(played[name], stored[name]))
    return Verdict(name, intact, not differs, differs)


def same_values(one: Any, other: Any) -> bool:  # noqa: ANN401 - arrays
    """Return whether two columns are the same, nan as nan."""
    return bool(np.array_equal(one, other, equal_nan=one.dtype.kind == "f"))
