"""Who acts in a run: any objects that hold a behaviour and its memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields, is_dataclass, replace
from typing import Any, Protocol

import numpy as np

from sim._typing import Bool, Int, Rows
from sim.table.protocols import Intervention, Mediator, Negotiator
from sim.table.search import Search
from sim.table.view import Session

__all__ = ["Actors", "MediatorActor", "PartyActor", "Witness"]


class Witness(Protocol):
    """Sees every session and touches nothing."""

    def opens(self, session: Session) -> None:
        """Look at the table before anybody has acted."""

    def helps(self, session: Session, mediator: int, rows: Rows, step: Intervention) -> None:
        """Hear what a mediator does at the table."""

    def closes(
        self, session: Session, rows: Rows, proposer: Int, package: Int, answers: Bool
    ) -> None:
        """Hear what was offered (by -1 for a mediator) and each party's answer, (rows, P)."""


@dataclass(eq=False)
class PartyActor:
    """A party at the table: its behaviour, and the memory the behaviour was given."""

    behaviour: Negotiator
    memory: Any = None
    bound: Any = field(init=False)
    """The behaviour with parameters that vary cut to the open rows."""

    def __post_init__(self) -> None:
        self.bound = self.behaviour

    def bind(self, slots: Rows) -> None:
        """Cut parameters that differ between replications to the open rows."""
        self.bound = _cut(self.behaviour, slots)


@dataclass(eq=False)
class MediatorActor:
    """A mediator at the table."""

    behaviour: Mediator


@dataclass(eq=False)
class Actors:
    """The actors of a run, and the package search of each agenda."""

    parties: Sequence[PartyActor]
    mediators: Sequence[MediatorActor]
    searches: Sequence[Search]
    witness: Witness | None = None

    def bind(self, slots: Rows) -> None:
        """Bind every party's behaviour to the open rows."""
        for actor in self.parties:
            actor.bind(slots)


def _cut(behaviour: Any, slots: Rows) -> Any:  # noqa: ANN401 - any object may be a behaviour
    if not is_dataclass(behaviour) or isinstance(behaviour, type):
        return behaviour
    stated = {item.name: getattr(behaviour, item.name) for item in fields(behaviour) if item.init}
    arrays = {name: _rows(value, slots) for name, value in stated.items() if _varies(value)}
    return replace(behaviour, **arrays) if arrays else behaviour


def _varies(value: Any) -> bool:  # noqa: ANN401
    """Return whether a parameter, or one of a mapping of parameters, differs between rows."""
    if isinstance(value, dict):
        return any(isinstance(inner, np.ndarray) for inner in value.values())
    return isinstance(value, np.ndarray)


def _rows(value: Any, slots: Rows) -> Any:  # noqa: ANN401
    if isinstance(value, dict):
        return {key: _rows(inner, slots) for key, inner in value.items()}
    return value[slots] if isinstance(value, np.ndarray) else value
