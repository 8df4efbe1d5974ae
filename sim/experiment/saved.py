"""A run read back from the folder it left."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sim._typing import Int
from sim.errors import RunError, SimError
from sim.game import Game
from sim.results import ARRAYS, Outcomes
from sim.scenario import Scenario, load_scenario
from sim.table.state import OUTCOMES

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["SavedRun", "folder_kind", "open_run"]

_NAMES = {"delivered": "tranches_delivered", "fought": "days_fought"}
_BY_PARTY = {"utility": "utility_{}", "released": "released_by_{}", "harmed": "harmed_{}"}
_CLASSES = ("outcome", "lapsed_as")


@dataclass(frozen=True)
class SavedRun:
    """A run: the scenario it was played with, and its outcomes."""

    folder: Path
    scenario: Scenario = field(repr=False)
    outcomes: Outcomes = field(repr=False)


def folder_kind(folder: str | Path) -> str:
    """Return what a folder holds: ``run`` or ``experiment``.

    Raises
    ------
    RunError
        If it holds neither.
    """
    return "experiment" if _manifest(Path(folder)).get("kind") == "experiment" else "run"


def open_run(folder: str | Path) -> SavedRun:
    """Read a run back from the folder ``sim run`` or ``save_run`` left.

    Raises
    ------
    RunError
        If it holds no run, or its tables do not fit its scenario.

    Examples
    --------
    >>> import tempfile, sim
    >>> from sim.experiment import save_run
    >>> scenario = sim.load_scenario("prisoner_exchange_minimal")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     kept = save_run(scenario, sim.run_ensemble(scenario, replications=5, seed=1), folder)
    ...     open_run(kept).outcomes.replications
    5
    """
    folder = Path(folder)
    made = _manifest(folder)
    if made.get("kind") == "experiment":
        message = f"{folder} holds an experiment; open it with sim.open_experiment"
        raise RunError(message)
    try:
        import pandas as pd  # noqa: PLC0415 - heavy, loaded when a run is read

        scenario = load_scenario(folder / "scenario.yaml")
        scenario.name = made["scenario"]
        scenario = scenario.with_values(made["changes"])
        table = pd.read_parquet(folder / "outcomes.parquet")
        terms = pd.read_parquet(folder / "terms.parquet")
        arrays = _arrays(table, terms, scenario.game)
    except (OSError, KeyError, ValueError, SimError) as error:
        message = f"{folder} holds a run that cannot be read: {error}"
        raise RunError(message) from error
    provenance = {key: value for key, value in made.items() if key != "scenario_text"}
    first = int(table.replication.iloc[0]) if len(table) else 0
    outcomes = Outcomes(first=first, game=scenario.game, provenance=provenance, **arrays)
    return SavedRun(folder, scenario, outcomes)


def _manifest(folder: Path) -> dict[str, Any]:
    path = folder / "manifest.json"
    try:
        found: Any = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        message = (
            f"{folder} holds neither a run nor an experiment (no manifest.json); make one with: "
            "sim run, or sim sweep"
        )
        raise RunError(message) from None
    except (OSError, ValueError) as error:
        message = f"{path} cannot be read ({error}); the run has to be made again"
        raise RunError(message) from error
    if not isinstance(found, dict) or not {"kind", "scenario"} & set(found):
        message = f"{folder} holds neither a run nor an experiment"
        raise RunError(message)
    return dict(found)


def _arrays(table: pd.DataFrame, terms: pd.DataFrame, game: Game) -> dict[str, Any]:
    """Return the arrays of outcomes by name from the tables of a run."""
    found: dict[str, Any] = {}
    parties = [party.id for party in game.parties]
    for name in ARRAYS:
        if name == "package":
            found[name] = _packages(table, terms, game)
        elif name in _BY_PARTY:
            columns = [table[_BY_PARTY[name].format(party)] for party in parties]
            found[name] = np.stack([column.to_numpy(float) for column in columns], axis=1)
        elif name in _CLASSES:
            codes = [OUTCOMES.index(str(value)) for value in table[name]]
            found[name] = np.array(codes, dtype=np.int8)
        else:
            column = table[_NAMES.get(name, name)]
            days = name in ("signed_on", "ratified_on")
            found[name] = column.fillna(-1).to_numpy(np.int16) if days else column.to_numpy()
    return found


def _packages(table: pd.DataFrame, terms: pd.DataFrame, game: Game) -> Int:
    """Return the package last in force on each agenda, -1 for none, (R, A)."""
    found = np.full((len(table), len(game.agendas)), -1, dtype=game.code_type)
    first = int(table.replication.iloc[0]) if len(table) else 0
    for number, agenda in enumerate(game.agendas):
        mine = terms[terms.agenda.astype(str) == agenda.id]
        issue, option = mine.issue.astype(str).to_numpy(), mine.option.to_numpy()
        rows = mine.replication.to_numpy() - first
        for place, stated in enumerate(agenda.issues):
            here = issue == stated.id
            codes = np.array([stated.labels.index(label) for label in option[here]], dtype=np.int64)
            agreed = rows[here]
            found[agreed, number] = np.maximum(found[agreed, number], 0)
            found[agreed, number] += codes * agenda.space.strides[place]
    return found
