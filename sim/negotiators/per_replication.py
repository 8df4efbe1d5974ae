"""Lift a class written for one negotiation so that it plays in any number of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np

from sim._typing import Bool, Int
from sim.errors import BehaviourError
from sim.game import Game
from sim.table import Near, View

__all__ = ["PerReplication", "Seat"]


class Seat:
    """What a scalar behaviour sees: plain numbers about its one negotiation.

    Attributes
    ----------
    day, session
        Day of the calendar and number of sessions held, whole numbers.
    time
        Share of the believed deadline that has passed, 0 to 1.
    floor, ideal
        Lowest utility the party signs at (under the best monitoring), and its best.
    replication
        Absolute number of the replication.
    """

    def __init__(self, view: View) -> None:
        self._view = view
        self.day = view.day
        self.session = int(view.sessions[0])
        self.time = float(view.time[0])
        self.floor = float(view.floor[0].min())
        self.ideal = float(view.ideal[0])
        self.replication = int(view.ids[0])

    @property
    def last_offer(self) -> int | None:
        """The last offer of another party, ``None`` before there is one."""
        if self._view.previous[0] in (-1, self._view.party):
            return None
        return int(self._view.on_the_table[0])

    @property
    def favourite(self) -> int:
        """The party's best package."""
        return int(self._view.favourite[0])

    def value(self, package: int) -> float:
        """Return what a package is worth to the party."""
        return float(self._view.value(np.array([package]))[0])

    def best_at_or_above(self, level: float, near: int | None = None) -> int:
        """Return the package most like ``near`` (the last offer) among those worth ``level``."""
        aim = self.last_offer if near is None else near
        aim = self.favourite if aim is None else aim
        asked = np.maximum(np.full(1, level)[:, None], self._view.floor)
        return int(self._view.best_at_or_above(asked, Near(np.array([aim])))[0])

    def uniform(self, name: str = "") -> float:
        """Return today's uniform number of this party and replication."""
        return float(self._view.uniform(name)[0])


@dataclass(frozen=True, slots=True)
class PerReplication:
    """Plays a scalar class, one fresh instance for each replication.

    Parameters
    ----------
    scalar
        Class with ``propose(seat) -> int`` and ``accepts(seat, package) -> bool``, and
        ``observe(seat, package)`` if it wants to hear the others' offers. It may keep what it
        likes on ``self``.
    parameters
        Keyword arguments for each instance.

    Examples
    --------
    >>> class Stubborn:
    ...     def propose(self, seat):
    ...         return seat.favourite
    ...     def accepts(self, seat, package):
    ...         return package == seat.favourite
    >>> PerReplication(Stubborn).scalar.__name__
    'Stubborn'
    """

    scalar: type[Any]
    parameters: dict[str, Any] = field(default_factory=dict)

    source: ClassVar[str] = ""

    def new_memory(self, slots: int, game: Game) -> dict[int, Any]:
        """Keep one instance for each place in the run, made when first asked."""
        return {}

    def propose(self, view: View) -> Int:
        """Ask each replication's instance for its offer."""
        offers = [
            self._instance(view, row).propose(Seat(view.row(row))) for row in range(view.count)
        ]
        for row, offer in enumerate(offers):
            if isinstance(offer, bool) or not isinstance(offer, (int, np.integer)):
                message = (
                    f"{self.scalar.__name__}.propose returned {offer!r} in replication "
                    f"{int(view.ids[row])} on day {view.day}; allowed: a whole number, a package"
                )
                raise BehaviourError(message)
        return np.array(offers, dtype=np.int64)

    def accepts(self, view: View, package: Int) -> Bool:
        """Ask each replication's instance for its answer."""
        answers = [
            bool(self._instance(view, row).accepts(Seat(view.row(row)), int(package[row])))
            for row in range(view.count)
        ]
        return np.array(answers, dtype=bool)

    def observe(self, view: View, proposer: int, package: Int) -> None:
        """Tell each replication's instance, if it listens."""
        if not hasattr(self.scalar, "observe"):
            return
        for row in range(view.count):
            self._instance(view, row).observe(Seat(view.row(row)), int(package[row]))

    def _instance(self, view: View, row: int) -> Any:  # noqa: ANN401 - the user's class
        slot = int(view.slots[row])
        instances: dict[int, Any] = view.memory
        if slot not in instances:
            instances[slot] = self.scalar(
                **{
                    name: float(view.own(value)[row]) if isinstance(value, np.ndarray) else value
                    for name, value in self.parameters.items()
                }
            )
        return instances[slot]
