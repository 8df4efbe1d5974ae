"""Behaviours against each other over scenarios, in both roles, on the ensemble."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from sim._typing import Float
from sim.ensemble import play_game
from sim.errors import RunError, UnknownBehaviourError, did_you_mean
from sim.geometry import Geometry, geometry
from sim.negotiators import available, create
from sim.negotiators.registry import walks_ranking
from sim.scenario import Scenario, load_scenario
from sim.space import LISTED
from sim.statistics import Estimate, mean

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["MEASURES", "Tournament", "parsed_behaviours", "run_tournament"]

MEASURES = ("gain", "utility", "agreed", "pareto_distance", "nash_product")
"""What is measured of each pairing; all but ``utility`` mean something across parties."""


@dataclass(frozen=True, eq=False)
class _Pairing:
    """One behaviour in one seat of one scenario, another in all the other seats."""

    scenario: str
    seat: str
    behaviour: str
    against: str
    measured: dict[str, Float]
    """By measure, one entry a replication; nan where it has no meaning."""


@dataclass(frozen=True, eq=False)
class Tournament:
    """Results of a round-robin.

    Parameters
    ----------
    behaviours
        Names, in the order given.
    replications, seed
        Of every pairing; all pairings share their luck.
    """

    behaviours: tuple[str, ...]
    replications: int
    seed: int
    pairings: tuple[_Pairing, ...] = field(repr=False)

    def to_frame(self) -> pd.DataFrame:
        """Return one row per scenario, seat and pairing: means, standard errors and counts."""
        import pandas as pd  # noqa: PLC0415 - heavy, loaded when asked for

        rows = []
        for pairing in self.pairings:
            row: dict[str, Any] = {
                "scenario": pairing.scenario,
                "seat": pairing.seat,
                "behaviour": pairing.behaviour,
                "against": pairing.against,
            }
            for measure in MEASURES:
                found = mean(pairing.measured[measure])
                row[measure] = found.value
                row[f"{measure}_se"] = found.standard_error
                row[f"{measure}_count"] = found.count
            rows.append(row)
        return pd.DataFrame(rows)

    def score(self, behaviour: str, against: str | None = None, measure: str = "gain") -> Estimate:
        """Return a behaviour's mean over scenarios and seats, against one other or all.

        Pairings share their luck, so a replication's mean over them is one observation.
        """
        rows = [
            pairing.measured[measure]
            for pairing in self.pairings
            if pairing.behaviour == behaviour and against in (None, pairing.against)
        ]
        stacked = np.stack(rows)
        known = ~np.isnan(stacked)
        counts = known.sum(axis=0)
        sums = np.where(known, stacked, 0.0).sum(axis=0)
        return mean(np.where(counts > 0, sums / np.maximum(counts, 1), np.nan))

    def ranking(self) -> pd.DataFrame:
        """Return the behaviours by mean relative gain, with every measure and standard error."""
        import pandas as pd  # noqa: PLC0415

        rows = []
        for name in self.behaviours:
            row: dict[str, Any] = {"behaviour": name}
            for measure in ("gain", "agreed", "pareto_distance", "nash_product"):
                found = self.score(name, measure=measure)
                row[measure] = found.value
                row[f"{measure}_se"] = found.standard_error
            row["replications"] = self.replications
            rows.append(row)
        table = pd.DataFrame(rows)
        return table.sort_values("gain", ascending=False, kind="stable").reset_index(drop=True)

    def matrix(self, measure: str = "gain") -> tuple[Float, Float]:
        """Return means and standard errors of each behaviour (row) against each other (column)."""
        found = [[self.score(a, b, measure) for b in self.behaviours] for a in self.behaviours]
        values = np.array([[cell.value for cell in row] for row in found])
        errors = np.array([[cell.standard_error for cell in row] for row in found])
        return values, errors


def run_tournament(
    scenarios: Sequence[Scenario | str | Mapping[str, Any]],
    behaviours: Sequence[str] | Mapping[str, Mapping[str, Any]] | None = None,
    *,
    replications: int = 200,
    seed: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> Tournament:
    """Play behaviours against each other over scenarios, each in every seat.

    One behaviour takes one seat, another all the other seats; each pairing is one ensemble.
    Utilities are those of ratified agreements; without one a party has its floor of the first
    day. Relative gains run from 0 (that floor) to 1 (its best package
    in the agreement zone), and below 0 where a floor has fallen since and a party signed beneath.

    Parameters
    ----------
    scenarios
        Fictional scenarios: objects, names, paths or plain data.
    behaviours
        Names of registered behaviours, or specifications by label, for example
        ``{"boulware": {"use": "time-dependent", "beta": 0.2}}``; all registered if omitted.
    replications
        Histories of each pairing.
    seed
        The seed; all pairings share it, so differences between them are paired.
    progress
        Called with the number of pairings finished and of all.

    Raises
    ------
    RunError
        If a scenario is about a real case: tournaments refuse those.
    UnknownBehaviourError
        If no behaviour has a name.

    Examples
    --------
    >>> names = ["hardliner", "time-dependent"]
    >>> found = run_tournament(["prisoner_exchange_minimal"], names, replications=5)
    >>> found.matrix()[0].shape
    (2, 2)
    """
    loaded = [s if isinstance(s, Scenario) else load_scenario(s) for s in scenarios]
    for scenario in loaded:
        if scenario.real:
            message = (
                f"{scenario.name} is about a real case; tournaments take fictional scenarios "
                "(MODEL.md, fairness)"
            )
            raise RunError(message)
    made = _made(_that_go_so_far(behaviours, loaded))
    pairings: list[_Pairing] = []
    whole = sum(len(s.game.parties) for s in loaded) * len(made) ** 2
    for scenario in loaded:
        found = geometry(scenario)
        for seat in range(len(scenario.game.parties)):
            for one in made:
                for other in made:
                    pairings.append(
                        _played(scenario, found, seat, (one, other), made, replications, seed)
                    )
                    if progress is not None:
                        progress(len(pairings), whole)
    return Tournament(tuple(made), replications, seed, tuple(pairings))


def _that_go_so_far(
    behaviours: Sequence[str] | Mapping[str, Mapping[str, Any]] | None,
    scenarios: Sequence[Scenario],
) -> Sequence[str] | Mapping[str, Mapping[str, Any]] | None:
    """Leave out, or refuse where named, behaviours that walk a ranking of more than is listed.

    Raises
    ------
    RunError
        If such a behaviour was asked for by name.
    """
    large = [t for s in scenarios for t in s.game.agendas if not t.space.listed]
    if not large:
        return behaviours
    walkers = {name for name in available() if walks_ranking(name)}
    if behaviours is None:
        return [name for name in available() if name not in walkers]
    named = (
        behaviours.values() if isinstance(behaviours, Mapping) else [{"use": b} for b in behaviours]
    )
    for given in named:
        if given.get("use") in walkers:
            message = (
                f"{given['use']} walks a ranking of all {large[0].space.count:,} packages of agenda "
                f"{large[0].id}; at most {LISTED:,}: leave it out or cut options"
            )
            raise RunError(message)
    return behaviours


def _made(
    behaviours: Sequence[str] | Mapping[str, Mapping[str, Any]] | None,
) -> dict[str, Any]:
    """Return behaviours by label."""
    if behaviours is None:
        behaviours = available()
    if not isinstance(behaviours, Mapping):
        return {name: create(name, {}) for name in behaviours}
    found = {}
    for label, given in behaviours.items():
        parameters = dict(given)
        name = parameters.pop("use", None)
        if name is None:
            message = (
                f"behaviour {label!r} does not say which to use; {did_you_mean('', available())}"
            )
            raise UnknownBehaviourError(message)
        found[label] = create(name, parameters)
    return found


def _played(
    scenario: Scenario,
    found: Geometry,
    seat: int,
    pair: tuple[str, str],
    made: Mapping[str, Any],
    replications: int,
    seed: int,
) -> _Pairing:
    game = scenario.game
    seated = tuple(made[pair[0]] if k == seat else made[pair[1]] for k in range(len(game.parties)))
    arrays = play_game(replace(game, behaviours=seated), replications=replications, seed=seed)
    floors = np.maximum(found.floors.min(axis=1), 0.0)
    room = np.maximum(
        np.where(found.zone, found.utilities, floors[:, None]).max(axis=1) - floors, 1e-9
    )
    agreed = (arrays["ratified_on"] >= 0) & ~np.isnan(arrays["utility"]).any(axis=1)
    worth = np.where(agreed[:, None], arrays["utility"], floors[None, :]).astype(np.float64)
    gains = (worth - floors) / room
    frontier = found.utilities[:, found.frontier]
    gaps = np.full(replications, np.nan)
    points, which = np.unique(worth[agreed], axis=0, return_inverse=True)
    apart = [((frontier - point[:, None]) / room[:, None]) ** 2 for point in points]
    nearest = np.array([np.sqrt(squares.sum(axis=0).min()) for squares in apart])
    gaps[agreed] = nearest[which.ravel()] if points.size else np.nan
    return _Pairing(
        scenario=scenario.name,
        seat=game.parties[seat].id,
        behaviour=pair[0],
        against=pair[1],
        measured={
            "gain": gains[:, seat],
            "utility": worth[:, seat],
            "agreed": agreed.astype(np.float64),
            "pareto_distance": gaps,
            "nash_product": np.prod(np.maximum(gains, 0.0), axis=1),
        },
    )


def parsed_behaviours(texts: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Read behaviours as the command line gives them: ``name`` or ``name:parameter=value,...``.

    Examples
    --------
    >>> parsed_behaviours(["hardliner", "time-dependent:beta=0.2,accept=next"])["hardliner"]
    {'use': 'hardliner'}
    """
    found: dict[str, dict[str, Any]] = {}
    for text in texts:
        name, _, rest = text.partition(":")
        given: dict[str, Any] = {"use": name}
        for item in filter(None, rest.split(",")):
            key, equals, value = item.partition("=")
            if not equals:
                message = f"{item!r} of {text!r} is not understood; allowed: parameter=value"
                raise RunError(message)
            given[key] = _value(value)
        found[text] = given
    return found


def _value(text: str) -> Any:  # noqa: ANN401 - a number, a truth value or a word
    if text in ("true", "false"):
        return text == "true"
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text
