"""Stage 6: ratification at home, when due (Putnam 1988, doi:10.1017/S0020818300027697)."""

from __future__ import annotations

import numpy as np

from sim._numerics import anywhere, at, everyone, places, total
from sim._typing import Bool, Int, Rows
from sim.agenda import Agenda
from sim.fields import Fields
from sim.game import Game
from sim.noise import Noise
from sim.rules.succession import without_a_deal
from sim.rules.thresholds import broken_pledges, thresholds
from sim.table.state import FORCE, OPEN, OVER, SIGNED, Outcome, State

__all__ = ["ratify"]


def ratify(game: Game, fields: Fields, state: State, noise: Noise) -> None:
    """Hold the votes that are due; put into force what passes, send back what fails.

    The vote on a later stage that is to be carried out waits until the one in force has been
    delivered.
    """
    state.voted[...] = -1
    due = (state.stage == SIGNED) & (state.vote_on <= state.day)
    if not anywhere(due):
        return
    for agenda, talks in enumerate(game.agendas):
        ready = due[:, agenda] & (state.outcome == Outcome.OPEN)
        if talks.after >= 0 and talks.deliveries:
            ready &= state.delivered >= state.planned
        rows = places(ready)
        if rows.size:
            passed = _vote(game, fields, state, noise, agenda, rows)
            everywhere = everyone(passed)
            _accept(game, state, agenda, rows[everywhere])
            _reject(game, fields, state, agenda, rows[~everywhere], passed[~everywhere])


def _vote(game: Game, fields: Fields, state: State, noise: Noise, agenda: int, rows: Rows) -> Bool:
    """Return where each party's home front says yes, (rows, P)."""
    yes = _yeas(game, fields, state, noise, agenda, rows)
    passed = np.ones((rows.size, len(game.parties)), dtype=bool)
    homes = [c for party in game.agendas[agenda].signatories for c in game.home_of[party]]
    state.voted[rows[:, None], np.array(homes, dtype=np.intp)] = yes[:, homes]
    quorum = at(fields.quorum, rows)
    for party in game.agendas[agenda].signatories:
        members = game.home_of[party]
        if not members:
            continue
        weight = game.home_weights[party]
        share = total(weight * yes[:, members]) / total(weight[None, :])[0]
        passed[:, party] = share >= quorum[:, party] - 1e-12
        for member, veto in zip(members, game.home_vetoes[party], strict=True):
            if veto:
                passed[:, party] &= yes[:, member]
    return passed


def _yeas(game: Game, fields: Fields, state: State, noise: Noise, agenda: int, rows: Rows) -> Bool:
    r"""Return which constituencies say yes: :math:`u_g(x) \ge r_g(t) + \sigma_r\varepsilon`."""
    package = state.package[rows, agenda]
    tables = game.agendas[agenda].tables
    point = at(state.point, rows)
    columns = np.arange(len(game.constituencies))[None, :]
    worth = tables.group_worth(point[:, None], columns, package[:, None])
    broken = broken_pledges(game, state, agenda, package, rows)
    asked = at(thresholds(game, fields, state), rows) + at(fields.audience_cost, rows) * broken
    shaken = at(fields.vote_noise, rows) * noise.normal("vote", game.keys("constituencies"), rows)
    yes: Bool = worth >= asked + shaken
    return yes


def _accept(game: Game, state: State, agenda: int, rows: Rows) -> None:
    """Put an agreement into force from tomorrow.

    A later agreement takes the place of the one in force. Where the scenario says what is
    delivered under it, it is carried out in turn; otherwise the history ends with it.
    """
    if not rows.size:
        return
    talks = game.agendas[agenda]
    state.stage[rows, agenda] = FORCE
    state.agreed[rows, agenda] = state.package[rows, agenda]
    fresh = state.ratified_on[rows] < 0
    state.ratified_on[rows] = np.where(fresh, state.day, state.ratified_on[rows])
    replaces = (state.agenda[rows] >= 0) & (not talks.deliveries)
    state.outcome[rows[replaces]] = Outcome.REPLACED
    new = rows[~replaces]
    state.agenda[new] = agenda
    state.since[new] = state.day + 1
    state.delivered[new] = 0
    state.planned[new] = talks.tranches
    state.penalty[new] += talks.option_values(talks.penalty, state.package[new, agenda])
    state.dispute[new] = -1
    state.breach[new] = 0
    state.due[new] = state.day + 1
    state.term[new] = _last_day(talks, state, agenda, new)
    state.guarantee_ends[new] = state.day + game.settings.guarantee_days
    if not game.settings.guarantee_days:
        state.guarantee[new] = 0.0


def _last_day(talks: Agenda, state: State, agenda: int, rows: Rows) -> Int:
    """Return the last day an agreement binds; far off for a permanent one."""
    if talks.term < 0:
        return np.full(rows.size, 32767)
    days = talks.numbers[talks.term, talks.space.option(talks.term, state.package[rows, agenda])]
    last: Int = np.minimum(state.day + days, 32767).astype(np.int64)
    return last


def _reject(
    game: Game, fields: Fields, state: State, agenda: int, rows: Rows, passed: Bool
) -> None:
    """Send the parties back with what they learnt; after the last attempt talks are over."""
    if not rows.size:
        return
    learning = at(fields.home_learning, rows)
    state.margin[rows] += np.where(passed, 0.0, learning)
    state.failures[rows, agenda] += 1
    state.package[rows, agenda] = -1
    spent = state.failures[rows, agenda] >= game.settings.attempts
    state.stage[rows, agenda] = np.where(spent, OVER, OPEN)
    if agenda == 0:
        given_up = rows[spent]
        state.outcome[given_up] = without_a_deal(state, Outcome.REJECTED)[given_up]
