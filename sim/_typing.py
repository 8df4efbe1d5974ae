"""Array aliases used across the package. The first axis is the replication unless said otherwise."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Bool", "Float", "Int", "Rows"]

Float = NDArray[np.float64]
Bool = NDArray[np.bool_]
Int = NDArray[Any]
Rows = NDArray[np.intp]
