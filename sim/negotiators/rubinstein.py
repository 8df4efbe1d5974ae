"""Rubinstein's alternating offers: the equilibrium shares, and a party that plays them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from sim._numerics import power
from sim._typing import Float
from sim.negotiators.bidding import Bidder, within
from sim.negotiators.registry import register
from sim.table import View

__all__ = [
    "Rubinstein",
    "rubinstein",
    "rubinstein_continuous",
    "rubinstein_finite",
    "rubinstein_outside",
]


def rubinstein(first: float | Float, second: float | Float) -> float | Float:
    r"""Return the opener's equilibrium share of a pie of 1, :math:`(1-\delta_2)/(1-\delta_1\delta_2)`.

    Parameters
    ----------
    first, second
        Discount factors by round of the opener and of the other, 0 to 1, not both 1.

    References
    ----------
    Rubinstein 1982, Econometrica 50:97-109, doi:10.2307/1912531.

    Examples
    --------
    >>> round(rubinstein(0.9, 0.8), 6)
    0.714286
    """
    return (1.0 - second) / (1.0 - first * second)


def rubinstein_finite(first: float, second: float, rounds: int) -> float:
    r"""Return the opener's share when the last of ``rounds`` offers takes all or nothing.

    Backward induction: :math:`x_t = 1 - \delta_{\text{responder}} x_{t+1}`, :math:`x_T = 1`.

    Examples
    --------
    >>> [round(rubinstein_finite(0.9, 0.9, t), 4) for t in (1, 2, 3)]
    [1.0, 0.1, 0.91]
    """
    share = 1.0
    for number in range(rounds - 1, 0, -1):
        responder = second if number % 2 == 1 else first
        share = 1.0 - responder * share
    return share


def rubinstein_outside(first: float, second: float, outside: float) -> float:
    r"""Return the opener's share when the responder may take an outside option instead.

    The outside option :math:`b_2` binds only where it beats what waiting brings
    (Binmore, Shaked and Sutton 1989, doi:10.2307/2937866): the responder gets
    :math:`\max(\delta_2 y, b_2)`.

    Examples
    --------
    >>> [round(rubinstein_outside(0.9, 0.9, b), 6) for b in (0.45, 0.5, 0.8)]
    [0.526316, 0.5, 0.2]
    """
    waiting = second * float(rubinstein(second, first))
    return 1.0 - max(waiting, outside)


def rubinstein_continuous(first: float, second: float) -> float:
    r"""Return the opener's share as rounds become short, :math:`r_2/(r_1+r_2)`, by discount rates.

    Examples
    --------
    >>> rubinstein_continuous(0.1, 0.3)
    0.7499999999999999
    """
    return second / (first + second)


@register("rubinstein")
@dataclass(frozen=True, slots=True)
class Rubinstein(Bidder):
    r"""Plays the equilibrium of alternating offers on the pie between its floor and its ideal.

    It asks for :math:`(1-\delta_o)/(1-\delta_s\delta_o)` of that pie in its own offers, and signs
    what leaves it what the others' equilibrium offer would. With a deadline and ``finite`` it
    plays the game of finitely many offers, backwards from its believed deadline.

    Parameters
    ----------
    discount, others
        Discount factor from one session to the next, its own and that it believes the others
        have, 0 to below 1.
    finite
        Whether to count the sessions left.
    trade_off
        Of every ``Bidder``; the acceptance condition is the equilibrium's.

    References
    ----------
    doi:10.2307/1912531

    Examples
    --------
    >>> Rubinstein().discount
    0.95
    """

    discount: float | Float = 0.95
    others: float | Float = 0.95
    finite: bool = False

    source: ClassVar[str] = "doi:10.2307/1912531"

    def __post_init__(self) -> None:
        """Hold the parameters to their ranges."""
        Bidder.__post_init__(self)
        for name, value in (("discount", self.discount), ("others", self.others)):
            within(name, value, 0.0, 0.9999)
        if self.accept != "level":
            message = (
                f"accept is {self.accept!r}; allowed: 'level', the equilibrium's own condition"
            )
            raise ValueError(message)

    def level(self, view: View) -> Float:
        """Return what the party asks for: as proposer its share, as responder what is left it."""
        mine, theirs = view.own(self.discount), view.own(self.others)
        ask = np.full(view.count, rubinstein(mine, theirs))
        grant = np.full(view.count, 1.0 - rubinstein(theirs, mine))
        if self.finite:
            ask, grant = _counted(view, mine, theirs, ask, grant)
        return view.level(np.where(view.to_offer, ask, grant))


def _counted(
    view: View, mine: Float | float, theirs: Float | float, ask: Float, grant: Float
) -> tuple[Float, Float]:
    r"""Return the shares with so many sessions left, from the closed form of the recursion.

    Both follow :math:`x \mapsto 1 - \delta (1 - \delta' x)` every two sessions, whose fixed points
    are the shares of the endless game; the distance from them shrinks by
    :math:`\delta_s\delta_o` every two sessions.
    """
    left = np.maximum(np.ceil(view.deadline - view.sessions), 1.0)
    pairs = np.floor((left - 1.0) / 2.0)
    even = (left - 1.0) % 2.0 == 1.0
    start_ask = np.where(even, 1.0 - theirs, 1.0)
    start_grant = np.where(even, mine, 0.0)
    shrink = power(np.full(left.shape, mine * theirs), pairs)
    return ask + (start_ask - ask) * shrink, grant + (start_grant - grant) * shrink
