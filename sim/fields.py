"""The numbers of a scenario that may differ between replications, as arrays.

Each leaf has shape (1, ...) where all replications share a value and (R, ...) where a private
type, a design or an arm sets one per replication. Designs, arms and events all act on leaves,
so there is one mechanism for the three. Bounds and defaults stand in the schema; this table
says only where a leaf lives in the file and in which unit it is.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from functools import cache
from typing import Any

import numpy as np

from sim._numerics import at
from sim._typing import Float, Rows

__all__ = ["BY_PARTY", "Fields", "Leaf", "column_of", "leaves"]

_NONE = np.zeros((1, 0))

BY_PARTY = frozenset({"bias", "partiality"})
"""Leaves of mediators that hold one number for each party, shape (., M, P)."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """Where a leaf stands in the scenario file: its owner, its path there, and its unit.

    ``institution`` names what third parties and negotiators can arrange (monitoring, guarantees,
    sequencing, mediation); it is empty for what the sides are, want or can do by force. Searches
    for what it would take vary institutions only.
    """

    name: str
    owner: str
    path: str
    unit: str
    institution: str


def _leaf(owner: str, path: str, unit: str = "", institution: str = "") -> Float:
    return field(default_factory=lambda: _NONE, metadata={"at": (owner, path, unit, institution)})


@dataclass(eq=False)
class Fields:
    """All leaves; a comment gives the symbol of MODEL.md.

    Leaves of ``parties`` have shape (R or 1, P), of ``mediators`` (., M), of ``constituencies``
    (., C), of ``spoilers`` (., S), of ``events`` (., E); the rest have shape (., 1).
    ``bias`` and ``partiality`` have shape (., M, P). Unit ``util`` marks what scales with a
    party's utilities.
    """

    # fighting
    baseline: Float = _leaf("fighting", "baseline")  # x-bar
    initial: Float = _leaf("fighting", "initial")  # x on the first day
    persistence: Float = _leaf("fighting", "persistence")
    escalation: Float = _leaf("fighting", "escalation")
    shock: Float = _leaf("fighting", "shock")
    collapse_jump: Float = _leaf("fighting", "collapse_jump")
    restraint: Float = _leaf("fighting", "restraint")
    signal_noise: Float = _leaf("fighting", "signal_noise")  # sigma_z
    reprisal: Float = _leaf("fighting", "reprisal")

    # parties without a deal
    stake: Float = _leaf("parties", "outside_option.stake", "util")  # S
    daily_cost: Float = _leaf("parties", "outside_option.daily_cost", "util")  # kappa
    exhaustion: Float = _leaf("parties", "outside_option.exhaustion")  # nu
    days_left: Float = _leaf("parties", "outside_option.days_left")  # L
    optimism: Float = _leaf("parties", "outside_option.optimism")
    capability: Float = _leaf("parties", "outside_option.capability")  # M
    belief_variance: Float = _leaf("parties", "outside_option.belief_variance")  # v
    collapse_loss: Float = _leaf("parties", "outside_option.collapse_loss", "util")  # l-0
    power_shift: Float = _leaf("parties", "outside_option.power_shift")  # Delta
    status_quo: Float = _leaf("parties", "outside_option.status_quo", "util")
    next_stage: Float = _leaf("parties", "outside_option.next_stage")
    # how parties see losses
    loss_aversion: Float = _leaf("parties", "framing.loss_aversion")  # lambda
    curvature: Float = _leaf("parties", "framing.curvature")  # alpha
    distortion: Float = _leaf("parties", "framing.distortion")  # gamma
    # parties at the table
    deadline: Float = _leaf("parties", "talks.deadline")  # T, sessions
    exaggeration: Float = _leaf("parties", "talks.exaggeration")
    publicity: Float = _leaf("parties", "talks.publicity")
    misperception: Float = _leaf("parties", "talks.misperception")
    # parties at home, and towards each other
    quorum: Float = _leaf("parties", "home.quorum")  # q
    home_learning: Float = _leaf("parties", "home.learning")
    initial_trust: Float = _leaf("parties", "trust.initial")  # T-0
    trust_gain: Float = _leaf("parties", "trust.gain")
    trust_loss: Float = _leaf("parties", "trust.loss")
    trust_drift: Float = _leaf("parties", "trust.drift")
    conciliation: Float = _leaf("parties", "trust.conciliation")
    reciprocity: Float = _leaf("parties", "trust.reciprocity")
    discount: Float = _leaf("parties", "conduct.discount")  # delta
    first_strike: Float = _leaf("parties", "conduct.first_strike", "util")
    temptation: Float = _leaf("parties", "conduct.temptation")
    retaliation: Float = _leaf("parties", "conduct.retaliation")

    # readiness
    readiness_strength: Float = _leaf("readiness", "strength")
    readiness_weight: Float = _leaf("readiness", "weight")  # omega
    cost_threshold: Float = _leaf("readiness", "cost_threshold", "util")  # c*
    cost_scale: Float = _leaf("readiness", "cost_scale", "util")  # s_M
    drift_tolerance: Float = _leaf("readiness", "drift_tolerance")  # e
    readiness_minimum: Float = _leaf("readiness", "minimum")  # R_min

    # mediators
    stock: Float = _leaf("mediators", "stock", institution="mediation")  # B
    daily_cap: Float = _leaf("mediators", "daily_cap", institution="mediation")
    carrot_share: Float = _leaf("mediators", "carrot_share")
    stick_share: Float = _leaf("mediators", "stick_share")
    guarantee: Float = _leaf("mediators", "guarantee", institution="guarantees")  # G
    penalty: Float = _leaf("mediators", "penalty", institution="guarantees")  # g
    upkeep: Float = _leaf("mediators", "upkeep")
    facilitation: Float = _leaf("mediators", "facilitation", institution="mediation")
    attention: Float = _leaf("mediators", "attention", institution="mediation")
    report_noise: Float = _leaf("mediators", "report_noise", institution="mediation")  # sigma_rep
    peace_interest: Float = _leaf("mediators", "peace_interest")  # w
    focus: Float = _leaf("mediators", "focus")
    inducement_share: Float = _leaf("mediators", "inducement_share", institution="mediation")
    coercion_share: Float = _leaf("mediators", "coercion_share", institution="mediation")
    bias: Float = _leaf("mediators", "bias")  # lambda
    partiality: Float = _leaf("mediators", "partiality")

    # constituencies
    threshold: Float = _leaf("constituencies", "threshold", "util")  # r-0
    urgency: Float = _leaf("constituencies", "urgency", "util")  # h
    audience_cost: Float = _leaf("constituencies", "audience_cost", "util")
    vote_noise: Float = _leaf("constituencies", "vote_noise", "util")  # sigma_r

    # spoilers
    attack_rate: Float = _leaf("spoilers", "rate")  # b
    spoiler_capability: Float = _leaf("spoilers", "capability")  # C
    spoiler_base: Float = _leaf("spoilers", "base")  # a-0
    spoiler_near: Float = _leaf("spoilers", "near")  # a-1
    spoiler_stake: Float = _leaf("spoilers", "stake")  # a-2
    spoiler_status_quo: Float = _leaf("spoilers", "status_quo")
    blame: Float = _leaf("spoilers", "blame")  # e_a
    attack_jump: Float = _leaf("spoilers", "jump")
    inducement: Float = _leaf("spoilers", "inducement")
    coercion: Float = _leaf("spoilers", "coercion")
    appetite: Float = _leaf("spoilers", "appetite")
    socialisation: Float = _leaf("spoilers", "socialisation")

    # events
    event_rate: Float = _leaf("events", "daily_rate")
    event_accept: Float = _leaf("events", "accept")
    event_lapse: Float = _leaf("events", "lapse")

    # implementation and monitoring
    simultaneity: Float = _leaf("implementation", "simultaneity", institution="sequencing")  # e
    compliance_noise: Float = _leaf("implementation", "compliance_noise", "util")  # s_c
    opportunism: Float = _leaf("implementation", "opportunism")
    default_detection: Float = _leaf("implementation", "detection", institution="monitoring")
    false_alarm: Float = _leaf("implementation", "false_alarm", institution="monitoring")
    repair: Float = _leaf("implementation", "repair", institution="monitoring")
    mediated_repair: Float = _leaf("implementation", "mediated_repair", institution="mediation")

    # harm: written by the ledger, read by no rule
    harm_rate: Float = _leaf("parties", "harm_rate")

    def at(self, rows: Rows, varying: Iterable[str]) -> Fields:
        """Bind the leaves that differ between replications, by name, to the rows still open."""
        return self.changed({name: at(getattr(self, name), rows) for name in varying})

    def changed(self, new: Mapping[str, Float]) -> Fields:
        """Return a copy with some leaves replaced."""
        other = copy.copy(self)
        for name, table in new.items():
            setattr(other, name, table)
        return other

    def varying(self) -> Iterator[tuple[str, Float]]:
        """Yield the leaves that differ between replications."""
        for leaf in leaves():
            table = getattr(self, leaf.name)
            if table.shape[0] > 1:
                yield leaf.name, table


def column_of(position: tuple[int, ...]) -> Any:  # noqa: ANN401 - an index
    """Return the index of one entry of a leaf, for all replications."""
    return (slice(None), *position)


@cache
def leaves() -> tuple[Leaf, ...]:
    """Return the table of leaves, in the order of the file.

    Examples
    --------
    >>> next(leaf for leaf in leaves() if leaf.name == "stake")
    Leaf(name='stake', owner='parties', path='outside_option.stake', unit='util', institution='')
    """
    return tuple(Leaf(item.name, *item.metadata["at"]) for item in fields(Fields))
