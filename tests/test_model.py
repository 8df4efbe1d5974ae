"""The Mesa face, as a Mesa user expects it."""

from __future__ import annotations

import inspect

import mesa
import pytest

import sim
from sim.errors import RunError


def test_steps_running_and_tables(tutorial):
    model = sim.NegotiationModel(tutorial, seed=1, replication=2)
    assert isinstance(model, mesa.Model)
    assert model.running
    model.run_model()
    assert not model.running
    assert model.outcome != "open"
    table = model.datacollector.get_model_vars_dataframe()
    assert len(table) == model.day
    assert table.outcome.iloc[-1] == model.outcome
    parties = model.datacollector.get_agenttype_vars_dataframe(sim.model.PartyAgent)
    assert set(parties.columns) >= {"name", "trust", "outside_option", "readiness", "present"}
    before = model.day
    model.step()
    assert model.day == before


def test_agents_hold_behaviour_and_memory(tutorial):
    model = sim.NegotiationModel(tutorial, seed=1)
    north = model.party("north")
    assert isinstance(north, mesa.Agent)
    assert north.memory is model.run_.actors.parties[0].memory
    assert {type(agent).__name__ for agent in model.agents} == {
        "PartyAgent",
        "MediatorAgent",
        "ConstituencyAgent",
        "SpoilerAgent",
    }
    with pytest.raises(RunError, match="known: north, south"):
        model.party("west")


def test_batch_run_varies_fields_by_path(tutorial):
    parameters = {
        "scenario": ["tutorial"],
        "parties__north__outside_option__stake": [0.4, 1.6],
        "collect": [True],
    }
    newer = "rng" in inspect.signature(mesa.batch_run).parameters
    seeds = {"rng": [3]} if newer else {"iterations": 1}
    if not newer:
        parameters["seed"] = [3]
    rows = mesa.batch_run(
        sim.NegotiationModel, parameters, max_steps=200, display_progress=False, **seeds
    )
    ends = {row["parties__north__outside_option__stake"]: row["outcome"] for row in rows}
    for stake in (0.4, 1.6):
        scenario = tutorial.with_values({"parties.north.outside_option.stake": stake})
        alone = sim.run_ensemble(scenario, replications=1, seed=3).to_frame()
        assert ends[stake] == alone.outcome[0]


@pytest.mark.parametrize("seed", [-1, 1.5, "x", True])
def test_a_bad_seed_is_an_error(tutorial, seed):
    with pytest.raises(RunError, match="a whole number from 0"):
        sim.NegotiationModel(tutorial, seed=seed)
    with pytest.raises(RunError, match="a whole number from 0"):
        sim.run_ensemble(tutorial, replications=2, seed=seed)


def test_replay_gives_the_history_of_the_ensemble(tutorial):
    outcomes = sim.run_ensemble(tutorial, replications=5, seed=2, first=7)
    trace = sim.replay(outcomes, 9)
    assert trace.outcome == outcomes.to_frame().outcome[2]
    assert trace.days[-1]["day"] == outcomes.ended_on[2]
    with pytest.raises(RunError, match="7 to 11"):
        sim.replay(outcomes, 3)
