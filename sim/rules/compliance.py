"""Whether a party keeps its side of a tranche: continuation value against temptation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from sim._numerics import at, logistic, of, power, product, total
from sim._typing import Float, Int, Rows
from sim.agenda import Agenda
from sim.fields import Fields
from sim.game import Game
from sim.rules.floors import least_trust, outside
from sim.table.state import State

__all__ = [
    "Course",
    "Stakes",
    "continuation",
    "discounted",
    "induced",
    "keeps",
    "portions",
    "stakes",
]


class Stakes:
    """What the tranches of the deals in force are worth to each party.

    Attributes
    ----------
    benefit, cost
        By tranche, (rows, P, N): received and handed over; both at least 0.
    nothing
        U(x, 0), utility with nothing delivered, (rows, P).
    """

    def __init__(self, benefit: Float, cost: Float, nothing: Float) -> None:
        self.benefit = benefit
        self.cost = cost
        self.nothing = nothing


def stakes(game: Game, talks: Agenda, state: State, number: int, rows: Rows) -> Stakes:
    """Spread the gains of full delivery over the tranches, further lists on top of them."""
    package = state.agreed[rows, number]
    point = at(state.point, rows)[:, None]
    parties = np.arange(len(game.parties))
    nothing = talks.tables.worth(point, parties, package[:, None])
    benefit = np.zeros((rows.size, len(game.parties), talks.slots))
    cost = np.zeros(benefit.shape)
    if talks.deliveries:
        gain = talks.tables.gains[
            point[:, :, None], parties[:, None], *_due(talks, package[:, None, None])
        ]
        for item in range(len(talks.deliveries)):
            one = gain[:, :, item]
            nothing = nothing - one
            by_tranche = one[:, :, None] * portions(talks, item, package)[:, None, :]
            benefit += np.maximum(by_tranche, 0.0)
            cost -= np.minimum(by_tranche, 0.0)
    return Stakes(benefit, cost, nothing)


def _due(talks: Agenda, package: Int) -> tuple[Int, Int]:
    """Return the numbers of an agenda's deliveries, and the option agreed for each."""
    issues = np.array([delivery.issue for delivery in talks.deliveries])
    return np.arange(issues.size), talks.space.option(issues, package)


def portions(talks: Agenda, item: int, package: Int) -> Float:
    """Return the share of a delivery due in each tranche, shape (rows or 1, slots).

    A further list is measured against the number of people agreed; what does not count people
    is not part of it.
    """
    agreed = talks.shares[item][None, :]
    if not talks.further:
        return agreed
    delivery = talks.deliveries[item]
    further = np.zeros((package.size, talks.lists.size))
    if delivery.people:
        issue = delivery.issue if delivery.per < 0 else delivery.per
        base = talks.numbers[issue, talks.space.option(issue, package)]
        further = talks.lists[None, :] / np.maximum(base, 1.0)[:, None]
    return np.concatenate(
        (np.broadcast_to(agreed, (package.size, talks.tranches)), further), axis=1
    )


def keeps(
    fields: Fields,
    state: State,
    rows: Rows,
    expected: Float,
    temptation: Float,
    seen: Float | float,
    scale: Float,
) -> Float:
    r"""Return the chance that each party complies, shape (rows, P).

    .. math:: P = 1 - o\,\big(1 - \Lambda\big([m(E + g) - c]/s_c\big)\big)

    With o = m = 1, g = 0 and :math:`s_c \to 0` this is the self-enforcing tranche: comply iff
    :math:`c \le E`.

    Parameters
    ----------
    expected
        E, what keeping the deal alive is believed to be worth, (rows, P).
    temptation
        c, what is saved or won by not complying, (rows, P).
    seen
        m, chance that a violation is seen, a number or (rows, 1).
    """
    insured = np.where(state.guarantee_ends[rows] >= state.day, state.penalty[rows], 0.0)
    width = at(fields.compliance_noise, rows)
    held = seen * (expected + insured[:, None] * scale) - temptation
    sly = at(fields.opportunism, rows)
    return 1.0 - sly * (1.0 - logistic(held / width))


def continuation(
    game: Game, fields: Fields, state: State, number: int, rows: Rows
) -> tuple[Float, Float]:
    r"""Return what is believed to be still to come, E, and the cost of the tranche due, (rows, P).

    With T the trust in the other signatory trusted least, ``believed`` foresight is

    .. math:: E = T\Big(e\,b_n + \sum_{l>n} \delta^{\tau_l-\tau_n}(b_l - c_l + y/N)
              + \delta^{\tau_N-\tau_n}(U(x, 0) - d)\Big)

    ``compounding`` foresight counts tranche l with :math:`T^{l-n}`, and ``equilibrium`` foresight
    works out what all sides do from the last tranche backwards (:func:`induced`). With simultaneity
    e = 1 both sides hand over at once, under supervision, and who does not deliver does not
    receive; with e = 0 a side may take its part and keep its own.

    After the last tranche nothing is owed: the cost is 0 and E what the truce itself is worth.
    """
    talks = game.agendas[number]
    stake = stakes(game, talks, state, number, rows)
    rest = stake.nothing - outside(fields, state, rows)
    course = Course(
        stake,
        rest,
        of(state.carrot, rows) / talks.tranches,
        at(fields.discount, rows),
        state.delivered[rows][:, None],
        state.planned[rows][:, None] if talks.further else talks.slots,
        float(talks.interval),
        None if game.idle("simultaneity", 0.0) else at(fields.simultaneity, rows),
    )
    foresight = game.settings.foresight
    if foresight == "equilibrium":

        def chance(expected: Float, cost: Float) -> Float:
            kept = keeps(fields, state, rows, expected, cost, 1.0, game.scale)
            return np.where(cost > 0.0, kept, 1.0)

        return induced(course, chance)
    trust = least_trust(of(state.trust, rows), talks.signatories)
    if foresight == "compounding":
        return discounted(course, trust)
    future, cost = discounted(course)
    return trust * future, cost


