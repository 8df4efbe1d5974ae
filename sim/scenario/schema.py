"""The shape of a scenario file. Defaults and bounds are those of MODEL.md.

``sim schema`` prints it as a JSON schema for editors.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Discriminator, Field, FiniteFloat, Tag

from sim.scenario.quantity import Based, Between, Quantity, Strict

__all__ = ["PARTS", "ScenarioFile", "number"]

Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Option = str | int | float | dt.date
HORIZON = 3650


def number(value: float) -> Quantity:
    """Return a plain default."""
    return Quantity(value=value)


def _default(value: float) -> Any:  # noqa: ANN401 - pydantic's field
    return Field(default_factory=lambda: number(value))


Share = Annotated[Quantity, Between(0, 1)]


Shares = list[Annotated[float, Field(ge=0, le=1)]]


class Calendar(Based):
    """When the talks start, how long we look, how often the table meets."""

    start: dt.date = dt.date(2030, 1, 1)
    days: Annotated[int, Field(ge=1, le=HORIZON)] = 180
    session_every: Annotated[int, Field(ge=1, le=90)] = 2
    held_days: Annotated[Quantity, Between(0, 20000)] = _default(0)


class Protocol(Based):
    """How the table works."""

    use: Literal["alternating-offers", "stacked-offers", "single-text", "shuttle"] = (
        "alternating-offers"
    )
    mediated: bool = True
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


class InteractionPart(Strict):
    """A pair term: added where both options are chosen."""

    when: dict[Id, Option]
    value: Annotated[float, Field(ge=-1, le=1)]


class RedLine(Strict):
    """Options a party never signs."""

    issue: Id
    options: Annotated[list[Option], Field(min_length=1)]


class OutsideOption(Based):
    """What a party expects without a deal."""

    stake: Annotated[Quantity, Between(0, 3)] = _default(1.2)
    daily_cost: Annotated[Quantity, Between(0, 0.02)] = _default(0.004)
    exhaustion: Annotated[Quantity, Between(-0.5, 1)] = _default(0.0)
    days_left: Annotated[Quantity, Between(7, 365)] = _default(60)
    optimism: Annotated[Quantity, Between(-0.5, 0.5)] = _default(0.0)
    capability: Annotated[Quantity, Between(0.01, 100)] = _default(1.0)
    belief_variance: Annotated[Quantity, Between(0, 0.25)] = _default(0.01)
    collapse_loss: Annotated[Quantity, Between(0, 1)] = _default(0.1)
    power_shift: Annotated[Quantity, Between(0, 1)] = _default(0.0)
    status_quo: Annotated[Quantity, Between(0, 1)] = _default(0.4)
    next_stage: Share = _default(0.0)


class Talks(Based):
    """How a party behaves at the table, whatever its behaviour."""

    deadline: Annotated[Quantity, Between(1, 10000)] = _default(10000)
    exaggeration: Share = _default(0.2)
    publicity: Share = _default(0.0)
    misperception: Share = _default(0.1)


class Home(Based):
    """How a party's home front decides, and what the party learns from a failed vote."""

    quorum: Annotated[Quantity, Between(0.5, 1)] = _default(0.5)
    learning: Share = _default(0.05)


class TrustPart(Based):
    """Trust that the other delivers."""

    initial: Annotated[Quantity, Between(0.01, 1)] = _default(0.5)
    gain: Share = _default(0.05)
    loss: Share = _default(0.125)
    drift: Share = _default(0.2)
    conciliation: Share = _default(0.0)


class Conduct(Based):
    """How a party keeps what it signed."""

    discount: Annotated[Quantity, Between(0.9, 1)] = _default(0.999)
    first_strike: Share = _default(0.05)
    temptation: Share = _default(0.02)


def _form(value: Any) -> str:  # noqa: ANN401 - anything may stand in a file
    """Return whether a behaviour's parameter says more than its value."""
    carries = isinstance(value, Quantity) or (isinstance(value, dict) and "value" in value)
    return "[quantity]" if carries else "[plain]"


Parameter = Annotated[
    Annotated[Quantity, Between(-1e12, 1e12), Tag("[quantity]")] | Annotated[Any, Tag("[plain]")],
    Discriminator(_form),
]


class BehaviourPart(Strict):
    """A behaviour by name, and its parameters, each plain or with its range, kind and source."""

    model_config = ConfigDict(extra="allow", frozen=True)
    __pydantic_extra__: dict[str, Parameter]

    use: str

    def quantities(self) -> dict[str, Quantity]:
        """Return the parameters that say more than their value."""
        found = self.model_extra or {}
        return {name: value for name, value in found.items() if isinstance(value, Quantity)}

    def parameters(self) -> dict[str, Any]:
        """Return the parameters as the behaviour takes them."""
        return {
            name: value.value if isinstance(value, Quantity) else value
            for name, value in (self.model_extra or {}).items()
        }


class ConstituencyPart(Based):
    """A group that can make or break its party at home."""

    id: Id
    name: str = ""
    key: str | None = None
    weight: Annotated[FiniteFloat, Field(ge=0, le=1000)] = 1.0
    threshold: Annotated[Quantity, Between(-1, 1)] = _default(0.4)
    urgency: Share = _default(0.0)
    audience_cost: Share = _default(0.0)
    vote_noise: Share = _default(0.05)
    veto: bool = False
    weights: dict[Id, Share] | None = None
    scores: dict[Id, list[Annotated[float, Field(ge=0, le=1)]]] = Field(default_factory=dict)


