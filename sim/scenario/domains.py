"""Published negotiation domains as scenarios: issues, profiles, and a calm world around them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sim.errors import Problem, ScenarioError

__all__ = ["Domain", "Profile", "contents", "refused", "scenario_data", "shares"]

_MOST_BYTES = 5_000_000
_CALM: dict[str, Any] = {
    "fighting": {
        "baseline": 0,
        "initial": 0,
        "shock": 0,
        "escalation": 0,
        "collapse_jump": 0,
        "reprisal": 0,
    },
    "readiness": {"strength": 0},
}


@dataclass(frozen=True)
class Profile:
    """What one party wants of a domain, on the scale of the file it came from.

    Parameters
    ----------
    weights
        Weight of each issue; they sum to 1.
    scores
        What each option of an issue is worth, 0 to 1.
    reservation
        Utility without an agreement, on the scale of the weighted scores.
    discount
        Discount factor the file states; kept, applied by no rule.
    """

    name: str
    source: str
    weights: Mapping[str, float]
    scores: Mapping[str, Sequence[float]]
    reservation: float = 0.0
    discount: float = 1.0

    def ends(self) -> tuple[float, float]:
        """Return the worst and the best weighted score there is."""
        low = sum(w * min(self.scores[name]) for name, w in self.weights.items())
        high = sum(w * max(self.scores[name]) for name, w in self.weights.items())
        return low, high

    def floor(self) -> float:
        """Return the reservation on the scale from the worst package (0) to the best (1)."""
        low, high = self.ends()
        return (max(self.reservation, low) - low) / (high - low)


@dataclass(frozen=True)
class Domain:
    """Issues with their options, and the profiles of those who negotiate them."""

    name: str
    issues: Mapping[str, Sequence[str]]
    profiles: Sequence[Profile] = field(default_factory=list)


def refused(path: Path, found: str, allowed: str) -> ScenarioError:
    """Return the error for what a file says and a scenario cannot."""
    return ScenarioError([Problem("", found, allowed, None, str(path))])


def contents(path: Path) -> bytes:
    """Return what stands in a file, if it is not too large."""
    if path.stat().st_size > _MOST_BYTES:
        raise refused(path, "the file is too large", f"at most {_MOST_BYTES:,} bytes")
    return path.read_bytes()


def shares(path: Path, weights: Mapping[str, float]) -> dict[str, float]:
    """Return weights in shares of their sum."""
    whole = sum(weights.values())
    if not whole > 0 or min(weights.values()) < 0:
        raise refused(path, f"weights sum to {whole:g}", "weights from 0 with a sum above 0")
    return {name: weight / whole for name, weight in weights.items()}


def scenario_data(domain: Domain, rounds: int = 100) -> dict[str, Any]:
    """Return a domain as plain data of a scenario.

    Nothing happens around the table: no fighting, no home front, no mediators. A floor is half
    of a stake (of two parties; a third of three), the share of a contest nobody fights.
    """
    ids = _ids(list(domain.issues))
    parties = _ids([profile.name for profile in domain.profiles])
    days = rounds * len(parties)
    return {
        "schema": 1,
        "title": f"{domain.name}, a published negotiation domain",
        "calendar": {"days": days, "session_every": 1},
        "protocol": {"use": "alternating-offers", "mediated": False, "vote_delay": 0},
        **{name: dict(part) for name, part in _CALM.items()},
        "issues": [
            {"id": ids[name], "name": name, "options": list(options)}
            for name, options in domain.issues.items()
        ],
        "parties": [
            _party(profile, parties[profile.name], ids, len(parties), days)
            for profile in domain.profiles
        ],
    }


def _party(
    profile: Profile, name: str, ids: Mapping[str, str], parties: int, days: int
) -> dict[str, Any]:
    stake = {
        "value": parties * profile.floor(),
        "kind": "sourced",
        "source": f"reservation value of {profile.source}",
    }
    return {
        "id": name,
        "name": profile.name,
        "weights": {ids[issue]: weight for issue, weight in profile.weights.items()},
        "scores": {ids[issue]: list(scores) for issue, scores in profile.scores.items()},
        "discount_factor": profile.discount,
        "outside_option": {
            "stake": stake,
            "daily_cost": 0,
            "belief_variance": 0,
            "collapse_loss": 0,
        },
        "talks": {"deadline": days, "misperception": 0},
        "behaviour": {"use": "time-dependent", "beta": 1.0, "k": 0.0, "trade_off": "frequency"},
    }


def _ids(names: Sequence[str]) -> dict[str, str]:
    """Return an id for each name: small letters, digits and underscores, none twice."""
    found: dict[str, str] = {}
    for name in names:
        plain = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")[:36] or "x"
        plain = plain if plain[0].isalpha() else f"i_{plain}"
        number, chosen = 2, plain
        while chosen in found.values():
            chosen, number = f"{plain}_{number}", number + 1
        found[name] = chosen
    return found
