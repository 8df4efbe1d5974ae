"""The shape of a claim file: what should follow from the model, and what would falsify it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, FiniteFloat, model_validator

from sim.scenario.experiment_schema import ArmPart
from sim.scenario.quantity import Strict

__all__ = ["CheckPart", "ClaimFile", "EstimandPart", "FormulaPart"]

Place = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]


class EstimandPart(Strict):
    """A number to compare, by name, with what it takes."""

    use: str
    of: dict[str, Any] = Field(default_factory=dict)


class CheckPart(Strict):
    """One thing the claim says.

    ``rises`` and ``falls`` name arms in order, each to differ from the one before by more than
    ``margin``; ``same`` names two whose difference lies within it. ``differs`` compares the
    difference between the second and the first arm of two pairs: that of the second pair is larger
    by more than the margin. ``within`` bounds the estimand in one arm, ``arm``. ``reported`` says
    that no direction is claimed. With ``ratio`` natural logarithms are compared.
    """

    name: str
    estimand: str | EstimandPart
    rises: Annotated[list[Place], Field(min_length=2)] | None = None
    falls: Annotated[list[Place], Field(min_length=2)] | None = None
    same: Annotated[list[Place], Field(min_length=2, max_length=2)] | None = None
    differs: (
        Annotated[
            list[Annotated[list[Place], Field(min_length=2, max_length=2)]],
            Field(min_length=2, max_length=2),
        ]
        | None
    ) = None
    within: tuple[FiniteFloat, FiniteFloat] | None = None
    arm: Place | None = None
    margin: Annotated[FiniteFloat, Field(ge=0)] = 0.0
    ratio: bool = False
    reported: bool = False

    @model_validator(mode="after")
    def _one_kind(self) -> CheckPart:
        kinds = [self.rises, self.falls, self.same, self.differs, self.within]
        if sum(kind is not None for kind in kinds) != 1:
            message = "needs one of rises, falls, same, differs and within"
            raise ValueError(message)
        if (self.within is None) != (self.arm is None):
            message = "within and arm go together"
            raise ValueError(message)
        return self

    @property
    def arms(self) -> list[str]:
        """Ids of the arms it is about."""
        if self.differs is not None:
            return [name for pair in self.differs for name in pair]
        named = self.rises or self.falls or self.same
        return list(named) if named else [self.arm or ""]


class FormulaPart(Strict):
    """A published value: a formula by name, what it takes, and what has to come out."""

    use: str
    of: dict[str, Any]
    value: FiniteFloat | bool
    tolerance: Annotated[FiniteFloat, Field(ge=0)] = 1e-9


class ClaimFile(Strict):
    """A claim, fixed before it is run."""

    schema_: Literal[1] = Field(alias="schema")
    title: str
    status: Literal["built in", "derived", "emergent"]
    about: str
    source: str
    falsified_by: str
    scenario: str | None = None
    replications: Annotated[int, Field(ge=10, le=1_000_000)] = 4000
    seed: Annotated[int, Field(ge=0)] = 1
    arms: list[ArmPart] = Field(default_factory=list)
    checks: list[CheckPart] = Field(default_factory=list)
    formulas: list[FormulaPart] = Field(default_factory=list)
    rules: Annotated[FiniteFloat, Field(gt=0)] | None = None
    idle: dict[str, str] = Field(default_factory=dict)
    """Rules that move nothing in the scenario, and why: they are played and shown all the same."""

    @model_validator(mode="after")
    def _something_to_hold(self) -> ClaimFile:
        if not (self.checks or self.formulas or self.rules):
            message = "says nothing: needs checks, formulas or rules"
            raise ValueError(message)
        if (self.checks or self.rules) and self.scenario is None:
            message = "needs a scenario to play"
            raise ValueError(message)
        return self
