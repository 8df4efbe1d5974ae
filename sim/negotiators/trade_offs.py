"""What an offer is aimed at among the packages worth enough: any goes with any offering rule."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sim._typing import Int
from sim.game import Game
from sim.negotiators.frequency import Frequency
from sim.negotiators.opponent import Learned
from sim.table import Least, Near, View

__all__ = ["TRADE_OFFS", "Lowest", "Similar"]


@dataclass(frozen=True, slots=True)
class Similar:
    """Aim at the other side's last offer; needs no model of the other.

    Faratin, Sierra and Jennings 2002, doi:10.1016/S0004-3702(02)00290-4.
    """

    def new_memory(self, slots: int, game: Game) -> None:
        """Remember nothing."""

    def model(self, view: View) -> Near:
        """Prefer packages like the last offer on the table."""
        return Near(view.on_the_table)

    def observe(self, view: View, proposer: int, package: Int) -> None:
        """Take note of nothing."""


@dataclass(frozen=True, slots=True)
class Lowest:
    """Ask for exactly as much as was meant: the package worth least to oneself; blind to others."""

    def new_memory(self, slots: int, game: Game) -> None:
        """Remember nothing."""

    def model(self, view: View) -> Least:
        """Prefer what is worth least to oneself."""
        return Least()

    def observe(self, view: View, proposer: int, package: Int) -> None:
        """Take note of nothing."""


TRADE_OFFS: dict[str, Any] = {
    "learned": Learned,
    "frequency": Frequency,
    "similar": Similar,
    "lowest": Lowest,
}
"""By name, as ``trade_off`` in a scenario gives it."""
