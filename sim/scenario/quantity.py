"""Numbers of a scenario: a plain number, or one with its range, spread, kind and source."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, FiniteFloat
from pydantic_core import PydanticCustomError

__all__ = ["Between", "Bounds", "Quantity", "Strict"]


class Strict(BaseModel):
    """Base of all parts of a scenario: frozen, no unknown keys."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Quantity(Strict):
    """A number and what is known about it.

    ``spread`` is the standard deviation of a private type, drawn once per replication;
    ``range`` is what the analyst does not know, sampled by sensitivity analysis only.
    """

    value: FiniteFloat
    range: tuple[FiniteFloat, FiniteFloat] | None = None
    spread: Annotated[FiniteFloat, Field(ge=0)] = 0.0
    kind: Literal["sourced", "derived", "assumed"] | None = None
    source: str = ""


class Bounds:
    """Lower and upper end of what a field may hold."""

    def __init__(self, low: float, high: float) -> None:
        self.low = low
        self.high = high

    def __call__(self, quantity: Quantity) -> Quantity:
        """Hold a number, and the ends of its range, to the bounds."""
        for number in (quantity.value, *(quantity.range or ())):
            if not self.low <= number <= self.high:
                raise PydanticCustomError(
                    "out_of_bounds",
                    "{number} is out of bounds; allowed: from {low} to {high}",
                    {"number": number, "low": self.low, "high": self.high},
                )
        if quantity.range is not None and quantity.range[0] > quantity.range[1]:
            raise PydanticCustomError(
                "range_order", "the range runs backwards; allowed: [low, high]", {}
            )
        return quantity


def _read(raw: Any) -> Any:  # noqa: ANN401 - anything may stand in a file
    if isinstance(raw, bool):
        raise PydanticCustomError("number", "a truth value stands where a number is asked for", {})
    if isinstance(raw, (int, float)):
        return {"value": raw}
    if isinstance(raw, (dict, Quantity)):
        return raw
    raise PydanticCustomError(
        "number",
        "{kind} stands where a number is asked for; allowed: a number, or a mapping with value, "
        "range, spread, kind, source",
        {"kind": type(raw).__name__},
    )


def Between(low: float, high: float) -> Any:  # noqa: ANN401, N802 - builds a type
    """Return the type of a number within bounds."""
    return Annotated[Quantity, BeforeValidator(_read), AfterValidator(Bounds(low, high))]
