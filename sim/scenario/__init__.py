"""Scenario files: schema, loading, error wording, compilation to a game."""

from __future__ import annotations

from sim.scenario.compile import compile_game
from sim.scenario.load import Scenario, find_scenario, load_scenario, scenario_names
from sim.scenario.schema import ScenarioFile

__all__ = [
    "Scenario",
    "ScenarioFile",
    "compile_game",
    "find_scenario",
    "load_scenario",
    "scenario_names",
]
