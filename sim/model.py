"""The Mesa face: one history, day by day, by the same ``step`` as the ensemble.

Agents hold behaviours and memory and are the very actors the step calls. The scenario is kept
as ``model.case``: Mesa reserves ``scenario`` for itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import mesa
import numpy as np

from sim.engine import close_at_horizon, step
from sim.ensemble import Run
from sim.errors import RunError
from sim.rules.floors import outside
from sim.scenario import Scenario, load_scenario
from sim.table.actors import Actors
from sim.table.state import OUTCOMES, Outcome, State
from sim.tracing import day_entry

__all__ = [
    "ConstituencyAgent",
    "MediatorAgent",
    "NegotiationModel",
    "PartyAgent",
    "SpoilerAgent",
]


_NONE = float("nan")


class _Agent(mesa.Agent):  # type: ignore[misc]
    """An actor with a name, at a place in the arrays."""

    def __init__(self, model: NegotiationModel, name: str, place: int) -> None:
        super().__init__(model)
        self.name = name
        self.place = place


class PartyAgent(_Agent):
    """A party: holds its behaviour and the memory the behaviour was given.

    Setting ``behaviour`` gives the new behaviour fresh memory; it acts from the next day on.
    """

    def __init__(self, model: NegotiationModel, name: str, place: int) -> None:
        super().__init__(model, name, place)
        actor = model.run_.actors.parties[place]
        self.bound: Any = actor.bound
        self.memory: Any = actor.memory
        self._behaviour: Any = actor.behaviour

    @property
    def behaviour(self) -> Any:  # noqa: ANN401 - any object of the right shape
        """The rule the party acts by."""
        return self._behaviour

    @behaviour.setter
    def behaviour(self, behaviour: Any) -> None:  # noqa: ANN401
        self._behaviour = behaviour
        self.memory = behaviour.new_memory(1, self.model.game)
        self.bound = behaviour

    def bind(self, slots: Any) -> None:  # noqa: ANN401
        """Keep the behaviour as it is: one history has one row."""

    @property
    def trust(self) -> float:
        """Trust in the other party it trusts least, 0 to 1."""
        state = self.model.state
        return float(min(state.trust[0, self.place].tolist())) if state.rows else _NONE

    @property
    def outside_option(self) -> float:
        """What the party expects without a deal, in utils."""
        return float(self.model.outside_today[self.place]) if self.model.state.rows else _NONE

    @property
    def readiness(self) -> float:
        """Readiness to sit at the table when last asked, on a session day, 0 to 1."""
        state = self.model.state
        return float(state.ready.item(0, self.place)) if state.rows else _NONE

    @property
    def present(self) -> bool:
        """Whether the party sits at the table."""
        state = self.model.state
        return bool(state.present.item(0, self.place)) if state.rows else False


class MediatorAgent(_Agent):
    """A mediator and its style."""

    def __init__(self, model: NegotiationModel, name: str, place: int) -> None:
        super().__init__(model, name, place)
        self.behaviour: Any = model.run_.actors.mediators[place].behaviour

    @property
    def spent(self) -> float:
        """Share of the addressed party's range spent so far."""
        state = self.model.state
        return float(state.spent.item(0, self.place)) if state.rows else _NONE


class ConstituencyAgent(_Agent):
    """A constituency of a party."""


class SpoilerAgent(_Agent):
    """A spoiler; ``attacked`` says whether it attacked today."""

    @property
    def attacked(self) -> bool:
        """Whether it attacked today."""
        state = self.model.state
        return bool(state.attacked.item(0, self.place)) if state.rows else False


