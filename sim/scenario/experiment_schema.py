"""The shape of an experiment file."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, FiniteFloat

from sim.scenario.quantity import Id, Strict

__all__ = ["ArmPart", "DesignPart", "ExperimentFile", "FieldPart"]

_MOST_ARMS = 1000


class FieldPart(Strict):
    """A number a design varies: by listed values, or over a range."""

    values: Annotated[list[FiniteFloat], Field(min_length=1, max_length=10_000)] | None = None
    range: tuple[FiniteFloat, FiniteFloat] | None = None
    levels: Annotated[int, Field(ge=2, le=1000)] = 5


class DesignPart(Strict):
    """Which numbers vary, and how their points are chosen.

    ``fields`` maps paths to ranges or values; a list of paths or patterns takes the ranges of
    the scenario; left out, all numbers with a range vary. ``points`` is the number of points
    (latin-hypercube, sobol), of base samples (saltelli) or of trajectories (morris). ``group_by:
    kind`` moves all assumed numbers together, and all others together (saltelli).
    """

    use: Literal["grid", "one-at-a-time", "latin-hypercube", "sobol", "saltelli", "morris"]
    fields: dict[str, FieldPart | None] | list[str] = Field(default_factory=list)
    points: Annotated[int, Field(ge=1, le=1_000_000)] = 64
    group_by: Literal["field", "kind"] = "field"


class ArmPart(Strict):
    """One setting: the base scenario, or another, with fields set by path or parts laid over."""

    id: Id
    title: str = ""
    scenario: str | None = None
    set: dict[str, Any] = Field(default_factory=dict)
    change: dict[str, Any] = Field(default_factory=dict)


class ExperimentFile(Strict):
    """An experiment: arms, a design over numbers, replications, a seed, outcomes."""

    schema_: Literal[1] = Field(alias="schema")
    title: str
    notice: str = "Stylised assumptions, not a forecast."
    scenario: str
    replications: Annotated[int, Field(ge=1, le=100_000_000)]
    seed: Annotated[int, Field(ge=0)]
    common_luck: bool = True
    base: Id | None = None
    arms: Annotated[list[ArmPart], Field(max_length=_MOST_ARMS)] = Field(default_factory=list)
    design: DesignPart | None = None
    outcomes: list[str] = Field(default_factory=list)
