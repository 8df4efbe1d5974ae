"""Baselines to measure others by: one that never moves, one that moves by chance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from sim._typing import Float
from sim.negotiators.bidding import Bidder, within
from sim.negotiators.registry import register
from sim.table import View

__all__ = ["Hardliner", "RandomBidder"]


@register("hardliner")
@dataclass(frozen=True, slots=True)
class Hardliner(Bidder):
    """Asks for the same all along: a share of the way from its floor to its ideal.

    Parameters
    ----------
    demand
        Share of the way from floor to ideal, 0 to 1; 1 asks for the ideal itself.
    trade_off, accept, accept_after, accept_margin, mishears
        Of every ``Bidder``.

    Names
    -----
    Hardheaded, take-it-or-leave-it; in the limit of small beta the Boulware of Faratin, Sierra
    and Jennings 1998.

    References
    ----------
    doi:10.1016/S0921-8890(98)00029-3

    Examples
    --------
    >>> Hardliner().demand
    1.0
    """

    demand: float | Float = 1.0

    source: ClassVar[str] = "doi:10.1016/S0921-8890(98)00029-3"

    def __post_init__(self) -> None:
        """Hold the parameters to their ranges."""
        Bidder.__post_init__(self)
        within("demand", self.demand, 0.0, 1.0)

    def level(self, view: View) -> Float:
        """Return what the party asks for, by monitoring option, (rows, O)."""
        return view.level(np.full(view.count, view.own(self.demand)))


@register("random")
@dataclass(frozen=True, slots=True)
class RandomBidder(Bidder):
    """Asks at each session for a random share of the way from its floor to its ideal.

    A zero-intelligence trader with a budget constraint: it never asks for less than its floor,
    and that is all it knows.

    Parameters
    ----------
    trade_off, accept, accept_after, accept_margin, mishears
        Of every ``Bidder``.

    Names
    -----
    ZI-C: Gode and Sunder 1993.

    References
    ----------
    doi:10.1086/261868

    Examples
    --------
    >>> RandomBidder().trade_off
    'lowest'
    """

    trade_off: str = "lowest"

    source: ClassVar[str] = "doi:10.1086/261868"

    def level(self, view: View) -> Float:
        """Return what the party asks for today, by monitoring option, (rows, O)."""
        return view.level(view.uniform("level"))
