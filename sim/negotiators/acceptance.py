"""When to sign: acceptance conditions that go with any offering rule.

Baarslag, Hindriks and Jonker 2014, Effective acceptance conditions in real-time automated
negotiation, doi:10.1016/j.dss.2013.05.021. Floors and red lines hold whatever a condition says:
the table sees to that.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim._typing import Bool, Float, Int

__all__ = ["ACCEPT", "Received", "combined", "next_offer", "time_out"]

ACCEPT = ("level", "next", "time", "combined")
"""``level``: worth what the party asks for today. The others: functions of this file."""


_KEPT = 64


@dataclass(eq=False)
class Received:
    """What the last offers heard on an agenda were worth, by slot: the last 64 of them."""

    worth: Float  # (slots, 64), a ring
    session: Int  # at which session each was heard, (slots, 64)
    seen: Int  # (slots,)

    @classmethod
    def empty(cls, slots: int) -> Received:
        """Return the memory of a run in which nothing was heard yet."""
        return cls(
            np.full((slots, _KEPT), -np.inf),
            np.full((slots, _KEPT), -1, dtype=np.int32),
            np.zeros(slots, dtype=np.int32),
        )

    def add(self, slots: Int, worth: Float, session: Int) -> None:
        """Keep an offer."""
        place = self.seen[slots] % _KEPT
        self.worth[slots, place] = worth
        self.session[slots, place] = session
        self.seen[slots] += 1

    def best(self, slots: Int, since: Float) -> Float:
        """Return the best offer heard at a session from ``since`` on, minus infinity for none."""
        late = self.session[slots] >= since[:, None]
        best: Float = np.where(late, self.worth[slots], -np.inf).max(axis=1)
        return best


def next_offer(worth: Float, own: Float, margin: Float | float) -> Bool:
    r"""AC\ :sub:`next`: sign what is worth at least one's own next offer, less a margin.

    Parameters
    ----------
    worth
        What the offer on the table is worth, in utils.
    own
        What the party's own next offer would be worth to it.
    margin
        How much less is good enough, in utils.

    Examples
    --------
    >>> import numpy as np
    >>> next_offer(np.array([0.6, 0.6]), np.array([0.6, 0.7]), 0.05).tolist()
    [True, False]
    """
    return worth + margin >= own


def time_out(time: Float, after: Float | float) -> Bool:
    r"""AC\ :sub:`time`: sign nothing before a share of the deadline has passed, anything after.

    Examples
    --------
    >>> import numpy as np
    >>> time_out(np.array([0.5, 0.99]), 0.95).tolist()
    [False, True]
    """
    return time >= after


def combined(
    worth: Float,
    own: Float,
    margin: Float | float,
    time: Float,
    after: Float | float,
    best: Float,
) -> Bool:
    r"""AC\ :sub:`combi`: as the next offer; near the end also the best the others offered of late.

    Parameters
    ----------
    best
        Best offer received in a window as long as the time that is left, in utils, minus infinity
        for none (MAX\ :sup:`W`).

    Examples
    --------
    >>> import numpy as np
    >>> half = np.array([0.5])
    >>> combined(half, half + 0.3, 0.0, np.array([0.99]), 0.95, half - 0.1).tolist()
    [True]
    """
    return next_offer(worth, own, margin) | (time_out(time, after) & (worth >= best))
