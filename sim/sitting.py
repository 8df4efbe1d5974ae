"""One session of a history as the table saw it, and what is noted beside it."""

from __future__ import annotations

from dataclasses import dataclass

from sim._typing import Bool, Float, Int

__all__ = ["REASONS", "Ballot", "Beliefs", "Help", "Regret", "Sitting"]

REASONS = ("signs", "offers", "asks for more", "home", "floor", "red line", "away", "no text")
"""What a party did at a session, from yes to the hardest no: it signs; it made the offer itself; it
could sign and asks for more; it could not carry the text at home; the text is below its floor; it
crosses a red line; the party stays away; nothing was on the table."""


@dataclass(frozen=True, slots=True)
class Regret:
    """A package against the agreement zone of its day.

    Parameters
    ----------
    zone, among
        Packages that clear every floor, red line and home front that day, and of how many looked at.
    nash
        Package of the zone with the largest product of gains over the floors that its own monitoring
        asks for, -1 without one.
    values, best
        What the package, and what the Nash point, is worth to each party, (P,).
    spare
        The most each party could have had beyond the package without taking from any other, (P,).
    """

    zone: int
    among: int
    nash: int
    values: Float
    best: Float
    spare: Float


@dataclass(frozen=True, eq=False)
class Help:
    """What one mediator did with its leverage at one session.

    Parameters
    ----------
    day, mediator
        When, and the index of the mediator.
    carrots, sticks
        In shares of each party's utility range, (P,).
    inducements, coercions
        Given to each spoiler, and share of its capability taken, (S,).
    upkeep
        Spent on standing behind a guarantee, which is on nobody.
    """

    day: int
    mediator: int
    carrots: Float
    sticks: Float
    inducements: Float
    coercions: Float
    upkeep: float


@dataclass(frozen=True, slots=True)
class Ballot:
    """One constituency's vote.

    Parameters
    ----------
    day, agenda, constituency
        When, on the agreement on which agenda, and whose; indices.
    worth, asked
        What the agreement is worth to it, and what it asks for that day, a broken public pledge
        counted in, in utils. A vote also has luck in it.
    yes
        Whether it said yes.
    """

    day: int
    agenda: int
    constituency: int
    worth: float
    asked: float
    yes: bool


@dataclass(frozen=True, eq=False)
class Beliefs:
    """What each party believes when a session opens.

    Parameters
    ----------
    floor, floor_sd
        Of each other's floor, in public utility (the mean score over issues), (P, P).
    chances, chances_sd
        Of its own chance to prevail by force, (P,).
    share
        The true chance: its share of all capabilities, (P,).
    """

    floor: Float
    floor_sd: Float
    chances: Float
    chances_sd: Float
    share: Float


@dataclass(frozen=True, eq=False)
class Sitting:
    """One session, as the table saw it.

    Parameters
    ----------
    day, agenda
        When, and the index of the agenda.
    proposer
        Index of the party whose offer was on the table, -1 for a mediator's text.
    package
        The package on the table.
    worth, floors, outside
        What it is worth to each party, the floor it has to clear, the outside option, (P,).
    carried, allowed
        Whether each party believes it can carry it at home; whether it crosses no red line, (P,).
    answers, signed
        Who signs, (P,); whether all signatories do.
    all_floors
        Floors by monitoring option, (P, O).
    home
        Support at home each party asks of a text, in steps, (P,).
    carrots, sticks
        In force at the table, (P,).
    beliefs
        What each party believed when the session opened.
    """

    day: int
    agenda: int
    proposer: int
    package: int
    worth: Float
    floors: Float
    outside: Float
    carried: Bool
    allowed: Bool
    answers: Bool
    signed: bool
    all_floors: Float
    home: Int
    carrots: Float
    sticks: Float
    beliefs: Beliefs

    def reason(self, party: int) -> str:
        """Return what a party did, one of ``REASONS``."""
        if self.answers[party]:
            return "offers" if self.proposer == party else "signs"
        if not self.allowed[party]:
            return "red line"
        if self.worth[party] < self.floors[party]:
            return "floor"
        return "asks for more" if self.carried[party] else "home"
