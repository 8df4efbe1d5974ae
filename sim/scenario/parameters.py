"""What every number of a scenario means: the table of parameters in MODEL.md is made from this.

Defaults and bounds come from the schema, so that they are stated once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from sim.fields import BY_PARTY, Leaf, leaves
from sim.scenario.bounds import bounds_of, part_of
from sim.scenario.quantity import Quantity

__all__ = ["Parameter", "markdown_table", "parameters"]

_FEARON, _POWELL = "doi:10.1017/S0020818300033324", "doi:10.1017/S0020818306060061"
_WALTER, _KYDD = "doi:10.1162/002081897550384", "doi:10.1111/1540-5907.00042"
_PUTNAM, _AUDIENCE = "doi:10.1017/S0020818300027697", "doi:10.2307/2944796"
_STEDMAN, _SABOTAGE = "doi:10.1162/isec.22.2.5", "doi:10.1162/002081802320005487"
_ZARTMAN, _PRUITT = "doi:10.17226/9897", "doi:10.1177/0002764207302467"
_PROSPECT, _GRIT = "doi:10.1007/BF00122574", "doi:10.1037/0033-2909.85.4.772"
_STYLES, _SLOVIC = "doi:10.1177/0022002705282862", "doi:10.1111/j.1539-6924.1993.tb01329.x"

_MEANT: dict[str, tuple[str, str, str, str]] = {
    "baseline": ("x̄", "intensity", "intensity fighting returns to without a truce", ""),
    "initial": ("x₀", "intensity", "intensity on the first day", ""),
    "persistence": ("ρ", "a day", "share of the way back to the baseline", ""),
    "escalation": ("e", "intensity", "added after a failed round", ""),
    "shock": ("σ", "intensity", "standard deviation of a day's shock", ""),
    "collapse_jump": ("", "intensity", "added when a deal collapses", ""),
    "restraint": ("r", "a day", "share left each day under a truce", ""),
    "signal_noise": ("σ_z", "chance", "noise of a day of battle at full intensity", _FEARON),
    "reprisal": ("", "intensity", "added when a wronged side strikes back", ""),
    "stake": ("S", "util", "what winning without a deal is worth", _FEARON),
    "daily_cost": ("κ", "util a day", "cost of a day of fighting at full intensity", _FEARON),
    "exhaustion": ("ν", "", "how long fighting raises its cost; below 0 rally", _ZARTMAN),
    "days_left": ("L", "days", "days of fighting expected without a deal", ""),
    "optimism": ("", "chance", "added to the own true chance at first", _FEARON),
    "capability": ("M", "", "strength in the contest; chances are shares of it", _FEARON),
    "belief_variance": ("v", "", "variance of the belief about one's chance at first", ""),
    "collapse_loss": ("ℓ⁰", "util", "loss if an agreement collapses", _WALTER),
    "power_shift": ("Δ", "chance", "believed fall of one's chance under a truce", _POWELL),
    "status_quo": (
        "",
        "util",
        "worth of the status quo under the deal in force, later agendas",
        "",
    ),
    "next_stage": ("", "chance", "believed chance that a later agenda is agreed", ""),
    "loss_aversion": ("λ", "", "weight of losses against gains; 1 is none", _PROSPECT),
    "curvature": ("α", "", "how value bends; 1 is straight", _PROSPECT),
    "distortion": ("γ", "", "how the chance of a collapse is weighed; 1 as it is", _PROSPECT),
    "deadline": ("T", "sessions", "sessions the party believes there are", ""),
    "exaggeration": ("", "share", "by which reports to a mediator shade the floor up", ""),
    "publicity": ("", "a session", "chance that an own offer becomes a public pledge", _AUDIENCE),
    "misperception": ("", "utility", "noise in reading the other side's answers", ""),
    "quorum": ("q", "share", "weight of yes votes that carries a text", _PUTNAM),
    "home_learning": ("", "util", "added to what is asked at home after a failed vote", ""),
    "initial_trust": ("T₀", "chance", "that the other delivers, at first", ""),
    "trust_gain": ("g", "share", "of the distance to 1, after conduct kept", _SLOVIC),
    "trust_loss": ("l", "share", "of trust, after a violation", _SLOVIC),
    "trust_drift": ("", "a year", "share of the way back to the first trust after a deal", ""),
    "conciliation": ("", "a session", "chance of a unilateral step", _GRIT),
    "reciprocity": ("", "a session", "chance to answer the other's step the same day", _GRIT),
    "discount": ("δ", "a day", "discount factor while a deal is carried out", ""),
    "first_strike": ("c", "util", "gain of a first strike while nothing is due", ""),
    "temptation": ("", "a day", "chance that a first strike is possible", ""),
    "retaliation": ("", "a day", "chance that a wronged side strikes back in a dispute", ""),
    "readiness_strength": ("s", "share", "weight of readiness in who comes; 0 all come", _PRUITT),
    "readiness_weight": ("ω", "share", "of motivation against optimism", _PRUITT),
    "cost_threshold": ("c*", "util a day", "cost at which a stalemate begins to hurt", _ZARTMAN),
    "cost_scale": ("s_M", "util a day", "how sharply it does", ""),
    "drift_tolerance": ("e", "chance", "change in chances that is no stalemate any more", _ZARTMAN),
    "readiness_minimum": ("R_min", "share", "below it a party leaves in the end", _PRUITT),
    "stock": ("B", "util", "leverage a mediator has in all", _STYLES),
    "daily_cap": ("", "util", "leverage it may spend a session", ""),
    "carrot_share": ("", "share", "of what is lacking met by carrots", _STYLES),
    "stick_share": ("", "share", "of what is lacking met by sticks", _STYLES),
    "guarantee": ("G", "share", "of the loss by a collapse taken away", _WALTER),
    "penalty": ("g", "util", "on a violation while the guarantee lasts", _WALTER),
    "upkeep": ("", "util", "stock reserved a session for the guarantee", ""),
    "facilitation": ("", "factor", "on talk noise a session; 1 is none", _STYLES),
    "attention": ("", "chance", "that the mediator attends a session", ""),
    "report_noise": ("σ_rep", "util", "error of what parties report", ""),
    "peace_interest": ("w", "", "a mediator's own cost of war", _KYDD),
    "focus": ("", "share", "of leverage turned to the side furthest from the text", ""),
    "inducement_share": ("", "share", "of the cap given to spoilers that attacked", _STEDMAN),
    "coercion_share": ("", "share", "of the cap turned against spoilers that attacked", _STEDMAN),
    "bias": ("λ", "", "weight on a recipient's payoff: what makes it believed", _KYDD),
    "partiality": ("", "", "extra exponent of a side's gain in a draft", "doi:10.1007/BF01774658"),
    "threshold": ("r⁰", "util", "what a constituency asks for", _PUTNAM),
    "urgency": ("h", "util", "by which long captivity lowers it", ""),
    "audience_cost": ("", "util", "added when a public pledge was broken", _AUDIENCE),
    "vote_noise": ("σ_r", "util", "spread of a vote", ""),
    "attack_rate": ("b", "a day", "attacks of a spoiler at full drive and capability", _STEDMAN),
    "spoiler_capability": ("C", "share", "of attacks it can carry out", _STEDMAN),
    "spoiler_base": ("a₀", "log-odds", "drive when no deal is near", _STEDMAN),
    "spoiler_near": ("a₁", "log-odds", "added as a deal comes near", _SABOTAGE),
    "spoiler_stake": ("a₂", "log-odds a util", "for what it loses by the text", _STEDMAN),
    "spoiler_status_quo": ("", "util", "worth of no deal to the spoiler", ""),
    "blame": ("e_a", "chance", "that an unseen attack is blamed on the linked party", _SABOTAGE),
    "attack_jump": ("", "intensity", "added by an attack", ""),
    "inducement": ("", "util", "given to the spoiler from the start", _STEDMAN),
    "coercion": ("", "share", "of capability taken from the start", _STEDMAN),
    "appetite": ("", "log-odds", "gained by an untraced attack, lost by one traced", _STEDMAN),
    "socialisation": ("", "a day", "share of the way to calm under a deal", _STEDMAN),
    "event_rate": ("", "a day", "chance of an event that is not dated", ""),
    "event_accept": ("", "chance", "that a step asked for is agreed to", _GRIT),
    "event_lapse": ("", "a day", "chance that a step is given up", _GRIT),
    "simultaneity": ("e", "share", "of a tranche's benefit forfeited by not delivering", ""),
    "compliance_noise": ("s_c", "util", "how sharply compliance follows the stakes", ""),
    "opportunism": ("o", "share", "of compliance that follows the stakes; 0 all keep faith", ""),
    "default_detection": ("m", "chance", "that conduct is seen, where no issue settles it", ""),
    "false_alarm": ("", "a day", "chance of a false report, unmonitored", ""),
    "repair": ("", "a day", "chance that a dispute is repaired", ""),
    "mediated_repair": ("", "a day", "the same, with a mediator", ""),
    "harm_rate": ("", "people a day", "harmed on a side at full intensity; read by no rule", ""),
}
"""Symbol, unit, meaning and source of each number."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One number a scenario may state.

    Parameters
    ----------
    path
        Where it stands in the file, without ids.
    symbol, unit, about
        As in the equations; its unit; what it is.
    default, low, high
        Of the schema.
    kind, source
        What the default rests on: ``sourced``, ``derived`` or ``assumed``; where the idea stands.
    """

    path: str
    symbol: str
    unit: str
    about: str
    default: float
    low: float
    high: float
    kind: str
    source: str


def parameters() -> list[Parameter]:
    """Return every number that may vary between replications, in the order of the file.

    No default is measured: each is an assumption to be replaced where a case has a number. The
    source says where the quantity comes from, not its size.

    Examples
    --------
    >>> next(row for row in parameters() if row.path == "parties.outside_option.stake").default
    1.2
    """
    return [_described(leaf) for leaf in leaves()]


def _described(leaf: Leaf) -> Parameter:
    symbol, unit, about, source = _MEANT[leaf.name]
    low, high = bounds_of(leaf.owner, leaf.path)
    owner = "parties.constituencies" if leaf.owner == "constituencies" else leaf.owner
    path = f"{owner}.{leaf.path}" + (".PARTY" if leaf.name in BY_PARTY else "")
    default = 0.0 if leaf.name in BY_PARTY else _default(leaf)
    return Parameter(path, symbol, unit, about, default, low, high, "assumed", source)


def _default(leaf: Leaf) -> float:
    """Return the default the schema states."""
    kind: Any = part_of(leaf.owner)
    for step in leaf.path.split("."):
        value = kind.model_fields[step].get_default(call_default_factory=True)
        kind = type(value) if isinstance(value, BaseModel) else kind
    if not isinstance(value, Quantity):
        message = f"{leaf.owner}.{leaf.path} has no default"
        raise TypeError(message)
    return float(value.value)


def markdown_table() -> str:
    """Return the parameters as a table for MODEL.md."""
    lines = ["| number | symbol | unit | default | range | kind | what it is | source |"]
    lines.append("|---|---|---|---:|---|---|---|---|")
    for row in parameters():
        span = f"{row.low:g} to {row.high:g}"
        cells = (f"`{row.path}`", row.symbol, row.unit, f"{row.default:g}", span, row.kind)
        lines.append("| " + " | ".join((*cells, row.about, row.source)) + " |")
    return "\n".join(lines)
