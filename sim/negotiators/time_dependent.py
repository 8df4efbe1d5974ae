"""Time-dependent concession, from Boulware to conceder."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from sim._typing import Float
from sim.errors import did_you_mean
from sim.negotiators.aspiration import SHAPES
from sim.negotiators.bidding import Bidder
from sim.negotiators.registry import register
from sim.table import View

__all__ = ["TimeDependent"]


@register("time-dependent")
@dataclass(frozen=True, slots=True)
class TimeDependent(Bidder):
    r"""Concedes from its ideal to its floor as its believed deadline nears.

    It asks for :math:`a = f + (1 - \alpha(t))(\bar u - f)` at the share t of its deadline.

    Parameters
    ----------
    shape
        ``polynomial``, ``exponential`` or ``sigmoid``.
    beta
        Concession exponent, above 0. Polynomial and exponential: below 1 Boulware, 1 linear,
        above 1 conceder. Sigmoid: below 1 most of it in the middle, 1 linear, above 1 at the
        ends.
    k
        Share conceded at the start, 0 to 1 (above 0 for ``exponential``).
    trade_off, accept, accept_after, accept_margin, mishears
        Of every ``Bidder``.

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

    source: ClassVar[str] = "doi:10.1016/S0921-8890(98)00029-3"

    def __post_init__(self) -> None:
        """Hold the parameters to their ranges."""
        Bidder.__post_init__(self)
        if self.shape not in SHAPES:
            message = f"shape {self.shape!r} is unknown; {did_you_mean(self.shape, list(SHAPES))}"
            raise ValueError(message)
        if not np.all(np.asarray(self.beta) > 0):
            message = f"beta is {self.beta}; allowed: a number above 0"
            raise ValueError(message)
        start = np.asarray(self.k)
        least = start > 0 if self.shape == "exponential" else start >= 0
        if not np.all(least & (start <= 1)):
            message = f"k is {self.k}; allowed: from 0 to 1, above 0 for the exponential shape"
            raise ValueError(message)

    def level(self, view: View) -> Float:
        """Return what the party asks for today, by monitoring option, (rows, O)."""
        conceded = SHAPES[self.shape](view.time, view.own(self.beta), view.own(self.k))
        return view.level(1.0 - conceded)
