"""A model of the others' issue weights, learnt from their bids by Bayes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim._numerics import beside, total
from sim._typing import Float, Int
from sim.game import Game
from sim.table import Issuewise, View

__all__ = ["Learned", "posterior", "towards"]


def posterior(prior: Float, worth: Float, target: Float, sigma: float) -> Float:
    r"""Return the posterior over hypotheses after one bid.

    .. math:: P(h \mid b) \propto P(h)\, e^{-(u_h(b) - \tilde u(t))^2 / 2\sigma^2}

    Parameters
    ----------
    prior, worth
        Over hypotheses on the last axis: probability, and utility of the bid to the other side.
    target
        What the other side is expected to ask for, broadcastable.
    sigma
        Width of that expectation.

    References
    ----------
    Hindriks and Tykhonov 2008, AAMAS, 331-338.

    Examples
    --------
    >>> posterior(np.array([0.5, 0.5]), np.array([1.0, 0.9]), np.array(1.0), 0.1).round(4).tolist()
    [0.6225, 0.3775]
    """
    gap = (worth - target) / sigma
    weight = prior * np.exp(-0.5 * gap * gap)
    whole = total(weight, ordered=False)[..., None]
    return np.where(whole > 0.0, weight / np.maximum(whole, 1e-300), prior)


@dataclass(eq=False)
class _Weights:
    """Beliefs about every other party's issue weights, per agenda."""

    beliefs: list[Float]  # (slots, P, I, L)
    expected: list[Float]  # (slots, P, I)
    bids: list[Float]  # bids seen, (slots, P)


@dataclass(frozen=True, slots=True)
class Learned:
    """Learn the other side's issue weights from its bids, by Bayes.

    Option scores are public, weights are not. Each issue's weight has its own hypotheses, the
    other issues standing at their expected weights (the scalable form of Hindriks and Tykhonov
    2008); the other side is expected to ask for 1, then a little less with each bid.

    Parameters
    ----------
    sigma
        Width of the expectation of what the other side asks for (utility).
    pace
        Concession expected with each bid (utility).
    least
        The least it is expected to ask for (utility).
    """

    sigma: float = 0.1
    pace: float = 0.02
    least: float = 0.5

    grid = np.array([0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0])

    def new_memory(self, slots: int, game: Game) -> _Weights:
        """Start from equal chances for every weight."""
        parties, levels = len(game.parties), self.grid.size
        sizes = [len(agenda.issues) for agenda in game.agendas]
        return _Weights(
            [np.full((slots, parties, size, levels), 1.0 / levels) for size in sizes],
            [np.full((slots, parties, size), 1.0 / size) for size in sizes],
            [np.zeros((slots, parties)) for _ in sizes],
        )

    def model(self, view: View) -> Issuewise:
        """Prefer packages by the others' expected weights and their public scores."""
        memory: _Weights = view.memory
        number = view.session.agenda
        shapes = view.agenda.tables.shapes
        worth = []
        for other in view.others:
            weights = memory.expected[number][view.slots, other].T.copy()
            worth.append((shapes[other].T[:, :, None] * weights).T)
        return towards(view, worth)

    def observe(self, view: View, proposer: int, package: Int) -> None:
        """Weigh each issue's hypotheses by how well they explain the bid."""
        memory: Any = view.memory
        number, slots = view.session.agenda, view.slots
        options = view.agenda.space.choices(package)
        issues = np.arange(options.shape[0])[:, None]
        scores = view.agenda.tables.shapes[proposer][issues, options]
        prior, expected = (  # rows last, so that each step passes over all of them in one go
            kept[number][slots, proposer].T.copy() for kept in (memory.beliefs, memory.expected)
        )
        grid = (self.grid / scores.shape[0])[:, None, None]
        worth = _hypothetical(scores, expected, grid)
        seen = memory.bids[number][slots, proposer]
        target = np.maximum(1.0 - self.pace * seen, self.least) + view.misread()
        after = posterior(prior.T, worth.T, target[:, None, None], self.sigma)
        mean = total(after * grid.T, ordered=False)
        memory.beliefs[number][slots, proposer] = after
        memory.expected[number][slots, proposer] = (mean.T / total(mean, ordered=False)).T
        memory.bids[number][slots, proposer] = seen + 1.0


def towards(view: View, worth: Sequence[Float]) -> Issuewise:
    """Return what to aim at given what options are believed worth to each other party, (rows, I, O).

    Several others are served by the least of their relative gains.
    """
    if len(worth) == 1:
        return Issuewise(worth[0])
    least = view.session.state.floor_mean[view.rows, view.party][:, list(view.others)]
    mean = total(beside(worth)) / len(worth)
    return Issuewise(mean, np.stack(worth, axis=1), least.astype(np.float64))


def _hypothetical(scores: Float, expected: Float, grid: Float) -> Float:
    """Return the utility of a bid if one issue had each hypothetical weight, (L, I, rows).

    Scores and expected weights are (I, rows), hypothetical weights (L, 1, 1).
    """
    known = expected * scores
    rest = total(known.T, ordered=False) - known
    top = rest + grid * scores
    return top / (1.0 - expected + grid)
