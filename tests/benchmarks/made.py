"""Additive domains of any size as calm scenarios, for the measurements of this folder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

import sim
from sim.scenario.domains import Domain, Profile, scenario_data


def calm(
    weights: np.ndarray, scores: Sequence[np.ndarray], behaviour: Mapping[str, Any], rounds: int
) -> sim.Scenario:
    """Return a scenario in which nothing but talks takes place, and nobody ponders others' floors.

    ``weights`` has shape (P, I); ``scores`` holds (P, O) for each issue.
    """
    issues = {
        f"issue {k}": [f"option {o}" for o in range(s.shape[1])] for k, s in enumerate(scores)
    }
    profiles = [
        Profile(
            name=f"party {p}",
            source="made for a measurement",
            weights={name: float(w) for name, w in zip(issues, weights[p], strict=True)},
            scores={name: s[p].tolist() for name, s in zip(issues, scores, strict=True)},
        )
        for p in range(len(weights))
    ]
    data = scenario_data(Domain("made", issues, profiles), rounds)
    for party in data["parties"]:
        party["behaviour"] = dict(behaviour)
    data["rules"] = {"floor_learning": False}
    return sim.load_scenario(data)


def parts_of(weights: np.ndarray, scores: Sequence[np.ndarray]) -> np.ndarray:
    """Return weighted scores by party, issue and option, padded, (P, I, O)."""
    parts = np.zeros((*weights.shape, max(s.shape[1] for s in scores)))
    for k, row in enumerate(scores):
        parts[:, k, : row.shape[1]] = weights[:, k : k + 1] * row
    return parts
