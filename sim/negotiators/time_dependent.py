"""Time-dependent concession, from Boulware to conceder."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from sim._typing import Bool, Float, Int
from sim.errors import did_you_mean
from sim.game import Game
from sim.negotiators.aspiration import SHAPES
from sim.negotiators.opponent import TRADE_OFFS
from sim.negotiators.registry import register
from sim.table import View

__all__ = ["TimeDependent"]


@register("time-dependent")
@dataclass(frozen=True, slots=True)
class TimeDependent:
    r"""Concedes from its ideal to its floor as its believed deadline nears.

    It asks for :math:`a = f + (1 - \alpha(t))(\bar u - f)`, offers the package it believes
    best for the others among those worth that much, and signs what is worth that much.

    Parameters
    ----------
    shape
        ``polynomial`` or ``exponential``.
    beta
        Concession exponent, above 0: below 1 Boulware, 1 linear, above 1 conceder.
    k
        Share conceded at the start, 0 to 1 (above 0 for ``exponential``).
    trade_off
        ``learned`` (the others' weights by Bayes) or ``similar`` (to the last offer).

    Names
    -----
    Boulware, Conceder, Linear: Faratin, Sierra and Jennings 1998.

    References
    ----------
    doi:10.1016/S0921-8890(98)00029-3

    Examples
    --------
    >>> TimeDependent(beta=0.2).trade_off
    'learned'
    """

    shape: str = "polynomial"
    beta: float | Float = 0.4
    k: float | Float = 0.05
    trade_off: str = "learned"

    source: ClassVar[str] = "doi:10.1016/S0921-8890(98)00029-3"

    def __post_init__(self) -> None:
        """Hold the parameters to their ranges."""
        if self.shape not in SHAPES:
            message = f"shape {self.shape!r} is unknown; {did_you_mean(self.shape, list(SHAPES))}"
            raise ValueError(message)
        if self.trade_off not in TRADE_OFFS:
            known = did_you_mean(self.trade_off, list(TRADE_OFFS))
            message = f"trade_off {self.trade_off!r} is unknown; {known}"
            raise ValueError(message)
        if not np.all(np.asarray(self.beta) > 0):
            message = f"beta is {self.beta}; allowed: a number above 0"
            raise ValueError(message)
        start = np.asarray(self.k)
        least = start > 0 if self.shape == "exponential" else start >= 0
        if not np.all(least & (start <= 1)):
            message = f"k is {self.k}; allowed: from 0 to 1, above 0 for the exponential shape"
            raise ValueError(message)

    def new_memory(self, slots: int, game: Game) -> Any:  # noqa: ANN401 - the trade-off's own
        """Return the trade-off's memory."""
        return TRADE_OFFS[self.trade_off]().new_memory(slots, game)

    def level(self, view: View) -> Float:
        """Return what the party asks for today, by monitoring option, (rows, O)."""
        conceded = SHAPES[self.shape](view.time, view.own(self.beta), view.own(self.k))
        return view.level(1.0 - conceded)

    def propose(self, view: View) -> Int:
        """Offer what the others are believed to like best at the level asked for."""
        model = TRADE_OFFS[self.trade_off]().model(view)
        return view.best_at_or_above(self.level(view), model)

    def accepts(self, view: View, package: Int) -> Bool:
        """Sign what is worth the level asked for."""
        agreed: Bool = view.value(package) >= view.level_at(self.level(view), package)
        return agreed

    def observe(self, view: View, proposer: int, package: Int) -> None:
        """Pass the others' offers on to the trade-off."""
        TRADE_OFFS[self.trade_off]().observe(view, proposer, package)
