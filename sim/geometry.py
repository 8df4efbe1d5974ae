"""Agreement zone, frontier and bargaining points of a scenario at its start."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from sim._typing import Bool, Float, Rows
from sim.agenda import Agenda
from sim.engine import begin
from sim.frontier import POINTS, Point, agreement_zone, bargaining_point, distances, pareto
from sim.game import Game
from sim.noise import Noise
from sim.rules.floors import floors
from sim.scenario import Scenario
from sim.scenario.pools import summed_frontier
from sim.summed import SummedTables

__all__ = ["Geometry", "floors_of_day_one", "geometry", "looked_at"]


@dataclass(frozen=True, eq=False)
class Geometry:
    """The bargaining problem of one agenda, at the stated values of private types.

    It looks at all N packages; where they are too many to list, at those no other with the same
    monitoring option dominates, among which the frontier and all points lie.

    Parameters
    ----------
    codes
        Packages looked at, (N,).
    utilities
        (P, N).
    floors
        Floor of each party for each package, (P, N); it depends on the monitoring option.
    feasible
        Packages on nobody's red line, (N,).
    zone
        Packages every party would sign today, (N,).
    frontier
        Places, among those looked at, of undominated packages on nobody's red line.
    points
        Solution concepts; disagreement is each party's lowest floor.
    point
        Preference point of the first replication.
    """

    agenda: Agenda
    parties: tuple[str, ...]
    codes: Rows
    utilities: Float
    floors: Float
    feasible: Bool
    zone: Bool
    frontier: Rows
    points: tuple[Point, ...]
    point: int = 0

    def worth(self, package: int) -> Float:
        """Return what a package is worth to each party, (P,)."""
        return self.agenda.tables.worth(self.point, np.arange(len(self.parties)), package)

    @property
    def signing(self) -> tuple[str, ...]:
        """Ids of the parties that sign the agenda."""
        return tuple(self.parties[k] for k in self.agenda.signatories)

    def distances(self, package: int) -> dict[str, float]:
        """Return how far a package lies from each solution concept's and from the frontier.

        Euclidean, over the utilities of those who sign.

        Examples
        --------
        >>> import sim
        >>> found = geometry(sim.load_scenario("tutorial"))
        >>> found.distances(found.points[0].package)["nash"]
        0.0
        """
        signing = list(self.agenda.signatories)
        frontier = self.utilities[signing][:, self.frontier]
        return distances(self.worth(package)[signing], self.points, frontier)

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, as ``sim show --json`` prints it."""
        found: dict[str, Any] = {
            "agenda": self.agenda.id,
            "packages": self.agenda.space.count,
            "feasible": self.agenda.tables.feasible_count,
            "agreement_zone": int(self.zone.sum()) if self.agenda.space.listed else None,
            "pareto_size": int(self.frontier.size),
            "floors": {
                name: {"lowest": float(row.min()), "highest": float(row.max())}
                for name, row in zip(self.parties, self.floors, strict=True)
            },
        }
        points = {point.concept: point for point in self.points}
        for concept in POINTS:
            point = points.get(concept)
            found[concept] = point and {
                "package": self.agenda.describe(point.package),
                "utilities": dict(zip(self.signing, point.utilities, strict=True)),
            }
        return found


def geometry(scenario: Scenario, agenda: int = 0) -> Geometry:
    """Return the bargaining problem on the first day, private types at their stated values.

    Examples
    --------
    >>> import sim
    >>> geometry(sim.load_scenario("tutorial")).frontier.size > 0
    True
    """
    game, talks = scenario.game, scenario.game.agendas[agenda]
    by_option, point = floors_of_day_one(game, agenda)
    signing = list(talks.signatories)
    codes, feasible = looked_at(talks, point)
    everyone = np.arange(len(game.parties))[:, None]
    utilities = talks.tables.worth(point, everyone, codes)
    lowest = by_option[:, talks.monitoring(codes)]
    zone = agreement_zone((utilities - lowest)[signing], np.zeros(len(signing)), feasible)
    points = [
        bargaining_point(
            concept,
            np.where(zone, utilities, -np.inf)[signing],
            by_option.min(axis=1)[signing],
            zone,
        )
        for concept in POINTS
    ]
    return Geometry(
        agenda=talks,
        parties=tuple(party.id for party in game.parties),
        codes=codes,
        utilities=utilities,
        floors=lowest,
        feasible=feasible,
        zone=zone,
        frontier=pareto(utilities[signing], feasible),
        points=tuple(replace(p, package=int(codes[p.package])) for p in points if p is not None),
        point=point,
    )


def floors_of_day_one(game: Game, agenda: int) -> tuple[Float, int]:
    """Return floors by monitoring option, (P, O), types at their stated values, and the point."""
    plain, state = begin(replace(game, private=()), Noise(0))
    return floors(plain, state.fields, state, agenda)[0], int(state.point[0])


def looked_at(talks: Agenda, point: int) -> tuple[Rows, Bool]:
    """Return the packages to look at, in canonical order, and which are on nobody's red line.

    All that are listed; of too many to list those that none with the same monitoring option
    dominates.
    """
    if not isinstance(talks.tables, SummedTables):
        return np.arange(talks.space.count), talks.listed.feasible
    options: list[tuple[int, int] | None] = [None]
    if talks.monitor >= 0:
        barred = np.logical_or.reduce(talks.tables.lines, axis=0)[talks.monitor]
        sizes = talks.space.sizes[talks.monitor]
        options = [(talks.monitor, option) for option in range(sizes) if not barred[option]]
    found = [summed_frontier(talks.tables, point, talks.signatories, only) for only in options]
    codes = np.unique(np.concatenate([talks.space.codes(one.options) for one in found]))
    return codes, np.ones(codes.size, dtype=bool)
