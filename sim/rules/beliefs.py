"""What parties learn of each other's floors from offers, refusals and messages."""

from __future__ import annotations

import numpy as np

from sim._numerics import logistic, special
from sim._typing import Bool, Float

__all__ = [
    "believe_message",
    "forget",
    "hoped_for",
    "kydd_threshold",
    "learn_floor",
    "message_weight",
]

_ANSWER = 0.05
"""Scale of the logistic answer: how sharply a refusal separates floors (public utility)."""

_PROBIT = 1.0 / 1.702
_FORGET = 0.02
_WIDEST = 0.3


def learn_floor(mean: Float, sd: Float, worth: Float, *, refused: Bool) -> tuple[Float, Float]:
    r"""Update a normal belief of another's floor from an answer to a package.

    A refusal of :math:`x` has likelihood :math:`\Lambda((\theta - \hat u_j(x))/.05)`, an offer
    or a yes the complement. The posterior is matched in mean and variance (assumed-density
    filtering; Minka 2001, arXiv:1301.2294), with the logistic read as a probit of scale 1.702.

    Parameters
    ----------
    mean, sd
        Belief, any shape.
    worth
        What the package is believed to be worth to the other.
    refused
        Whether it was refused (otherwise offered or accepted).

    Examples
    --------
    >>> yes = np.ones(1, dtype=bool)
    >>> up, _ = learn_floor(np.full(1, 0.5), np.full(1, 0.2), np.full(1, 0.5), refused=yes)
    >>> bool(up[0] > 0.5)
    True
    """
    sign = np.where(refused, 1.0, -1.0)
    answer = _ANSWER / _PROBIT
    width = np.sqrt(sd * sd + answer * answer)
    z = sign * (mean - worth) / width
    ratio = np.exp(-0.5 * z * z - 0.9189385332046727 - special("log_ndtr")(z))
    gain = sd * sd / width
    new_mean = mean + sign * gain * ratio
    shrink = np.maximum(1.0 - (gain / width) * ratio * (z + ratio), 0.05)
    return new_mean, sd * np.sqrt(shrink)


def hoped_for(floor: Float, time: Float) -> Float:
    r"""Return what another side is expected to hold out for (public utility).

    .. math:: 1 - t\,(1 - \hat\theta)

    from its ideal down to its believed floor as one's own believed deadline comes near. A refusal of
    less is no sign of its floor: it may still hope for more.

    Parameters
    ----------
    floor
        Believed floor of the other.
    time
        Share of one's own deadline that has passed, 0 to 1.

    Examples
    --------
    >>> hoped_for(np.full(3, 0.4), np.array([0.0, 0.5, 1.0])).tolist()
    [1.0, 0.7, 0.4]
    """
    return 1.0 - time * (1.0 - floor)


def forget(sd: Float) -> Float:
    """Widen beliefs by a day, since floors move."""
    return np.minimum(np.sqrt(sd * sd + _FORGET * _FORGET), np.maximum(sd, _WIDEST))


def message_weight(bias: Float, peace_interest: Float) -> Float:
    r"""Return the weight a mediator's message carries with its recipient.

    A mediator that only wants no war is not believed; one that cares for the recipient's payoff
    is (Kydd 2003, doi:10.1111/1540-5907.00042):

    .. math:: \Lambda\big((\lambda - \lambda^*)/.1\big), \qquad
              \lambda^* = \frac{e w}{(1-e) x_t + e(p - c_1) - x_g}

    with the stylised constants e .1, p .5, c .1, x_t .7, x_g .55.
    """
    return logistic((bias - kydd_threshold(peace_interest)) / 0.1)


def kydd_threshold(
    peace_interest: Float | float,
    error: float = 0.1,
    chance: float = 0.5,
    cost: float = 0.1,
    tough: float = 0.7,
    generous: float = 0.55,
) -> Float:
    """Return the least weight on the recipient's payoff at which a mediator tells the truth.

    Examples
    --------
    >>> round(float(kydd_threshold(0.5)), 5)
    0.41667
    """
    gain = (1.0 - error) * tough + error * (chance - cost) - generous
    return np.asarray(error * np.asarray(peace_interest) / gain)


def believe_message(mean: Float, told: Float, weight: Float) -> Float:
    """Move a belief towards what a mediator says, by the weight its word carries."""
    return mean + 0.5 * weight * (told - mean)
