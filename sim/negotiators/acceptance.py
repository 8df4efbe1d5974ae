"""When to sign: acceptance conditions that go with any offering rule.

Baarslag, Hindriks and Jonker 2014, Effective acceptance conditions in real-time automated
negotiation, doi:10.1016/j.dss.2013.05.021. Floors and red lines hold whatever a condition says:
the table sees to that.
"""

from __future__ import annotations

from sim._typing import Bool, Float

__all__ = ["ACCEPT", "combined", "next_offer", "time_out"]

ACCEPT = ("level", "next", "time", "combined")
"""``level``: worth what the party asks for today. The others: functions of this file."""


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
    r"""AC\ :sub:`combi`: as the next offer; near the end also the best the others have offered.

    Parameters
    ----------
    best
        Best offer received before, in utils, minus infinity for none.

    Examples
    --------
    >>> import numpy as np
    >>> half = np.array([0.5])
    >>> combined(half, half + 0.3, 0.0, np.array([0.99]), 0.95, half - 0.1).tolist()
    [True]
    """
    return next_offer(worth, own, margin) | (time_out(time, after) & (worth >= best))
