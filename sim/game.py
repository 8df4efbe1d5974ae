"""What a scenario compiles to: frozen arrays that all replications share.

Actors, issues and agendas are sorted by id at compile time, so the order of a file never
matters. Axes keep one order everywhere: replications R, parties P, mediators M,
constituencies C, issues I, packages N; G is the number of distinct preference points.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import Any

import numpy as np

from sim._typing import Bool, Float, Int
from sim.errors import SimError
from sim.fields import Fields
from sim.settings import Settings
from sim.space import LISTED, Space, Tables, Values

__all__ = ["Actor", "Agenda", "Delivery", "Event", "Game", "Issue"]


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
class Actor:
    """Identity of a party, mediator, constituency or spoiler; ``key`` addresses its luck."""

    id: str
    name: str
    key: str
    home: int = -1
    """Index of the party a constituency belongs to or a spoiler is linked to; -1 for none."""
    veto: bool = False
    weight: float = 1.0
    """Share of the vote a constituency holds in its party."""
    side: str = ""
    """Whom a party's harm is counted among."""
    inside: bool = False
    """Whether a spoiler belongs to the party it is linked to."""
    reference: str = "status-quo"
    """What a party measures losses against: ``status-quo``, ``last-offer`` or ``aspiration``."""


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


@dataclass(frozen=True, slots=True)
class Event:
    """A change of named leaves for a stated time.

    Parameters
    ----------
    on
        Day it starts, or -1 for one that comes at random.
    for_days
        How long the change lasts.
    effects
        Tuples of (leaf name, position in the leaf, operator ``+``, ``*`` or ``=``, number).
    asked_of
        Index of the party that mediators ask for it as a concrete step, -1 where nobody is asked.
    every
        Days between two requests.
    """

    id: str
    name: str
    key: str
    on: int
    for_days: int
    effects: tuple[tuple[str, tuple[int, ...], str, float], ...]
    asked_of: int = -1
    every: int = 14


@dataclass(frozen=True, eq=False)
class Game:
    """A compiled scenario.

    Parameters
    ----------
    dated
        Whether the scenario states its dates; otherwise days are only counted.
    fields
        The numbers that may differ between replications.
    point
        Preference point of each replication, shape (1,) or (R,).
    scale
        Width of each party's utility, 1 unless a test rescales it, shape (P,).
    settings
        Whole numbers and switches of the protocol.
    private
        Leaves drawn once per replication: (leaf name, position, address, standard deviation,
        low, high).
    """

    title: str
    days: int
    session_every: int
    start: str
    dated: bool
    parties: tuple[Actor, ...]
    mediators: tuple[Actor, ...]
    constituencies: tuple[Actor, ...]
    spoilers: tuple[Actor, ...]
    events: tuple[Event, ...]
    agendas: tuple[Agenda, ...]
    fields: Fields
    point: Int
    scale: Float
    settings: Settings
    private: tuple[tuple[str, tuple[int, ...], str, float, float, float], ...] = ()
    behaviours: tuple[Any, ...] = ()
    """Behaviour of each party."""
    styles: tuple[Any, ...] = ()
    """Behaviour of each mediator."""

    @property
    def code_type(self) -> type[np.signedinteger[Any]]:
        """Integers wide enough for the packages of every agenda."""
        wide = any(talks.space.code_type is np.int64 for talks in self.agendas)
        return np.int64 if wide else np.int32

    def meets_on(self, day: int) -> bool:
        """Return whether the table meets on a day."""
        return day % self.session_every == 0

    def idle(self, leaf: str, neutral: float) -> bool:
        """Return whether a number stands at its neutral value in every history, on every day."""
        if leaf not in self._idle:
            touched = any(effect[0] == leaf for event in self.events for effect in event.effects)
            stands = bool(np.all(getattr(self.fields, leaf) == neutral))
            self._idle[leaf] = stands and not touched
        return self._idle[leaf]

    @cached_property
    def _idle(self) -> dict[str, bool]:
        return {}

    @cached_property
    def asks_for_steps(self) -> bool:
        """Whether mediators ask any party for a concrete step."""
        return any(event.asked_of >= 0 for event in self.events)

    @cached_property
    def spoilers_grow(self) -> bool:
        """Whether success or inclusion changes what any spoiler wants."""
        return not (self.idle("appetite", 0.0) and self.idle("socialisation", 0.0))

    @cached_property
    def spoilers_managed(self) -> bool:
        """Whether mediators set stock aside for spoilers."""
        return not (self.idle("inducement_share", 0.0) and self.idle("coercion_share", 0.0))

    def keys(self, kind: str) -> tuple[str, ...]:
        """Return the addresses of all actors of one kind, for example ``"parties"``."""
        return self._keys[kind]

    @cached_property
    def _keys(self) -> dict[str, tuple[str, ...]]:
        kinds = ("parties", "mediators", "constituencies", "spoilers", "events")
        return {kind: tuple(item.key for item in getattr(self, kind)) for kind in kinds}

    @cached_property
    def pairs(self) -> tuple[tuple[int, int], ...]:
        """All ordered pairs of two different parties."""
        count = len(self.parties)
        return tuple((i, j) for i in range(count) for j in range(count) if i != j)

    @cached_property
    def home_weights(self) -> tuple[Float, ...]:
        """Weights of each party's constituencies at the vote, in the order of ``home_of``."""
        return tuple(
            np.array([self.constituencies[c].weight for c in members]) for members in self.home_of
        )

    @cached_property
    def home_vetoes(self) -> tuple[Bool, ...]:
        """Which of each party's constituencies hold a veto, in the order of ``home_of``."""
        return tuple(
            np.array([self.constituencies[c].veto for c in members], dtype=bool)
            for members in self.home_of
        )

    @cached_property
    def home_of(self) -> tuple[tuple[int, ...], ...]:
        """Constituencies of each party."""
        return tuple(
            tuple(c for c, actor in enumerate(self.constituencies) if actor.home == i)
            for i in range(len(self.parties))
        )
