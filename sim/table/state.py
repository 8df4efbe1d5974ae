"""Everything that changes from day to day, as arrays whose first axis is the replication."""

from __future__ import annotations

from dataclasses import dataclass, field, fields

import numpy as np

from sim._numerics import of, places
from sim._typing import Bool, Float, Int, Rows
from sim.agenda import Agenda
from sim.fields import Fields
from sim.game import Game

__all__ = [
    "CLOSED",
    "FORCE",
    "NEVER",
    "OPEN",
    "OUTCOMES",
    "OVER",
    "SIGNED",
    "Outcome",
    "State",
]

NEVER = np.int16(32767)
"""A day that does not come: no deadline, no term, no end."""

CLOSED, OPEN, SIGNED, FORCE, OVER = range(5)
"""Where talks on an agenda stand: not open yet, open, signed and awaiting the vote, in force,
over."""

OUTCOMES = (
    "open",
    "completed",
    "expired at term",
    "replaced by a later agreement",
    "in force at the horizon",
    "collapsed",
    "rejected at home",
    "walked out",
    "no agreement at the horizon",
)
"""Outcome classes in the order of their codes; 0 is a history still open."""


class Outcome:
    """Codes of the outcome classes."""

    OPEN, COMPLETED, EXPIRED, REPLACED, IN_FORCE, COLLAPSED, REJECTED, WALKED, NONE = range(9)


