"""The shape of a scenario file. Defaults and bounds are those of MODEL.md.

Field descriptions are what ``sim schema`` prints and what an editor shows.
"""

from __future__ import annotations

import datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from sim.scenario.quantity import Between, Quantity, Strict

__all__ = ["PARTS", "ScenarioFile", "number"]

Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Option = str | int | float
HORIZON = 3650


def number(value: float) -> Quantity:
    """Return a plain default."""
    return Quantity(value=value)


def _default(value: float) -> Any:  # noqa: ANN401 - pydantic's field
    return Field(default_factory=lambda: number(value))


Share = Between(0, 1)


class Calendar(Strict):
    """When the talks start, how long we look, how often the table meets."""

    start: datetime.date = datetime.date(2030, 1, 1)
    days: Annotated[int, Field(ge=1, le=HORIZON)] = 180
    session_every: Annotated[int, Field(ge=1, le=90)] = 2
    held_days: Annotated[int, Field(ge=0, le=20000)] = 0


class Protocol(Strict):
    """How the table works."""

    use: Literal["alternating-offers", "single-text", "shuttle"] = "alternating-offers"
    mediated: bool = True
    text_every: Annotated[int, Field(ge=1, le=100)] = 4
    vote_delay: Annotated[int, Field(ge=0, le=30)] = 1
    attempts: Annotated[int, Field(ge=1, le=20)] = 3
    abandon_after: Annotated[int, Field(ge=1, le=HORIZON)] = 45
    patience: Annotated[int, Field(ge=1, le=100)] = 3


class After(Strict):
    """Which agenda opens another, and when."""

    agenda: Id
    tranches: Annotated[int, Field(ge=0, le=20)] = 0


class AgendaPart(Strict):
    """Issues settled together."""

    id: Id
    opens_after: After | None = None


class IssuePart(Strict):
    """One choice on the agenda and its options."""

    id: Id
    name: str = ""
    unit: str = ""
    agenda: Id | None = None
    options: Annotated[list[Option], Field(min_length=2, max_length=50)]
    term: bool = False
    detection: list[Annotated[float, Field(ge=0, le=1)]] | None = None


class InteractionPart(Strict):
    """A pair term: added where both options are chosen."""

    when: dict[Id, Option]
    value: Annotated[float, Field(ge=-1, le=1)]


class RedLine(Strict):
    """Options a party never signs."""

    issue: Id
    options: Annotated[list[Option], Field(min_length=1)]


class OutsideOption(Strict):
    """What a party expects without a deal."""

    stake: Between(0, 3) = _default(1.2)  # type: ignore[valid-type]
    daily_cost: Between(0, 0.02) = _default(0.004)  # type: ignore[valid-type]
    exhaustion: Between(-0.5, 1) = _default(0.0)  # type: ignore[valid-type]
    days_left: Between(7, 365) = _default(60)  # type: ignore[valid-type]
    optimism: Between(-0.5, 0.5) = _default(0.0)  # type: ignore[valid-type]
    capability: Between(0.01, 100) = _default(1.0)  # type: ignore[valid-type]
    belief_variance: Between(0, 0.25) = _default(0.01)  # type: ignore[valid-type]
    collapse_loss: Between(0, 1) = _default(0.1)  # type: ignore[valid-type]
    power_shift: Between(0, 1) = _default(0.0)  # type: ignore[valid-type]
    status_quo: Between(0, 1) = _default(0.4)  # type: ignore[valid-type]
    next_stage: Between(0, 1) = _default(0.0)  # type: ignore[valid-type]


class Talks(Strict):
    """How a party behaves at the table, whatever its behaviour."""

    deadline: Between(1, 10000) = _default(10000)  # type: ignore[valid-type]
    exaggeration: Share = _default(0.2)  # type: ignore[valid-type]
    publicity: Share = _default(0.0)  # type: ignore[valid-type]
    misperception: Share = _default(0.1)  # type: ignore[valid-type]


class Home(Strict):
    """How a party's home front decides."""

    quorum: Between(0.5, 1) = _default(0.5)  # type: ignore[valid-type]
    learning: Share = _default(0.05)  # type: ignore[valid-type]


