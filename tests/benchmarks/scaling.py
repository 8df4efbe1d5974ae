"""How cost grows with packages and with parties: ``make scaling`` prints it and draws it.

Four sizes each, one run; the exponent is the slope on logarithmic axes.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

import sim
from sim.additive import additive_frontier
from sim.ensemble import Run
from sim.plots.style import COLOURS, style
from sim.table.aims import Issuewise
from sim.table.search import Search
from tests.benchmarks.made import calm

PACKAGES = {6**3: (6,) * 3, 6**4: (6,) * 4, 6**5: (6,) * 5, 6**6: (6,) * 6}
PARTIES = (2, 3, 4, 5)
ROWS = 1024
KINDS = ("lowest", "similar", "learned")


def problem(sizes: tuple[int, ...], parties: int) -> tuple[np.ndarray, np.ndarray]:
    """Return weights (P, I) and scores (P, I, O)."""
    order = np.random.Generator(np.random.PCG64(11))
    weights = order.dirichlet(np.full(len(sizes), 3.0), parties)
    scores = np.sort(order.random((parties, len(sizes), max(sizes))), axis=2)
    scores[1::2] = scores[1::2, :, ::-1]
    return weights, scores


def scenario_of(sizes: tuple[int, ...], parties: int, kind: str) -> sim.Scenario:
    """Return a calm scenario of that size."""
    weights, scores = problem(sizes, parties)
    behaviour = {"use": "time-dependent", "beta": 0.2, "trade_off": kind}
    return calm(weights, list(scores.swapaxes(0, 1)), behaviour, 30)


def per_day(sizes: tuple[int, ...], parties: int, kind: str) -> float:
    """Return nanoseconds a replication-day, tables made beforehand."""
    scenario = scenario_of(sizes, parties, kind)
    Run(scenario.game, 1, 0, 32).play()
    times = []
    for _ in range(4):
        run = Run(scenario.game, 2, 0, ROWS)
        played, began = 0, time.process_time()
        while run.state.rows and run.state.day < 40:
            played += run.state.rows
            run.advance()
        times.append((time.process_time() - began) / played * 1e9)
    return min(times)


def frontier(sizes: tuple[int, ...], parties: int, tolerance: float) -> tuple[float, int]:
    """Return milliseconds and length of the frontier combined issue by issue."""
    weights, scores = problem(sizes, parties)
    parts = weights[:, :, None] * scores
    began = time.process_time()
    found = additive_frontier(parts, sizes, tolerance=tolerance)
    return (time.process_time() - began) * 1e3, found.utilities.shape[1]


def gap(sizes: tuple[int, ...]) -> np.ndarray:
    """Return what the structure path leaves on the table against enumeration, 300 questions."""
    scenario = scenario_of(sizes, 2, "learned")
    agenda = scenario.game.agendas[0]
    search, order = Search(agenda), np.random.Generator(np.random.PCG64(5))
    weights = order.dirichlet(np.ones(len(sizes)), 300)
    model = Issuewise(weights[:, :, None] * agenda.tables.shapes[1][None])
    level = order.uniform(0.3, 0.95, (300, 1))
    home = np.zeros(300, dtype=np.int16)
    found = search.best(0, np.zeros(1, dtype=int), level, home, model)
    exact = search.exact(0, 0, level, 0, model)
    options = agenda.space.options
    merits = [model.merit(options[:, code].T[:, None, :])[:, 0] for code in (exact, found)]
    return merits[0] - merits[1]


def gap_past_listing(sizes: tuple[int, ...]) -> np.ndarray:
    """Return the same where packages are not listed: exact answers lie on a frontier of two sums."""
    agenda = scenario_of(sizes, 2, "learned").game.agendas[0]
    search, order = Search(agenda), np.random.Generator(np.random.PCG64(5))
    weights = order.dirichlet(np.ones(len(sizes)), 300)
    model = Issuewise(weights[:, :, None] * agenda.tables.shapes[1][None])
    level = order.uniform(0.3, 0.95, (300, 1))
    point, home = np.zeros(1, dtype=int), np.zeros(300, dtype=np.int16)
    found = search.best(0, point, level, home, model)
    reached = model.merit(agenda.space.choices(found).T[:, None, :])[:, 0]
    best = []
    for row in range(300):
        parts = np.stack((agenda.tables.parts[0, 0], model.values[row]))
        edge = additive_frontier(parts, sizes, normalise=False)
        enough = edge.utilities[0] >= level[row, 0] + search.held(0, 0)._lowest
        best.append(edge.utilities[1][enough].max())
    return np.array(best) - reached


def exponent(sizes: np.ndarray, cost: np.ndarray) -> float:
    """Return the slope on logarithmic axes."""
    return float(np.polyfit(np.log(sizes), np.log(cost), 1)[0])


def main(folder: Path) -> None:
    """Measure, print, draw."""
    by_packages = {
        kind: np.array([per_day(sizes, 2, kind) for sizes in PACKAGES.values()]) for kind in KINDS
    }
    by_parties = {
        kind: np.array([per_day((5,) * 4, parties, kind) for parties in PARTIES]) for kind in KINDS
    }
    for name, counts, table in (
        ("packages", np.array(list(PACKAGES)), by_packages),
        ("parties", np.array(PARTIES), by_parties),
    ):
        print(f"ns a replication-day by {name}: {counts.tolist()}")
        for kind, cost in table.items():
            print(
                f"  {kind:8s} {np.round(cost).astype(int).tolist()} exponent {exponent(counts, cost):.2f}"
            )
    print("frontier issue by issue: parties, issues of 4 options, tolerance, ms, length")
    for parties, issues, tolerance in (
        (2, 5, 0.0),
        (2, 10, 0.0),
        (2, 20, 0.0),
        (2, 40, 0.0),
        (3, 4, 0.0),
        (3, 6, 0.0),
        (3, 8, 0.0),
        (3, 12, 0.0),
        (3, 20, 0.0),
        (3, 20, 0.05),
        (4, 10, 0.1),
    ):
        took, length = frontier((4,) * issues, parties, tolerance)
        print(f"  {parties} {issues:2d} {tolerance:4.2f} {took:8.1f} {length}")
    print("gap of the structure path to the exact answer, in shares of the other's utility")
    for count, sizes in PACKAGES.items():
        left = gap(sizes)
        print(
            f"  {count:6d} mean {left.mean():.4f} 95 % {np.quantile(left, 0.95):.4f} exact {np.mean(left < 1e-12):.2f}"
        )
    print("past the listing: issues of 5 options, parties, ns a replication-day")
    for issues, parties in ((9, 2), (14, 2), (20, 2), (20, 3)):
        shown = (f"{kind} {per_day((5,) * issues, parties, kind):,.0f}" for kind in KINDS)
        print(f"  {issues:2d} {parties} {', '.join(shown)}")
    for issues in (9, 14, 20):
        left = gap_past_listing((5,) * issues)
        print(
            f"  5^{issues:2d} gap mean {left.mean():.4f} 95 % {np.quantile(left, 0.95):.4f} exact {np.mean(left < 1e-12):.2f}"
        )
    draw(by_packages, by_parties, folder / "scaling.png")


def draw(by_packages: dict, by_parties: dict, path: Path) -> None:
    """Draw cost against packages and against parties."""
    with style():
        figure = Figure(figsize=(7.0, 3.4), layout="constrained")
        left, right = figure.subplots(1, 2, sharey=True)
        for number, kind in enumerate(KINDS):
            for ax, counts, table in (
                (left, list(PACKAGES), by_packages),
                (right, PARTIES, by_parties),
            ):
                slope = exponent(np.array(counts), table[kind])
                label = f"{kind} (exponent {slope:.2f})"
                ax.loglog(counts, table[kind] / 1e3, "o-", color=COLOURS[number], label=label)
        left.set_xlabel("Packages (two parties)")
        right.set_xlabel("Parties (625 packages)")
        right.set_xticks(PARTIES, [str(count) for count in PARTIES])
        right.minorticks_off()
        left.set_ylabel("µs a replication-day")
        left.set_ylim(0.15, 20)
        left.set_yticks([0.2, 0.5, 1, 2, 5, 10, 20], [".2", ".5", "1", "2", "5", "10", "20"])
        for ax in (left, right):
            ax.legend(fontsize=8)
        figure.savefig(path, dpi=150)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(".github"))
