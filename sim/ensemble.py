"""The fast face: thousands of replications of a scenario, in chunks, by the one ``step``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import cache, partial
from itertools import pairwise
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np

from sim._numerics import anywhere, places
from sim._typing import Float
from sim.engine import begin, close_at_horizon, step
from sim.errors import RunError
from sim.fields import Fields
from sim.game import Game
from sim.noise import Noise
from sim.results import ARRAYS, Archive, Outcomes, provenance
from sim.scenario import Scenario, compile_game, load_scenario
from sim.table.actors import Actors, MediatorActor, PartyActor
from sim.table.search import search_for
from sim.table.state import Outcome

__all__ = ["CHUNK", "Run", "blocks_of_equal_size", "play_game", "run_ensemble"]

CHUNK = 16_384
"""Replications played side by side; changes nothing but speed and memory."""

_WORTH_A_WORKER = 512
_LARGEST_WORK_ARRAY = 16_000_000  # bytes
_MOST_REPLICATIONS = 100_000_000

Hook = Callable[[int, Actors], None]


class Run:
    """Some consecutive replications of a game, played day by day.

    Parameters
    ----------
    game
        The compiled scenario.
    seed
        The run's seed.
    first, count
        Which replications.
    points
        How many points of a design the game's numbers that vary are for: row ``k * count + r``
        is point ``k``, replication ``first + r``.

    Examples
    --------
    >>> import sim
    >>> run = Run(sim.load_scenario("tutorial").game, seed=1, first=0, count=4)
    >>> run.advance()
    True
    >>> run.state.day
    1
    """

    def __init__(
        self, game: Game, seed: int, first: int = 0, count: int = 1, points: int = 1
    ) -> None:
        _keep_memory_at_hand()
        self.noise = Noise(seed, first, count, points)
        start, rows = (first, count) if points == 1 else (0, self.noise.rows)
        self.game, self.state = begin(_slice(game, start, rows), self.noise)
        self.archive = Archive(self.game, self.noise)
        parties = [PartyActor(b, b.new_memory(rows, self.game)) for b in self.game.behaviours]
        parties = [replace_behaviour(actor, start, rows) for actor in parties]
        mediators = [MediatorActor(style) for style in self.game.styles]
        searches = [search_for(agenda) for agenda in self.game.agendas]
        self.actors = Actors(parties, mediators, searches)
        self._bind()

    def _bind(self) -> None:
        self.state.bind(self.game)
        self.actors.bind(self.state.slots)

    def advance(self) -> bool:
        """Play one day, file away what ended, and say whether any history is still open."""
        if self.state.rows == 0 or self.state.day >= self.game.days:
            return False
        step(self.game, self.actors, self.state, self.noise)
        if self.state.day >= self.game.days:
            close_at_horizon(self.state)
        self.sweep()
        return self.state.rows > 0

    def play_until(self, day: int) -> None:
        """Play to the end of a day, or to the end of all histories."""
        while self.state.day < day and self.advance():
            pass

    def sweep(self) -> None:
        """File away the histories that ended today and keep the open ones."""
        ended = self.state.outcome != Outcome.OPEN
        if anywhere(ended):
            rows = places(ended)
            self.archive.store(self.state, rows)
            self.state.drop(rows, self.game)
            self.actors.bind(self.state.slots)

    def play(
        self, on_day: Hook | None = None, tick: Callable[[float], None] | None = None
    ) -> dict[str, Any]:
        """Play to the end and return the archived arrays.

        ``tick`` is told every day which share of the run's calendar has passed.
        """
        while True:
            if tick is not None:
                tick(self.state.day / self.game.days)
            if on_day is not None:
                on_day(self.state.day + 1, self.actors)
                self.actors.bind(self.state.slots)
            if not self.advance():
                return self.archive.arrays


@cache
def _keep_memory_at_hand() -> None:
    """Let the allocator keep the memory of work arrays from one rule to the next.

    glibc asks the system for every block above 128 kB anew, and gives it back, until a larger one
    was freed once (mallopt(3), M_MMAP_THRESHOLD). An array that is never written costs nothing.
    """
    np.empty(_LARGEST_WORK_ARRAY, dtype=np.uint8)


def replace_behaviour(actor: PartyActor, first: int, count: int) -> PartyActor:
    """Cut a behaviour's varying parameters to the replications of a run."""
    actor.bind(np.arange(first, first + count))
    actor.behaviour = actor.bound
    return actor


def _slice(game: Game, first: int, count: int) -> Game:
    """Cut the numbers that vary by replication to those of a run."""
    rows = slice(first, first + count)
    numbers: Fields = game.fields.changed(
        {name: table[rows] for name, table in game.fields.varying()}
    )
    point = game.point if game.point.size == 1 else game.point[rows]
    return replace(game, fields=numbers, point=point)


def _play_block(game: Game, seed: int, block: tuple[int, int]) -> dict[str, Any]:
    """Play one block of replications, in this process or a worker."""
    first, count = block
    return Run(game, seed, first, count).play()


def _joined(parts: list[dict[str, Any]]) -> dict[str, Any]:
    return {name: np.concatenate([part[name] for part in parts]) for name in ARRAYS}


