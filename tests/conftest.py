"""What many tests share: the tutorial, its data, and smaller games made from it."""

from __future__ import annotations

import copy
import json
from pathlib import Path

import matplotlib as mpl
import pytest

import sim

mpl.use("Agg")

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def tutorial() -> sim.Scenario:
    return sim.load_scenario("tutorial")


@pytest.fixture
def tutorial_data(tutorial) -> dict:
    return copy.deepcopy(tutorial.data)


@pytest.fixture(scope="session")
def three(tutorial) -> sim.Scenario:
    """The tutorial with a third signatory."""
    return sim.load_scenario(with_third_party(tutorial.data))


@pytest.fixture(scope="session")
def golden() -> dict:
    path = SHARED / "theory_golden" / "golden.json"
    if not path.exists():
        pytest.skip("the golden values are not beside this checkout (../shared/data)")
    return json.loads(path.read_text())


def with_third_party(data: dict) -> dict:
    """Return the scenario with a third party, East, that sits between the two."""
    result = copy.deepcopy(data)
    north = copy.deepcopy(next(p for p in result["parties"] if p["id"] == "north"))
    north["id"] = "east"
    north["name"] = "East"
    for name, row in north["scores"].items():
        north["scores"][name] = [round(0.5 + 0.4 * (s - 0.5), 6) for s in row]
    north["red_lines"] = []
    north["outside_option"]["stake"] = {"value": 0.8, "spread": 0.2}
    north["constituencies"] = [
        {"id": "assembly", "weight": 1.0, "threshold": 0.3},
        {"id": "council", "weight": 0.5, "threshold": 0.2},
        {"id": "press", "weight": 0.3, "threshold": 0.2},
    ]
    result["parties"].append(north)
    return result


def minimal(**changes) -> dict:
    """Return a small two-party scenario as plain data."""
    data = {
        "schema": 1,
        "title": "Two issues",
        "calendar": {"days": 60, "session_every": 1},
        "issues": [
            {"id": "land", "options": ["none", "half", "all"]},
            {"id": "money", "options": [0, 50, 100]},
        ],
        "parties": [
            {
                "id": "a",
                "weights": {"land": 0.7, "money": 0.3},
                "scores": {"land": [1.0, 0.5, 0.0], "money": [1.0, 0.5, 0.0]},
                "talks": {"deadline": 30},
                "outside_option": {"stake": 0.6},
            },
            {
                "id": "b",
                "weights": {"land": 0.3, "money": 0.7},
                "scores": {"land": [0.0, 0.5, 1.0], "money": [0.0, 0.5, 1.0]},
                "talks": {"deadline": 30},
                "outside_option": {"stake": 0.6},
            },
        ],
    }
    data.update(changes)
    return data
