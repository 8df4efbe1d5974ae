"""Rules that can be switched off, each by neutral values that switch it off exactly."""

from __future__ import annotations

__all__ = ["NEUTRAL", "SWITCHES", "switched_off"]

NEUTRAL: dict[str, dict[str, float]] = {
    "attention": {"attention": 1.0},
    "audience_costs": {"audience_cost": 0.0},
    "battle_learning": {"belief_variance": 0.0},
    "compliance": {"opportunism": 0.0},
    "collapse_jump": {"collapse_jump": 0.0},
    "conciliation": {"conciliation": 0.0},
    "distortion": {"distortion": 1.0},
    "escalation": {"escalation": 0.0},
    "exaggeration": {"exaggeration": 0.0},
    "exhaustion": {"exhaustion": 0.0},
    "false_alarms": {"false_alarm": 0.0},
    "facilitation": {"facilitation": 1.0},
    "framing": {"loss_aversion": 1.0, "curvature": 1.0, "distortion": 1.0},
    "guarantees": {"guarantee": 0.0, "penalty": 0.0},
    "home_learning": {"home_learning": 0.0},
    "home_pressure": {"urgency": 0.0},
    "manipulation": {"stock": 0.0},
    "misperception": {"misperception": 0.0},
    "monitoring": {"default_detection": 0.0, "false_alarm": 0.0},
    "next_stage": {"next_stage": 0.0},
    "optimism": {"optimism": 0.0},
    "partiality": {"partiality": 0.0},
    "power_shift": {"power_shift": 0.0},
    "precedent": {"trust_drift": 1.0},
    "pressing": {"focus": 0.0},
    "ratification": {"threshold": -10.0, "vote_noise": 0.0, "audience_cost": 0.0, "urgency": 0.0},
    "readiness": {"readiness_strength": 0.0},
    "reciprocity": {"reciprocity": 0.0},
    "repair": {"repair": 0.0, "mediated_repair": 0.0},
    "report_noise": {"report_noise": 0.0},
    "retaliation": {"retaliation": 0.0},
    "simultaneity": {"simultaneity": 0.0},
    "spoiler_goals": {"appetite": 0.0, "socialisation": 0.0, "spoiler_stake": 0.0},
    "spoiler_management": {
        "inducement": 0.0,
        "coercion": 0.0,
        "inducement_share": 0.0,
        "coercion_share": 0.0,
    },
    "spoilers": {"attack_rate": 0.0},
    "steps": {"event_accept": 0.0},
    "trust": {"trust_gain": 0.0, "trust_loss": 0.0},
    "upkeep": {"upkeep": 0.0},
}
"""Leaves and the value at which a rule does nothing."""

_STRUCTURAL = {
    "events": "nothing happens from outside, and no steps are asked for",
    "extension": "a term is not extended by people released or by further lists",
    "floor_learning": "offers and answers teach nobody what others ask for",
    "formulation": "mediators that would draft texts facilitate",
    "interactions": "options are worth the same whatever else is agreed",
    "mediation": "no mediator acts",
    "messages": "mediators pass on no floors",
    "pooling": "each mediator stands behind its own texts alone",
}

SWITCHES = tuple(sorted((*NEUTRAL, *_STRUCTURAL)))
"""All names a scenario's ``rules`` may switch; those not in ``NEUTRAL`` change the structure."""


def switched_off(rule: str) -> str:
    """Return what a rule that is switched off comes to.

    Examples
    --------
    >>> switched_off("retaliation")
    'retaliation = 0'
    """
    if rule in _STRUCTURAL:
        return _STRUCTURAL[rule]
    return ", ".join(f"{leaf} = {value:g}" for leaf, value in NEUTRAL[rule].items())