class TrustPart(Strict):
    """Trust that the other delivers."""

    initial: Between(0.01, 1) = _default(0.5)  # type: ignore[valid-type]
    gain: Share = _default(0.05)  # type: ignore[valid-type]
    loss: Share = _default(0.125)  # type: ignore[valid-type]
    conciliation: Share = _default(0.0)  # type: ignore[valid-type]


class Conduct(Strict):
    """How a party keeps what it signed."""

    discount: Between(0.9, 1) = _default(0.999)  # type: ignore[valid-type]
    first_strike: Share = _default(0.05)  # type: ignore[valid-type]
    temptation: Share = _default(0.02)  # type: ignore[valid-type]


class BehaviourPart(Strict):
    """A behaviour by name, and its parameters."""

    model_config = {"extra": "allow", "frozen": True}

    use: str


class ConstituencyPart(Strict):
    """A group that can make or break its party at home."""

    id: Id
    name: str = ""
    key: str | None = None
    weight: Between(0, 1000) = _default(1.0)  # type: ignore[valid-type]
    threshold: Between(-1, 1) = _default(0.4)  # type: ignore[valid-type]
    urgency: Share = _default(0.0)  # type: ignore[valid-type]
    audience_cost: Share = _default(0.0)  # type: ignore[valid-type]
    vote_noise: Share = _default(0.05)  # type: ignore[valid-type]
    veto: bool = False
    weights: dict[Id, Share] | None = None  # type: ignore[valid-type]
    scores: dict[Id, list[Annotated[float, Field(ge=0, le=1)]]] = Field(default_factory=dict)


class PartyPart(Strict):
    """Who signs: what it wants, what it can do without a deal, whom it answers to."""

    id: Id
    name: str = ""
    key: str | None = None
    weights: dict[Id, Share]  # type: ignore[valid-type]
    scores: dict[Id, list[Annotated[float, Field(ge=0, le=1)]]]
    interactions: list[InteractionPart] = Field(default_factory=list)
    red_lines: list[RedLine] = Field(default_factory=list)
    outside_option: OutsideOption = OutsideOption()
    talks: Talks = Talks()
    home: Home = Home()
    trust: TrustPart = TrustPart()
    conduct: Conduct = Conduct()
    harm_rate: Between(0, 1000) = _default(0.0)  # type: ignore[valid-type]
    behaviour: BehaviourPart = BehaviourPart(use="time-dependent")
    constituencies: list[ConstituencyPart] = Field(default_factory=list)


class MediatorPart(Strict):
    """Who helps the sides to agree, by which style, with which leverage."""

    id: Id
    name: str = ""
    key: str | None = None
    style: str
    stock: Share = _default(0.3)  # type: ignore[valid-type]
    daily_cap: Share = _default(0.1)  # type: ignore[valid-type]
    carrot_share: Share = _default(0.6)  # type: ignore[valid-type]
    stick_share: Share = _default(0.4)  # type: ignore[valid-type]
    guarantee: Share = _default(0.0)  # type: ignore[valid-type]
    penalty: Share = _default(0.0)  # type: ignore[valid-type]
    upkeep: Share = _default(0.0)  # type: ignore[valid-type]
    facilitation: Share = _default(0.7)  # type: ignore[valid-type]
    report_noise: Share = _default(0.05)  # type: ignore[valid-type]
    peace_interest: Between(0, 5) = _default(0.5)  # type: ignore[valid-type]
    bias: dict[Id, Share] = Field(default_factory=dict)  # type: ignore[valid-type]


