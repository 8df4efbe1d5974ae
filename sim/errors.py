"""The exceptions of the package: everything a caller may want to catch derives from SimError.

A message says what happened, where, what is allowed, and what to do next.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

__all__ = [
    "BehaviourError",
    "Problem",
    "RunError",
    "ScenarioError",
    "SimError",
    "UnknownBehaviourError",
    "did_you_mean",
]


class SimError(Exception):
    """Base of every exception raised on purpose by ``sim``."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with one field of a scenario file.

    Parameters
    ----------
    path
        Dotted field path, with ids in place of list positions
        (``parties.north.weights``). Empty for the file as a whole.
    found
        What is wrong, in one clause.
    allowed
        What would be right, in one clause.
    line
        One-based line in the file, or ``None`` where there is no file.
    file
        Name of the file, or ``None``.

    Examples
    --------
    >>> print(Problem("calendar.days", "-3 is negative", "a whole number from 1 to 3650", 4, "a.yaml"))
    a.yaml:4: calendar.days: -3 is negative; allowed: a whole number from 1 to 3650
    """

    path: str
    found: str
    allowed: str = ""
    line: int | None = None
    file: str | None = None

    def __str__(self) -> str:
        where = self.file or "scenario"
        if self.line is not None:
            where = f"{where}:{self.line}"
        field = f"{self.path}: " if self.path else ""
        allowed = f"; allowed: {self.allowed}" if self.allowed else ""
        return f"{where}: {field}{self.found}{allowed}"


class ScenarioError(SimError, ValueError):
    """A scenario cannot be read: carries every problem found, not the first alone.

    Examples
    --------
    >>> error = ScenarioError([Problem("title", "is missing", "a text")])
    >>> str(error)
    'scenario: title: is missing; allowed: a text'
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))

    def __reduce__(self) -> tuple[type[ScenarioError], tuple[tuple[Problem, ...]]]:
        """Pickle by problems, so that the error survives a trip between processes."""
        return (type(self), (self.problems,))


class UnknownBehaviourError(SimError, LookupError):
    """A behaviour name is not registered."""


class BehaviourError(SimError):
    """A behaviour did something the table does not allow."""


class RunError(SimError):
    """A run cannot be made or continued as asked."""


def did_you_mean(name: str, known: Sequence[str]) -> str:
    """Return a clause that lists the known names, the likeliest first.

    Examples
    --------
    >>> did_you_mean("time-dependant", ["random", "time-dependent"])
    "did you mean 'time-dependent'? known: random, time-dependent"
    """
    close = get_close_matches(name, known, n=1)
    hint = f"did you mean {close[0]!r}? " if close else ""
    return f"{hint}known: {', '.join(sorted(known))}"
