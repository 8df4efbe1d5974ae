"""The folder of an experiment, read as it is asked for."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.errors import RunError, did_you_mean
from sim.experiment.blocks import Block
from sim.experiment.designs import Design
from sim.experiment.folder import OUTCOMES
from sim.experiment.tables import read_columns
from sim.measures import Measure, chosen_measures, measures_for
from sim.scenario import Scenario, load_scenario

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["OpenedExperiment", "block_at"]


@dataclass(frozen=True, eq=False)
class OpenedExperiment:
    """An experiment that was played, or is half-way.

    Parameters
    ----------
    folder
        Where it stands.
    manifest
        What it was made from.
    """

    folder: Path
    manifest: dict[str, Any] = field(repr=False)
    _scenarios: dict[str, Scenario] = field(default_factory=dict, init=False, repr=False)

    @property
    def arms(self) -> tuple[str, ...]:
        """Ids of the arms, in the order of the file."""
        return tuple(self.manifest["order"])

    @property
    def titles(self) -> dict[str, str]:
        """Title of each arm."""
        return {arm: self.manifest["arms"][arm]["title"] for arm in self.arms}

    @property
    def base(self) -> str:
        """Arm the others are compared with."""
        return str(self.manifest["base"])

    @property
    def replications(self) -> int:
        """Histories of each arm, or of each point of each arm."""
        return int(self.manifest["replications"])

    @property
    def measures(self) -> tuple[Measure, ...]:
        """Outcomes the experiment asks for."""
        return chosen_measures(self.manifest["outcomes"], self.known_measures)

    @cached_property
    def known_measures(self) -> tuple[Measure, ...]:
        """All outcomes the tables hold."""
        return measures_for(self.manifest["parties"], harm=self.manifest["parties"])

    @cached_property
    def design(self) -> Design:
        """The points that were played."""
        part = self.manifest["design"]
        if part is None:
            return Design((), np.zeros((1, 0)))
        columns = read_columns(self.folder / "design.parquet")
        fields = tuple(name for name in columns if name != "point")
        return Design(fields, np.stack([columns[name] for name in fields], axis=1))

    @property
    def failures(self) -> list[dict[str, Any]]:
        """Blocks that failed, and why."""
        path = self.folder / "failures.json"
        found: list[dict[str, Any]] = json.loads(path.read_text()) if path.exists() else []
        return found

    def seed(self, arm: str) -> int:
        """Return the seed an arm was played with."""
        return int(self.manifest["arms"][self._known(arm)]["seed"])

    def _known(self, arm: str) -> str:
        if arm not in self.arms:
            message = f"unknown arm {arm!r}; {did_you_mean(arm, self.arms)}"
            raise RunError(message)
        return arm

    def scenario(self, arm: str, point: int | None = None) -> Scenario:
        """Return the scenario of an arm, or of one of its points."""
        if arm not in self._scenarios:
            path = self.folder / "scenarios" / f"{self._known(arm)}.yaml"
            self._scenarios[arm] = load_scenario(path)
        found = self._scenarios[arm]
        return found if point is None else found.at_point(self.design.at(point))

    def block_names(self, arm: str) -> list[str]:
        """Return the names of an arm's finished blocks, in order."""
        prefix = f"arm={self._known(arm)}/"
        return sorted(name for name in self._finished if name.startswith(prefix))

    @cached_property
    def _finished(self) -> dict[str, str]:
        """Checksums of the finished blocks: of the manifest, or of the journal half-way."""
        blocks: dict[str, str] | None = self.manifest.get("blocks")
        if blocks is not None:
            return blocks
        journal = self.folder / "journal.jsonl"
        lines = journal.read_text().splitlines() if journal.exists() else []
        return dict(json.loads(line) for line in lines if line.endswith("]"))

    def blocks(
        self, arm: str, columns: Sequence[str] | None = None
    ) -> Iterator[tuple[Block, dict[str, Any]]]:
        """Yield an arm's finished blocks and their columns, one at a time."""
        for name in self.block_names(arm):
            yield self.block(name, columns)

    def block(
        self, name: str, columns: Sequence[str] | None = None
    ) -> tuple[Block, dict[str, Any]]:
        """Return a finished block by name, and its columns.

        Raises
        ------
        RunError
            If it cannot be read.
        """
        path = self.folder / OUTCOMES / name
        try:
            return block_at(path, name), read_columns(path, columns)
        except OSError as error:
            message = f"{path} cannot be read ({error}); run again with --resume"
            raise RunError(message) from error

    def row(self, arm: str, replication: int, point: int = 0) -> dict[str, Any]:
        """Return the stored row of one history, its columns as arrays of length 1.

        Raises
        ------
        RunError
            If its block did not finish.
        """
        for name in self.block_names(arm):
            block = block_at(self.folder / OUTCOMES / name, name)
            inside = block.start <= point < block.stop
            if inside and block.first <= replication < block.first + block.count:
                place = (point - block.start) * block.count + replication - block.first
                columns = self.block(name)[1]
                return {key: values[place : place + 1] for key, values in columns.items()}
        message = f"the block of replication {replication} at point {point} did not finish"
        raise RunError(message)

    def to_frame(
        self, arm: str | None = None, columns: Sequence[str] | None = None
    ) -> pd.DataFrame:
        """Return one row per history: arm, point, replication and how it ended.

        It holds all rows at once; ``folder / "outcomes"`` is a Parquet dataset for what does not
        fit in memory.
        """
        import pandas as pd  # noqa: PLC0415 - heavy, loaded when asked for

        arms = self.arms if arm is None else (self._known(arm),)
        names = None if columns is None else list(columns)
        parts = []
        for name in arms:
            for block in self.block_names(name):
                path = self.folder / OUTCOMES / block
                part = pd.read_parquet(path, columns=names, partitioning=None)
                part.insert(0, "arm", name)
                parts.append(part)
        table = pd.concat(parts, ignore_index=True)
        return table.astype({"arm": pd.CategoricalDtype(list(self.arms))})

    def summary(self) -> pd.DataFrame:
        """Return mean, standard error, interval and count by arm, point and outcome."""
        import pandas as pd  # noqa: PLC0415

        table = pd.read_parquet(self.folder / "summary.parquet")
        if not self.design.fields:
            return table.drop(columns="point")
        return table.merge(self.design.to_frame(), on="point")


def block_at(path: Path, name: str) -> Block:
    """Return a block by the address its file carries."""
    import pyarrow.parquet as pq  # noqa: PLC0415 - heavy, loaded when a table is read

    metadata = pq.read_schema(path).metadata or {}
    address = json.loads(metadata[b"sim"])
    (start, stop), (first, last) = address["points"], address["replications"]
    number = int(name.rpartition("-")[2].removesuffix(".parquet"))
    return Block(address["arm"], number, start, stop, first, last - first)
