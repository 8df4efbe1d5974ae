"""What a mediator may see: reports of what texts are worth, never the parties' utilities."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from sim._numerics import at, of
from sim._typing import Bool, Float, Int, Rows
from sim.table.view import Session

__all__ = ["Desk"]

_MIX = tuple(map(np.uint64, (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB)))
_UNIT_WIDTH = 12.0**0.5
"""Width of a uniform distribution of standard deviation 1."""


def _misreport(draws: Float, packages: Int) -> Float:
    """Return errors of mean 0 and standard deviation 1 by party and text, (rows, P, Q).

    Rows stand next to each other in memory.

    Uniform: one draw a party, turned on by a share of its own for each text (Cranley and Patterson
    1976, doi:10.1137/0713071).
    """
    errors: Float = draws.T + _share_of(packages).T[:, None]
    errors -= np.floor(errors)
    errors -= 0.5
    errors *= _UNIT_WIDTH
    return errors.T


def _share_of(packages: Int) -> Float:
    """Return a number from 0 to 1 for each package, as good as drawn, but always the same.

    The finaliser of SplitMix64 (Steele, Lea and Flood 2014, doi:10.1145/2660193.2660195).
    """
    mixed = packages.astype(np.uint64) * _MIX[0]
    for multiplier, shift in zip(_MIX[1:], (30, 27), strict=True):
        mixed = (mixed ^ (mixed >> np.uint64(shift))) * multiplier
    mixed ^= mixed >> np.uint64(31)
    return (mixed >> np.uint64(11)).astype(np.float64) * 2.0**-53


@dataclass(eq=False)
class Desk:
    """What a mediator sees: noisy, exaggerated reports, never true utilities.

    Parameters
    ----------
    mediator
        Index of the mediator.
    rows
        Rows it may act in.
    lead
        Where it is the mediator's turn to table a text, (rows,).
    """

    session: Session
    mediator: int
    rows: Rows
    lead: Any

    def field(self, name: str) -> Float:
        """Return one of the mediator's fields, shape (1,) or (rows,)."""
        leaf = getattr(self.session.fields, name)[:, self.mediator]
        return at(leaf, self.rows)

    @property
    def parties(self) -> int:
        """Number of parties."""
        return len(self.session.game.parties)

    @cached_property
    def left(self) -> Float:
        """Stock that is left today, in shares of the addressed party's range, (rows,)."""
        spent = self.session.state.spent[self.rows, self.mediator]
        return np.maximum(self.field("stock") - spent, 0.0)

    @property
    def attackers(self) -> Bool:
        """Which spoilers attacked today, (rows, S)."""
        attackers: Bool = of(self.session.state.attacked, self.rows)
        return attackers

    @cached_property
    def pool(self) -> Int:
        """Candidate texts on the exact frontier, (1 or rows, Q)."""
        return self.session.talks.pool[at(self.session.state.point, self.rows)]

    @cached_property
    def reported(self) -> tuple[Float, Float]:
        """Reported utilities and floors of the pool, each (rows, P, Q)."""
        return self.report(self.pool)

    def report(self, packages: Int) -> tuple[Float, Float]:
        """Return what the parties report of packages (1 or rows, Q): utilities and floors.

        Utilities err by party and text, with the report noise as standard deviation, alike on a day
        whenever a text is asked about. Floors are shaded up by the party's exaggeration.
        """
        session, rows = self.session, self.rows
        name = session.game.keys("mediators")[self.mediator]
        stream = session.luck(f"report {name}")
        point = at(session.state.point, rows)
        parties = np.arange(self.parties)[None, :, None]
        tables = session.talks.tables
        utilities = tables.worth(point[:, None, None], parties, packages[:, None, :])
        if not session.game.idle("report_noise", 0.0):
            draws = session.noise.uniform(stream, session.game.keys("parties"), rows)
            errors = _misreport(draws, packages)
            errors *= (self.field("report_noise")[:, None] * session.game.scale)[:, :, None]
            errors += utilities
            utilities = errors
        return utilities, self._shaded(point, session.talks.monitoring(packages))

    def _shaded(self, point: Int, options: Int) -> Float:
        """Return floors as reported for monitoring options (1 or rows, Q), (rows, P, Q)."""
        session = self.session
        floors = of(session.floors, self.rows).T
        ideal = session.talks.tables.ideal[point].T
        shade = at(session.fields.exaggeration, self.rows).T
        shaded = floors + shade * np.maximum(ideal - floors, 0.0)
        if options.shape[0] > 1:
            return np.take_along_axis(shaded, options.T[:, None], axis=0).T
        return shaded.take(options[0], axis=0).T

    def select(self, some: Bool) -> Desk:
        """Return the desk over some of its rows."""
        return Desk(self.session, self.mediator, self.rows[some], some[some])
