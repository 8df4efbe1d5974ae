"""Whether a party keeps its side of a tranche: continuation value against temptation."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim._numerics import at, logistic, power
from sim._typing import Float, Int, Rows
from sim.fields import Fields
from sim.game import Agenda, Game
from sim.rules.floors import least_trust, outside
from sim.table.state import State

__all__ = ["Stakes", "continuation", "discounted", "keeps", "portions", "stakes"]


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
    point = np.broadcast_to(state.point if state.point.size == 1 else state.point[rows], rows.shape)
    parties = np.arange(len(game.parties))[None, :]
    full = talks.tables.utility[point[:, None], parties, package[:, None]]
    shape = (rows.size, len(game.parties), talks.slots)
    benefit, cost = np.zeros(shape), np.zeros(shape)
    nothing = full
    for item, delivery in enumerate(talks.deliveries):
        option = talks.space.options[delivery.issue, package]
        gain = talks.tables.gains[point[:, None], parties, item, option[:, None]]
        nothing = nothing - gain
        by_tranche = gain[:, :, None] * portions(talks, item, package)[:, None, :]
        benefit = benefit + np.maximum(by_tranche, 0.0)
        cost = cost + np.maximum(-by_tranche, 0.0)
    return Stakes(benefit, cost, nothing)


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
        base = talks.numbers[issue, talks.space.options[issue, package]]
        further = talks.lists[None, :] / np.maximum(base, 1.0)[:, None]
    return np.concatenate(
        (np.broadcast_to(agreed, (package.size, talks.tranches)), further), axis=1
    )


def keeps(
    fields: Fields,
    state: State,
    rows: Rows,
    future: Float,
    temptation: Float,
    seen: Float | float,
    scale: Float,
    signing: Sequence[int],
) -> Float:
    r"""Return the chance that each party complies, shape (rows, P).

    .. math:: P = 1 - o\,\big(1 - \Lambda\big([m(T F + g) - c]/s_c\big)\big)

    With o = T = m = 1, g = 0 and :math:`s_c \to 0` this is the self-enforcing tranche:
    comply iff :math:`c \le F`.

    Parameters
    ----------
    future
        F, what keeping the deal alive is worth, (rows, P).
    temptation
        c, what is saved or won by not complying, (rows, P).
    seen
        m, chance that a violation is seen, a number or (rows, 1).
    signing
        Indices of the parties that signed.
    """
    trust = least_trust(state.trust[rows], signing)
    insured = np.where(state.guarantee_ends[rows] >= state.day, state.penalty[rows], 0.0)
    width = at(fields.compliance_noise, rows)
    held = seen * (trust * future + insured[:, None] * scale) - temptation
    sly = at(fields.opportunism, rows)
    return 1.0 - sly * (1.0 - logistic(held / width))


def continuation(
    game: Game, fields: Fields, state: State, number: int, rows: Rows
) -> tuple[Float, Float]:
    r"""Return the value of what is still to come, F, and the cost of the tranche due, (rows, P).

    .. math:: F = e\,b_n + \sum_{l>n} \delta^{\tau_l-\tau_n}(b_l - c_l + y/N)
              + \delta^{\tau_N-\tau_n}(U(x, 0) - d)

    With simultaneity e = 1 both sides hand over at once, under supervision, and who does not
    deliver does not receive; with e = 0 a side may take its part and keep its own.

    After the last tranche nothing is owed: the cost is 0 and F what the truce itself is worth.
    """
    talks = game.agendas[number]
    stake = stakes(game, talks, state, number, rows)
    rest = stake.nothing - outside(fields, state)[rows]
    return discounted(
        stake,
        rest,
        state.carrot[rows] / talks.tranches,
        at(fields.discount, rows),
        state.delivered[rows][:, None],
        state.planned[rows][:, None] if talks.further else talks.slots,
        float(talks.interval),
        None if game.idle("simultaneity", 0.0) else at(fields.simultaneity, rows),
    )


def discounted(
    stake: Stakes,
    rest: Float,
    carrot: Float,
    discount: Float,
    done: Int,
    planned: Int | int,
    interval: float,
    simultaneity: Float | None = None,
) -> tuple[Float, Float]:
    """Discount the tranches after the one due, and what follows the last.

    Parameters
    ----------
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
    count = stake.benefit.shape[2]
    future, cost = np.zeros(rest.shape), np.zeros(rest.shape)
    for tranche in range(count):
        ahead = tranche - done
        worth = stake.benefit[:, :, tranche] - stake.cost[:, :, tranche] + carrot
        later = power(discount, np.maximum(ahead, 0) * interval) * worth
        comes, now = ahead > 0, ahead == 0
        if not isinstance(planned, int):
            comes, now = comes & (tranche < planned), now & (tranche < planned)
        future = future + np.where(comes, later, 0.0)
        cost = np.where(now, stake.cost[:, :, tranche], cost)
        if simultaneity is not None:
            future = future + np.where(now, simultaneity * stake.benefit[:, :, tranche], 0.0)
    left = np.maximum(planned - 1 - done, 0) * interval
    return future + power(discount, left) * rest, cost
