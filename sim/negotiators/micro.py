"""MiCRO: one new package for each new package of the other side, down one's own ranking."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from sim._typing import Bool, Int
from sim.game import Game
from sim.negotiators.registry import register
from sim.table import View

__all__ = ["Micro"]


@dataclass(eq=False)
class _Ledger:
    """What was offered and heard on one agenda, by slot."""

    made: Int  # different packages offered: the first so many of the ranking, (slots,)
    heard: Int  # different packages heard, (slots,)
    seen: Int  # which, in the order heard, (slots, K)

    def news(self, slots: Int, package: Int) -> Bool:
        """Return where a package was not heard before."""
        width = int(self.heard[slots].max(initial=0))
        known = self.seen[slots, :width] == package[:, None]
        listed = np.arange(width)[None, :] < self.heard[slots][:, None]
        return ~np.logical_or.reduce(known & listed, axis=1)


@register("micro")
@dataclass(frozen=True, slots=True)
class Micro:
    """Offers its next best package while it has offered no more than it heard, else repeats itself.

    Needs no model of the others and no deadline: it walks its own ranking of packages down to
    its floor, one step for each different package the others have offered, and signs what is
    worth at least the package it is ready to offer next.

    Names
    -----
    MiCRO (minimal concession with reactive offers): de Jonge 2022.

    References
    ----------
    doi:10.24963/ijcai.2022/32

    Examples
    --------
    >>> Micro().source
    'doi:10.24963/ijcai.2022/32'
    """

    source: ClassVar[str] = "doi:10.24963/ijcai.2022/32"
    walks_ranking: ClassVar[bool] = True
    """It needs every package listed."""

    def new_memory(self, slots: int, game: Game) -> list[_Ledger]:
        """Start with nothing offered and nothing heard."""
        return [
            _Ledger(
                np.zeros(slots, np.int32), np.zeros(slots, np.int32), np.zeros((slots, 8), np.int32)
            )
            for _ in game.agendas
        ]

    def propose(self, view: View) -> Int:
        """Offer the next package of the ranking, or repeat an earlier one by chance."""
        ledger: _Ledger = view.memory[view.session.agenda]
        made = ledger.made[view.slots]
        fresh = self._ready(view, ledger.heard[view.slots])
        again = np.floor(view.uniform("repeat") * np.maximum(made, 1)).astype(np.int64)
        place = np.where(fresh, made, again)
        ledger.made[view.slots] = made + fresh
        return view.ranked(place)

    def accepts(self, view: View, package: Int) -> Bool:
        """Sign what is worth the package it would offer next, the lowest it offered otherwise."""
        ledger: _Ledger = view.memory[view.session.agenda]
        made = ledger.made[view.slots]
        heard = ledger.heard[view.slots] + ledger.news(view.slots, package)
        lowest = np.where(self._ready(view, heard), made, np.maximum(made - 1, 0))
        agreed: Bool = view.value(package) >= view.value(view.ranked(lowest))
        return agreed

    def observe(self, view: View, proposer: int, package: Int) -> None:
        """Add a package not heard before to the list."""
        ledger: _Ledger = view.memory[view.session.agenda]
        new = ledger.news(view.slots, package)
        slots = view.slots[new]
        place = ledger.heard[slots]
        if place.max(initial=0) >= ledger.seen.shape[1]:
            ledger.seen = np.concatenate((ledger.seen, np.zeros_like(ledger.seen)), axis=1)
        ledger.seen[slots, place] = package[new]
        ledger.heard[slots] = place + 1

    def _ready(self, view: View, heard: Int) -> Bool:
        """Return where a further step down the ranking is due and stays at or above the floor."""
        made = view.memory[view.session.agenda].made[view.slots]
        following = view.ranked(made)
        clear = view.value(following) >= view.level_at(view.floor, following)
        return (made <= heard) & (made < view.rankable) & (clear | (made == 0))
