"""GeniusWeb JSON: a domain and its linear additive profiles."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sim.scenario.domains import Domain, Profile, contents, refused, shares

__all__ = ["read_geniusweb"]


def read_geniusweb(folder: Path, profiles: Sequence[str] | None = None) -> Domain:
    """Read a folder of GeniusWeb JSON.

    Utilities stand on the file's own scale: weights sum to 1, option utilities run from 0 to 1;
    the reservation value is the utility of the reservation bid.
    """
    read = {path: _read(path) for path in sorted(folder.glob("*.json"))}
    domains = [path for path, data in read.items() if "issuesValues" in data]
    if len(domains) != 1:
        names = ", ".join(path.name for path in domains) or "none"
        raise refused(folder, f"domain files: {names}", "one file with issuesValues")
    data = read[domains[0]]
    issues = {
        str(name): [str(value) for value in _values(domains[0], name, part)]
        for name, part in data["issuesValues"].items()
    }
    spaces = {path.name: path for path, found in read.items() if _space(found) is not None}
    for name in profiles or ():
        if name not in spaces:
            raise refused(folder, f"there is no profile {name!r}", f"one of {', '.join(spaces)}")
    chosen = [spaces[name] for name in profiles or spaces]
    found = [_profile(path, _space(read[path]), issues) for path in chosen]
    return Domain(str(data.get("name") or domains[0].stem), issues, found)


def _read(path: Path) -> dict[str, Any]:
    text = contents(path)
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise refused(path, f"it is no JSON ({error})", "well-formed JSON") from error
    return data if isinstance(data, dict) else {}


def _space(data: Mapping[str, Any]) -> Any:  # noqa: ANN401
    return data.get("LinearAdditiveUtilitySpace")


def _values(path: Path, name: str, part: Any) -> Sequence[Any]:  # noqa: ANN401
    values = part.get("values") if isinstance(part, dict) else None
    if not isinstance(values, list) or not values:
        raise refused(path, f"issue {name!r} has no list of values", "discrete issues")
    return values


def _profile(path: Path, space: Any, issues: Mapping[str, Sequence[str]]) -> Profile:  # noqa: ANN401
    try:
        weights = {name: float(space["issueWeights"][name]) for name in issues}
        worth = {
            name: space["issueUtilities"][name]["discreteutils"]["valueUtilities"]
            for name in issues
        }
        scores = {
            name: [float(worth[name][option]) for option in options]
            for name, options in issues.items()
        }
        bid = (space.get("reservationBid") or {}).get("issuevalues") or {}
        reserved = [weights[name] * float(worth[name][bid[name]]) for name in issues if name in bid]
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        found = f"preferences about {error} are missing or no numbers"
        raise refused(path, found, "weights and discrete utilities for every issue") from error
    if not all(0 <= score <= 1 for row in scores.values() for score in row):
        raise refused(path, "an option's utility lies outside 0 to 1", "utilities from 0 to 1")
    return Profile(
        name=path.stem,
        source=path.name,
        weights=shares(path, weights),
        scores=scores,
        reservation=sum(reserved) / sum(weights.values()),
    )
