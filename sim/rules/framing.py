"""How a party sees losses: concessions from its reference point loom larger than gains."""

from __future__ import annotations

import numpy as np

from sim._numerics import power
from sim._typing import Float

__all__ = ["decision_weight", "framed", "premium", "prospect_value"]


def prospect_value(
    gain: Float, loss_aversion: Float | float = 2.25, curvature: Float | float = 0.88
) -> Float:
    r"""Return the subjective value of a gain, or of a loss where it is negative.

    .. math:: v(z) = z^\alpha \; (z \ge 0), \qquad v(z) = -\lambda (-z)^\alpha \; (z < 0)

    References
    ----------
    Tversky and Kahneman 1992, doi:10.1007/BF00122574.

    Examples
    --------
    >>> [round(float(v), 3) for v in prospect_value(np.array([100.0, -100.0]))]
    [57.544, -129.474]
    """
    size = power(np.abs(gain), curvature)
    return np.where(gain >= 0.0, size, -loss_aversion * size)


def decision_weight(chance: Float, distortion: Float | float = 0.61) -> Float:
    r"""Return the weight a chance carries: small ones too much, large ones too little.

    .. math:: w(p) = \frac{p^\gamma}{(p^\gamma + (1 - p)^\gamma)^{1/\gamma}}

    References
    ----------
    Tversky and Kahneman 1992, doi:10.1007/BF00122574.

    Examples
    --------
    >>> round(float(decision_weight(np.array([0.01]))[0]), 4)
    0.0553
    """
    one, other = power(chance, distortion), power(1.0 - chance, distortion)
    return one / power(one + other, 1.0 / np.asarray(distortion, dtype=np.float64))


def premium(loss: Float, holds: Float, loss_aversion: Float, curvature: Float) -> Float:
    r"""Return the gain over no deal that makes up for the loss of a collapse.

    With value :math:`v` and the deal holding with chance :math:`Q`, the gain :math:`g` that
    balances the loss, :math:`Q v(g) + (1 - Q) v(-\ell) = 0`:

    .. math:: g = \ell\,\big(\lambda (1 - Q)/Q\big)^{1/\alpha}

    Examples
    --------
    >>> half, one = np.full(1, 0.5), np.ones(1)
    >>> float(premium(0.1 * one, half, 2.25 * one, one)[0])
    0.225
    """
    return loss * power(loss_aversion * (1.0 - holds) / holds, 1.0 / curvature)


def framed(floor: Float, reference: Float, loss_aversion: Float, curvature: Float) -> Float:
    r"""Return the floor of a party to whom concessions from its reference are losses.

    A deal worth :math:`u` below the reference :math:`r` is felt as :math:`r + v(u - r)`, and has
    to be as good as the floor. Solved for :math:`u`:

    .. math:: f' = r - \big((r - f)_+ / \lambda\big)^{1/\alpha} \quad (f < r), \qquad f' = f
              \quad (f \ge r)

    The floor rises with :math:`\lambda`, so that the agreement zone shrinks; with
    :math:`\lambda = \alpha = 1` it stays as it is. Concession aversion: Kahneman and Tversky 1995,
    in Arrow et al. (eds), Barriers to Conflict Resolution.

    Examples
    --------
    >>> floors, top = np.full(3, 0.4), np.full(3, 1.0)
    >>> framed(floors, top, np.array([1.0, 2.0, 3.0]), np.ones(3)).round(2).tolist()
    [0.4, 0.7, 0.8]
    """
    room = np.maximum(reference - floor, 0.0)
    bearable = power(room / loss_aversion, 1.0 / curvature)
    return np.where(room > 0.0, reference - bearable, floor)
