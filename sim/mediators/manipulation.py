"""Manipulation: the mediator adds carrots, sticks and guarantees from a finite stock."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from sim._numerics import largest, total
from sim._typing import Bool, Float, Int
from sim.mediators.formulation import spread, table_text
from sim.mediators.registry import register
from sim.table import Desk, Intervention

__all__ = ["Manipulation", "put_leverage"]


@register("manipulation")
@dataclass(frozen=True, slots=True)
class Manipulation:
    """Formulates, and buys what the text still lacks with carrots and sticks; offers a guarantee.

    What the parties lack of their reported floors is met up to the daily cap and the stock left:
    a share as a carrot (paid by tranche, lost on violation), a share as a stick (ends at
    signature). With ``focus`` it goes to the side that is furthest from the text. Spoilers that
    attacked today are induced or coerced, as far as the mediator sets stock aside for that.

    References
    ----------
    Beardsley, Quinn, Biswas and Wilkenfeld 2006, doi:10.1177/0022002705282862; guarantees:
    Walter 1997, doi:10.1162/002081897550384; spoilers: Stedman 1997, doi:10.1162/isec.22.2.5.
    """

    source: ClassVar[str] = "doi:10.1177/0022002705282862"
    drafts: ClassVar[bool] = True

    def act(self, desk: Desk) -> Intervention:
        """Table a text and put leverage behind it; answer attacks."""
        step, chosen = table_text(desk)
        if chosen is not None:
            put_leverage(desk, step, spread(desk, chosen.lacking, 0.0), desk.lead)
        _answer_attacks(desk, step)
        return step

    def back(self, desk: Desk, text: Int, given: Float) -> Intervention:
        """Put leverage behind another's text, -1 for none, where it still lacks something."""
        utilities, floors = desk.report(np.maximum(text, 0)[:, None])
        signing = list(desk.session.talks.signatories)
        short = np.zeros(given.shape)
        gap = (floors - utilities)[:, :, 0] / desk.session.game.scale
        short[:, signing] = np.maximum(gap - given, 0.0)[:, signing]
        step = Intervention()
        put_leverage(desk, step, np.where(text[:, None] >= 0, short, 0.0), text >= 0)
        return step


def put_leverage(desk: Desk, step: Intervention, lacking: Float, behind: Bool) -> None:
    """Buy what a text lacks with carrots and sticks, and offer guarantees that can be kept up."""
    if desk.session.agenda:  # a later agenda is judged against the deal in force, not by these
        lacking = np.zeros(lacking.shape)
    asked = total(lacking)
    spend = np.minimum(np.minimum(asked, desk.field("daily_cap")), desk.left)
    share = np.where(asked > 0.0, spend / np.maximum(asked, 1e-12), 0.0)
    bought = lacking * share[:, None]
    if not desk.session.game.idle("focus", 0.0):
        bought, spend = _focused(desk, lacking, bought, spend)
    carrot, stick = desk.field("carrot_share"), desk.field("stick_share")
    step.carrots = bought * carrot[:, None]
    step.sticks = bought * stick[:, None]
    spent, upkeep = spend * (carrot + stick), desk.field("upkeep")
    affords = (desk.left > 0.0) & (desk.left - spent >= upkeep)
    cover = np.where(behind & affords, 1.0, 0.0)
    step.guarantee = cover * desk.field("guarantee")
    step.penalty = cover * desk.field("penalty")
    step.spend = spent + cover * upkeep


def _focused(desk: Desk, lacking: Float, bought: Float, spend: Float) -> tuple[Float, Float]:
    """Turn a share of the leverage to the side furthest from the text, up to what it lacks."""
    focus = desk.field("focus")[:, None]
    most = largest(lacking)[:, None]
    furthest = (lacking == most) & (most > 0.0)
    alike = np.maximum(total(furthest.astype(np.float64)), 1.0)
    aimed = np.where(furthest, np.minimum((spend / alike)[:, None], lacking), 0.0)
    mixed = (1.0 - focus) * bought + focus * aimed
    return mixed, total(mixed)


def _answer_attacks(desk: Desk, step: Intervention) -> None:
    """Induce and coerce the spoilers that attacked today, from what is left of stock and cap."""
    game = desk.session.game
    if not game.spoilers_managed or not game.spoilers or desk.session.agenda:
        return
    hit = desk.attackers.astype(np.float64)
    struck = total(hit)
    used = step.spend if step.spend is not None else np.zeros(desk.rows.size)
    room = np.maximum(np.minimum(desk.field("daily_cap"), desk.left) - used, 0.0)
    each = hit * (room / np.maximum(struck, 1.0))[:, None]
    give, force = desk.field("inducement_share"), desk.field("coercion_share")
    over = np.maximum(give + force, 1.0)  # shares that vary may sum above 1; what is spent may not
    give, force = give / over, force / over
    step.inducements, step.coercions = each * give[:, None], each * force[:, None]
    step.spend = used + np.where(struck > 0.0, room, 0.0) * (give + force)
