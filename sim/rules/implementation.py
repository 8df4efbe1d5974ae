"""Stage 7: tranches fall due, are kept or broken, disputed and repaired, until the deal ends."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim._numerics import anywhere, at, cleared, everyone, hold, of, places, someone, total
from sim._typing import Bool, Float, Int, Rows
from sim.agenda import Agenda
from sim.fields import Fields
from sim.game import Game
from sim.noise import Noise
from sim.rules.compliance import continuation, keeps, portions, stakes
from sim.rules.floors import detection_in_force, least_trust, outside
from sim.rules.succession import end_deal
from sim.table.state import CLOSED, NEVER, OPEN, SIGNED, Outcome, State

__all__ = ["implement"]


@dataclass(eq=False)
class _Deals:
    """The deals of one agenda that are in force today; ``rows`` are their rows."""

    game: Game
    fields: Fields
    state: State
    noise: Noise
    number: int
    rows: Rows

    @property
    def talks(self) -> Agenda:
        return self.game.agendas[self.number]

    def leave_out_strangers(self, flags: Bool) -> None:
        """Take the flags (rows, P) off parties that did not sign."""
        count = len(self.game.parties)
        if len(self.talks.signatories) < count:
            flags[:, [p for p in range(count) if p not in self.talks.signatories]] = False

    @property
    def accusable(self) -> int:
        """The parties that signed, as bits."""
        return sum(1 << party for party in self.talks.signatories)

    def uniform(self, stream: str, some: Rows | None = None) -> Float:
        """Return one number for each party over some rows, those of the deals if ``None``."""
        asked = self.rows if some is None else some
        return self.noise.uniform(stream, self.game.keys("parties"), asked)

    def faith(self, due: Bool, late: Bool, lured: Bool, seen: Float) -> Float:
        """Return the chance that each party keeps a deal put to the test today, else 1, (rows, P).

        Parameters
        ----------
        due
            Where a tranche is due: the temptation is what it costs, and a party to whom it costs
            nothing keeps it.
        late
            Where a dispute has lasted: the same, or a first strike where nothing falls due.
        lured
            Where a party is tempted to strike, which is ``seen`` with some chance, (rows,).
        """
        chance = np.ones((self.rows.size, len(self.game.parties)), order="F")
        tested = places(due | late | lured)
        if not tested.size:
            return chance
        rows = self.rows[tested]
        expected, cost = continuation(self.game, self.fields, self.state, self.number, rows)
        strikes = lured[tested, None] | (late[tested, None] & (cost <= 0.0))
        tempted = np.where(strikes, at(self.fields.first_strike, rows), cost)
        sight = np.where(lured[tested], seen[tested], 1.0)[:, None]
        kept = keeps(self.fields, self.state, rows, expected, tempted, sight, self.game.scale)
        free = due[tested, None] & (cost <= 0.0)
        chance[tested] = np.where(free, 1.0, kept)
        return chance


def implement(game: Game, fields: Fields, state: State, noise: Noise) -> None:
    """Carry out the deals in force for one day.

    A tranche is reciprocal: it is handed over when every side keeps its part. What was not seen
    to be kept, or is blamed on a party, opens a dispute; a dispute is repaired, or after some
    days the other sides' own test decides whether the deal goes on.
    """
    state.handed_over = cleared(state.handed_over)
    state.violated = cleared(state.violated)
    running = state.in_force & (state.since <= state.day) & (state.outcome == Outcome.OPEN)
    if not anywhere(running):
        return
    state.truce_days = state.truce_days + running
    for number in range(len(game.agendas)):
        rows = places(running & (state.agenda == number))
        if rows.size:
            _one_day(_Deals(game, fields, state, noise, number, rows))
    state.guarantee[running & (state.guarantee_ends == state.day)] = 0.0
    _end(game, fields, state, running)


def _one_day(deals: _Deals) -> None:
    state, rows = deals.state, deals.rows
    disputed = state.dispute[rows] >= 0
    undelivered = state.delivered[rows] < state.planned[rows]
    due = ~disputed & undelivered & (state.due[rows] <= state.day)
    late = _repair(deals, disputed)
    conduct = _look(deals, ~disputed & ~due)
    chance = deals.faith(due, late, conduct.lured, conduct.seen)
    _decide(deals, late, chance)
    _hand_over(deals, due, chance)
    _judge(deals, conduct, chance)
    if deals.talks.further:
        _extend(deals)
    _open_next(deals.game, state, deals.number)


def _hand_over(deals: _Deals, due: Bool, chance: Float) -> None:
    """Test each giver where a tranche is due; its receiver sees whether it came."""
    if not anywhere(due):
        return
    state, some = deals.state, deals.rows[due]
    broken = deals.uniform("comply", some) >= chance[due]
    whole = ~someone(broken)
    state.violated[some] |= broken
    state.handed_over[some] = whole[:, None]
    done = some[whole]
    _count_released(state, deals.talks, deals.number, done)
    state.delivered[done] += 1
    state.due[done] = state.day + deals.talks.interval
    _dispute(state, some, broken)


def _count_released(state: State, talks: Agenda, number: int, rows: Rows) -> None:
    """Count the people a tranche releases, and extend the term by the rule agreed."""
    if not rows.size:
        return
    package = state.agreed[rows, number]
    before = _extensions(state, talks, rows)
    counted: dict[int, Float] = {}
    released: dict[int, Float] = {}
    for item, delivery in sorted(enumerate(talks.deliveries), key=lambda pair: pair[1].per >= 0):
        if not delivery.people:
            continue
        due = portions(talks, item, package)
        row = np.arange(rows.size) if due.shape[0] > 1 else 0
        share = due[row, np.minimum(state.delivered[rows], talks.slots - 1)]
        number_of = talks.numbers[delivery.issue, talks.space.option(delivery.issue, package)]
        if delivery.per < 0:
            people = number_of * share
            left = delivery.held - state.released[rows, delivery.by]
            counted[delivery.issue] = np.minimum(people, np.maximum(left, 0.0))
            released[item] = counted[delivery.issue]
        else:
            per = talks.numbers[delivery.per, talks.space.option(delivery.per, package)]
            released[item] = number_of * counted.get(delivery.per, per * share)
    for item, people in released.items():
        state.released[rows, talks.deliveries[item].by] += people
    gained = _extensions(state, talks, rows) - before
    state.term[rows] = np.minimum(state.term[rows] + gained, 32767)


def _extensions(state: State, talks: Agenda, rows: Rows) -> Float:
    """Return the days earned so far: so many for each full count of people released."""
    if talks.extension_people == 0 or talks.further:
        return np.zeros(rows.size)
    givers = [d.by for d in talks.deliveries if d.people and d.per < 0]
    released = np.zeros(rows.size)
    for party in sorted(set(givers)):
        released = released + state.released[rows, party]
    return np.floor(released / talks.extension_people + 1e-9) * talks.extension_days


def _extend(deals: _Deals) -> None:
    """On the last day of the term, let a deal carried out so far go on by a further list.

    Every side has to want it, by the same test as for a tranche: what the round brings and what
    the truce is worth beyond it, against what the round costs.
    """
    state, talks, rows = deals.state, deals.talks, deals.rows
    clear = (state.dispute[rows] < 0) & (state.delivered[rows] >= state.planned[rows])
    last = clear & (state.day >= state.term[rows]) & (state.outcome[rows] == Outcome.OPEN)
    start = talks.tranches
    for lists in talks.further:
        here = last & (state.planned[rows] == start)
        start += len(lists)
        if not anywhere(here):
            continue
        some = rows[here]
        wanted = deals.uniform("extend", some) < _wants_more(deals, some, start - len(lists), start)
        agreed = some[everyone(wanted)]
        days = int(sum(lists) // talks.extension_people) * talks.extension_days
        state.term[agreed] = np.minimum(state.term[agreed] + days, NEVER)
        state.due[agreed] = state.day + 1
        state.planned[agreed] = start
        last[here] = False


def _wants_more(deals: _Deals, rows: Rows, first: int, last: int) -> Float:
    """Return the chance that each party agrees to the lists of a further round, (rows, P)."""
    game, fields, state = deals.game, deals.fields, deals.state
    stake = stakes(game, deals.talks, state, deals.number, rows)
    gained = total(stake.benefit[:, :, first:last], ordered=False)
    given = total(stake.cost[:, :, first:last], ordered=False)
    future = gained + stake.nothing - outside(fields, state, rows)
    trust = least_trust(of(state.trust, rows), deals.talks.signatories)
    return keeps(fields, state, rows, trust * future, given, 1.0, game.scale)


@dataclass(frozen=True, eq=False)
class _Conduct:
    """What may be held against parties on a day without a hand-over, over the rows of the deals."""

    reported: Bool
    """Violations reported whether there were any or not: false alarms and blame, (rows, P)."""
    tempted: Bool
    """Parties that could strike, (rows, P)."""
    lured: Bool
    """Where some party is tempted, (rows,)."""
    seen: Float
    """Chance that a strike is seen, (rows,)."""


def _look(deals: _Deals, calm: Bool) -> _Conduct:
    """See who is tempted, falsely reported or blamed, in calm rows."""
    state, rows, fields = deals.state, deals.rows, deals.fields
    seen = detection_in_force(deals.game, fields, state, rows)
    alarmed = deals.uniform("false alarm") < at(fields.false_alarm, rows) * (1.0 - seen)[:, None]
    tempted = deals.uniform("temptation") < at(fields.temptation, rows)
    deals.leave_out_strangers(tempted)
    deals.leave_out_strangers(alarmed)
    reported = (alarmed | of(state.blamed, rows)) & calm[:, None]
    return _Conduct(reported, tempted, calm & someone(tempted), seen)


def _judge(deals: _Deals, conduct: _Conduct, chance: Float) -> None:
    """Let those who are tempted strike or not; what is seen or reported opens disputes."""
    state, rows, lured = deals.state, deals.rows, conduct.lured
    broken = conduct.reported.copy(order="K")
    if anywhere(lured):
        some = rows[lured]
        struck = conduct.tempted[lured] & (deals.uniform("conduct", some) >= chance[lured])
        seen = deals.uniform("detect", some) < conduct.seen[lured, None]
        broken[lured] |= struck & seen
    hit = places(someone(broken))
    if hit.size:
        state.violated[rows[hit]] |= broken[hit]
        _dispute(state, rows[hit], broken[hit])


def _dispute(state: State, rows: Rows, broken: Bool) -> None:
    """Open a dispute over the parties held to have violated; they lose what was promised them."""
    bits = _bits(broken)
    hit = bits > 0
    state.dispute[rows[hit]] = 0
    state.breach[rows[hit]] = bits[hit]
    state.carrot[rows] = np.where(broken, 0.0, state.carrot[rows])


def _bits(flags: Bool) -> Int:
    """Return which parties are flagged as one number a row, a bit for each."""
    bits = np.zeros(flags.shape[0], dtype=np.int8)
    for party in range(flags.shape[1]):
        bits |= np.where(flags[:, party], 1 << party, 0).astype(np.int8)
    return bits


def _repair(deals: _Deals, disputed: Bool) -> Bool:
    """Let wronged sides answer and disputes be repaired; return where one has lasted, (rows,)."""
    late = np.zeros_like(disputed)
    if not anywhere(disputed):
        return late
    game, state, some = deals.game, deals.state, deals.rows[disputed]
    mediated = game.settings.mediated and bool(game.mediators)
    rate = deals.fields.mediated_repair if mediated else deals.fields.repair
    _retaliate(deals, some)
    mended = deals.noise.uniform("repair", rows=some)[:, 0] < at(rate, some)[:, 0]
    state.dispute[some] += 1
    late[disputed] = ~mended & (state.dispute[some] >= game.settings.dispute_days)
    _settle(state, some[mended])
    return late


def _settle(state: State, rows: Rows) -> None:
    """Put disputes aside, and what is due off until tomorrow at least."""
    state.dispute[rows] = -1
    state.breach[rows] = 0
    state.due[rows] = np.maximum(state.due[rows], state.day + 1)


def _retaliate(deals: _Deals, some: Rows) -> None:
    """Let the wronged sides strike back: the fighting flares, and then both have violated.

    Provocability: Axelrod 1984, The Evolution of Cooperation.
    """
    fields, state = deals.fields, deals.state
    if deals.game.idle("retaliation", 0.0):
        return
    strikes = deals.uniform("retaliate", some) < at(fields.retaliation, some)
    deals.leave_out_strangers(strikes)
    for party in range(strikes.shape[1]):
        strikes[:, party] &= (state.breach[some] >> party) & 1 == 0
    flare = at(fields.reprisal, some)[:, 0] * total(strikes.astype(np.float64))
    state.fighting[some] = hold(state.fighting[some] + flare, 0.0, 1.0)
    state.violated[some] |= strikes
    state.breach[some] |= _bits(strikes)


def _decide(deals: _Deals, late: Bool, chance: Float) -> None:
    """End the deals that the sides held to be wronged no longer keep, and settle the others.

    A side to whom nothing falls due weighs the truce against the gain of a first strike.
    """
    if not anywhere(late):
        return
    state, some = deals.state, deals.rows[late]
    refuses = deals.uniform("forbear", some) >= chance[late]
    deals.leave_out_strangers(refuses)
    all_accused = (state.breach[some] & deals.accusable) == deals.accusable
    for party in deals.talks.signatories:
        wronged = (state.breach[some] >> party) & 1 == 0
        refuses[:, party] &= wronged | all_accused
    end_deal(deals.game, deals.fields, state, some[someone(refuses)], Outcome.COLLAPSED)
    _settle(state, some)


def _open_next(game: Game, state: State, number: int) -> None:
    """Open the agendas that wait for tranches of this one."""
    for later, talks in enumerate(game.agendas):
        if talks.after == number and anywhere(state.stage[:, later] == CLOSED):
            ready = (state.agenda == number) & (state.delivered >= talks.after_tranche)
            opens = ready & (state.stage[:, later] == CLOSED)
            state.stage[opens, later] = OPEN


def _end(game: Game, fields: Fields, state: State, running: Bool) -> None:
    """End the deals whose term is over, or that are carried out and bind no longer."""
    for number, talks in enumerate(game.agendas):
        mine = running & (state.agenda == number) & (state.outcome == Outcome.OPEN)
        complete = state.delivered >= talks.tranches
        over = mine & (state.day >= state.term)
        if talks.term < 0:
            over = mine & complete & (state.dispute < 0)
        if not anywhere(over):
            continue
        later = [k for k, other in enumerate(game.agendas) if other.after == number]
        if later and game.settings.binds_during_talks:
            stage = state.stage[:, later]
            over &= ~someone((stage == OPEN) | (stage == SIGNED))
        end_deal(game, fields, state, places(over & ~complete), Outcome.EXPIRED)
        _carried_out(game, fields, state, places(over & complete), final=not later)


def _carried_out(game: Game, fields: Fields, state: State, rows: Rows, *, final: bool) -> None:
    """End deals that were delivered in full; a first stage alone may be followed by new talks."""
    if final:
        state.outcome[rows] = Outcome.COMPLETED
    else:
        end_deal(game, fields, state, rows, Outcome.COMPLETED)
