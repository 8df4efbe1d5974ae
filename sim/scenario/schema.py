"""The shape of a scenario file. Defaults and bounds are those of MODEL.md.

``sim schema`` prints it as a JSON schema for editors.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import Field, FiniteFloat

from sim.scenario.party_schema import PartyPart
from sim.scenario.quantity import (
    Based,
    Between,
    Id,
    Option,
    Quantity,
    Share,
    Shares,
    Strict,
    default,
)

__all__ = ["PARTS", "ScenarioFile"]

HORIZON = 3650


class Calendar(Based):
    """When the talks start, how long we look, how often the table meets."""

    start: Annotated[dt.date, Field(ge=dt.date(1, 1, 1), le=dt.date(2999, 12, 31))] = dt.date(
        2030, 1, 1
    )
    days: Annotated[int, Field(ge=1, le=HORIZON)] = 180
    session_every: Annotated[int, Field(ge=1, le=90)] = 2
    held_days: Annotated[Quantity, Between(0, 20000)] = default(0)


class Protocol(Based):
    """How the table works."""

    use: Literal["alternating-offers", "stacked-offers", "single-text", "shuttle", "proximity"] = (
        "alternating-offers"
    )
    mediated: bool = True
    coordination: Literal["in-turn", "pooled"] = "in-turn"
    text_every: Annotated[int, Field(ge=1, le=100)] = 4
    vote_delay: Annotated[int, Field(ge=0, le=30)] = 1
    attempts: Annotated[int, Field(ge=1, le=20)] = 3
    deals: Annotated[int, Field(ge=1, le=10)] = 1
    resume_after: Annotated[int, Field(ge=1, le=365)] = 14
    abandon_after: Annotated[int, Field(ge=1, le=HORIZON)] = 45
    patience: Annotated[int, Field(ge=1, le=100)] = 3


class After(Strict):
    """Which agenda opens another, and when."""

    agenda: Id
    tranches: Annotated[int, Field(ge=0, le=20)] = 0


class AgendaPart(Based):
    """Issues settled together."""

    id: Id
    opens_after: After | None = None
    deadline: Annotated[int, Field(ge=1, le=10000)] | None = None
    signatories: Annotated[list[Id], Field(min_length=2)] | None = None
    tranches: Annotated[int, Field(ge=1, le=20)] | None = None
    interval: Annotated[int, Field(ge=1, le=365)] | None = None


class IssuePart(Based):
    """One choice on the agenda and its options."""

    id: Id
    name: str = ""
    unit: str = ""
    agenda: Id | None = None
    options: Annotated[list[Option], Field(min_length=2, max_length=50)]
    term: bool = False
    flow: bool = False
    detection: Shares | None = None
    penalty: Shares | None = None
    residual: Shares | None = None


class MediatorPart(Based):
    """Who helps the sides to agree, by which style, with which leverage."""

    id: Id
    name: str = ""
    key: str | None = None
    style: str
    stock: Share = default(0.3)
    daily_cap: Share = default(0.1)
    carrot_share: Share = default(0.6)
    stick_share: Share = default(0.4)
    guarantee: Share = default(0.0)
    penalty: Share = default(0.0)
    upkeep: Share = default(0.0)
    facilitation: Share = default(0.7)
    attention: Share = default(1.0)
    report_noise: Share = default(0.05)
    peace_interest: Annotated[Quantity, Between(0, 5)] = default(0.5)
    focus: Share = default(0.0)
    inducement_share: Share = default(0.0)
    coercion_share: Share = default(0.0)
    bias: dict[Id, Share] = Field(default_factory=dict)
    partiality: dict[Id, Share] = Field(default_factory=dict)


class SpoilerPart(Based):
    """Who would rather have no deal, and can say so by force.

    ``goals`` holds the numbers to Stedman's types: a limited spoiler asks for a stated thing (no
    appetite), a greedy one for more as it succeeds, a total one can be given nothing (no stake).
    """

    id: Id
    name: str = ""
    key: str | None = None
    linked_to: Id | None = None
    position: Literal["inside", "outside"] = "outside"
    goals: Literal["limited", "greedy", "total"] | None = None
    rate: Share = default(0.05)
    capability: Share = default(0.3)
    base: Annotated[Quantity, Between(-10, 10)] = default(-1.0)
    near: Annotated[Quantity, Between(-10, 10)] = default(2.0)
    stake: Annotated[Quantity, Between(0, 20)] = default(0.0)
    status_quo: Share = default(0.5)
    blame: Share = default(0.5)
    jump: Share = default(0.1)
    inducement: Share = default(0.0)
    coercion: Share = default(0.0)
    appetite: Annotated[Quantity, Between(0, 10)] = default(0.0)
    socialisation: Share = default(0.0)
    weights: dict[Id, Share] | None = None
    scores: dict[Id, list[Annotated[FiniteFloat, Field(ge=0, le=1)]]] = Field(default_factory=dict)


class EventPart(Based):
    """Something that happens and changes named fields for a time.

    It is dated (``on``), comes by chance (``daily_rate``), or is a concrete step that mediators ask
    a party for (``asked_of``, every so many days while they talk) and that is agreed to and kept, or
    not.
    """

    id: Id
    name: str = ""
    key: str | None = None
    on: dt.date | int | None = None
    daily_rate: Share = default(0.0)
    asked_of: Id | None = None
    every: Annotated[int, Field(ge=1, le=365)] = 14
    accept: Share = default(0.5)
    lapse: Share = default(0.01)
    for_days: Annotated[int, Field(ge=1, le=HORIZON)] = 14
    effect: Annotated[dict[str, float | str], Field(min_length=1)]


class Fighting(Based):
    """How the fighting moves."""

    baseline: Share = default(0.5)
    initial: Share = default(0.5)
    persistence: Share = default(0.05)
    escalation: Share = default(0.02)
    shock: Share = default(0.03)
    collapse_jump: Share = default(0.2)
    restraint: Share = default(0.8)
    signal_noise: Annotated[Quantity, Between(0.01, 5)] = default(0.3)
    reprisal: Share = default(0.1)


class ReadinessPart(Based):
    """What brings parties to the table; ``strength`` 0 switches it off."""

    strength: Share = default(1.0)
    weight: Share = default(0.5)
    cost_threshold: Annotated[Quantity, Between(0, 0.02)] = default(0.001)
    cost_scale: Annotated[Quantity, Between(0.00001, 0.02)] = default(0.0005)
    drift_tolerance: Annotated[Quantity, Between(0.001, 1)] = default(0.05)
    minimum: Share = default(0.15)


class DeliveryPart(Based):
    """Who hands over what an issue settles, in which tranches."""

    by: Id
    shares: Shares | None = None
    lists: list[Annotated[float, Field(ge=0, le=1e6)]] | None = None
    undelivered: dict[Id, Annotated[FiniteFloat, Field(ge=0, le=1)]] = Field(default_factory=dict)
    people: bool = False
    held: Annotated[Quantity, Between(0, 1_000_000)] | None = None
    per: Id | None = None


class Extension(Based):
    """The term grows by so many days for each so many people released.

    With ``further`` it grows by further lists alone: rounds of lists, one list a tranche.
    """

    people: Annotated[int, Field(ge=1, le=1_000_000_000)]
    days: Annotated[int, Field(ge=1, le=365)] = 1
    further: Annotated[list[list[Annotated[float, Field(ge=0, le=1e6)]]], Field(max_length=20)] = (
        Field(default_factory=list)
    )


class Implementation(Based):
    """How an agreement is carried out."""

    tranches: Annotated[int, Field(ge=1, le=20)] = 1
    interval: Annotated[int, Field(ge=1, le=365)] = 7
    deliveries: dict[Id, DeliveryPart] = Field(default_factory=dict)
    extension: Extension | None = None
    binds_during_talks: bool = False
    dispute_days: Annotated[int, Field(ge=1, le=120)] = 7
    guarantee_days: Annotated[int, Field(ge=0, le=HORIZON)] = 180
    foresight: Literal["believed", "compounding", "equilibrium"] = "believed"
    simultaneity: Share = default(0.0)
    compliance_noise: Annotated[Quantity, Between(0.0001, 1)] = default(0.02)
    opportunism: Share = default(1.0)
    detection: Share = default(0.3)
    false_alarm: Share = default(0.002)
    repair: Share = default(0.05)
    mediated_repair: Share = default(0.1)


class ScenarioFile(Based):
    """A negotiation, its actors, the fighting around it, and the calendar."""

    schema_: Literal[1] = Field(alias="schema")
    title: str
    notice: str = "Stylised assumptions, not a forecast."
    extends: str | None = None
    real: bool = False
    calendar: Calendar = Calendar()
    protocol: Protocol = Protocol()
    agendas: list[AgendaPart] = Field(default_factory=list)
    issues: Annotated[list[IssuePart], Field(min_length=1, max_length=40)]
    parties: Annotated[list[PartyPart], Field(min_length=2, max_length=7)]
    mediators: list[MediatorPart] = Field(default_factory=list)
    spoilers: list[SpoilerPart] = Field(default_factory=list)
    events: list[EventPart] = Field(default_factory=list)
    fighting: Fighting = Fighting()
    readiness: ReadinessPart = ReadinessPart()
    implementation: Implementation = Implementation()
    rules: dict[str, bool] = Field(default_factory=dict)


PARTS: dict[str, type[Strict]] = {
    "agendas": AgendaPart,
    "issues": IssuePart,
    "parties": PartyPart,
    "mediators": MediatorPart,
    "spoilers": SpoilerPart,
    "events": EventPart,
}
"""Sections that are lists of parts with an id."""
