"""The shape of a party in a scenario file: what it wants, fears, can do, and answers to."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Discriminator, Field, FiniteFloat, Tag

from sim.scenario.quantity import Based, Between, Id, Option, Quantity, Share, Strict, default

__all__ = ["BehaviourPart", "ConstituencyPart", "PartyPart"]


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

    stake: Annotated[Quantity, Between(0, 3)] = default(1.2)
    daily_cost: Annotated[Quantity, Between(0, 0.02)] = default(0.004)
    exhaustion: Annotated[Quantity, Between(-0.5, 1)] = default(0.0)
    days_left: Annotated[Quantity, Between(7, 365)] = default(60)
    optimism: Annotated[Quantity, Between(-0.5, 0.5)] = default(0.0)
    capability: Annotated[Quantity, Between(0.01, 100)] = default(1.0)
    belief_variance: Annotated[Quantity, Between(0, 0.25)] = default(0.01)
    collapse_loss: Annotated[Quantity, Between(0, 1)] = default(0.1)
    power_shift: Annotated[Quantity, Between(0, 1)] = default(0.0)
    status_quo: Annotated[Quantity, Between(0, 1)] = default(0.4)
    next_stage: Share = default(0.0)


class Framing(Based):
    """How a party sees losses (Tversky and Kahneman 1992, doi:10.1007/BF00122574)."""

    reference: Literal["status-quo", "last-offer", "aspiration"] = "status-quo"
    loss_aversion: Annotated[Quantity, Between(1, 5)] = default(1.0)
    curvature: Annotated[Quantity, Between(0.5, 1)] = default(1.0)
    distortion: Annotated[Quantity, Between(0.3, 1)] = default(1.0)


class Talks(Based):
    """How a party behaves at the table, whatever its behaviour."""

    deadline: Annotated[Quantity, Between(1, 10000)] = default(10000)
    exaggeration: Share = default(0.2)
    publicity: Share = default(0.0)
    misperception: Share = default(0.1)


class Home(Based):
    """How a party's home front decides, and what the party learns from a failed vote."""

    quorum: Annotated[Quantity, Between(0.5, 1)] = default(0.5)
    learning: Share = default(0.05)


class TrustPart(Based):
    """Trust that the other delivers."""

    initial: Annotated[Quantity, Between(0.01, 1)] = default(0.5)
    gain: Share = default(0.05)
    loss: Share = default(0.125)
    drift: Share = default(0.2)
    conciliation: Share = default(0.0)
    reciprocity: Share = default(0.0)


class Conduct(Based):
    """How a party keeps what it signed."""

    discount: Annotated[Quantity, Between(0.9, 1)] = default(0.999)
    first_strike: Share = default(0.05)
    temptation: Share = default(0.02)
    retaliation: Share = default(0.0)


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
    threshold: Annotated[Quantity, Between(-1, 1)] = default(0.4)
    urgency: Share = default(0.0)
    audience_cost: Share = default(0.0)
    vote_noise: Share = default(0.05)
    veto: bool = False
    weights: dict[Id, Share] | None = None
    scores: dict[Id, list[Annotated[FiniteFloat, Field(ge=0, le=1)]]] = Field(default_factory=dict)


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
    scores: dict[Id, list[Annotated[FiniteFloat, Field(ge=0, le=1)]]]
    interactions: list[InteractionPart] = Field(default_factory=list)
    red_lines: list[RedLine] = Field(default_factory=list)
    outside_option: OutsideOption = OutsideOption()
    framing: Framing = Framing()
    talks: Talks = Talks()
    home: Home = Home()
    trust: TrustPart = TrustPart()
    conduct: Conduct = Conduct()
    harm_rate: Annotated[Quantity, Between(0, 1000)] = default(0.0)
    discount_factor: Annotated[float, Field(gt=0, le=1)] | None = None
    behaviour: BehaviourPart = Field(
        default_factory=lambda: BehaviourPart.model_validate({"use": "time-dependent"})
    )
    constituencies: list[ConstituencyPart] = Field(default_factory=list)
