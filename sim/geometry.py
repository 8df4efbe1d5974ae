"""Agreement zone, frontier and bargaining points of a scenario at its start."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from sim._typing import Bool, Float, Rows
from sim.engine import begin
from sim.frontier import POINTS, Point, agreement_zone, bargaining_point, distances, pareto
from sim.game import Agenda
from sim.noise import Noise
from sim.rules.floors import floors
from sim.scenario import Scenario

__all__ = ["Geometry", "geometry"]


@dataclass(frozen=True, eq=False)
class Geometry:
    """The bargaining problem of one agenda, at the stated values of private types.

    Parameters
    ----------
    utilities
        (P, N).
    floors
        Floor of each party for each package, (P, N); it depends on the monitoring option.
    zone
        Packages every party would sign today, (N,).
    frontier
        Undominated packages among those on nobody's red line.
    points
        Solution concepts; disagreement is each party's lowest floor.
    """

    agenda: Agenda
    parties: tuple[str, ...]
    utilities: Float
    floors: Float
    zone: Bool
    frontier: Rows
    points: tuple[Point, ...]

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
        worth = self.utilities[signing]
        return distances(worth[:, package], self.points, worth[:, self.frontier])

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, as ``sim show --json`` prints it."""
        found: dict[str, Any] = {
            "agenda": self.agenda.id,
            "packages": self.agenda.space.count,
            "feasible": int(self.agenda.tables.feasible.sum()),
            "agreement_zone": int(self.zone.sum()),
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
    game = scenario.game
    plain, state = begin(replace(game, private=()), Noise(0))
    talks = game.agendas[agenda]
    by_option = floors(plain, state.fields, state, agenda)[0]
    lowest = by_option[:, talks.monitored]
    utilities = talks.tables.utility[int(state.point[0])]
    feasible = talks.tables.feasible
    signing = list(talks.signatories)
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
        utilities=utilities,
        floors=lowest,
        zone=zone,
        frontier=pareto(utilities[signing], feasible),
        points=tuple(point for point in points if point is not None),
    )
