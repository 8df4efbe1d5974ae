"""Zeuthen's principle: who has more to lose by a breakdown gives way, a little."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from sim._numerics import anywhere, largest, places, smallest
from sim._typing import Float, Int
from sim.frontier import pareto
from sim.game import Game
from sim.negotiators.bidding import Bidder, within
from sim.negotiators.registry import register
from sim.negotiators.trade_offs import TRADE_OFFS
from sim.table import Issuewise, View

__all__ = ["Zeuthen", "monotonic_concession", "risk"]


def risk(own: Float, other: Float, floor: Float) -> Float:
    r"""Return the risk of conflict a side would bear, :math:`(u(x)-u(y))/(u(x)-d)`, 0 to 1.

    Parameters
    ----------
    own, other
        What a side's own offer and the other side's offer are worth to it.
    floor
        What a breakdown is worth to it.

    References
    ----------
    Zeuthen 1930; Harsanyi 1956, doi:10.2307/1905748.

    Examples
    --------
    >>> risk(np.array([0.9]), np.array([0.5]), np.array([0.1])).tolist()
    [0.5]
    """
    room = own - floor
    shares = (own - other) / np.where(room > 0.0, room, 1.0)
    return np.where(room > 0.0, np.minimum(np.maximum(shares, 0.0), 1.0), 1.0)


def monotonic_concession(
    utilities: Float, floors: Float, steps: int = 10_000
) -> tuple[int, int] | None:
    """Play two sides that know each other's utilities; return the package and the concessions made.

    Each opens with its best package that clears both floors; the side of lower risk concedes
    just enough to turn the risks around; equal risks make both concede. It ends where one
    side's offer is worth to the other what that asks for (Rosenschein and Zlotkin 1994), near
    the largest product of gains.

    Parameters
    ----------
    utilities
        (2, N).
    floors
        (2,).

    Examples
    --------
    >>> u = np.array([[1.0, 0.7, 0.0], [0.0, 0.7, 1.0]])
    >>> monotonic_concession(u, np.zeros(2))
    (1, 1)
    """
    rational = np.logical_and.reduce(utilities >= floors[:, None], axis=0)
    if not anywhere(rational):
        return None
    codes = pareto(utilities, rational)
    points = utilities[:, codes]
    offers = [int(np.argmax(points[side])) for side in (0, 1)]
    for number in range(steps):
        for side in (0, 1):
            mine, theirs = points[side, offers[side]], points[side, offers[1 - side]]
            if theirs >= mine:
                return int(codes[offers[1 - side]]), number
        risks = [
            float(risk(points[s, offers[s]], points[s, offers[1 - s]], floors[s])) for s in (0, 1)
        ]
        conceding = [s for s in (0, 1) if risks[s] <= risks[1 - s] + 1e-12]
        before = list(offers)
        for side in conceding:
            offers[side] = _conceded(points, floors, before, side)
    return None


def _conceded(points: Float, floors: Float, offers: list[int], side: int) -> int:
    """Return the smallest concession that leaves the other side with the lower risk."""
    other = 1 - side
    better = places(points[other] > points[other, offers[side]])
    order = better[np.argsort(-points[side, better], kind="stable")]
    standing = offers[other]
    for place in order:
        own_risk = risk(points[side, place], points[side, standing], floors[side])
        other_risk = risk(points[other, standing], points[other, place], floors[other])
        if own_risk > other_risk or points[other, place] >= points[other, standing]:
            return int(place)
    return int(order[-1]) if order.size else offers[side]


@dataclass(eq=False)
class _Stand:
    """How far a party has come down, by agenda: shares of the way from ideal to floor, (slots,)."""

    given: list[Float]


@register("zeuthen")
@dataclass(frozen=True, slots=True)
class Zeuthen(Bidder):
    """Concedes a step when it believes it risks no more by a breakdown than the others do.

    It knows its own risk; the others' it judges by its model of them and its belief of their
    floors. Facing several others it looks at the one that risks most.

    Parameters
    ----------
    step
        Share of the way from ideal to floor that one concession gives up, above 0 to 1.
    trade_off
        ``learned`` or ``frequency``: the model by which it judges.
    accept, accept_after, accept_margin, mishears
        Of every ``Bidder``.

    Names
    -----
    Monotonic concession, Zeuthen strategy: Zeuthen 1930; Harsanyi 1956; Rosenschein and
    Zlotkin 1994.

    References
    ----------
    doi:10.2307/1905748

    Examples
    --------
    >>> Zeuthen(step=0.1).trade_off
    'learned'
    """

    step: float | Float = 0.05

    source: ClassVar[str] = "doi:10.2307/1905748"

    def __post_init__(self) -> None:
        """Hold the parameters to their ranges."""
        Bidder.__post_init__(self)
        within("step", self.step, 1e-6, 1.0)
        if self.trade_off not in ("learned", "frequency"):
            message = (
                f"trade_off is {self.trade_off!r}; allowed: learned, frequency (it needs a model)"
            )
            raise ValueError(message)

    def own_memory(self, slots: int, game: Game) -> _Stand:
        """Start from the ideal."""
        return _Stand([np.zeros(slots) for _ in game.agendas])

    def level(self, view: View) -> Float:
        """Return what the party asks for today, by monitoring option, (rows, O)."""
        given = view.memory.own.given[view.session.agenda][view.slots]
        return view.level(1.0 - given)

    def heard(self, view: View, proposer: int, package: Int) -> None:
        """Decide at each offer whose turn it is to give way."""
        given = view.memory.own.given[view.session.agenda]
        yields = self._my_risk(view, package) <= self._their_risk(view, package)
        after = np.minimum(given[view.slots] + view.own(self.step), 1.0)
        given[view.slots] = np.where(yields, after, given[view.slots])

    def _my_risk(self, view: View, package: Int) -> Float:
        asked = smallest(self.level(view))
        return risk(asked, view.value(package), view.level_at(view.floor, package))

    def _their_risk(self, view: View, package: Int) -> Float:
        """Return the highest risk another party is believed to bear."""
        mine = view.last_offer(view.party)
        known = np.maximum(mine, 0)
        model: Any = TRADE_OFFS[self.trade_off]().model(view.with_memory(view.memory.aim))
        believed = view.session.state.floor_mean[view.rows, view.party].astype(np.float64)
        found = []
        for place, other in enumerate(view.others):
            worth = Issuewise(model.values if model.each is None else model.each[:, place])
            theirs, offered = (
                worth.merit(view.agenda.space.choices(code).T[:, None, :])[:, 0]
                for code in (package, known)
            )
            found.append(risk(theirs, offered, believed[:, other]))
        return np.where(mine >= 0, largest(np.stack(found, axis=-1)), 1.0)
