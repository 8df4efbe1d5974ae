"""From weights and scores to the value of every package, for each preference point."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim._typing import Float, Int, Rows
from sim.frontier import candidates
from sim.game import Delivery
from sim.preferences import (
    Interaction,
    home_support,
    normalised,
    red_lines,
    undelivered,
    values,
)
from sim.scenario.lookup import option_index
from sim.scenario.party_schema import ConstituencyPart, PartyPart
from sim.scenario.schema import IssuePart, ScenarioFile, SpoilerPart
from sim.space import Space, Tables

__all__ = ["Weights", "build_tables", "pool_and_reach"]

POOL = 24
REACH_STEPS = 20

Weights = Mapping[str, Mapping[str, float]]
"""Issue weights of each party, by id."""


@dataclass(frozen=True)
class _Frame:
    """What the tables of one agenda are built over."""

    file: ScenarioFile
    issues: Sequence[IssuePart]
    space: Space
    width: int

    def padded(self, rows: Sequence[Sequence[float]]) -> Float:
        """Return scores by issue and option, padded with 0."""
        table = np.zeros((len(self.issues), self.width))
        for number, row in enumerate(rows):
            table[number, : len(row)] = row
        return table

    def scores(self, own: Mapping[str, Sequence[float]], fallback: Mapping[str, Any]) -> Float:
        """Return an actor's scores, its party's where it has none."""
        rows = [own.get(i.id, fallback.get(i.id, [0.0] * len(i.options))) for i in self.issues]
        return self.padded(rows)

    def weights(self, weights: Mapping[str, float]) -> Float:
        """Return weights in the order of the issues, renormalised to sum to 1."""
        row = np.array([weights.get(issue.id, 0.0) for issue in self.issues])
        return row / row.sum() if row.sum() > 0 else np.full(row.size, 1.0 / row.size)


def build_tables(
    file: ScenarioFile,
    issues: Sequence[IssuePart],
    space: Space,
    deliveries: Sequence[Delivery],
    points: Sequence[Weights],
    scale: Float,
) -> Tables:
    """Return the values of every package to every actor."""
    frame = _Frame(file, issues, space, max(len(issue.options) for issue in issues))
    parties = sorted(file.parties, key=lambda party: party.id)
    utility, parts, gains, home, groups = [], [], [], [], []
    for point in points:
        worth = [_party(frame, party, point[party.id]) for party in parties]
        utility.append(np.stack([w[0] * s for w, s in zip(worth, scale, strict=True)]))
        parts.append(np.stack([w[1] * s for w, s in zip(worth, scale, strict=True)]))
        gains.append(_gains(frame, parties, deliveries, worth, scale))
        yes, support = _homes(frame, parties, point, scale)
        groups.append(yes)
        home.append(support)
    return Tables(
        utility=np.stack(utility),
        parts=np.stack(parts),
        shapes=np.stack([_shape(frame.scores(party.scores, {}), issues) for party in parties]),
        allowed=np.stack([red_lines(space, _lines(frame, party)) for party in parties]),
        home=np.stack(home),
        constituencies=np.stack(groups),
        spoilers=_spoilers(frame),
        gains=np.stack(gains),
    )


def _party(
    frame: _Frame, party: PartyPart, weights: Mapping[str, float]
) -> tuple[Float, Float, Float]:
    """Return utility, its additive parts, and the width of the raw scale, from 0 to 1."""
    weight = frame.weights(weights)
    parts = weight[:, None] * frame.scores(party.scores, {})
    terms = _interactions(frame, party)
    raw = values(frame.space, parts, terms)
    utility, scaled = normalised(raw, parts)
    return utility, scaled, weight / np.ptp(raw)


def _interactions(frame: _Frame, party: PartyPart) -> list[Interaction]:
    if not frame.file.rules.get("interactions", True):
        return []
    order = {issue.id: number for number, issue in enumerate(frame.issues)}
    terms = []
    for item in sorted(party.interactions, key=lambda item: sorted(map(str, item.when.items()))):
        if not all(name in order for name in item.when):
            continue
        issues = tuple(order[name] for name in item.when)
        options = tuple(
            option_index(frame.issues[order[name]], option) or 0
            for name, option in item.when.items()
        )
        terms.append(Interaction((issues[0], issues[1]), (options[0], options[1]), item.value))
    return terms


def _lines(frame: _Frame, party: PartyPart) -> list[tuple[int, int]]:
    order = {issue.id: number for number, issue in enumerate(frame.issues)}
    return [
        (order[line.issue], option_index(frame.issues[order[line.issue]], option) or 0)
        for line in party.red_lines
        if line.issue in order
        for option in line.options
    ]


def _shape(scores: Float, issues: Sequence[IssuePart]) -> Float:
    """Stretch each issue's scores to run from 0 to 1."""
    result = np.zeros_like(scores)
    for number, issue in enumerate(issues):
        row = scores[number, : len(issue.options)]
        width = np.ptp(row)
        result[number, : row.size] = (row - row.min()) / width if width > 0 else 0.0
    return result


