"""Arithmetic whose bits depend on neither memory layout, row count nor the order of entities.

Rules reduce over parties, mediators, constituencies and issues through these functions only.
NumPy sums a Fortran-ordered selection in another order than a C-ordered one, and takes another
path for a lone exponent; one history alone and the same history among thousands would then
differ in the last bit.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib import import_module
from typing import Any

import numpy as np

from sim._typing import Bool, Float, Int, Rows

__all__ = [
    "anywhere",
    "at",
    "beside",
    "cleared",
    "everyone",
    "everywhere",
    "hold",
    "largest",
    "logistic",
    "of",
    "places",
    "power",
    "product",
    "put",
    "smallest",
    "someone",
    "special",
    "those",
    "total",
    "wide",
]


_FEW = 64
"""Up to so many entries a running sum, one addend after the other, takes less time than a fold."""


def _fold(combine: np.ufunc, values: Any) -> Any:  # noqa: ANN401 - an array of any type
    """Combine the entries of the last axis, one after the other."""
    found = values[..., 0]
    for place in range(1, values.shape[-1]):
        found = combine(found, values[..., place])
    return found


def _sorted(values: Float) -> Float:
    """Return the entries of the last axis by value where three or more are combined."""
    return np.sort(values, axis=-1) if values.shape[-1] > 2 else values


def total(values: Float, *, ordered: bool = True) -> Float:
    """Sum over the last axis, entry by entry.

    With ``ordered`` three or more addends are sorted first, so that the order of entities
    changes no bit. Issues have one fixed order and need no sorting.

    Examples
    --------
    >>> float(total(np.array([[0.1, 0.2, 0.3]]))[0])
    0.6000000000000001
    """
    values = _sorted(values) if ordered else values
    if values.size <= _FEW and values.shape[-1] > 2:
        found: Float = np.add.accumulate(values, axis=-1)[..., -1]
        return found
    return _fold(np.add, values)


def product(values: Float) -> Float:
    """Multiply over the last axis, entry by entry, in sorted order.

    Examples
    --------
    >>> float(product(np.array([[2.0, 3.0, 4.0]]))[0])
    24.0
    """
    return _fold(np.multiply, _sorted(values))


def smallest(values: Float) -> Float:
    """Return the least entry of the last axis.

    Examples
    --------
    >>> float(smallest(np.array([[2.0, 1.0]]))[0])
    1.0
    """
    return _fold(np.minimum, values)


def largest(values: Float) -> Float:
    """Return the greatest entry of the last axis.

    Examples
    --------
    >>> float(largest(np.array([[2.0, 1.0]]))[0])
    2.0
    """
    return _fold(np.maximum, values)


def everyone(flags: Bool) -> Bool:
    """Return where every entry of the last axis holds.

    Examples
    --------
    >>> everyone(np.array([[True, False], [True, True]])).tolist()
    [False, True]
    """
    return _fold(np.logical_and, flags)


def someone(flags: Bool) -> Bool:
    """Return where some entry of the last axis holds.

    Examples
    --------
    >>> someone(np.array([[True, False], [False, False]])).tolist()
    [True, False]
    """
    return _fold(np.logical_or, flags)


def power(base: Float, exponent: Float | float) -> Float:
    """Raise to a power with the exponent broadcast in full first.

    Examples
    --------
    >>> power(np.array([2.0, 3.0]), 2.0).tolist()
    [4.0, 9.0]
    """
    base, exponent = np.asarray(base), np.asarray(exponent, dtype=np.float64)
    turned = base.ndim > 1 and base.strides[0] < base.strides[-1]  # rows next to each other
    if turned and exponent.ndim in (0, base.ndim):
        return power(base.T, exponent.T).T
    shape = np.broadcast(base, exponent).shape
    return np.power(_in_full(base, shape), _in_full(exponent, shape))


def _in_full(values: Float, shape: tuple[int, ...]) -> Float:
    """Lay values out over a whole contiguous array, or return them if they are one."""
    if values.shape == shape and values.flags.c_contiguous:
        return values
    full = np.empty(shape)
    full[...] = values
    return full


def logistic(z: Float) -> Float:
    """Return 1 / (1 + exp(-z)) without overflow.

    Examples
    --------
    >>> logistic(np.array([-1e9, 0.0, 1e9])).tolist()
    [0.0, 0.5, 1.0]
    """
    return 0.5 * (1.0 + np.tanh(0.5 * z))


def hold(value: Float, low: float | Float, high: float | Float) -> Float:
    """Keep values between two bounds.

    Examples
    --------
    >>> hold(np.array([-1.0, 0.5, 2.0]), 0.0, 1.0).tolist()
    [0.0, 0.5, 1.0]
    """
    return np.minimum(np.maximum(value, low), high)


def places(flags: Bool) -> Rows:
    """Return where flags (R,) hold.

    Examples
    --------
    >>> places(np.array([False, True, True])).tolist()
    [1, 2]
    """
    return flags.nonzero()[0]


def anywhere(flags: Any) -> bool:  # noqa: ANN401 - an array of any type
    """Return whether any entry of an array is true, or not 0.

    Examples
    --------
    >>> anywhere(np.zeros((2, 2)))
    False
    """
    return bool(flags.item() if flags.size == 1 else np.count_nonzero(flags))


def everywhere(flags: Any) -> bool:  # noqa: ANN401 - an array of any type
    """Return whether all entries of an array are true, or not 0.

    Examples
    --------
    >>> everywhere(np.ones((2, 2)))
    True
    """
    return bool(np.count_nonzero(flags) == flags.size)


def cleared(flags: Any) -> Any:  # noqa: ANN401 - an array of any type
    """Return flags or counts of the same shape, all 0; the array itself where all are.

    Examples
    --------
    >>> cleared(np.array([True, False])).tolist()
    [False, False]
    """
    return np.zeros_like(flags) if np.count_nonzero(flags) else flags


def beside(columns: Sequence[Any]) -> Any:  # noqa: ANN401 - arrays of one type
    """Stand arrays of one shape beside each other, on a new last axis.

    Examples
    --------
    >>> beside([np.zeros(1), np.ones(1)]).tolist()
    [[0.0, 1.0]]
    """
    first = columns[0]
    whole = np.empty((len(columns), *first.shape), dtype=first.dtype)
    for place, column in enumerate(columns):
        whole[place] = column
    return np.moveaxis(whole, 0, -1) if first.ndim > 1 else whole.T


@cache
def special(name: str) -> Any:  # noqa: ANN401 - a ufunc
    """Return a function of scipy.special; a run needs it, an import does not.

    Examples
    --------
    >>> float(special("ndtri")(0.5))
    0.0
    """
    return getattr(import_module("scipy.special"), name)


def those(values: Any, some: Sequence[int]) -> Any:  # noqa: ANN401 - an array of any type
    """Return some entries of the last axis, in rising order; the array itself where it is all.

    Examples
    --------
    >>> those(np.array([[1.0, 2.0, 3.0]]), (0, 2)).tolist()
    [[1.0, 3.0]]
    """
    return values if len(some) == values.shape[-1] else values[..., list(some)]


def at(table: Int, rows: Int) -> Int:
    """Read a per-replication leaf of shape (1, ...) or (R, ...) at the given rows."""
    return table if table.shape[0] == 1 else of(table, rows)


def of(values: Any, rows: Rows) -> Any:  # noqa: ANN401 - an array of any type
    """Return some rows of an array whose rows stand next to each other in memory; so do theirs.

    Entities come first in memory and rows last, so that a rule passes over all rows of one entity
    in one go.

    Examples
    --------
    >>> of(np.array([[1, 2], [3, 4], [5, 6]], order="F"), np.array([0, 2])).tolist()
    [[1, 2], [5, 6]]
    """
    return values.take(rows) if values.ndim == 1 else values.T.take(rows, axis=-1).T


def put(column: Any, rows: Rows, new: Any) -> None:  # noqa: ANN401 - arrays of any type
    """Write entries at some rows of a column (R,), in rising order, in one go where it is all.

    Examples
    --------
    >>> column = np.zeros(3)
    >>> put(column, np.array([0, 2]), 1.0); column.tolist()
    [1.0, 0.0, 1.0]
    """
    column[... if rows.size == column.size else rows] = new


def wide(table: Any, rows: int) -> Any:  # noqa: ANN401 - an array of any type
    """Give every row its own copy of a leaf of shape (1, ...) or (rows, ...).

    Examples
    --------
    >>> wide(np.array([[1.0, 2.0]]), 2).tolist()
    [[1.0, 2.0], [1.0, 2.0]]
    """
    return np.array(np.broadcast_to(table, (rows, *table.shape[1:])), order="F")
