"""Concession by what is left of a resource: sessions before the believed deadline."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from sim._typing import Float
from sim.negotiators.aspiration import resource
from sim.negotiators.bidding import Bidder, within
from sim.negotiators.registry import register
from sim.table import View

__all__ = ["ResourceDependent"]


@register("resource-dependent")
@dataclass(frozen=True, slots=True)
class ResourceDependent(Bidder):
    r"""Concedes as a resource runs out: the sessions left before its believed deadline.

    It concedes the share :math:`\alpha = k + (1-k)\,e^{-r}` with r the sessions left in units
    of ``scale``.

    Parameters
    ----------
    scale
        Sessions that count as one unit of the resource, above 0.
    k
        Share conceded while there is plenty, 0 to 1.
    trade_off, accept, accept_after, accept_margin, mishears
        Of every ``Bidder``.

    Names
    -----
    Resource-dependent, dynamic deadline: Faratin, Sierra and Jennings 1998.

    References
    ----------
    doi:10.1016/S0921-8890(98)00029-3

    Examples
    --------
    >>> ResourceDependent(scale=5).k
    0.05
    """

    scale: float | Float = 10.0
    k: float | Float = 0.05

    source: ClassVar[str] = "doi:10.1016/S0921-8890(98)00029-3"

    def __post_init__(self) -> None:
        """Hold the parameters to their ranges."""
        Bidder.__post_init__(self)
        within("k", self.k, 0.0, 1.0)
        if not np.all(np.asarray(self.scale) > 0):
            message = f"scale is {self.scale}; allowed: a number above 0"
            raise ValueError(message)

    def level(self, view: View) -> Float:
        """Return what the party asks for today, by monitoring option, (rows, O)."""
        left = np.maximum(view.deadline - view.sessions, 0.0)
        return view.level(1.0 - resource(left, view.own(self.scale), view.own(self.k)))