class SpoilerPart(Strict):
    """Who would rather have no deal, and can say so by force."""

    id: Id
    name: str = ""
    key: str | None = None
    linked_to: Id | None = None
    rate: Share = _default(0.05)  # type: ignore[valid-type]
    capability: Share = _default(0.3)  # type: ignore[valid-type]
    base: Between(-10, 10) = _default(-1.0)  # type: ignore[valid-type]
    near: Between(-10, 10) = _default(2.0)  # type: ignore[valid-type]
    stake: Between(0, 20) = _default(0.0)  # type: ignore[valid-type]
    status_quo: Share = _default(0.5)  # type: ignore[valid-type]
    blame: Share = _default(0.5)  # type: ignore[valid-type]
    jump: Share = _default(0.1)  # type: ignore[valid-type]
    inducement: Share = _default(0.0)  # type: ignore[valid-type]
    coercion: Share = _default(0.0)  # type: ignore[valid-type]
    weights: dict[Id, Share] | None = None  # type: ignore[valid-type]
    scores: dict[Id, list[Annotated[float, Field(ge=0, le=1)]]] = Field(default_factory=dict)


class EventPart(Strict):
    """Something that happens and changes named fields for a time."""

    id: Id
    name: str = ""
    key: str | None = None
    on: datetime.date | int | None = None
    daily_rate: Share = _default(0.0)  # type: ignore[valid-type]
    for_days: Annotated[int, Field(ge=1, le=HORIZON)] = 14
    effect: Annotated[dict[str, float | str], Field(min_length=1)]


class Fighting(Strict):
    """How the fighting moves."""

    baseline: Share = _default(0.5)  # type: ignore[valid-type]
    initial: Share = _default(0.5)  # type: ignore[valid-type]
    persistence: Share = _default(0.05)  # type: ignore[valid-type]
    escalation: Share = _default(0.02)  # type: ignore[valid-type]
    shock: Share = _default(0.03)  # type: ignore[valid-type]
    relapse: Share = _default(0.2)  # type: ignore[valid-type]
    restraint: Share = _default(0.8)  # type: ignore[valid-type]
    signal_noise: Between(0.01, 5) = _default(0.3)  # type: ignore[valid-type]


class ReadinessPart(Strict):
    """What brings parties to the table; ``strength`` 0 switches it off."""

    strength: Share = _default(1.0)  # type: ignore[valid-type]
    weight: Share = _default(0.5)  # type: ignore[valid-type]
    cost_threshold: Between(0, 0.02) = _default(0.001)  # type: ignore[valid-type]
    cost_scale: Between(0.00001, 0.02) = _default(0.0005)  # type: ignore[valid-type]
    drift_tolerance: Between(0.001, 1) = _default(0.05)  # type: ignore[valid-type]
    minimum: Share = _default(0.15)  # type: ignore[valid-type]


class DeliveryPart(Strict):
    """Who hands over what an issue settles, in which tranches."""

    by: Id
    shares: list[Annotated[float, Field(ge=0, le=1)]] | None = None
    undelivered: dict[Id, Annotated[float, Field(ge=0, le=1)]] = Field(default_factory=dict)
    people: bool = False
    per: Id | None = None


class Extension(Strict):
    """The term grows by so many days for each so many people released."""

    people: Annotated[int, Field(ge=1)]
    days: Annotated[int, Field(ge=1, le=365)] = 1


class Implementation(Strict):
    """How an agreement is carried out."""

    tranches: Annotated[int, Field(ge=1, le=20)] = 1
    interval: Annotated[int, Field(ge=1, le=365)] = 7
    deliveries: dict[Id, DeliveryPart] = Field(default_factory=dict)
    extension: Extension | None = None
    dispute_days: Annotated[int, Field(ge=1, le=120)] = 7
    guarantee_days: Annotated[int, Field(ge=0, le=HORIZON)] = 180
    compliance_noise: Between(0.0001, 1) = _default(0.02)  # type: ignore[valid-type]
    opportunism: Share = _default(1.0)  # type: ignore[valid-type]
    detection: Share = _default(0.3)  # type: ignore[valid-type]
    false_alarm: Share = _default(0.002)  # type: ignore[valid-type]
    repair: Share = _default(0.05)  # type: ignore[valid-type]
    mediated_repair: Share = _default(0.1)  # type: ignore[valid-type]


class ScenarioFile(Strict):
    """A negotiation, its actors, the fighting around it, and the calendar."""

    schema_: Literal[1] = Field(alias="schema")
    title: str
    notice: str = "Stylised assumptions, not a forecast."
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
