"""What offering rules have in common: a level asked for, an aim among what is worth it, a signature.

A behaviour that says how much it asks for, session by session, is a ``Bidder``; the aim
(``trade_off``) and the acceptance condition (``accept``) are chosen apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from sim._typing import Bool, Float, Int
from sim.errors import did_you_mean
from sim.game import Game
from sim.negotiators.acceptance import ACCEPT, Received, combined, next_offer, time_out
from sim.negotiators.trade_offs import TRADE_OFFS
from sim.table import View

__all__ = ["Bidder", "Memory", "by_option", "within"]


@dataclass(eq=False)
class Memory:
    """Memory of a bidder: its trade-off's, the offers it received, and its own."""

    aim: Any
    received: list[Received] | None
    """By agenda; kept for the acceptance condition that asks for it."""
    own: Any


@dataclass(frozen=True, slots=True)
class Bidder:
    """Asks for a level, offers the best for the others at that level, signs what is worth it.

    Parameters
    ----------
    trade_off
        What an offer is aimed at among packages worth the level: ``learned`` (the others' weights
        by Bayes), ``frequency`` (the others' options by count), ``similar`` (to the last offer),
        ``lowest`` (worth least to oneself).
    accept
        ``level`` (worth the level asked for), ``next`` (worth one's own next offer), ``time``
        (nothing before ``accept_after``, anything then), ``combined`` (next, and after
        ``accept_after`` the best offer of a window as long as the time left).
    accept_after
        Share of the believed deadline, 0 to 1.
    accept_margin
        How much less than one's own next offer is good enough, in utils, 0 to 1.
    mishears
        Chance that an option of another's offer is taken for one next to it, in what the party
        learns from it; what it signs it reads rightly. 0 to 1.
    """

    trade_off: str = "learned"
    accept: str = "level"
    accept_after: float | Float = 0.95
    accept_margin: float | Float = 0.0
    mishears: float | Float = 0.0

    def __post_init__(self) -> None:
        """Hold the parameters to their ranges."""
        for name, chosen, known in (
            ("trade_off", self.trade_off, list(TRADE_OFFS)),
            ("accept", self.accept, list(ACCEPT)),
        ):
            if chosen not in known:
                message = f"{name} {chosen!r} is unknown; {did_you_mean(chosen, known)}"
                raise ValueError(message)
        within("accept_after", self.accept_after, 0.0, 1.0)
        within("accept_margin", self.accept_margin, 0.0, 1.0)
        within("mishears", self.mishears, 0.0, 1.0)

    def new_memory(self, slots: int, game: Game) -> Memory:
        """Return the memory of a run."""
        return self.memory_with(TRADE_OFFS[self.trade_off]().new_memory(slots, game), slots, game)

    def memory_with(self, aim: Any, slots: int, game: Game) -> Memory:  # noqa: ANN401
        """Return the memory of a run around that of a trade-off, which rules in one another share."""
        wanted = self.accept == "combined"
        received = [Received.empty(slots) for _ in game.agendas] if wanted else None
        return Memory(aim, received, self.own_memory(slots, game))

    def own_memory(self, slots: int, game: Game) -> Any:  # noqa: ANN401 - each rule has its own
        """Return what the offering rule itself remembers; nothing unless it says otherwise."""
        return None

    def level(self, view: View) -> Float:
        """Return what the party asks for at the view's session, (rows,) or (rows, O)."""
        raise NotImplementedError

    def note(self, view: View, level: Float) -> None:
        """Remember what was asked for in an offer that is made."""

    def heard(self, view: View, proposer: int, package: Int) -> None:
        """Remember what the offering rule wants to know of another party's offer."""

    def propose(self, view: View) -> Int:
        """Offer what the others are believed to like best at the level asked for."""
        level = self.level(view)
        self.note(view, level)
        return self._aimed(view, level)

    def accepts(self, view: View, package: Int) -> Bool:
        """Sign by the acceptance condition."""
        worth = view.value(package)
        if self.accept == "level":
            agreed: Bool = worth >= view.level_at(by_option(view, self.level(view)), package)
            return agreed
        after = view.own(self.accept_after)
        if self.accept == "time":
            return time_out(view.time, after)
        later = view.at_next_turn()
        own = view.value(self._aimed(later, self.level(later)))
        margin = view.own(self.accept_margin) * view.spread
        if self.accept == "next":
            return next_offer(worth, own, margin)
        since = view.sessions - (view.deadline - view.sessions)
        best = view.memory.received[view.session.agenda].best(view.slots, since)
        return combined(worth, own, margin, view.time, after, best)

    def observe(self, view: View, proposer: int, package: Int) -> None:
        """Pass the others' offers on to the trade-off and to the rule's own memory."""
        memory: Memory = view.memory
        if np.any(np.asarray(self.mishears) > 0.0):
            package = _misheard(view, package, view.own(self.mishears))
        TRADE_OFFS[self.trade_off]().observe(view.with_memory(memory.aim), proposer, package)
        self.heard(view, proposer, package)
        if memory.received is not None:
            kept = memory.received[view.session.agenda]
            kept.add(view.slots, view.value(package), view.sessions)

    def _aimed(self, view: View, level: Float) -> Int:
        model = TRADE_OFFS[self.trade_off]().model(view.with_memory(view.memory.aim))
        return view.best_at_or_above(by_option(view, level), model)


def by_option(view: View, level: Float) -> Float:
    """Lay a single level out over the monitoring options, never below the floor, (rows, O)."""
    return level if level.ndim == 2 else np.maximum(level[:, None], view.floor)


def _misheard(view: View, package: Int, chance: Float | float) -> Int:
    """Return what is understood of an offer: some options taken for one next to them, (rows,)."""
    space = view.agenda.space
    understood = package.astype(np.int64)
    for issue, size in enumerate(space.sizes):
        draw = view.uniform(f"mishears {issue}")
        option = space.option(issue, package).astype(np.int64)
        step = np.where(draw < 0.5 * chance, 1, -1)
        other = np.where(
            (option + step < 0) | (option + step >= size), option - step, option + step
        )
        wrong = (draw < chance) & (size > 1)
        understood = understood + np.where(wrong, other - option, 0) * space.strides[issue]
    return understood


def within(name: str, value: float | Float, low: float, high: float) -> None:
    """Hold a parameter to its range.

    Raises
    ------
    ValueError
        If it lies outside; the message says what is allowed.
    """
    if not np.all((np.asarray(value) >= low) & (np.asarray(value) <= high)):
        message = f"{name} is {value}; allowed: from {low:g} to {high:g}"
        raise ValueError(message)