class NegotiationModel(mesa.Model):  # type: ignore[misc]
    """One history of a scenario as a Mesa model; a step is a day.

    Its ``DataCollector`` has a model table and one of each kind of agent
    (``get_agenttype_vars_dataframe(PartyAgent)``). ``mesa.batch_run`` varies fields as keyword
    arguments and returns the model's columns; from Mesa 3.5 on those of agents beside them.

    Parameters
    ----------
    scenario
        A scenario, its path or name, or plain data.
    seed
        The run's seed; replication ``replication`` of ``run_ensemble`` with the same seed is
        the same history, to the last bit. 0 if neither it nor ``rng`` is given.
    replication
        Which replication to play.
    collect
        Whether to keep a ``DataCollector``.
    rng
        The seed by the name Mesa's newer runners use.
    **overrides
        Fields by path, with ``__`` for dots, so that ``mesa.batch_run`` can vary them:
        ``parties__north__behaviour__beta=0.5``.

    Examples
    --------
    >>> model = NegotiationModel("tutorial", seed=1)
    >>> model.step()
    >>> model.day, model.running
    (1, True)
    """

    def __init__(
        self,
        scenario: Scenario | str | Path | Mapping[str, Any] = "tutorial",
        *,
        seed: int | None = None,
        replication: int = 0,
        collect: bool = True,
        rng: Any = None,  # noqa: ANN401 - Mesa's runners pass what they were given
        **overrides: Any,  # noqa: ANN401
    ) -> None:
        chosen = _chosen_seed(seed, rng)
        super().__init__(rng=chosen)
        self.case = scenario if isinstance(scenario, Scenario) else load_scenario(scenario)
        if overrides:
            self.case = self.case.with_values(
                {path.replace("__", "."): value for path, value in overrides.items()}
            )
        self.negotiation_seed = chosen
        self.replication = int(replication)
        self.run_ = Run(self.case.game, chosen, self.replication, 1)
        self.game = self.run_.game
        self.parties = [PartyAgent(self, a.id, k) for k, a in enumerate(self.game.parties)]
        self.mediators = [MediatorAgent(self, a.id, k) for k, a in enumerate(self.game.mediators)]
        self.constituencies = [
            ConstituencyAgent(self, a.id, k) for k, a in enumerate(self.game.constituencies)
        ]
        self.spoilers = [SpoilerAgent(self, a.id, k) for k, a in enumerate(self.game.spoilers)]
        self.run_.actors = Actors(self.parties, self.mediators, self.run_.actors.searches)
        self.outcome = OUTCOMES[Outcome.OPEN]
        self._outside: tuple[int, Any] = (-1, None)
        self.datacollector = _collector() if collect else None

    @property
    def state(self) -> State:
        """State of the history; no rows once it has ended."""
        return self.run_.state

    @property
    def day(self) -> int:
        """Day of the calendar, counted from 1; 0 before the first."""
        return self.run_.state.day

    @property
    def fighting(self) -> float:
        """Intensity of fighting, 0 to 1."""
        return float(self.state.fighting.item(0)) if self.state.rows else _NONE

    @property
    def outside_today(self) -> list[float]:
        """Outside option of each party today; worked out once a day."""
        if self._outside[0] != self.day:
            self._outside = (self.day, outside(self.state.fields, self.state)[0].tolist())
        return self._outside[1]

    @property
    def nearness(self) -> float:
        """Smallest relative gain of the last text on the table, 0 to 1."""
        return float(self.state.near.item(0)) if self.state.rows else _NONE

    @property
    def delivered(self) -> int:
        """Tranches delivered so far."""
        if self.state.rows:
            return int(self.state.delivered.item(0))
        return int(self.run_.archive.arrays["delivered"][0])

    def party(self, name: str) -> PartyAgent:
        """Return a party's agent by id."""
        for agent in self.parties:
            if agent.name == name:
                return agent
        message = f"no party {name!r}; known: {', '.join(a.name for a in self.parties)}"
        raise RunError(message)

    def step(self) -> None:
        """Play one day; after the last one ``running`` is false."""
        if not self.state.rows:
            return
        run = self.run_
        step(run.game, run.actors, run.state, run.noise)
        if run.state.day >= run.game.days:
            close_at_horizon(run.state)
        self.outcome = OUTCOMES[int(run.state.outcome[0])]
        if self.datacollector is not None:
            self.datacollector.collect(self)
        if run.state.outcome[0] != Outcome.OPEN:
            self.entry = day_entry(run)
            run.sweep()
            self.running = False

    def today(self) -> dict[str, Any]:
        """Return today as plain data, as ``sim trace`` prints it."""
        return day_entry(self.run_) if self.state.rows else self.entry


def _chosen_seed(seed: int | None, rng: Any) -> int:  # noqa: ANN401
    for value in (seed, rng):
        if value is None:
            continue
        if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < 0:
            message = f"seed is {value!r}; allowed: a whole number from 0"
            raise RunError(message)
        return int(value)
    return 0


def _collector() -> mesa.DataCollector:
    """Return model and agent tables; reporters only read."""
    return mesa.DataCollector(
        model_reporters={
            "day": "day",
            "fighting": "fighting",
            "nearness": "nearness",
            "delivered": "delivered",
            "outcome": "outcome",
        },
        agenttype_reporters={
            PartyAgent: {
                "name": "name",
                "trust": "trust",
                "outside_option": "outside_option",
                "readiness": "readiness",
                "present": "present",
            },
            MediatorAgent: {"name": "name", "spent": "spent"},
            SpoilerAgent: {"name": "name", "attacked": "attacked"},
        },
    )
