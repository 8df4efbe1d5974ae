"""Manipulation: the mediator adds carrots, sticks and guarantees from a finite stock."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from sim._numerics import total
from sim.mediators.formulation import spread, table_text
from sim.mediators.registry import register
from sim.table import Desk, Intervention

__all__ = ["Manipulation"]


@register("manipulation")
@dataclass(frozen=True, slots=True)
class Manipulation:
    """Formulates, and buys what the text still lacks with carrots and sticks; offers a guarantee.

    What the parties lack of their reported floors is met up to the daily cap and the stock left:
    a share as a carrot (paid by tranche, lost on violation), a share as a stick (ends at
    signature).

    References
    ----------
    Beardsley, Quinn, Biswas and Wilkenfeld 2006, doi:10.1177/0022002705282862; guarantees:
    Walter 1997, doi:10.1162/002081897550384.
    """

    source: ClassVar[str] = "doi:10.1177/0022002705282862"
    drafts: ClassVar[bool] = True

    def act(self, desk: Desk) -> Intervention:
        """Table a text and put leverage behind it."""
        step, chosen = table_text(desk)
        if chosen is None:
            return step
        lacking = spread(desk, chosen.lacking, 0.0)
        asked = total(lacking)
        spend = np.minimum(np.minimum(asked, desk.field("daily_cap")), desk.left)
        share = np.where(asked > 0.0, spend / np.maximum(asked, 1e-12), 0.0)
        carrot, stick = desk.field("carrot_share"), desk.field("stick_share")
        bought = lacking * share[:, None]
        step.carrots = bought * carrot[:, None]
        step.sticks = bought * stick[:, None]
        cover = np.where(desk.lead & (desk.left > 0.0), 1.0, 0.0)
        step.guarantee = cover * desk.field("guarantee")
        step.penalty = cover * desk.field("penalty")
        step.spend = spend * (carrot + stick) + cover * desk.field("upkeep")
        return step