class PartyPart(Based):
    """Who signs: what it wants, what it can do without a deal, whom it answers to.

    ``side`` names the people harm is counted among, the party's name if it is not given.
    ``discount_factor`` is kept for the formats that state one; no rule applies it.
    """

    id: Id
    name: str = ""
    side: str = ""
    key: str | None = None
    weights: dict[Id, Share]
    scores: dict[Id, list[Annotated[float, Field(ge=0, le=1)]]]
    interactions: list[InteractionPart] = Field(default_factory=list)
    red_lines: list[RedLine] = Field(default_factory=list)
    outside_option: OutsideOption = OutsideOption()
    talks: Talks = Talks()
    home: Home = Home()
    trust: TrustPart = TrustPart()
    conduct: Conduct = Conduct()
    harm_rate: Annotated[Quantity, Between(0, 1000)] = _default(0.0)
    discount_factor: Annotated[float, Field(gt=0, le=1)] | None = None
    behaviour: BehaviourPart = Field(
        default_factory=lambda: BehaviourPart.model_validate({"use": "time-dependent"})
    )
    constituencies: list[ConstituencyPart] = Field(default_factory=list)


class MediatorPart(Based):
    """Who helps the sides to agree, by which style, with which leverage."""

    id: Id
    name: str = ""
    key: str | None = None
    style: str
    stock: Share = _default(0.3)
    daily_cap: Share = _default(0.1)
    carrot_share: Share = _default(0.6)
    stick_share: Share = _default(0.4)
    guarantee: Share = _default(0.0)
    penalty: Share = _default(0.0)
    upkeep: Share = _default(0.0)
    facilitation: Share = _default(0.7)
    attention: Share = _default(1.0)
    report_noise: Share = _default(0.05)
    peace_interest: Annotated[Quantity, Between(0, 5)] = _default(0.5)
    bias: dict[Id, Share] = Field(default_factory=dict)


class SpoilerPart(Based):
    """Who would rather have no deal, and can say so by force."""

    id: Id
    name: str = ""
    key: str | None = None
    linked_to: Id | None = None
    rate: Share = _default(0.05)
    capability: Share = _default(0.3)
    base: Annotated[Quantity, Between(-10, 10)] = _default(-1.0)
    near: Annotated[Quantity, Between(-10, 10)] = _default(2.0)
    stake: Annotated[Quantity, Between(0, 20)] = _default(0.0)
    status_quo: Share = _default(0.5)
    blame: Share = _default(0.5)
    jump: Share = _default(0.1)
    inducement: Share = _default(0.0)
    coercion: Share = _default(0.0)
    weights: dict[Id, Share] | None = None
    scores: dict[Id, list[Annotated[float, Field(ge=0, le=1)]]] = Field(default_factory=dict)


class EventPart(Based):
    """Something that happens and changes named fields for a time."""

    id: Id
    name: str = ""
    key: str | None = None
    on: dt.date | int | None = None
    daily_rate: Share = _default(0.0)
    for_days: Annotated[int, Field(ge=1, le=HORIZON)] = 14
    effect: Annotated[dict[str, float | str], Field(min_length=1)]


class Fighting(Based):
    """How the fighting moves."""

    baseline: Share = _default(0.5)
    initial: Share = _default(0.5)
    persistence: Share = _default(0.05)
    escalation: Share = _default(0.02)
    shock: Share = _default(0.03)
    collapse_jump: Share = _default(0.2)
    restraint: Share = _default(0.8)
    signal_noise: Annotated[Quantity, Between(0.01, 5)] = _default(0.3)


class ReadinessPart(Based):
    """What brings parties to the table; ``strength`` 0 switches it off."""

    strength: Share = _default(1.0)
    weight: Share = _default(0.5)
    cost_threshold: Annotated[Quantity, Between(0, 0.02)] = _default(0.001)
    cost_scale: Annotated[Quantity, Between(0.00001, 0.02)] = _default(0.0005)
    drift_tolerance: Annotated[Quantity, Between(0.001, 1)] = _default(0.05)
    minimum: Share = _default(0.15)


class DeliveryPart(Based):
    """Who hands over what an issue settles, in which tranches."""

    by: Id
    shares: Shares | None = None
    lists: list[Annotated[float, Field(ge=0, le=1e6)]] | None = None
    undelivered: dict[Id, Annotated[float, Field(ge=0, le=1)]] = Field(default_factory=dict)
    people: bool = False
    held: Annotated[Quantity, Between(0, 1_000_000)] | None = None
    per: Id | None = None


class Extension(Based):
    """The term grows by so many days for each so many people released.

    With ``further`` it grows by further lists alone: rounds of lists, one list a tranche.
    """

    people: Annotated[int, Field(ge=1)]
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
    simultaneity: Share = _default(0.0)
    compliance_noise: Annotated[Quantity, Between(0.0001, 1)] = _default(0.02)
    opportunism: Share = _default(1.0)
    detection: Share = _default(0.3)
    false_alarm: Share = _default(0.002)
    repair: Share = _default(0.05)
    mediated_repair: Share = _default(0.1)


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
