"""Rates beside NegMAS, in one run on one machine: ``make peers`` prints the table of the README.

NegMAS (AGPL) is installed for this comparison alone (extra ``peers``) and used by its public
interface. Both sides play the same domain: two parties, linear additive utilities, time-based
concession, 100 rounds.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

import sim
from sim.additive import additive_frontier
from sim.engine import step
from sim.ensemble import CHUNK, Run
from sim.frontier import POINTS, bargaining_point, pareto
from tests.benchmarks.made import calm, parts_of

SIZES = {1_000: (10, 10, 10), 10_000: (10, 10, 10, 10), 100_000: (10, 10, 10, 10, 10)}
ROUNDS = 100


@dataclass
class Row:
    """One line of the table: what, the peer's rate, ours, a second."""

    what: str
    peer: float
    ours: float

    def line(self) -> str:
        ratio = self.ours / self.peer if self.peer else float("nan")
        return f"| {self.what} | {self.peer:,.3g} | {self.ours:,.3g} | {ratio:,.3g} |"


def preferences(sizes: tuple[int, ...]) -> tuple[np.ndarray, list[np.ndarray]]:
    """Return weights (2, I) and scores of each issue (2, O), the same for both programs."""
    order = np.random.Generator(np.random.PCG64(7))
    weights = order.dirichlet(np.full(len(sizes), 4.0), 2)
    scores = [np.sort(order.random((2, size)), axis=1) for size in sizes]
    for row in scores:
        row[:, 0], row[:, -1] = 0.0, 1.0
        row[1] = row[1, ::-1]
    return weights, scores


def scenario_of(sizes: tuple[int, ...], behaviour: dict) -> sim.Scenario:
    """Return the domain as a calm scenario."""
    return calm(*preferences(sizes), behaviour, ROUNDS)


def seconds(action: Callable[[], object], least: float = 1.0, most: int = 50) -> float:
    """Return the CPU seconds of one call, the best of several."""
    times: list[float] = []
    began = time.process_time()
    while len(times) < most and (time.process_time() - began < least or not times):
        at = time.process_time()
        action()
        times.append(time.process_time() - at)
    return min(times)


def peer_domain(sizes: tuple[int, ...]) -> tuple[list, list]:
    """Return the domain as the peer's issues and utility functions."""
    from negmas import LinearAdditiveUtilityFunction, make_issue

    weights, scores = preferences(sizes)
    issues = [make_issue([f"o{o}" for o in range(n)], f"i{k}") for k, n in enumerate(sizes)]
    functions = [
        LinearAdditiveUtilityFunction(
            {
                f"i{k}": {f"o{o}": float(scores[k][p, o]) for o in range(n)}
                for k, n in enumerate(sizes)
            },
            weights={f"i{k}": float(w) for k, w in enumerate(weights[p])},
            issues=issues,
            reserved_value=0.0,
        )
        for p in range(2)
    ]
    return issues, functions


def play_peer(sizes: tuple[int, ...]) -> Callable[[], object]:
    """Return a negotiation of the peer, ready to be played again and again."""
    from negmas.sao import BoulwareTBNegotiator, SAOMechanism

    issues, functions = peer_domain(sizes)

    def play() -> object:
        mechanism = SAOMechanism(issues=issues, n_steps=ROUNDS)
        for k, function in enumerate(functions):
            mechanism.add(BoulwareTBNegotiator(name=f"p{k}"), ufun=function)
        return mechanism.run()

    return play


def analyse_peer(sizes: tuple[int, ...]) -> Callable[[], object]:
    """Return the peer's analysis of a domain: frontier, Nash, Kalai-Smorodinsky, welfare."""
    from negmas.preferences.ops import (
        kalai_points,
        max_relative_welfare_points,
        max_welfare_points,
        nash_points,
        pareto_frontier,
    )

    issues, functions = peer_domain(sizes)

    def analyse() -> object:
        frontier = pareto_frontier(functions, issues=issues, sort_by_welfare=True)[0]
        return [
            points(functions, frontier, issues=issues)
            for points in (
                nash_points,
                kalai_points,
                max_welfare_points,
                max_relative_welfare_points,
            )
        ]

    return analyse


def play_mesa(scenario: sim.Scenario) -> Callable[[], object]:
    """Return one negotiation through the Mesa face, without its collector."""

    def play() -> object:
        model = sim.NegotiationModel(scenario, seed=1, replication=0, collect=False)
        while model.running and model.state.signed_on[0] < 0:
            model.step()
        return model

    return play


def play_ensemble(scenario: sim.Scenario, rows: int = CHUNK) -> Callable[[], object]:
    """Return a chunk of negotiations, played until all have signed."""

    def play() -> object:
        run = Run(scenario.game, 1, 0, rows)
        while run.state.rows and run.state.day < scenario.game.days:
            step(run.game, run.actors, run.state, run.noise)
            run.sweep()
        return run

    return play


def analyse_ours(sizes: tuple[int, ...]) -> Callable[[], object]:
    """Return our analysis from the packages, as a scenario's geometry does it."""
    from sim.preferences import values
    from sim.space import Space

    parts = parts_of(*preferences(sizes))

    def analyse() -> object:
        space = Space(sizes)
        utilities = np.stack([values(space, part) for part in parts])
        frontier = pareto(utilities)
        return frontier, [bargaining_point(c, utilities[:, frontier], np.zeros(2)) for c in POINTS]

    return analyse


def combine_ours(sizes: tuple[int, ...]) -> Callable[[], object]:
    """Return our analysis issue by issue, without enumerating packages."""
    parts = parts_of(*preferences(sizes))

    def analyse() -> object:
        found = additive_frontier(parts, sizes)
        return found, [bargaining_point(c, found.utilities, np.zeros(2)) for c in POINTS]

    return analyse


BOULWARE = {"use": "time-dependent", "beta": 0.25, "k": 0.0, "accept": "level"}


def rows() -> list[Row]:
    """Measure everything."""
    found = []
    for count in (1_000, 100_000):
        sizes = SIZES[count]
        peer = 1.0 / seconds(play_peer(sizes))
        lowest = scenario_of(sizes, BOULWARE | {"trade_off": "lowest"})
        play_mesa(lowest)()
        found.append(
            Row(
                f"one negotiation, Mesa face, {count:,} packages",
                peer,
                1.0 / seconds(play_mesa(lowest)),
            )
        )
        for model in ("lowest", "frequency", "learned"):
            scenario = scenario_of(sizes, BOULWARE | {"trade_off": model})
            rate = CHUNK / seconds(play_ensemble(scenario), most=3)
            label = "no model of the other" if model == "lowest" else f"{model} model"
            found.append(Row(f"ensemble, {label}, {count:,} packages", peer, rate))
    sizes = SIZES[100_000]
    peer = 1.0 / seconds(analyse_peer(sizes), most=1)
    found.append(
        Row("frontier and points, 100,000 packages", peer, 1.0 / seconds(analyse_ours(sizes)))
    )
    found.append(
        Row(
            "frontier and points, issue by issue, 100,000 packages",
            peer,
            1.0 / seconds(combine_ours(sizes)),
        )
    )
    return found


def main() -> int:
    """Print the table as Markdown."""
    try:
        import negmas
    except ImportError:
        sys.stderr.write("NegMAS is not installed; make peers installs it\n")
        return 1
    sys.stdout.write(
        f"| a second and core | NegMAS {negmas.__version__} | sim | ratio |\n|---|---:|---:|---:|\n"
    )
    for row in rows():
        sys.stdout.write(row.line() + "\n")
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
