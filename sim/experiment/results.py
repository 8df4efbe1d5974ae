"""The results of an experiment, and what is asked of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sim.experiment.comparing import compare_arms
from sim.experiment.folder import read_manifest
from sim.experiment.opened import OpenedExperiment
from sim.experiment.verifying import Verdict, verify_run

if TYPE_CHECKING:
    import pandas as pd

    from sim.results import Trace

__all__ = ["ExperimentResults", "open_experiment"]


class ExperimentResults(OpenedExperiment):
    """An experiment that was played, or is half-way: its tables, and answers from them."""

    def compare(
        self,
        other: OpenedExperiment | None = None,
        *,
        base: str | None = None,
        measures: Sequence[str] = (),
    ) -> pd.DataFrame:
        """Return paired differences between arms; see ``sim.experiment.comparing.compare_arms``."""
        return compare_arms(self, other, base=base, measures=measures)

    def replay(self, arm: str, replication: int, point: int = 0) -> Trace:
        """Play one history again, in Mesa; see ``sim.experiment.replaying.replay_history``."""
        from sim.experiment.replaying import replay_history  # noqa: PLC0415 - mesa

        return replay_history(self, arm, replication, point)[0]

    def verify(self, *, blocks: int = 3) -> list[Verdict]:
        """Check the tables; see ``sim.experiment.verifying.verify_run``."""
        return verify_run(self, blocks=blocks)


def open_experiment(folder: str | Path) -> ExperimentResults:
    """Open the folder an experiment was played into.

    Raises
    ------
    RunError
        If it holds none.

    Examples
    --------
    >>> import tempfile, sim
    >>> data = {"schema": 1, "title": "x", "scenario": "prisoner_exchange_minimal",
    ...         "replications": 5, "seed": 1}
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     made = sim.run_experiment(data, f"{folder}/x")
    ...     open_experiment(f"{folder}/x").arms
    ('base',)
    """
    return ExperimentResults(Path(folder), read_manifest(Path(folder)))
