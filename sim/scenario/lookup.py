"""Small questions to a scenario file: whose issue, which option, are they numbers."""

from __future__ import annotations

from sim.scenario.schema import IssuePart, ScenarioFile

__all__ = ["agenda_of", "all_numbers", "option_index"]


def agenda_of(file: ScenarioFile, issue: IssuePart) -> str:
    """Return the agenda an issue belongs to; the one open from the start if it does not say."""
    if issue.agenda is not None:
        return issue.agenda
    first = [item.id for item in file.agendas if item.opens_after is None]
    return min(first, default="talks")


def option_index(issue: IssuePart, option: object) -> int | None:
    """Return the position of an option, matched by value or by its text."""
    for number, label in enumerate(issue.options):
        if label == option or str(label) == str(option):
            return number
    return None


def all_numbers(issue: IssuePart) -> bool:
    """Return whether every option of an issue is a number."""
    return all(isinstance(option, (int, float)) for option in issue.options)
