"""What a scenario compiles to: frozen arrays that all replications share.

Actors, issues and agendas are sorted by id at compile time, so the order of a file never
matters. Axes keep one order everywhere: replications R, parties P, mediators M,
constituencies C, issues I, packages N; G is the number of distinct preference points.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from sim._numerics import total
from sim._typing import Bool, Float, Int
from sim.agenda import Agenda
from sim.fields import Fields
from sim.settings import Settings

__all__ = ["Actor", "Event", "Game", "home_weights"]


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
    def peaceful(self) -> bool:
        """Whether there is no fighting and nothing that could start any."""
        starts = ("baseline", "initial", "shock", "escalation", "attack_jump", "reprisal")
        return all(self.idle(leaf, 0.0) for leaf in (*starts, "collapse_jump"))

    @cached_property
    def random_events(self) -> tuple[int, ...]:
        """Events that come at random."""
        pairs = enumerate(self.events)
        return tuple(number for number, event in pairs if event.on < 0 and event.asked_of < 0)

    @cached_property
    def requested_steps(self) -> tuple[int, ...]:
        """Events that are concrete steps mediators ask a party for."""
        return tuple(number for number, event in enumerate(self.events) if event.asked_of >= 0)

    @property
    def asks_for_steps(self) -> bool:
        """Whether mediators ask any party for a concrete step."""
        return bool(self.requested_steps)

    @cached_property
    def scoped(self) -> bool:
        """Whether an issue of any agenda settles how much fighting goes on under a deal."""
        return any(talks.scoped for talks in self.agendas)

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
    def varying(self) -> tuple[str, ...]:
        """Numbers that differ between replications."""
        return tuple(name for name, _ in self.fields.varying())

    @cached_property
    def counterparts(self) -> tuple[Int, ...]:
        """Another signatory of the first agenda for each party, (P,), until each had all of them.

        A party that has no further one gets its first again.
        """
        signing = self.agendas[0].signatories
        others = [[j for j in signing if j != i] for i in range(len(self.parties))]
        most = max(len(row) for row in others)
        return tuple(
            np.array([row[k] if k < len(row) else row[0] for row in others]) for k in range(most)
        )

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
    def home_shares(self) -> tuple[Float, ...]:
        """Share with which each constituency counts in its party's judgement, as ``home_of``."""
        pairs = zip(self.home_weights, self.home_vetoes, strict=True)
        return tuple(home_weights(*pair) if pair[0].size else pair[0] for pair in pairs)

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


def home_weights(weights: Float, vetoes: Bool) -> Float:
    """Return the share with which each constituency counts in its party's judgement.

    Examples
    --------
    >>> home_weights(np.array([0.4, 0.6]), np.array([False, True])).tolist()
    [0.2, 0.8]
    """
    whole = total(weights[None, :])[0]
    counted = weights + np.where(vetoes, whole, 0.0)
    return counted / total(counted[None, :])[0]
