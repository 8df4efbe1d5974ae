"""What a behaviour has to offer. No base class: any object of this shape sits at the table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

from sim._typing import Bool, Float, Int
from sim.table.desk import Desk
from sim.table.view import View

__all__ = ["Intervention", "Mediator", "Negotiator", "name_of"]


def name_of(behaviour: Any) -> str:  # noqa: ANN401 - any object may be a behaviour
    """Return the name of a behaviour's class, for messages; a lifted class goes by its own."""
    scalar = getattr(behaviour, "scalar", None)
    return scalar.__name__ if isinstance(scalar, type) else type(behaviour).__name__


@runtime_checkable
class Negotiator(Protocol):
    """A party's behaviour. Parameters are frozen; memory is made per run and passed in the view.

    ``view`` holds the rows the party is asked about; answers have one entry per row. Memory is
    addressed by ``view.slots`` so that a row keeps its memory wherever it stands.
    """

    def new_memory(self, slots: int, game: Any) -> Any:  # noqa: ANN401 - each behaviour has its own
        """Return the memory of a run of ``slots`` replications (``None`` for none)."""

    def propose(self, view: View) -> Int:
        """Return the package to offer, shape (rows,)."""

    def accepts(self, view: View, package: Int) -> Bool:
        """Return where the party would sign the package, shape (rows,)."""

    def observe(self, view: View, proposer: int, package: Int) -> None:
        """Take note of an offer another party made; may write to memory only."""


@dataclass(eq=False)
class Intervention:
    """What a mediator does at one session, one entry per row; ``None`` leaves things as they are.

    Parameters
    ----------
    haze
        Factor on the talk noise, (rows,).
    text
        Package tabled as a single text, -1 for none, (rows,).
    reported
        Floors the parties reported for that text, (rows, P); passed on to the others.
    carrots, sticks
        Added to each party's carrot and stick, in shares of its utility range, (rows, P).
    guarantee, penalty
        Offered guarantee and penalty on violation, (rows,).
    spend
        Taken from the stock, (rows,).
    inducements, coercions
        Given to each spoiler, and share of its capability taken, (rows, S).
    """

    haze: Float | None = None
    text: Int | None = None
    reported: Float | None = None
    carrots: Float | None = None
    sticks: Float | None = None
    guarantee: Float | None = None
    penalty: Float | None = None
    spend: Float | None = None
    inducements: Float | None = None
    coercions: Float | None = None


@runtime_checkable
class Mediator(Protocol):
    """A mediator's behaviour (its style)."""

    @property
    def drafts(self) -> bool:
        """Whether it can table a text of its own."""

    def act(self, desk: Desk) -> Intervention:
        """Return what the mediator does at this session."""