def _gains(
    frame: _Frame,
    parties: Sequence[PartyPart],
    deliveries: Sequence[Delivery],
    worth: Sequence[tuple[Float, Float, Float]],
    scale: Float,
) -> Float:
    """Return what delivery adds to utility, (P, K, O): negative for the giver, else positive."""
    gains = np.zeros((len(parties), len(deliveries), frame.width))
    for number, delivery in enumerate(deliveries):
        issue = frame.issues[delivery.issue]
        stated = frame.file.implementation.deliveries[issue.id].undelivered
        for row, party in enumerate(parties):
            scores = np.array(party.scores.get(issue.id, [0.0] * len(issue.options)))
            without = stated.get(party.id, undelivered(scores, gives=delivery.by == row))
            gain = scale[row] * worth[row][2][delivery.issue] * (scores - without)
            bound = np.minimum(gain, 0.0) if delivery.by == row else np.maximum(gain, 0.0)
            gains[row, number, : scores.size] = bound
    return gains


def _homes(
    frame: _Frame, parties: Sequence[PartyPart], point: Weights, scale: Float
) -> tuple[Float, Float]:
    """Return utilities of constituencies (C, N) and parties' support at home (P, N)."""
    groups: dict[str, Float] = {}
    support = []
    for party, width in zip(parties, scale, strict=True):
        members = sorted(party.constituencies, key=lambda item: item.id)
        if not members:
            support.append(np.ones(frame.space.count))
            continue
        worth = np.stack([_group(frame, item, party, point[party.id]) for item in members])
        weights = np.array([item.weight for item in members])
        vetoes = np.array([item.veto for item in members])
        support.append(home_support(worth, weights, vetoes))
        groups |= {item.id: row * width for item, row in zip(members, worth, strict=True)}
    ordered = [groups[name] for name in sorted(groups)]
    stacked = np.stack(ordered) if ordered else np.zeros((0, frame.space.count))
    return stacked, np.stack(support)


def _group(
    frame: _Frame, part: ConstituencyPart, party: PartyPart, weights: Mapping[str, float]
) -> Float:
    own = {name: item.value for name, item in part.weights.items()} if part.weights else weights
    mine = frame.weights(own)
    parts = mine[:, None] * frame.scores(part.scores, party.scores)
    return normalised(values(frame.space, parts), parts)[0]


def _spoilers(frame: _Frame) -> Float:
    """Return utilities of spoilers, (S, N); 0 for one without values of its own."""
    rows = [_spoiler(frame, item) for item in sorted(frame.file.spoilers, key=lambda s: s.id)]
    return np.stack(rows) if rows else np.zeros((0, frame.space.count))


def _spoiler(frame: _Frame, part: SpoilerPart) -> Float:
    known = {issue.id for issue in frame.issues}
    if not part.weights or not known & set(part.weights):
        return np.zeros(frame.space.count)
    own = {name: item.value for name, item in part.weights.items()}
    parts = frame.weights(own)[:, None] * frame.scores(part.scores, {})
    return normalised(values(frame.space, parts), parts)[0]


def pool_and_reach(tables: Tables, space: Space, signing: Sequence[int]) -> tuple[Int, Float]:
    """Return mediators' candidate texts (G, Q) and what each can offer each (G, P, P, steps + 1)."""
    points, parties = tables.utility.shape[:2]
    pools, reach = [], np.zeros((points, parties, parties, REACH_STEPS + 1))
    steps = np.arange(REACH_STEPS + 1) / REACH_STEPS
    public = np.stack([_public(tables.shapes[j], space) for j in range(parties)])
    for point in range(points):
        feasible = tables.feasible if tables.feasible.any() else None
        pools.append(candidates(tables.utility[point, list(signing)], feasible, POOL))
        for i in range(parties):
            own = np.where(tables.allowed[i], tables.utility[point, i], -np.inf)
            order: Rows = np.argsort(-own, kind="stable")
            heights = own[order] / tables.ideal[point, i]
            counts = np.searchsorted(-heights, 1e-12 - steps, side="right")
            for j in range(parties):
                best: Float = np.maximum.accumulate(public[j][order])
                reach[point, i, j] = best[np.maximum(counts - 1, 0)]
    width = max(pool.size for pool in pools)
    padded = np.stack([np.pad(pool, (0, width - pool.size), mode="edge") for pool in pools])
    return padded, reach


def _public(shapes: Float, space: Space) -> Float:
    """Return the mean public score of every package, (N,)."""
    mean = np.zeros(space.count)
    for issue, options in enumerate(space.options):
        mean += shapes[issue, options]
    return mean / len(space.sizes)
