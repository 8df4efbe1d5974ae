"""Formulation: the mediator drafts a single text and tables it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from sim._numerics import anywhere, beside, power, product, those, total
from sim._typing import Float, Int
from sim.mediators.facilitation import Facilitation
from sim.mediators.registry import register
from sim.table import Desk, Intervention

__all__ = ["Draft", "Formulation", "draft", "spread", "table_text"]


@dataclass(frozen=True, slots=True)
class Draft:
    """Texts of the rows a mediator leads: package, the floors reported for it, and what each party lacks."""

    package: Int
    floors: Float
    lacking: Float


def draft(desk: Desk) -> Draft:
    """Choose the text with the largest product of reported gains from the pool.

    A gain counts with the exponent one plus the mediator's partiality for that side (asymmetric
    Nash product: Kalai 1977, doi:10.1007/BF01774658). Where no text clears every reported floor,
    take the one that is cheapest to clear.
    """
    utilities, floors = desk.reported
    signing = desk.session.talks.signatories
    gains = utilities - floors
    gains /= desk.session.game.scale[:, None]
    short, gained = np.maximum(-gains, 0.0), np.maximum(gains, 0.0, out=gains)
    if not desk.session.game.idle("partiality", 0.0):
        _lean(gained, desk.field("partiality"))
    if len(signing) < desk.parties:
        short[:, np.setdiff1d(np.arange(desk.parties), signing)] = 0.0
    missing = total(short.transpose(0, 2, 1))
    worth = product(those(gained.transpose(0, 2, 1), signing))
    best = (worth - missing).argmax(axis=1)  # where anything is missing, the worth is 0
    rows = np.arange(desk.rows.size)
    package = desk.pool[rows if desk.pool.shape[0] > 1 else 0, best]
    return Draft(package, _chosen(floors, best), _chosen(short, best))


def _chosen(values: Float, best: Int) -> Float:
    """Return what belongs to the text chosen, (rows, P), of values (rows, P, Q)."""
    rows = np.arange(best.size)
    return beside([values[rows, party, best] for party in range(values.shape[1])])


def _lean(gained: Float, partiality: Float) -> None:
    """Raise what each side gains, (rows, P, Q), to one plus the mediator's partiality for it."""
    for party in range(gained.shape[1]):
        if anywhere(partiality[:, party]):
            gained[:, party] = power(gained[:, party], 1.0 + partiality[:, party, None])


def table_text(desk: Desk) -> tuple[Intervention, Draft | None]:
    """Facilitate, and table a text where it is this mediator's turn."""
    step = Facilitation().act(desk)
    if not anywhere(desk.lead):
        return step, None
    chosen = draft(desk.select(desk.lead))
    step.text = spread(desk, chosen.package, -1)
    step.reported = spread(desk, chosen.floors, 0.0)
    return step, chosen


def spread(desk: Desk, values: Any, empty: float) -> Any:  # noqa: ANN401 - arrays of any type
    """Lay the leading rows' values out over all rows."""
    whole = np.full((desk.rows.size, *values.shape[1:]), empty, dtype=values.dtype, order="F")
    whole[desk.lead] = values
    return whole


@register("formulation")
@dataclass(frozen=True, slots=True)
class Formulation:
    """Facilitates, and tables the text on the exact frontier with the best reported gains.

    References
    ----------
    Raiffa 1982, The Art and Science of Negotiation (single negotiating text); Beardsley, Quinn,
    Biswas and Wilkenfeld 2006, doi:10.1177/0022002705282862.
    """

    source: ClassVar[str] = "doi:10.1177/0022002705282862"
    drafts: ClassVar[bool] = True

    def act(self, desk: Desk) -> Intervention:
        """Table a text where it is this mediator's turn."""
        return table_text(desk)[0]
