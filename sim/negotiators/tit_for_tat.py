"""Behaviour-dependent concession: answer the other side's moves in kind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from sim._numerics import hold
from sim._typing import Float, Int
from sim.errors import did_you_mean
from sim.game import Game
from sim.negotiators.bidding import Bidder, within
from sim.negotiators.registry import register
from sim.table import View

__all__ = ["TitForTat", "absolute", "averaged", "relative"]


def relative(own: Float, before: Float, now: Float) -> Float:
    """Concede in the proportion in which the other side did.

    Examples
    --------
    >>> round(float(relative(np.array([80.0]), np.array([20.0]), np.array([22.0]))[0]), 4)
    72.7273
    """
    return np.where(now > 0.0, before / np.maximum(now, 1e-12), 1.0) * own


def absolute(own: Float, before: Float, now: Float) -> Float:
    """Concede by the amount by which the other side did.

    Examples
    --------
    >>> absolute(np.array([80.0]), np.array([20.0]), np.array([22.0])).tolist()
    [78.0]
    """
    return own - (now - before)


def averaged(own: Float, before: Float, now: Float) -> Float:
    """Concede in the proportion of a whole window of offers: ``before`` is its first.

    Examples
    --------
    >>> averaged(np.array([90.0]), np.array([30.0]), np.array([45.0])).tolist()
    [60.0]
    """
    return relative(own, before, now)


_FORMS = {"relative": relative, "absolute": absolute, "random": absolute, "averaged": averaged}


@dataclass(eq=False)
class _Offers:
    """What the others' offers were worth, newest last, and what was asked for last."""

    worth: Float  # (slots, W)
    seen: Int  # (slots,)
    asked: Float  # (slots,), nan before the first offer


@register("tit-for-tat")
@dataclass(frozen=True, slots=True)
class TitForTat(Bidder):
    """Concedes as the other side conceded over its last offers, measured in its own utility.

    Parameters
    ----------
    form
        ``relative``, ``absolute``, ``random`` (absolute, plus or minus up to ``jitter``) or
        ``averaged`` (relative over a whole window).
    window
        Offers looked back over, 1 to 10; ``relative`` and ``absolute`` use the last two.
    k
        Share conceded before anything was seen, 0 to 1.
    nice
        Answer concessions only: never ask for more because the other side took something back.
    jitter
        Width of the random part of ``random``, in utils, 0 to 1.
    trade_off, accept, accept_after, accept_margin, mishears
        Of every ``Bidder``.

    Names
    -----
    Relative, random absolute and averaged tit-for-tat: Faratin, Sierra and Jennings 1998.

    References
    ----------
    doi:10.1016/S0921-8890(98)00029-3

    Examples
    --------
    >>> TitForTat(form="absolute").window
    3
    """

    trade_off: str = "similar"
    form: str = "relative"
    window: int = 3
    k: float | Float = 0.02
    nice: bool = False
    jitter: float | Float = 0.02

    source: ClassVar[str] = "doi:10.1016/S0921-8890(98)00029-3"

    def __post_init__(self) -> None:
        """Hold the parameters to their ranges."""
        Bidder.__post_init__(self)
        if self.form not in _FORMS:
            message = f"form {self.form!r} is unknown; {did_you_mean(self.form, list(_FORMS))}"
            raise ValueError(message)
        if not 1 <= self.window <= 10:
            message = f"window is {self.window}; allowed: a whole number from 1 to 10"
            raise ValueError(message)
        within("k", self.k, 0.0, 1.0)
        within("jitter", self.jitter, 0.0, 1.0)

    def own_memory(self, slots: int, game: Game) -> list[_Offers]:
        """Remember the worth of the last offers, for each agenda."""
        width = self.window + 1
        return [
            _Offers(np.zeros((slots, width)), np.zeros(slots, np.int16), np.full(slots, np.nan))
            for _ in game.agendas
        ]

    def level(self, view: View) -> Float:
        """Return what the party asks for today, (rows,)."""
        memory: _Offers = view.memory.own[view.session.agenda]
        worth, seen = memory.worth[view.slots], memory.seen[view.slots]
        start = view.ideal - view.own(self.k) * view.spread
        asked = memory.asked[view.slots]
        asked = np.where(np.isnan(asked), start, asked)
        back = self.window if self.form == "averaged" else 1
        now = worth[:, -1]
        steps = np.minimum(back, np.maximum(seen - 1, 0))
        before = worth[np.arange(seen.size), worth.shape[1] - 1 - steps]
        answer = _FORMS[self.form](asked, before, now)
        if self.form == "random":
            width = view.own(self.jitter) * view.spread
            answer = answer + width * (2.0 * view.uniform("jitter") - 1.0)
        if self.nice:
            answer = np.minimum(answer, asked)
        return hold(np.where(seen >= 2, answer, asked), -np.inf, view.ideal)

    def note(self, view: View, level: Float) -> None:
        """Remember what was asked for."""
        memory: _Offers = view.memory.own[view.session.agenda]
        memory.asked[view.slots] = level

    def heard(self, view: View, proposer: int, package: Int) -> None:
        """Remember what the offer was worth."""
        memory: _Offers = view.memory.own[view.session.agenda]
        worth = memory.worth[view.slots]
        worth[:, :-1] = worth[:, 1:]
        worth[:, -1] = view.value(package)
        memory.worth[view.slots] = worth
        memory.seen[view.slots] += 1
