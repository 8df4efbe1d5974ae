"""Shuttle talks: the sides do not meet; a mediator carries their offers, and holds some back."""

from __future__ import annotations

import numpy as np

from sim._numerics import everyone, places
from sim._typing import Bool, Int, Rows
from sim.table.desk import Desk
from sim.table.view import Session

__all__ = ["carried"]

_PATIENCE = 0.25
"""How far below a reported floor an offer may lie and still be carried (shares of a range)."""


def carried(session: Session, rows: Rows, proposer: Int, package: Int) -> Bool:
    """Return which offers reach the other side, shape (rows,).

    The mediators take turns to carry. One holds an offer back when it lies further below the
    floor a recipient reported to it than talks would bear; an offer held back is neither
    answered, nor learnt from, nor counted as a failed round. A mediator's own text is always
    carried.

    References
    ----------
    Rubin 1981, Dynamics of Third Party Intervention: Kissinger in the Middle East (shuttle);
    Pruitt and Carnevale 1993, Negotiation in Social Conflict (filtering of messages).
    """
    count = len(session.game.mediators)
    turn = session.state.sessions[rows, session.agenda] % count
    reaches = np.ones(rows.size, dtype=bool)
    for number in range(count):
        mine = places((turn == number) & (proposer >= 0))
        if mine.size:
            desk = Desk(session, number, rows[mine], np.zeros(mine.size, dtype=bool))
            utilities, floors = desk.report(package[mine][:, None])
            short = (floors - utilities)[:, :, 0] / session.game.scale
            theirs = np.arange(short.shape[1])[None, :] == proposer[mine][:, None]
            signing = list(session.talks.signatories)
            reaches[mine] = everyone(((short <= _PATIENCE) | theirs)[:, signing])
    return reaches
