"""From weights and scores to what packages are worth, for each preference point."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim._typing import Float
from sim.agenda import Delivery
from sim.game import home_weights
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
from sim.space import Space, Tables, Values
from sim.summed import Summand, Summands, SummedTables

__all__ = ["Weights", "build_tables"]

Weights = Mapping[str, Mapping[str, float]]
"""Issue weights of each party, by id."""


@dataclass(frozen=True)
class _Frame:
    """What the tables of one agenda are built over."""

    file: ScenarioFile
    issues: Sequence[IssuePart]
    space: Space
    width: int
    signing: set[int]

    @property
    def parties(self) -> list[PartyPart]:
        """Parties by id."""
        return sorted(self.file.parties, key=lambda party: party.id)

    @property
    def spoilers(self) -> list[SpoilerPart]:
        """Spoilers by id."""
        return sorted(self.file.spoilers, key=lambda spoiler: spoiler.id)

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

    def listed(self, one: Summand) -> tuple[Float, Float, float]:
        """Return all packages' utilities from 0 to 1, their additive parts, and the raw width."""
        raw = values(self.space, one.parts, one.terms)
        utility, parts = normalised(raw, one.parts)
        return utility, parts, float(np.ptp(raw))


def build_tables(
    file: ScenarioFile,
    issues: Sequence[IssuePart],
    space: Space,
    deliveries: Sequence[Delivery],
    points: Sequence[Weights],
    scale: Float,
    signing: Sequence[int],
) -> Values:
    """Return what packages are worth to every actor: in lists, or summed where they are too many.

    Red lines count for the parties that sign.
    """
    frame = _Frame(file, issues, space, max(len(issue.options) for issue in issues), set(signing))
    build = _listed if space.listed else _summed
    return build(frame, deliveries, points, scale)


def _listed(
    frame: _Frame, deliveries: Sequence[Delivery], points: Sequence[Weights], scale: Float
) -> Tables:
    parties = frame.parties
    utility, parts, gains, home, groups = [], [], [], [], []
    for point in points:
        worth = [frame.listed(_party(frame, party, point[party.id])) for party in parties]
        utility.append(np.stack([w[0] * s for w, s in zip(worth, scale, strict=True)]))
        parts.append(np.stack([w[1] * s for w, s in zip(worth, scale, strict=True)]))
        gains.append(_gains(frame, deliveries, point, [w[2] for w in worth], scale))
        yes, support = _homes(frame, point, scale)
        groups.append(yes)
        home.append(support)
    return Tables(
        utility=np.stack(utility),
        parts=np.stack(parts),
        shapes=_shapes(frame),
        allowed=np.stack([red_lines(frame.space, lines) for lines in _lines(frame)]),
        home=np.stack(home),
        constituencies=np.stack(groups),
        spoilers=_spoilers(frame),
        gains=np.stack(gains),
    )


def _summed(
    frame: _Frame, deliveries: Sequence[Delivery], points: Sequence[Weights], scale: Float
) -> SummedTables:
    parties = frame.parties
    each = [[_party(frame, party, point[party.id]) for party in parties] for point in points]
    worth = Summands(frame.space, each, scale)
    members = _members(frame)
    order = {name: number for number, name in enumerate(sorted(members))}
    groups = [
        [_group(frame, *members[name], point[members[name][1].id]) for name in sorted(members)]
        for point in points
    ]
    wide = {party.id: width for party, width in zip(parties, scale, strict=True)}
    homes, lines = [], np.zeros((len(parties), *each[0][0].parts.shape), dtype=bool)
    for party in parties:
        mine = sorted(party.constituencies, key=lambda item: item.id)
        homes.append((tuple(order[item.id] for item in mine), _counted(mine)))
    for number, barred in enumerate(_lines(frame)):
        for issue, option in barred:
            lines[number, issue, option] = True
    spoilers = [_spoiler(frame, item) for item in frame.spoilers]
    return SummedTables(
        space=frame.space,
        parties=worth,
        groups=Summands(
            frame.space, groups, np.array([wide[members[name][1].id] for name in sorted(members)])
        ),
        spoilers=Summands(frame.space, [spoilers], np.ones(len(spoilers))),
        lines=lines,
        homes=tuple(homes),
        shapes=_shapes(frame),
        gains=np.stack(
            [
                _gains(frame, deliveries, point, worth.width[number], scale)
                for number, point in enumerate(points)
            ]
        ),
    )


def _party(frame: _Frame, party: PartyPart, weights: Mapping[str, float]) -> Summand:
    parts = frame.weights(weights)[:, None] * frame.scores(party.scores, {})
    return Summand(parts, tuple(_interactions(frame, party)))


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