def run_ensemble(
    scenario: Scenario | str | Path | Mapping[str, Any],
    *,
    replications: int,
    seed: int,
    vary: Mapping[str, Float] | None = None,
    first: int = 0,
    chunk: int = CHUNK,
    workers: int = 1,
    on_day: Hook | None = None,
    progress: Callable[[int], None] | None = None,
) -> Outcomes:
    """Play a scenario many times.

    Parameters
    ----------
    scenario
        A scenario, its path or name, or plain data.
    replications
        How many histories.
    seed
        The seed; 0 is a seed like any other. The same seed gives the same results on any number
        of workers and with any chunk.
    vary
        Fields that differ between replications: an array of length ``replications`` by field
        path, for example ``{"parties.north.behaviour.beta": np.linspace(0.2, 2, 1000)}``.
    first
        Absolute number of the first replication (with ``vary`` it has to be 0).
    chunk
        Replications played side by side.
    workers
        Processes to use.
    on_day
        Called with the day about to be played and the actors, for example to replace a
        behaviour; with one worker only.
    progress
        Called with the number of replications finished so far, days played counted in.

    Returns
    -------
    Outcomes
        One entry a replication.

    Raises
    ------
    RunError
        If the run cannot be made as asked.

    Examples
    --------
    >>> outcomes = run_ensemble("tutorial", replications=50, seed=1)
    >>> outcomes.replications
    50
    """
    if not isinstance(scenario, Scenario):
        scenario = load_scenario(scenario)
    replications, seed = _whole(replications, "replications", 1), _whole(seed, "seed", 0)
    if replications > _MOST_REPLICATIONS:
        message = (
            f"replications is {replications:,}; allowed: at most {_MOST_REPLICATIONS:,}, whose "
            "outcomes take 8 GB"
        )
        raise RunError(message)
    chunk, workers = _whole(chunk, "chunk", 1), _whole(workers, "workers", 1)
    first = _whole(first, "first", 0)
    game = scenario.game if not vary else _varied(scenario, vary, replications, first)
    blocks = blocks_of_equal_size(first, replications, chunk, workers)
    if workers == 1:
        found = (
            Run(game, seed, at, count).play(on_day, _ticker(progress, at - first, count))
            for at, count in blocks
        )
        joined = _collect(found, blocks, progress)
    else:
        if on_day is not None:
            message = "on_day runs in this process only; use workers=1"
            raise RunError(message)
        with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
            play = partial(_play_block, game, seed)
            joined = _collect(pool.map(play, blocks), blocks, progress)
    return Outcomes(
        first=first, game=game, provenance=provenance(scenario, seed, replications), **joined
    )


def play_game(game: Game, *, replications: int, seed: int, chunk: int = CHUNK) -> dict[str, Any]:
    """Play a compiled game many times; return the arrays of ``Outcomes`` by name.

    For whoever changes a game without compiling a scenario anew, for example its behaviours.

    Examples
    --------
    >>> import sim
    >>> game = sim.load_scenario("tutorial").game
    >>> play_game(game, replications=5, seed=1)["outcome"].shape
    (5,)
    """
    blocks = blocks_of_equal_size(0, replications, chunk)
    return _joined([_play_block(game, seed, block) for block in blocks])


def blocks_of_equal_size(
    first: int, replications: int, chunk: int = CHUNK, workers: int = 1
) -> list[tuple[int, int]]:
    """Cut replications into as few blocks as the chunk allows, alike in size.

    Several workers get as many blocks each, as long as these are worth a worker's while.

    Returns
    -------
    list
        The first replication of each block, and how many.

    Examples
    --------
    >>> blocks_of_equal_size(0, 20_000)
    [(0, 10000), (10000, 10000)]
    """
    blocks = -(-replications // chunk)
    shared = -(-blocks // workers) * workers
    if replications >= shared * _WORTH_A_WORKER:
        blocks = shared
    edges = [first + replications * number // blocks for number in range(blocks + 1)]
    return [(start, stop - start) for start, stop in pairwise(edges)]


def _ticker(
    progress: Callable[[int], None] | None, done: int, count: int
) -> Callable[[float], None] | None:
    """Count the days a block has played as that share of its replications."""
    if progress is None:
        return None
    return lambda share: progress(done + int(share * count))


def _collect(
    parts: Any,  # noqa: ANN401 - any iterable of archives
    blocks: list[tuple[int, int]],
    progress: Callable[[int], None] | None,
) -> dict[str, Any]:
    kept, done = [], 0
    for part, (_, count) in zip(parts, blocks, strict=True):
        kept.append(part)
        done += count
        if progress is not None:
            progress(done)
    return _joined(kept)


def _varied(scenario: Scenario, vary: Mapping[str, Float], replications: int, first: int) -> Game:
    if first:
        message = "vary gives one value per replication from 0; use first=0"
        raise RunError(message)
    for path, values in vary.items():
        if np.shape(values) != (replications,):
            message = f"vary[{path!r}] has shape {np.shape(values)}; allowed: ({replications},)"
            raise RunError(message)
    return compile_game(scenario.file, vary)


def _whole(value: Any, name: str, least: int) -> int:  # noqa: ANN401
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < least:
        message = f"{name} is {value!r}; allowed: a whole number from {least}"
        raise RunError(message)
    return int(value)