@dataclass(frozen=True, eq=False)
class Course:
    """What is still to come of deals, as each party sees it.

    Parameters
    ----------
    stake
        What the tranches are worth.
    rest
        What the deal is worth beyond the exchange, (rows, P).
    carrot
        Paid with each tranche, (rows, P).
    discount
        Daily discount factor, (rows or 1, P).
    done, planned
        Tranches delivered, and agreed so far, (rows, 1) or one number for all.
    interval
        Days between tranches.
    simultaneity
        Share of what the tranche due brings that is forfeited by not delivering, 0 to 1;
        ``None`` for none of it.
    """

    stake: Stakes
    rest: Float
    carrot: Float
    discount: Float
    done: Int
    planned: Int | int
    interval: float
    simultaneity: Float | None = None


def discounted(course: Course, trust: Float | None = None) -> tuple[Float, Float]:
    """Discount the tranches after the one due, and what follows the last.

    Parameters
    ----------
    trust
        Believed chance that each further tranche comes, once the one before has, (rows, P);
        ``None`` to count all of them in full.

    Returns
    -------
    tuple
        The value of what is to come, and the cost of the tranche due, each (rows, P).
    """
    stake, done, planned = course.stake, course.done, course.planned
    tranche = np.arange(stake.benefit.shape[2])
    ahead = tranche - done
    comes, now = ahead > 0, ahead == 0
    if not isinstance(planned, int):
        agreed = tranche < planned
        comes, now = comes & agreed, now & agreed
    comes, now = comes[:, None, :], now[:, None, :]
    last = np.maximum(planned - 1 - done, 0)
    factor = _after(course, np.concatenate((np.maximum(ahead, 0), last), axis=1))
    later = factor[:, :, :-1] * (stake.benefit - stake.cost + course.carrot[:, :, None])
    after = factor[:, :, -1] * course.rest
    if trust is not None:
        later = later * power(trust[:, :, None], np.maximum(ahead, 1)[:, None, :])
        after = after * power(trust, np.maximum(planned - done, 1))
    brings = np.where(comes, later, 0.0)
    if course.simultaneity is not None:
        mine = course.simultaneity[:, :, None] * stake.benefit
        mine = mine if trust is None else mine * trust[:, :, None]
        brings = np.where(now, mine, brings)
    future = total(brings, ordered=False) + after
    return future, total(np.where(now, stake.cost, 0.0), ordered=False)


def _after(course: Course, intervals: Int) -> Float:
    """Return discount factors after some intervals, (rows, K), as (rows or 1, P, K)."""
    if course.discount.shape[0] > 1:
        return power(course.discount[:, :, None], intervals[:, None, :] * course.interval)
    ahead = np.arange(course.stake.benefit.shape[2] + 1)[:, None]
    factor: Float = power(course.discount, ahead * course.interval)[intervals]
    return factor.transpose(0, 2, 1)


def induced(course: Course, chance: Callable[[Float, Float], Float]) -> tuple[Float, Float]:
    r"""Work out what is to come from the last tranche backwards.

    At the moment of tranche k, with :math:`\Pi_k` the chance that all sides comply there,

    .. math:: V_k = \Pi_k\,(b_k - c_k + y/N + F_k), \qquad F_k = \delta^{\tau} V_{k+1},
              \qquad F_N = U(x, 0) - d.

    Parameters
    ----------
    chance
        Chance that each side complies, given what it expects and what the tranche costs it.

    Returns
    -------
    tuple
        What each side expects at the tranche due, and its cost, each (rows, P).
    """
    stake, rest, done = course.stake, course.rest, course.done
    step = power(course.discount, course.interval)
    value, expected, cost = rest, np.array(rest), np.zeros(rest.shape)
    for tranche in range(stake.benefit.shape[2] - 1, -1, -1):
        agreed = np.broadcast_to(tranche < course.planned, done.shape)
        last = np.broadcast_to(tranche + 1 == course.planned, done.shape)
        to_come = np.where(last, rest, step * value)
        benefit, price = stake.benefit[:, :, tranche], stake.cost[:, :, tranche]
        at_once = course.simultaneity
        held = to_come if at_once is None else to_come + at_once * benefit
        now = agreed & (done == tranche)
        expected, cost = np.where(now, held, expected), np.where(now, price, cost)
        together = product(chance(held, price))[:, None]
        value = np.where(agreed, together * (benefit - price + course.carrot + to_come), value)
    return expected, cost
