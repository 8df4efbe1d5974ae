"""The order of a day, and how a run begins. Both faces of the model call ``step``."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from sim._typing import Float, Int
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
        wide = np.broadcast_to(table, (noise.rows, *table.shape[1:])).copy()
        column = column_of(position)
        drawn = wide[column] + spread * noise.normal("type", [address])[:, 0]
        wide[column] = np.minimum(np.maximum(drawn, low), high)
        new[name] = wide
    return game.fields.changed(new)


def begin(game: Game, noise: Noise) -> tuple[Game, State]:
    """Return the game with its private types and the state on the eve of the first day."""
    game = replace(game, fields=draw_private(game, noise))
    rows, numbers = noise.rows, game.fields
    parties, agendas = len(game.parties), len(game.agendas)

    def wide(leaf: Float) -> Float:
        return np.broadcast_to(leaf, (rows, leaf.shape[1])).copy()

    def counts(*shape: int, of: type[np.integer[Any]] = np.int16, value: int = 0) -> Int:
        return np.full((rows, *shape), value, dtype=of)

    def single(*shape: int) -> Float:
        return np.zeros((rows, *shape), dtype=np.float32)

    steps = parties if game.asks_for_steps else 0
    draws = noise.uniform("opener", game.keys("parties"))
    shares = contest_shares(numbers.capability)
    chances = np.minimum(np.maximum(wide(shares) + numbers.optimism, 0.0), 1.0)
    start = wide(numbers.initial)[:, 0]
    trust = np.ones((rows, parties, parties))
    for i, j in game.pairs:
        trust[:, i, j] = wide(numbers.initial_trust)[:, i]
    stage = np.full((rows, agendas), CLOSED, dtype=np.int8)
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
        variance=wide(numbers.belief_variance),
        chances_before=chances.copy(),
        trust=trust,
        floor_mean=np.full((rows, parties, parties), 0.4, dtype=np.float32),
        floor_sd=np.full((rows, parties, parties), 0.25, dtype=np.float32),
        haze=np.ones(rows),
        present=np.ones((rows, parties), dtype=bool),
        ready=np.ones((rows, parties), dtype=np.float32),
        weary=counts(parties, of=np.int8),
        empty=counts(),
        margin=np.zeros((rows, parties)),
        pledge=single(parties),
        failures=counts(agendas, of=np.int8),
        spent=np.zeros((rows, len(game.mediators))),
        carrot=single(parties),
        stick=single(parties),
        guarantee=single(),
        penalty=np.zeros(rows),
        guarantee_ends=counts(),
        until=counts(len(game.events)),
        asked=counts(len(game.events) if game.asks_for_steps else 0, value=-1),
        resolve=single(len(game.spoilers) if game.spoilers_grow else 0),
        induced=single(len(game.spoilers) if game.spoilers_managed else 0),
        coerced=single(len(game.spoilers) if game.spoilers_managed else 0),
        stage=stage,
        sessions=counts(agendas),
        order=np.argsort(-draws, axis=1, kind="stable").astype(np.int8),
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
        released=np.zeros((rows, parties)),
        fought=np.zeros(rows),
        truce_days=counts(),
        outcome=counts(of=np.int8),
        attacked=np.zeros((rows, len(game.spoilers)), dtype=bool),
        blamed=np.zeros((rows, parties), dtype=bool),
        failed=np.zeros(rows, dtype=bool),
        handed_over=np.zeros((rows, parties), dtype=bool),
        violated=np.zeros((rows, parties), dtype=bool),
        conciliated=np.zeros((rows, parties), dtype=bool),
        voted=counts(len(game.constituencies), of=np.int8, value=-1),
        kept_step=np.zeros((rows, steps), dtype=bool),
        broke_step=np.zeros((rows, steps), dtype=bool),
    )
    return game, state


def close_at_horizon(state: State) -> None:
    """Name the histories that are still open when we stop looking; nobody acts on it."""
    still = state.outcome == Outcome.OPEN
    waiting = without_a_deal(state, Outcome.NONE)
    rest = np.where(state.in_force, Outcome.IN_FORCE, waiting)
    state.outcome = np.where(still, rest, state.outcome).astype(state.outcome.dtype)
