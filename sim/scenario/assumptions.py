"""What a scenario rests on: every number in it, with its range, kind and source.

A number says so itself, or its nearest ``basis`` does: that of the part it stands in, or of the
file. What a file leaves out stands at the model's default, which is an assumption too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from sim.errors import Problem
from sim.scenario.quantity import Basis, Quantity
from sim.scenario.schema import ScenarioFile
from sim.scenario.wording import Where

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Assumption", "assumptions", "assumptions_table", "share_assumed", "unfounded"]

_DEFAULT = "default of the model (MODEL.md)"
_NOT_COUNTED = {"schema_", "basis", "range", "spread", "on"}


@dataclass(frozen=True, slots=True)
class Assumption:
    """One number of a scenario and what it rests on.

    Parameters
    ----------
    place
        Where it stands, ids in place of list positions.
    value
        The number.
    low, high
        Range of the analyst's ignorance, ``None`` where none is stated.
    spread
        Standard deviation of the private type, 0 for none.
    kind
        ``sourced``, ``derived`` or ``assumed``; ``None`` where nothing says.
    stated
        Whether the file states the number, or it stands at the default.
    """

    place: tuple[str | int, ...]
    path: str
    value: float
    low: float | None
    high: float | None
    spread: float
    kind: str | None
    source: str
    stated: bool


def assumptions(file: ScenarioFile) -> list[Assumption]:
    """Return every number of a scenario, in the order of the file."""
    return list(_walk(file, (), (), None, stated=True))


def _walk(
    value: Any,  # noqa: ANN401 - any part of a scenario
    place: tuple[str | int, ...],
    path: tuple[str, ...],
    basis: Basis | None,
    *,
    stated: bool,
) -> Iterator[Assumption]:
    if isinstance(value, Quantity):
        yield _row(value, place, path, basis, stated=stated)
    elif isinstance(value, BaseModel):
        basis = getattr(value, "basis", None) or basis
        extra = value.model_extra or {}
        for name in [*type(value).model_fields, *extra]:
            if name not in _NOT_COUNTED:
                inner = getattr(value, name)
                known = stated and (name in value.model_fields_set or name in extra)
                yield from _walk(inner, (*place, name), (*path, name), basis, stated=known)
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _walk(inner, (*place, name), (*path, str(name)), basis, stated=stated)
    elif isinstance(value, (list, tuple)):
        for number, inner in enumerate(value):
            name = getattr(inner, "id", str(number))
            yield from _walk(inner, (*place, number), (*path, name), basis, stated=stated)
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        yield _row(Quantity(value=float(value)), place, path, basis, stated=stated)


def _row(
    number: Quantity,
    place: tuple[str | int, ...],
    path: tuple[str, ...],
    basis: Basis | None,
    *,
    stated: bool,
) -> Assumption:
    kind = number.kind or ("assumed" if not stated else basis and basis.kind)
    source = number.source or (_DEFAULT if not stated else basis.source if basis else "")
    low, high = number.range or (None, None)
    if number.range is None and basis is not None and basis.range is not None:
        half = abs(number.value) * basis.range
        low, high = number.value - half, number.value + half
    return Assumption(
        place,
        ".".join(path),
        number.value,
        low,
        high,
        number.spread,
        kind or None,
        source,
        stated,
    )


def unfounded(file: ScenarioFile, where: Where) -> list[Problem]:
    """Return a problem for every number that lacks a kind, a range, or the source its kind asks for."""
    problems = []
    for row in assumptions(file):
        if row.kind is None:
            found, allowed = "nothing says what the number rests on", "kind and source, or a basis"
        elif row.kind != "assumed" and not row.source:
            found, allowed = f"the number is {row.kind} from nowhere", "a source"
        elif row.low is None:
            found, allowed = "the number has no range", "range, or a basis with one"
        else:
            continue
        problems.append(where.problem(row.place, found, allowed))
    return problems


def share_assumed(file: ScenarioFile) -> dict[str, Any]:
    """Return how many numbers a scenario holds and which share of them is assumed.

    Examples
    --------
    >>> import sim
    >>> share_assumed(sim.load_scenario("tutorial").file)["share"]
    1.0
    """
    rows = assumptions(file)
    kinds = {kind: sum(row.kind == kind for row in rows) for kind in ("sourced", "derived")}
    assumed = len(rows) - sum(kinds.values())
    defaults = sum(not row.stated for row in rows)
    return {
        "numbers": len(rows),
        **kinds,
        "assumed": assumed,
        "defaults": defaults,
        "share": assumed / len(rows),
    }


def assumptions_table(file: ScenarioFile) -> pd.DataFrame:
    """Return one row per number: field, value, range, spread, kind, source."""
    import pandas as pd  # noqa: PLC0415 - heavy, loaded when asked for

    rows = [
        (r.path, r.value, r.low, r.high, r.spread, r.kind or "assumed", r.source, r.stated)
        for r in assumptions(file)
    ]
    columns = ["field", "value", "low", "high", "spread", "kind", "source", "stated"]
    return pd.DataFrame(rows, columns=columns).astype({"low": float, "high": float})
