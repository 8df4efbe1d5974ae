"""Facilitation: the mediator helps the sides to hear each other, and no more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from sim.mediators.registry import register
from sim.table import Desk, Intervention

__all__ = ["Facilitation"]


@register("facilitation")
@dataclass(frozen=True, slots=True)
class Facilitation:
    """Cuts the noise in which the parties read each other by a factor a session.

    References
    ----------
    Beardsley, Quinn, Biswas and Wilkenfeld 2006, doi:10.1177/0022002705282862.
    """

    source: ClassVar[str] = "doi:10.1177/0022002705282862"
    drafts: ClassVar[bool] = False

    def act(self, desk: Desk) -> Intervention:
        """Narrow misperception."""
        factor = desk.field("facilitation")
        return Intervention(haze=np.full(desk.rows.size, factor) if factor.size == 1 else factor)
