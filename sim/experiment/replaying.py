"""One history of an experiment again, in Mesa: the only part of experiments that needs it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sim.errors import RunError
from sim.experiment.opened import OpenedExperiment
from sim.experiment.verifying import same_values
from sim.model import NegotiationModel
from sim.results import Outcomes, Trace, provenance

__all__ = ["replay_history"]


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
    >>> data = {"schema": 1, "title": "x", "scenario": "prisoner_exchange_minimal",
    ...         "replications": 5, "seed": 1}
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
    found = made | {"arm": arm, "point": point}
    return Trace(days, model.outcome, found, scenario.game), model


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
    stored = results.row(arm, replication, point)
    differs = [name for name in found if not same_values(found[name], stored[name])]
    if differs:
        message = f"the history differs from the table in {', '.join(differs)}"
        raise RunError(message)