@dataclass(eq=False)
class State:
    """One row per open history.

    Shapes: R rows, P parties, M mediators, S spoilers, E events, A agendas. Days are counted
    from 1. ``fields`` holds the scenario's numbers bound to the open rows.
    """

    day: int
    slots: Rows
    """Position of each row within the run; addresses behaviours' memory."""
    first: int
    """Absolute number of the run's first replication."""
    count: int
    """Replications of the run; slots repeat them for each point of a design."""
    fields: Fields = field(repr=False)
    point: Int = field(repr=False)

    # fighting and what it teaches
    fighting: Float  # x, (R,)
    mean_long: Float  # a, 90-day mean of x, (R,)
    mean_short: Float  # 14-day mean of x, (R,)
    chances: Float  # p-hat, (R, P)
    variance: Float  # v, (R, P)
    chances_before: Float  # slow mean of p-hat, (R, P)

    # beliefs and trust
    trust: Float  # T_ij, (R, P, P); the diagonal is 1
    floor_mean: Float  # i's belief of j's floor, (R, P, P)
    floor_sd: Float  # (R, P, P)
    haze: Float  # share of talk noise left, (R,)

    # presence
    present: Bool  # (R, P)
    ready: Float  # readiness when last asked, on a session day, (R, P)
    weary: Int  # sessions below minimal readiness, (R, P)
    empty: Int  # days the table has been incomplete, (R,)

    # home
    margin: Float  # support at home asked for beyond the thresholds, learnt, (R, P)
    pledge: Float  # highest utility a party stood for in public, (R, P)
    failures: Int  # failed votes of the current talks, (R, A)

    # mediation
    spent: Float  # of each mediator's stock, (R, M)
    carrot: Float  # y, (R, P)
    stick: Float  # chi, (R, P)
    guarantee: Float  # G in force or on offer, (R,)
    penalty: Float  # g, in shares of a party's range, (R,)
    guarantee_ends: Int  # day, (R,)
    until: Int  # last day of each random event and each step agreed to, (R, E)
    asked: Int  # day each step was last asked for, -1 for never, (R, E); (R, 0) where none is

    # spoilers
    # of no width where the scenario has no such rule
    resolve: Float  # what success added to a spoiler's drive, and being included took, (R, S)
    induced: Float  # given to each spoiler from mediators' stocks, (R, S)
    coerced: Float  # share of its capability taken, (R, S)

    # talks, by agenda
    stage: Int  # CLOSED, OPEN, SIGNED, FORCE or OVER, (R, A)
    sessions: Int  # held so far, (R, A)
    order: Int  # parties in the order they offer, drawn once, (R, P)
    turn: Int  # offers made so far, (R, A)
    offer: Int  # last offer of each party, -1 for none, (R, A, P)
    package: Int  # signed package awaiting its vote, -1 for none, (R, A)
    agreed: Int  # package last put into force, -1 for none, (R, A)
    vote_on: Int  # day of the vote, (R, A)
    near: Float  # smallest relative gain of the last text on the table, (R,)
    text: Int  # last text on the table, -1 for none, (R, A)

    # what earlier deals left behind
    ended: Int  # deals that have ended while the history goes on, (R,)
    fate: Int  # outcome class of the last of them, 0 for none, (R,)
    resumes: Int  # day talks open again, (R,)
    lapsed_on: Int  # day the first of them ended, -1 for none, (R,)
    lapsed_as: Int  # and as what, (R,)

    # the deal in force
    agenda: Int  # which agenda it settles, -1 for none, (R,)
    since: Int  # first day in force, (R,)
    term: Int  # last day it binds, (R,)
    delivered: Int  # tranches delivered, (R,)
    planned: Int  # tranches agreed so far, further lists included, (R,)
    due: Int  # day the next tranche is due, (R,)
    dispute: Int  # days a dispute has been open, -1 for none, (R,)
    breach: Int  # party held to have violated, -1 for none, (R,)

    # the public record and the ledger
    signed_on: Int
    ratified_on: Int
    released: Float  # people released by each party, (R, P)
    fought: Float  # days of fighting at full intensity, (R,)
    truce_days: Int
    outcome: Int

    # today's entries, read by the ledger
    attacked: Bool  # (R, S)
    blamed: Bool  # (R, P)
    failed: Bool  # a round failed, (R,)
    handed_over: Bool  # (R, P)
    violated: Bool  # seen or reported violation, (R, P)
    conciliated: Bool  # (R, P)
    voted: Int  # today's vote of each constituency: 1 yes, 0 no, -1 none, (R, C)
    kept_step: Bool  # kept a step asked for to its last day, (R, P)
    broke_step: Bool  # gave one up early, (R, P)

    def proposer(self, talks: Agenda, rows: Rows, turn: Int) -> Int:
        """Return whose turn it is to offer: signatories in the order drawn, over and over."""
        order = of(self.order, rows)
        count = len(talks.signatories)
        if count < order.shape[1]:
            signs = np.isin(order, talks.signatories)
            order = np.take_along_axis(order, np.argsort(~signs, axis=1, kind="stable"), axis=1)
        found: Int = order[:, 0]
        place = turn % count
        for later in range(1, count):
            found = np.where(place == later, order[:, later], found)
        return found

    @property
    def rows(self) -> int:
        """Number of open rows."""
        return self.slots.size

    @property
    def ids(self) -> Int:
        """Absolute number of each replication, (R,)."""
        return self.slots % self.count + self.first

    @property
    def in_force(self) -> Bool:
        """Rows with a deal in force, shape (R,)."""
        return self.agenda >= 0

    def keep(self, rows: Rows, game: Game) -> None:
        """Drop all rows but the given ones."""
        for name in ARRAYS:
            setattr(self, name, getattr(self, name).take(rows, axis=0))
        self.bind(game)

    def drop(self, rows: Rows, game: Game) -> None:
        """Drop some rows, in rising order; the last of the others move into their places."""
        left = self.rows - rows.size
        gaps = rows[rows < left]
        stay = np.ones(rows.size, dtype=bool)
        stay[rows[gaps.size :] - left] = False
        movers = places(stay) + left
        self.slots = self.slots.copy()  # others may still hold it
        for name in ARRAYS:
            values = getattr(self, name)
            values[gaps] = values[movers]
            setattr(self, name, values[:left])
        self.bind(game)

    def bind(self, game: Game) -> None:
        """Bind the scenario's numbers to the open rows."""
        self.fields = game.fields.at(self.slots, game.varying)
        self.point = game.point if game.point.shape[0] == 1 else game.point[self.slots]

    def bytes_per_row(self) -> float:
        """Return the size of the state in bytes a replication."""
        return sum(getattr(self, name).nbytes for name in ARRAYS) / max(self.rows, 1)


ARRAYS = tuple(
    item.name
    for item in fields(State)
    if item.name not in {"day", "first", "count", "fields", "point"}
)
