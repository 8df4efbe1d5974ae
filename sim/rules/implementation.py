"""Stage 7: tranches fall due, are kept or broken, disputed and repaired, until the deal ends."""

from __future__ import annotations

import numpy as np

from sim._numerics import at
from sim._typing import Bool, Float, Rows
from sim.fields import Fields
from sim.game import Agenda, Game
from sim.noise import Noise
from sim.rules.compliance import Stakes, continuation, keeps, stakes
from sim.rules.floors import detection_in_force
from sim.table.state import CLOSED, OPEN, Outcome, State

__all__ = ["implement"]


def implement(game: Game, fields: Fields, state: State, noise: Noise) -> None:
    """Carry out the deals in force for one day.

    A tranche is reciprocal: it is handed over when every side keeps its part. What was not seen
    to be kept, or is blamed on a party, opens a dispute; a dispute is repaired, or after some
    days the other sides' own test decides whether the deal goes on.
    """
    state.handed_over = np.zeros_like(state.handed_over)
    state.violated = np.zeros_like(state.violated)
    state.broke = np.zeros_like(state.broke)
    running = state.in_force & (state.since <= state.day) & (state.outcome == Outcome.OPEN)
    if not running.any():
        return
    state.truce_days = state.truce_days + running
    for number, talks in enumerate(game.agendas):
        rows = np.flatnonzero(running & (state.agenda == number))
        if rows.size:
            _one_day(game, fields, state, noise, talks, number, rows)
    _end(game, state, running)


def _one_day(
    game: Game,
    fields: Fields,
    state: State,
    noise: Noise,
    talks: Agenda,
    number: int,
    rows: Rows,
) -> None:
    stake = stakes(game, talks, state, number, rows)
    seen = detection_in_force(game, fields, state)[rows][:, None]
    disputed = state.dispute[rows] >= 0
    _settle_disputes(game, fields, state, noise, stake, talks, rows, disputed)
    due = ~disputed & (state.delivered[rows] < talks.tranches) & (state.due[rows] <= state.day)
    _hand_over(game, fields, state, noise, stake, talks, number, rows, due)
    _watch_conduct(game, fields, state, noise, stake, talks, rows, seen, ~disputed & ~due)
    _open_next(game, state, number)


def _hand_over(
    game: Game,
    fields: Fields,
    state: State,
    noise: Noise,
    stake: Stakes,
    talks: Agenda,
    number: int,
    rows: Rows,
    due: Bool,
) -> None:
    """Test each giver where a tranche is due; its receiver sees whether it came."""
    if not due.any():
        return
    future, cost = continuation(stake, state, rows, fields, talks.interval)
    chance = keeps(fields, state, rows, future, cost, 1.0, game.scale)
    draws = noise.uniform("comply", game.keys("parties"))[rows]
    broken = (cost > 0.0) & (draws >= chance) & due[:, None]
    whole = due & ~broken.any(axis=1)
    state.violated[rows] |= broken
    state.handed_over[rows] = whole[:, None] & (cost > 0.0)
    _count_released(state, talks, number, rows[whole])
    done = rows[whole]
    state.delivered[done] += 1
    state.due[done] = state.day + talks.interval
    _dispute(state, rows, broken)


def _count_released(state: State, talks: Agenda, number: int, rows: Rows) -> None:
    """Count the people a tranche releases, and extend the term by the rule agreed."""
    if not rows.size:
        return
    package = state.package[rows, number]
    before = _extensions(state, talks, rows)
    for item, delivery in enumerate(talks.deliveries):
        if not delivery.people:
            continue
        people = talks.numbers[delivery.issue, talks.space.options[delivery.issue, package]]
        if delivery.per >= 0:
            people = (
                people * talks.numbers[delivery.per, talks.space.options[delivery.per, package]]
            )
        share = talks.shares[item, np.minimum(state.delivered[rows], talks.tranches - 1)]
        state.released[rows, delivery.by] += people * share
    gained = _extensions(state, talks, rows) - before
    state.term[rows] = np.minimum(state.term[rows] + gained, 32767)


def _extensions(state: State, talks: Agenda, rows: Rows) -> Float:
    """Return the days earned so far: so many for each full count of people released."""
    if talks.extension_people == 0:
        return np.zeros(rows.size)
    givers = [d.by for d in talks.deliveries if d.people and d.per < 0]
    released = np.zeros(rows.size)
    for party in sorted(set(givers)):
        released = released + state.released[rows, party]
    return np.floor(released / talks.extension_people + 1e-9) * talks.extension_days


