"""The order of a day, and how a run begins. Both faces of the model call ``step``."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from sim._numerics import hold, wide
from sim._typing import Bool, Float, Int
from sim.fields import Fields, column_of
from sim.game import Game
from sim.noise import Noise
from sim.rules.bargaining import meet
from sim.rules.events import apply_events
from sim.rules.fighting import contest_shares, fight
from sim.rules.home import reconsider
from sim.rules.implementation import implement
from sim.rules.ledger import settle
from sim.rules.ratification import ratify
from sim.rules.spoilers import attack
from sim.rules.succession import without_a_deal
from sim.table.actors import Actors
from sim.table.state import CLOSED, NEVER, OPEN, Outcome, State

__all__ = ["begin", "close_at_horizon", "draw_private", "step"]


def step(game: Game, actors: Actors, state: State, noise: Noise) -> State:
    """Play one day. Each stage reads yesterday's ledger and today's earlier stages.

    No stage calls another: this is the only place where the order is written.
    """
    state.day += 1
    noise.at(state.day, state.slots)
    today = apply_events(game, state, noise)
    attack(game, today, state, noise)
    fight(game, today, state, noise)
    lowest = reconsider(game, today, state, noise)
    meet(game, today, actors, state, noise, lowest)
    ratify(game, today, state, noise)
    implement(game, today, state, noise)
    settle(game, today, state)
    return state


def draw_private(game: Game, noise: Noise) -> Fields:
    """Return the scenario's numbers with private types drawn, one value per replication.

    A type is normal around the stated value with the stated spread, kept within the field's
    bounds; its address is fixed by the actor's key and the field, so both travel together.
    """
    noise.at(0)
    new: dict[str, Float] = {}
    for name, position, address, spread, low, high in game.private:
        table = new.get(name, getattr(game.fields, name))
        types = wide(table, noise.rows)
        column = column_of(position)
        drawn = types[column] + spread * noise.normal("type", [address])[:, 0]
        types[column] = hold(drawn, low, high)
        new[name] = types
    return game.fields.changed(new)


def begin(game: Game, noise: Noise) -> tuple[Game, State]:
    """Return the game with its private types and the state on the eve of the first day."""
    game = replace(game, fields=draw_private(game, noise))
    rows, numbers = noise.rows, game.fields
    parties, agendas = len(game.parties), len(game.agendas)

    def full(*shape: int, of: Any, value: float) -> Any:  # noqa: ANN401 - an array of that type
        return np.full((rows, *shape), value, dtype=of, order="F")

    def counts(*shape: int, of: type[np.integer[Any]] = np.int16, value: int = 0) -> Int:
        return full(*shape, of=of, value=value)

    def single(*shape: int, value: float = 0.0) -> Float:
        return full(*shape, of=np.float32, value=value)

    def double(*shape: int, value: float = 0.0) -> Float:
        return full(*shape, of=np.float64, value=value)

    def flags(*shape: int) -> Bool:
        return full(*shape, of=bool, value=False)

    steps = parties if game.asks_for_steps else 0
    draws = noise.uniform("opener", game.keys("parties"))
    shares = contest_shares(numbers.capability)
    chances = hold(wide(shares, rows) + numbers.optimism, 0.0, 1.0)
    start = wide(numbers.initial[:, 0], rows)
    trust = double(parties, parties, value=1.0)
    for i, j in game.pairs:
        trust[:, i, j] = numbers.initial_trust[:, i]
    stage = counts(agendas, of=np.int8, value=CLOSED)
    stage[:, [number for number, talks in enumerate(game.agendas) if talks.after < 0]] = OPEN
    state = State(
        day=0,
        slots=np.arange(rows),
        first=noise.first,
        count=noise.count,
        fields=numbers,
        point=game.point,
        fighting=start,
        mean_long=start.copy(),
        mean_short=start.copy(),
        chances=chances,
        variance=wide(numbers.belief_variance, rows),
        chances_before=chances.copy(order="K"),
        trust=trust,
        floor_mean=single(parties, parties, value=0.4),
        floor_sd=single(parties, parties, value=0.25),
        haze=double(value=1.0),
        present=~flags(parties),
        ready=single(parties, value=1.0),
        weary=counts(parties, of=np.int8),
        empty=counts(),
        margin=double(parties),
        pledge=single(parties),
        failures=counts(agendas, of=np.int8),
        spent=double(len(game.mediators)),
        carrot=single(parties),
        stick=single(parties),
        guarantee=single(),
        penalty=double(),
        guarantee_ends=counts(),
        until=counts(len(game.events)),
        asked=counts(len(game.events) if game.asks_for_steps else 0, value=-1),
        resolve=single(len(game.spoilers) if game.spoilers_grow else 0),
        induced=single(len(game.spoilers) if game.spoilers_managed else 0),
        coerced=single(len(game.spoilers) if game.spoilers_managed else 0),
        stage=stage,
        sessions=counts(agendas),
        order=np.argsort(-draws, axis=1, kind="stable").astype(np.int8, order="F"),
        turn=counts(agendas),
        offer=counts(agendas, parties, of=game.code_type, value=-1),
        package=counts(agendas, of=game.code_type, value=-1),
        agreed=counts(agendas, of=game.code_type, value=-1),
        ended=counts(of=np.int8),
        fate=counts(of=np.int8),
        resumes=counts(value=int(NEVER)),
        lapsed_on=counts(value=-1),
        lapsed_as=counts(of=np.int8),
        vote_on=counts(agendas),
        near=single(),
        text=counts(agendas, of=game.code_type, value=-1),
        agenda=counts(of=np.int8, value=-1),
        since=counts(),
        term=counts(value=int(NEVER)),
        delivered=counts(of=np.int8),
        planned=counts(of=np.int8),
        due=counts(),
        dispute=counts(of=np.int8, value=-1),
        breach=counts(of=np.int8),
        signed_on=counts(value=-1),
        ratified_on=counts(value=-1),
        released=double(parties),
        fought=double(),
        truce_days=counts(),
        outcome=counts(of=np.int8),
        attacked=flags(len(game.spoilers)),
        blamed=flags(parties),
        failed=flags(),
        handed_over=flags(parties),
        violated=flags(parties),
        conciliated=flags(parties),
        voted=counts(len(game.constituencies), of=np.int8, value=-1),
        kept_step=flags(steps),
        broke_step=flags(steps),
    )
    return game, state


def close_at_horizon(state: State) -> None:
    """Name the histories that are still open when we stop looking; nobody acts on it."""
    still = state.outcome == Outcome.OPEN
    waiting = without_a_deal(state, Outcome.NONE)
    rest = np.where(state.in_force, Outcome.IN_FORCE, waiting)
    state.outcome = np.where(still, rest, state.outcome).astype(state.outcome.dtype)
