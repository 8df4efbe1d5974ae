"""Numbers of a scenario: a plain number, or one with its range, spread, kind and source."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    FiniteFloat,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
)
from pydantic_core import PydanticCustomError, core_schema

__all__ = [
    "Based",
    "Basis",
    "Between",
    "Id",
    "Option",
    "Quantity",
    "Share",
    "Shares",
    "Strict",
    "default",
    "number",
]

Kind = Literal["sourced", "derived", "assumed"]


class Strict(BaseModel):
    """Base of all parts of a scenario: frozen, no unknown keys."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Basis(Strict):
    """What the numbers of a part rest on that do not say so themselves.

    ``range`` is a share of the value: 0.25 for a quarter less to a quarter more.
    """

    kind: Kind
    source: str = ""
    range: Annotated[FiniteFloat, Field(ge=0, le=1)] | None = None


class Based(Strict):
    """Base of parts that may say what their numbers rest on."""

    basis: Basis | None = None


class Quantity(Strict):
    """A number and what is known about it.

    ``spread`` is the standard deviation of a private type, drawn once per replication;
    ``range`` is what the analyst does not know, sampled by sensitivity analysis only.
    """

    value: FiniteFloat
    range: tuple[FiniteFloat, FiniteFloat] | None = None
    spread: Annotated[FiniteFloat, Field(ge=0)] = 0.0
    kind: Kind | None = None
    source: str = ""


class Between:
    """Marks a number that has to lie between two bounds, the ends of its range included.

    In a file such a number is plain, or a mapping with ``value`` and what is known about it.
    """

    def __init__(self, low: float, high: float) -> None:
        self.low = low
        self.high = high

    def __get_pydantic_core_schema__(
        self, source: type[Any], handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        """Read a plain number as a quantity, then hold it to the bounds."""
        read = core_schema.no_info_before_validator_function(_read, handler(source))
        return core_schema.no_info_after_validator_function(self._check, read)

    def __get_pydantic_json_schema__(
        self, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Tell editors that a plain number is fine."""
        plain = {"type": "number", "minimum": self.low, "maximum": self.high}
        return {"anyOf": [plain, handler(schema)]}

    def _check(self, quantity: Quantity) -> Quantity:
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


def number(value: float) -> Quantity:
    """Return a plain default."""
    return Quantity(value=value)


def default(value: float) -> Any:  # noqa: ANN401 - pydantic's field
    """Return a field whose default is a plain number."""
    return Field(default_factory=lambda: number(value))


Share = Annotated[Quantity, Between(0, 1)]
"""A number from 0 to 1."""

Shares = list[Annotated[FiniteFloat, Field(ge=0, le=1)]]
Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Option = str | int | float | dt.date
