"""Keeping to a limit of memory: how large a chunk, how many workers."""

from __future__ import annotations

import sys
import tracemalloc

from sim.ensemble import CHUNK, Run
from sim.errors import RunError
from sim.experiment.designs import Design
from sim.scenario.experiments import Experiment

__all__ = ["bytes_a_row", "bytes_here", "fitted"]

_CHUNKS = (CHUNK, 8192, 4096, 2048, 1024, 512, 256)
_FEW, _MORE = 32, 160
_SLACK = 1.3
"""Allowance for what the estimate does not see: fragments, buffers, results under way."""


def bytes_a_row(experiment: Experiment) -> float:
    """Return what one history side by side with others takes at its peak, measured on a few."""
    most = 0.0
    for arm in experiment.arms:
        game = arm.scenario.game
        peaks = []
        for rows in (_FEW, _MORE):
            tracemalloc.start()
            Run(game, experiment.seed, 0, rows).play()
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
        most = max(most, (peaks[1] - peaks[0]) / (_MORE - _FEW))
    return most


def bytes_here() -> int:
    """Return the most memory this process has taken so far.

    Raises
    ------
    RunError
        If the system does not tell.
    """
    try:
        import resource  # noqa: PLC0415 - not on every system
    except ImportError as error:
        message = "this system does not tell how much memory a process takes; leave max_memory out"
        raise RunError(message) from error
    unit = 1 if sys.platform == "darwin" else 1024
    return int(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit)


def fitted(
    experiment: Experiment, design: Design, workers: int, max_memory: float | None
) -> tuple[int, int]:
    """Return workers and chunk that keep a run within a limit of memory in gigabytes.

    Chunks are cut first, down to 256 rows, then workers. The need of a worker is that of this
    process, which holds the same scenario, and its chunk.

    Raises
    ------
    RunError
        If not even one worker with the smallest chunk fits.
    """
    if workers < 1:
        message = f"workers is {workers}; allowed: a whole number from 1"
        raise RunError(message)
    if max_memory is None:
        return workers, CHUNK
    a_row, here = bytes_a_row(experiment), bytes_here()
    rows = design.points * experiment.replications
    for crew in range(workers, 0, -1):
        for chunk in _CHUNKS:
            players = 1 if crew == 1 else crew + 1
            need = players * here + _SLACK * crew * a_row * min(chunk, rows)
            if need <= max_memory * 1e9:
                return crew, chunk
    least = (here + _SLACK * a_row * min(_CHUNKS[-1], rows)) / 1e9
    message = f"max_memory is {max_memory:g} GB; this scenario needs at least {least:.2f}"
    raise RunError(message)