def _lines(frame: _Frame) -> list[list[tuple[int, int]]]:
    """Return each party's red lines as (issue, option); none for a party that does not sign."""
    order = {issue.id: number for number, issue in enumerate(frame.issues)}
    return [
        [
            (order[line.issue], option_index(frame.issues[order[line.issue]], option) or 0)
            for line in party.red_lines
            if line.issue in order and number in frame.signing
            for option in line.options
        ]
        for number, party in enumerate(frame.parties)
    ]


def _shapes(frame: _Frame) -> Float:
    """Return every party's scores with each issue stretched from 0 to 1, (P, I, O)."""
    rows = [_shape(frame.scores(party.scores, {}), frame.issues) for party in frame.parties]
    return np.stack(rows)


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
    deliveries: Sequence[Delivery],
    point: Weights,
    widths: Sequence[float] | Float,
    scale: Float,
) -> Float:
    """Return what delivery adds to utility, (P, K, O): negative for the giver, else positive.

    ``widths`` are those of the raw scale of each party.
    """
    parties = frame.parties
    gains = np.zeros((len(parties), len(deliveries), frame.width))
    weights = [frame.weights(point[party.id]) for party in parties]
    for number, delivery in enumerate(deliveries):
        issue = frame.issues[delivery.issue]
        stated = frame.file.implementation.deliveries[issue.id].undelivered
        for row, party in enumerate(parties):
            scores = np.array(party.scores.get(issue.id, [0.0] * len(issue.options)))
            without = stated.get(party.id, undelivered(scores, gives=delivery.by == row))
            weight = weights[row][delivery.issue] / widths[row]
            gain = scale[row] * weight * (scores - without)
            bound = np.minimum(gain, 0.0) if delivery.by == row else np.maximum(gain, 0.0)
            gains[row, number, : scores.size] = bound
    return gains


def _members(frame: _Frame) -> dict[str, tuple[ConstituencyPart, PartyPart]]:
    """Return every constituency and its party, by the constituency's id."""
    return {item.id: (item, party) for party in frame.parties for item in party.constituencies}


def _counted(members: Sequence[ConstituencyPart]) -> Float:
    """Return the share with which each of a party's constituencies counts at home."""
    if not members:
        return np.zeros(0)
    vetoes = np.array([item.veto for item in members])
    return home_weights(np.array([item.weight for item in members]), vetoes)


def _homes(frame: _Frame, point: Weights, scale: Float) -> tuple[Float, Float]:
    """Return utilities of constituencies (C, N) and parties' support at home (P, N)."""
    groups: dict[str, Float] = {}
    support = []
    for party, width in zip(frame.parties, scale, strict=True):
        members = sorted(party.constituencies, key=lambda item: item.id)
        if not members:
            support.append(np.ones(frame.space.count))
            continue
        worth = np.stack(
            [frame.listed(_group(frame, item, party, point[party.id]))[0] for item in members]
        )
        weights = np.array([item.weight for item in members])
        vetoes = np.array([item.veto for item in members])
        support.append(home_support(worth, weights, vetoes))
        groups |= {item.id: row * width for item, row in zip(members, worth, strict=True)}
    ordered = [groups[name] for name in sorted(groups)]
    stacked = np.stack(ordered) if ordered else np.zeros((0, frame.space.count))
    return stacked, np.stack(support)


def _group(
    frame: _Frame, part: ConstituencyPart, party: PartyPart, weights: Mapping[str, float]
) -> Summand:
    own = {name: item.value for name, item in part.weights.items()} if part.weights else weights
    return Summand(frame.weights(own)[:, None] * frame.scores(part.scores, party.scores))


def _spoilers(frame: _Frame) -> Float:
    """Return utilities of spoilers, (S, N); 0 for one without values of its own."""
    rows = []
    for item in frame.spoilers:
        one = _spoiler(frame, item)
        valued = bool(one.parts.any())
        rows.append(frame.listed(one)[0] if valued else np.zeros(frame.space.count))
    return np.stack(rows) if rows else np.zeros((0, frame.space.count))


def _spoiler(frame: _Frame, part: SpoilerPart) -> Summand:
    """Return a spoiler's values, all 0 for one without any."""
    known = {issue.id for issue in frame.issues}
    if not part.weights or not known & set(part.weights):
        return Summand(frame.padded([]))
    own = {name: item.value for name, item in part.weights.items()}
    return Summand(frame.weights(own)[:, None] * frame.scores(part.scores, {}))
