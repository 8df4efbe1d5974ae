"""Packages that the sessions of a history are judged against."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim._typing import Bool, Float, Int, Rows
from sim.agenda import Agenda
from sim.geometry import looked_at
from sim.table.search import search_for

__all__ = ["Panel", "panel_of"]


@dataclass(frozen=True, eq=False)
class Panel:
    """Packages sessions are judged against, and what does not change from day to day.

    Parameters
    ----------
    codes
        All packages; where they are too many to list, those none with the same monitoring option
        dominates, (N,).
    worth, allowed, steps
        Utility, whether it crosses no red line, and support at home in steps, of each party, (P, N).
    monitored
        Monitoring option, (N,).
    """

    codes: Rows
    worth: Float
    allowed: Bool
    steps: Int
    monitored: Int


def panel_of(talks: Agenda, point: int) -> Panel:
    """Return the panel of an agenda at a preference point."""
    codes, _ = looked_at(talks, point)
    parties = range(talks.tables.parts.shape[1])
    held = [search_for(talks).held(party, point) for party in parties]
    return Panel(
        codes=codes,
        worth=np.stack([one.worth_of(codes) for one in held]),
        allowed=np.stack([one.permits(codes) for one in held]),
        steps=np.stack([one.steps_of(codes) for one in held]),
        monitored=talks.monitoring(codes),
    )