def _watch_conduct(
    game: Game,
    fields: Fields,
    state: State,
    noise: Noise,
    stake: Stakes,
    talks: Agenda,
    rows: Rows,
    seen: Float,
    calm: Bool,
) -> None:
    """On days without a hand-over, temptation, false alarms and blamed attacks may open disputes."""
    keys = game.keys("parties")
    tempted = noise.uniform("temptation", keys) < fields.temptation
    alarmed = noise.uniform("false alarm", keys)[rows] < at(fields.false_alarm, rows) * (1.0 - seen)
    broken = np.zeros((rows.size, len(keys)), dtype=bool)
    if tempted[rows].any():
        future, _ = continuation(stake, state, rows, fields, talks.interval)
        strike = at(fields.first_strike, rows)
        chance = keeps(fields, state, rows, future, strike, seen, game.scale)
        struck = tempted[rows] & (noise.uniform("conduct", keys)[rows] >= chance)
        broken = struck & (noise.uniform("detect", keys)[rows] < seen)
    reported = (broken | alarmed | state.blamed[rows]) & calm[:, None]
    state.violated[rows] |= reported
    _dispute(state, rows, reported)


def _dispute(state: State, rows: Rows, broken: Bool) -> None:
    """Open a dispute over the parties held to have violated, as a set of bits."""
    bits = np.zeros(rows.size, dtype=state.breach.dtype)
    for party in range(broken.shape[1]):
        bits |= np.where(broken[:, party], 1 << party, 0).astype(bits.dtype)
    hit = bits > 0
    state.dispute[rows[hit]] = 0
    state.breach[rows[hit]] = bits[hit]


def _settle_disputes(
    game: Game,
    fields: Fields,
    state: State,
    noise: Noise,
    stake: Stakes,
    talks: Agenda,
    rows: Rows,
    disputed: Bool,
) -> None:
    """Repair some disputes; where one has lasted, let the other sides' own test decide."""
    if not disputed.any():
        return
    mediated = game.settings.mediated and bool(game.mediators)
    rate = fields.mediated_repair if mediated else fields.repair
    luck = noise.uniform("repair")[rows, 0]
    mended = disputed & (luck < at(rate, rows)[:, 0])
    state.dispute[rows[disputed]] += 1
    late = disputed & ~mended & (state.dispute[rows] >= game.settings.dispute_days)
    if late.any():
        future, cost = continuation(stake, state, rows, fields, talks.interval)
        chance = keeps(fields, state, rows, future, cost, 1.0, game.scale)
        draws = noise.uniform("forbear", game.keys("parties"))[rows]
        refuses = draws >= chance
        for party in range(len(game.parties)):
            accused = (state.breach[rows] >> party) & 1
            refuses[:, party] &= (accused == 0) | (state.breach[rows] == _all(game))
        ended = rows[late & refuses.any(axis=1)]
        state.outcome[ended] = Outcome.COLLAPSED
        state.collapsed_at[ended] = state.delivered[ended] + 1
        state.broke[ended] = True
    over = rows[mended | late]
    state.dispute[over] = -1
    state.breach[over] = 0
    state.due[over] = np.maximum(state.due[over], state.day + 1)


def _all(game: Game) -> int:
    return (1 << len(game.parties)) - 1


def _open_next(game: Game, state: State, number: int) -> None:
    """Open the agendas that wait for tranches of this one."""
    for later, talks in enumerate(game.agendas):
        if talks.after == number:
            ready = (state.agenda == number) & (state.delivered >= talks.after_tranche)
            opens = ready & (state.stage[:, later] == CLOSED)
            state.stage[opens, later] = OPEN


def _end(game: Game, state: State, running: Bool) -> None:
    """End the deals whose term is over, or that are carried out and bind no longer."""
    for number, talks in enumerate(game.agendas):
        mine = running & (state.agenda == number) & (state.outcome == Outcome.OPEN)
        complete = state.delivered >= talks.tranches
        over = mine & (state.day >= state.term)
        if talks.term < 0:
            over = mine & complete & (state.dispute < 0)
        state.outcome[over & complete] = Outcome.COMPLETED
        state.outcome[over & ~complete] = Outcome.EXPIRED
