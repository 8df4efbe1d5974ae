"""A model of the others' preferences from how often they ask for what (Smith-type)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from sim._numerics import total
from sim._typing import Float, Int
from sim.game import Game
from sim.negotiators.opponent import towards
from sim.table import Issuewise, View

__all__ = ["Frequency"]


@dataclass(eq=False)
class _Counts:
    """What every other party asked for so far, per agenda."""

    options: list[Float]  # how often each option was asked for, (slots, P, I, O)
    kept: list[Float]  # how often each issue was left as it was, (slots, P, I)
    last: list[Int]  # last bid, -1 for none, (slots, P)


@dataclass(frozen=True, slots=True)
class Frequency:
    r"""Count: options asked for often are worth much, issues seldom changed weigh much.

    .. math:: \hat w_k \propto 1 + n_k, \qquad \hat s_{ko} = \frac{1 + c_{ko}}{1 + \max_o c_{ko}},

    with :math:`n_k` the bids that left issue k as in the bid before and :math:`c_{ko}` the bids
    with option o. Needs neither public scores nor a guess at how the other side concedes.

    References
    ----------
    van Krimpen, Looije and Hajizadeh 2013 (HardHeaded), doi:10.1007/978-3-642-30737-9_17;
    compared with others by Baarslag, Hendrikx, Hindriks and Jonker 2016,
    doi:10.1007/s10458-015-9309-1.
    """

    def new_memory(self, slots: int, game: Game) -> _Counts:
        """Start from nothing seen."""
        parties = len(game.parties)
        shapes = [agenda.tables.shapes.shape[1:] for agenda in game.agendas]
        return _Counts(
            [np.zeros((slots, parties, *shape)) for shape in shapes],
            [np.zeros((slots, parties, shape[0])) for shape in shapes],
            [np.full((slots, parties), -1, dtype=a.space.code_type) for a in game.agendas],
        )

    def model(self, view: View) -> Issuewise:
        """Prefer packages by the others' estimated weights and scores."""
        memory: Any = view.memory
        number, slots = view.session.agenda, view.slots
        worth = []
        for other in view.others:
            weight = 1.0 + memory.kept[number][slots, other]
            counts = memory.options[number][slots, other]
            score = (1.0 + counts) / (1.0 + counts.max(axis=2, keepdims=True))
            share = weight / total(weight, ordered=False)[:, None]
            worth.append(share[:, :, None] * score)
        return towards(view, worth)

    def observe(self, view: View, proposer: int, package: Int) -> None:
        """Count the options of a bid, and the issues it left alone."""
        memory: Any = view.memory
        number, slots = view.session.agenda, view.slots
        options = view.agenda.space.choices(package).T
        last = memory.last[number][slots, proposer]
        before = view.agenda.space.choices(np.maximum(last, 0)).T
        same = (options == before) & (last >= 0)[:, None]
        memory.kept[number][slots, proposer] += same
        issues = np.arange(options.shape[1])[None, :]
        memory.options[number][slots[:, None], proposer, issues, options] += 1.0
        memory.last[number][slots, proposer] = package
