"""What an agenda compiles to: its issues, its packages, and what an agreement on them sets going."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import Any

import numpy as np

from sim._typing import Float, Int
from sim.errors import SimError
from sim.space import LISTED, Space, Tables, Values

__all__ = ["Agenda", "Delivery", "Issue"]


@dataclass(frozen=True, slots=True)
class Issue:
    """One choice on the agenda.

    Parameters
    ----------
    id, name, unit
        Identity, name for people, unit of numeric options.
    labels
        Options as text, in the order of the file.
    numbers
        Options as numbers (``inf`` for a permanent term, ``nan`` where an option has none).
    """

    id: str
    name: str
    unit: str
    labels: tuple[str, ...]
    numbers: tuple[float, ...]
    flow: bool = False
    """Whether the number is an amount a day that reaches people while an agreement is in force."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """What one party hands over under an agreement, and in which tranches.

    Parameters
    ----------
    issue
        Index of the issue within its agenda.
    by
        Index of the party that delivers.
    shares
        Share handed over in each tranche; they sum to 1.
    people
        Whether the option's number counts people released.
    per
        Index of an issue whose number multiplies it (prisoners per person), or -1.
    held
        People there are to be released at the start; nobody is released twice.
    """

    issue: int
    by: int
    shares: tuple[float, ...]
    people: bool
    per: int
    held: float = float("inf")


@dataclass(frozen=True, eq=False)
class Agenda:
    """Issues that are settled together, and what an agreement on them sets going.

    Parameters
    ----------
    monitor
        Index of the issue that sets monitoring, or -1.
    detection
        Chance that a violation of conduct is detected, per option of the monitoring issue
        (one entry, ignored in favour of the field ``default_detection``, where there is none).
    term
        Index of the issue that sets how long the agreement binds, or -1.
    after
        Index of the agenda that has to be in force first, or -1 for one open from the start.
    after_tranche
        Number of tranches of that agenda that must have been delivered.
    signatories
        Indices of the parties that sign this agenda.
    deadline
        Sessions every party believes there are for this agenda; 0 where each has its own belief.
    tranches, interval
        Number of tranches agreed from the start and days between them.
    extension_people, extension_days
        The term grows by this many days for each so many people released (0 for never).
    further
        Rounds of further lists of people, one list a tranche, by which a deal that was carried
        out may be extended at its term.
    penalty, residual
        By issue that sets it, (I, O), nan where an issue sets none: penalty on violation in
        shares of a party's range; share of the usual fighting that goes on in force.
    """

    id: str
    issues: tuple[Issue, ...]
    space: Space
    tables: Values
    monitor: int
    detection: Float
    term: int
    after: int
    after_tranche: int
    signatories: tuple[int, ...]
    deadline: int
    deliveries: tuple[Delivery, ...]
    tranches: int
    interval: int
    extension_people: int
    extension_days: int
    further: tuple[tuple[float, ...], ...]
    penalty: Float
    residual: Float
    pool: Int = field(repr=False)
    """Packages of the exact frontier a mediator chooses a text from, (G, Q)."""
    reach: Float = field(repr=False)
    """Best that a party can offer another, by public scores and equal weights, among packages
    worth a share of its own ideal, (G, P, P, steps + 1)."""
    ahead: Float = field(repr=False)
    """What each party can expect to gain by the agendas this one opens, (G, P)."""
    cache: dict[str, Any] = field(default_factory=dict, repr=False)
    """Tables that layers above derive on first use; not sent to other processes."""

    def __getstate__(self) -> dict[str, Any]:
        """Pickle the fields without what was derived from them."""
        return {item.name: getattr(self, item.name) for item in fields(self)} | {"cache": {}}

    @cached_property
    def shares(self) -> Float:
        """Share of each delivery due in each tranche, shape (K, tranches)."""
        rows = [item.shares for item in self.deliveries]
        return np.array(rows, dtype=np.float64).reshape(len(rows), self.tranches)

    @property
    def slots(self) -> int:
        """Tranches there can be, further lists included."""
        return self.tranches + sum(len(lists) for lists in self.further)

    @cached_property
    def scoped(self) -> bool:
        """Whether an issue settles how much fighting goes on under a deal."""
        return not bool(np.isnan(self.residual[:, 0]).all())

    @cached_property
    def lists(self) -> Float:
        """People on each further list, shape (slots - tranches,)."""
        return np.array([people for lists in self.further for people in lists], dtype=np.float64)

    def option_values(self, table: Float, package: Int) -> Float:
        """Sum what a package's options set by a table of (I, O), shape of ``package``."""
        whole = np.zeros(np.shape(package))
        for issue in np.flatnonzero(~np.isnan(table[:, 0])).tolist():
            whole = whole + table[issue, self.space.option(issue, package)]
        return whole

    @cached_property
    def numbers(self) -> Float:
        """Options as numbers, shape (I, O), padded with nan."""
        width = max(len(issue.numbers) for issue in self.issues)
        table = np.full((len(self.issues), width), np.nan)
        for row, issue in enumerate(self.issues):
            table[row, : len(issue.numbers)] = issue.numbers
        return table

    def monitoring(self, package: Int) -> Int:
        """Return the monitoring option of packages, 0 without such an issue, shape of ``package``."""
        if self.space.listed:
            return self.monitored[package]
        if self.monitor < 0:
            return np.zeros(np.shape(package), dtype=np.int16)
        return self.space.option(self.monitor, package)

    def public_worth(self, party: int, package: Int) -> Float:
        """Return what packages look worth to a party from outside, shape of ``package``.

        The mean of its option scores, which every side can read off an issue; weights are private.
        """
        if self.space.listed:
            return self._public[party][package]
        return self._read(self.tables.shapes[party], self.space.choices(package))

    @cached_property
    def _public(self) -> list[Float]:
        """``public_worth`` of each listed package, (N,) for each party."""
        return [self._read(shapes, self.space.options) for shapes in self.tables.shapes]

    @staticmethod
    def _read(shapes: Float, options: Int) -> Float:
        """Return the mean over issues, first axis of ``options``, issue by issue."""
        worth = shapes[0][options[0]]
        for issue in range(1, len(options)):
            worth = worth + shapes[issue][options[issue]]
        return worth / len(options)

    @property
    def listed(self) -> Tables:
        """Values of all packages.

        Raises
        ------
        SimError
            Past the limit of packages that are listed; the message says which issue to cut.
        """
        if not isinstance(self.tables, Tables):
            raise self.too_many()
        return self.tables

    def too_many(self) -> SimError:
        """Return the error of what needs every package listed; it says which issue to cut."""
        widest = max(self.issues, key=lambda issue: len(issue.labels))
        return SimError(
            f"agenda {self.id} has {self.space.count:,} packages, and this looks at every one; "
            f"at most {LISTED:,}: cut options ({widest.id} has most) or split the agenda"
        )

    @cached_property
    def monitored(self) -> Int:
        """Monitoring option of each listed package, shape (N,)."""
        if self.monitor < 0:
            return np.zeros(self.space.count, dtype=np.int16)
        return self.space.options[self.monitor]

    def describe(self, code: int) -> dict[str, str]:
        """Return a package as issue id -> option label."""
        options = self.space.decode(code)
        return {i.id: i.labels[o] for i, o in zip(self.issues, options, strict=True)}
