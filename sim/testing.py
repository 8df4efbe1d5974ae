"""Public conformance checks: what every behaviour has to satisfy, whoever wrote it.

A behaviour may not depend on which rows it happens to be asked about together, in which order,
or in how large a run; its answers are packages and truth values; it writes to nothing but its
own memory. The checks play thirty days and compare against histories played alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from sim.engine import step
from sim.ensemble import Run
from sim.game import Game
from sim.mediators import create as create_mediator
from sim.negotiators import create as create_negotiator
from sim.scenario import Scenario, load_scenario
from sim.table.protocols import Mediator, Negotiator, name_of
from sim.table.state import ARRAYS, State

__all__ = ["check_mediator", "check_negotiator", "same_state"]

_DAYS = 30


def check_negotiator(behaviour: Any, scenario: Scenario | str = "tutorial", seed: int = 1) -> None:  # noqa: ANN401
    """Hold a negotiator to the conformance rules.

    Parameters
    ----------
    behaviour
        A behaviour, or the name of a registered one.

    Raises
    ------
    AssertionError
        If it breaks a rule; the message says which.
    BehaviourError
        If it returns what the table does not allow.

    Examples
    --------
    >>> check_negotiator("tit-for-tat")
    """
    made = create_negotiator(behaviour, {}) if isinstance(behaviour, str) else behaviour
    assert isinstance(made, Negotiator), (
        f"{type(made).__name__} lacks new_memory, propose, accepts or observe"
    )
    game = _game(scenario)
    everyone = tuple(made for _ in game.parties)
    _check(replace(game, behaviours=everyone), seed, name_of(made))


def check_mediator(style: Any, scenario: Scenario | str = "tutorial", seed: int = 1) -> None:  # noqa: ANN401
    """Hold a mediator to the conformance rules.

    Parameters
    ----------
    style
        A mediator's behaviour, or the name of a registered one.

    Raises
    ------
    AssertionError
        If it breaks a rule; the message says which.

    Examples
    --------
    >>> check_mediator("formulation")
    """
    made = create_mediator(style, {}) if isinstance(style, str) else style
    assert isinstance(made, Mediator), f"{type(made).__name__} lacks drafts or act"
    game = _game(scenario)
    _check(replace(game, styles=tuple(made for _ in game.mediators)), seed, type(made).__name__)


def _game(scenario: Scenario | str) -> Game:
    loaded = load_scenario(scenario) if isinstance(scenario, str) else scenario
    return replace(loaded.game, days=_DAYS)


def _check(game: Game, seed: int, name: str) -> None:
    whole = _states(Run(game, seed, 0, 12))
    for number in (0, 5, 11):
        alone = _states(Run(game, seed, number, 1))
        _compare(whole, alone, number, f"{name} differs between a row alone and among others")
    chunk = _states(Run(game, seed, 6, 6))
    for number in range(6, 12):
        _compare(whole, chunk, number, f"{name} differs with the size of the run")
    mixed = _states(Run(game, seed, 0, 12), _shuffle)
    for number in (0, 2, 4):
        _compare(whole, mixed, number, f"{name} differs when rows are dropped and reordered")


def _shuffle(run: Run) -> None:
    """Drop the odd rows on day 5 and turn the rest around."""
    if run.state.day == 5:
        kept = np.flatnonzero(run.state.slots % 2 == 0)[::-1]
        run.state.keep(kept, run.game)
        run.actors.bind(run.state.slots)


def _states(run: Run, change: Callable[[Run], None] | None = None) -> list[dict[int, Any]]:
    """Play a run and return each day's rows by replication number."""
    days = []
    for _ in range(_DAYS):
        if run.state.rows == 0:
            break
        step(run.game, run.actors, run.state, run.noise)
        days.append(_rows(run.state))
        run.sweep()
        if change is not None:
            change(run)
    return days


def _rows(state: State) -> dict[int, Any]:
    rows = {}
    for row, number in enumerate(state.ids):
        rows[int(number)] = {
            name: np.copy(getattr(state, name)[row]) for name in ARRAYS if name != "slots"
        }
    return rows


def _compare(
    one: list[dict[int, Any]], other: list[dict[int, Any]], number: int, message: str
) -> None:
    for day, (left, right) in enumerate(zip(one, other, strict=False), start=1):
        if number not in left or number not in right:
            assert (number in left) == (number in right), f"{message}: replication {number} ended"
            return
        for name, value in left[number].items():
            same = np.array_equal(value, right[number][name], equal_nan=value.dtype.kind == "f")
            assert same, f"{message}: {name} of replication {number} on day {day}"


def same_state(one: State, row: int, other: State, other_row: int) -> list[str]:
    """Return the names of the state's fields that differ between two rows, bit for bit."""
    return [
        name
        for name in ARRAYS
        if name != "slots"
        and getattr(one, name)[row].tobytes() != getattr(other, name)[other_row].tobytes()
    ]
