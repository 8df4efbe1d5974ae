"""Play out stylised peace and prisoner-exchange negotiations, day by day, thousands of times.

Names load on first use, so that ``import sim`` costs little more than ``import numpy``.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim import plots, testing
    from sim.acceptance import acceptance_table
    from sim.comparison import paired_differences
    from sim.daily import daily_table
    from sim.ensemble import run_ensemble
    from sim.errors import BehaviourError, RunError, ScenarioError, SimError, UnknownBehaviourError
    from sim.experiment.results import open_experiment
    from sim.experiment.runner import run_experiment
    from sim.experiment.saved import open_run
    from sim.experiment.searching import run_search
    from sim.experiment.sensitivity import run_sensitivity
    from sim.experiment.tournament import run_tournament
    from sim.explaining import explain
    from sim.mediators.registry import register as register_mediator
    from sim.model import NegotiationModel
    from sim.negotiators import available as available_negotiators
    from sim.negotiators import register as register_negotiator
    from sim.negotiators.per_replication import PerReplication
    from sim.report.page import write_report
    from sim.results import Outcomes, Trace
    from sim.scenario import Scenario, load_scenario, scenario_names
    from sim.scenario.importing import import_domain
    from sim.scoring import score_draft
    from sim.statistics import (
        agreement_curve,
        flow_table,
        outcome_table,
        survival_table,
        terms_table,
    )
    from sim.stopping import run_until
    from sim.summary import summarise
    from sim.tracing import replay, trace_replication
    from sim.validation import verify

_HOMES = {
    "BehaviourError": "sim.errors",
    "NegotiationModel": "sim.model",
    "Outcomes": "sim.results",
    "PerReplication": "sim.negotiators.per_replication",
    "RunError": "sim.errors",
    "Scenario": "sim.scenario",
    "ScenarioError": "sim.errors",
    "SimError": "sim.errors",
    "Trace": "sim.results",
    "UnknownBehaviourError": "sim.errors",
    "acceptance_table": "sim.acceptance",
    "agreement_curve": "sim.statistics",
    "available_negotiators": "sim.negotiators:available",
    "daily_table": "sim.daily",
    "explain": "sim.explaining",
    "flow_table": "sim.statistics",
    "import_domain": "sim.scenario.importing",
    "load_scenario": "sim.scenario",
    "open_experiment": "sim.experiment.results",
    "open_run": "sim.experiment.saved",
    "outcome_table": "sim.statistics",
    "paired_differences": "sim.comparison",
    "plots": "sim.plots:",
    "register_mediator": "sim.mediators.registry:register",
    "register_negotiator": "sim.negotiators:register",
    "replay": "sim.tracing",
    "run_ensemble": "sim.ensemble",
    "run_experiment": "sim.experiment.runner",
    "run_search": "sim.experiment.searching",
    "run_sensitivity": "sim.experiment.sensitivity",
    "run_tournament": "sim.experiment.tournament",
    "run_until": "sim.stopping",
    "scenario_names": "sim.scenario",
    "score_draft": "sim.scoring",
    "summarise": "sim.summary",
    "survival_table": "sim.statistics",
    "terms_table": "sim.statistics",
    "testing": "sim.testing:",
    "trace_replication": "sim.tracing",
    "verify": "sim.validation",
    "write_report": "sim.report.page",
}

__all__ = [
    "BehaviourError",
    "NegotiationModel",
    "Outcomes",
    "PerReplication",
    "RunError",
    "Scenario",
    "ScenarioError",
    "SimError",
    "Trace",
    "UnknownBehaviourError",
    "acceptance_table",
    "agreement_curve",
    "available_negotiators",
    "daily_table",
    "explain",
    "flow_table",
    "import_domain",
    "load_scenario",
    "open_experiment",
    "open_run",
    "outcome_table",
    "paired_differences",
    "plots",
    "register_mediator",
    "register_negotiator",
    "replay",
    "run_ensemble",
    "run_experiment",
    "run_search",
    "run_sensitivity",
    "run_tournament",
    "run_until",
    "scenario_names",
    "score_draft",
    "summarise",
    "survival_table",
    "terms_table",
    "testing",
    "trace_replication",
    "verify",
    "write_report",
]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - any public object
    """Load a public name on first use."""
    home = _HOMES.get(name)
    if home is None:
        message = f"module 'sim' has no attribute {name!r}"
        raise AttributeError(message)
    module, _, other = home.partition(":")
    loaded = importlib.import_module(module)
    value = loaded if home.endswith(":") else getattr(loaded, other or name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """List the public names."""
    return sorted(__all__)
