"""What histories are compared by: named numbers, one a history, made of the table of outcomes.

A name is the same in Python, in experiment files, on the command line and in tables.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim._typing import Float
from sim.errors import RunError, did_you_mean
from sim.table.state import Outcome

__all__ = ["Measure", "chosen_measures", "column_of", "measure", "measured", "measures_for"]


@dataclass(frozen=True, slots=True)
class Measure:
    """One number a history is described by.

    Parameters
    ----------
    name
        Name in tables and on the command line.
    label
        Name in figures.
    unit
        Unit; empty for a share of histories.
    share
        Whether it is 0 or 1 in each history, so that its mean is a share.
    among_agreed
        Whether it has a meaning only in histories with a ratified agreement, and is nan elsewhere.
    """

    name: str
    label: str
    unit: str = ""
    share: bool = False
    among_agreed: bool = False


_CLASSES = {
    "completed": Outcome.COMPLETED,
    "expired": Outcome.EXPIRED,
    "replaced": Outcome.REPLACED,
    "in_force": Outcome.IN_FORCE,
    "collapsed": Outcome.COLLAPSED,
    "rejected": Outcome.REJECTED,
    "walked_out": Outcome.WALKED,
    "no_agreement": Outcome.NONE,
}

_COLUMNS = {
    "signed": "signed_on",
    "ratified": "ratified_on",
    "day_of_agreement": "ratified_on",
}

_SHARES = (
    ("signed", "signed"),
    ("ratified", "ratified"),
    ("completed", "completed"),
    ("expired", "expired at term"),
    ("replaced", "replaced by a later agreement"),
    ("in_force", "in force at the horizon"),
    ("collapsed", "collapsed"),
    ("rejected", "rejected at home"),
    ("walked_out", "walked out"),
    ("no_agreement", "no agreement at the horizon"),
)

_FIXED = (
    *(Measure(name, label, share=True) for name, label in _SHARES),
    Measure("day_of_agreement", "day of agreement", "days", among_agreed=True),
    Measure("tranches_delivered", "tranches delivered", "tranches"),
    Measure("truce_days", "days of truce", "days"),
    Measure("days_fought", "days of fighting at full intensity", "days"),
)

_BY_PARTY = (
    ("released_by_", "people released by {}", "people", False),
    ("harmed_", "people harmed, side of {}", "people", False),
    ("utility_", "utility of {}", "", True),
)


def measures_for(parties: Iterable[str], *, harm: Iterable[str] = ()) -> tuple[Measure, ...]:
    """Return the measures of a scenario.

    Parameters
    ----------
    parties
        Ids of the parties.
    harm
        Those whose side's harm the scenario counts.

    Examples
    --------
    >>> [m.name for m in measures_for(["north", "south"])][-2:]
    ['utility_north', 'utility_south']
    """
    counted = set(harm)
    found = list(_FIXED)
    for prefix, label, unit, agreed in _BY_PARTY:
        found += [
            Measure(prefix + party, label.format(party), unit, among_agreed=agreed)
            for party in sorted(parties)
            if prefix != "harmed_" or party in counted
        ]
    return tuple(found)


def measured(columns: Mapping[str, Any], name: str) -> Float:
    """Return a measure of each history, nan where it has no meaning.

    Parameters
    ----------
    columns
        Of the table of outcomes, as ``Outcomes.columns`` returns them.

    Examples
    --------
    >>> import sim
    >>> outcomes = sim.run_ensemble("tutorial", replications=4, seed=1)
    >>> measured(outcomes.columns(), "signed").shape
    (4,)
    """
    found = columns[column_of(name)]
    if name in _CLASSES:
        return np.asarray(found == _CLASSES[name], dtype=np.float64)
    if name in ("signed", "ratified"):
        return np.asarray(found >= 0, dtype=np.float64)
    values = np.asarray(found, dtype=np.float64)
    return np.where(values >= 0, values, np.nan) if name == "day_of_agreement" else values


def column_of(name: str) -> str:
    """Return the column of the table of outcomes that a measure is made of.

    Examples
    --------
    >>> column_of("day_of_agreement"), column_of("collapsed"), column_of("truce_days")
    ('ratified_on', 'outcome', 'truce_days')
    """
    return "outcome" if name in _CLASSES else _COLUMNS.get(name, name)


def measure(name: str, known: Sequence[Measure]) -> Measure:
    """Return a measure by name.

    Raises
    ------
    RunError
        If there is none; the message lists those there are.
    """
    for item in known:
        if item.name == name:
            return item
    message = f"unknown outcome {name!r}; {did_you_mean(name, [item.name for item in known])}"
    raise RunError(message)


def chosen_measures(names: Sequence[str], known: Sequence[Measure]) -> tuple[Measure, ...]:
    """Return the measures of the given names, all of them where none is given."""
    return tuple(measure(name, known) for name in names) if names else tuple(known)
