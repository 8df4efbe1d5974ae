"""What an offer is aimed at: likeness to a package, or worth to the others, issue by issue."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce

import numpy as np

from sim._numerics import total
from sim._typing import Float, Int, Rows

__all__ = ["Issuewise", "Least", "Near"]


@dataclass(frozen=True, eq=False)
class Near:
    """Prefer packages similar to a given one (Faratin, Sierra and Jennings 2002)."""

    package: Int

    def at(self, rows: Rows) -> Near:
        """Cut the model to some rows."""
        return Near(self.package[rows])


@dataclass(frozen=True, eq=False)
class Least:
    """Prefer what is worth least to oneself: give no more and no less than was asked for."""

    def at(self, rows: Rows) -> Least:
        """Cut the model to some rows."""
        return self


@dataclass(frozen=True, eq=False)
class Issuewise:
    """Prefer by a sum over issues: ``values`` has shape (rows, I, O).

    With several others, ``each`` holds one such sum for every one of them, (rows, J, I, O), and
    ``least`` what each is believed to ask for, (rows, J): then the package is improved towards
    the largest minimum of their relative gains.
    """

    values: Float
    each: Float | None = None
    least: Float | None = None

    def at(self, rows: Rows) -> Issuewise:
        """Cut the model to some rows."""
        if self.each is None or self.least is None:
            return Issuewise(self.values[rows])
        return Issuewise(self.values[rows], self.each[rows], self.least[rows])

    def merit(self, chosen: Int) -> Float:
        """Return what packages are worth to the model; options chosen by issue, (rows, J, I)."""
        rows, issues = np.arange(chosen.shape[0])[:, None, None], np.arange(chosen.shape[2])
        if self.each is None or self.least is None:
            return total(self.values[rows, issues, chosen], ordered=False)
        gains = []
        for other in range(self.each.shape[1]):
            worth = total(self.each[:, other][rows, issues, chosen], ordered=False)
            floor = self.least[:, other, None]
            gains.append((worth - floor) / np.maximum(1.0 - floor, 0.01))
        return reduce(np.minimum, gains)
