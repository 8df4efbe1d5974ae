"""Comparisons and rewritings that several laws use."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np

from sim.engine import step
from sim.ensemble import Run
from sim.results import ARRAYS
from sim.rules import bargaining
from sim.table.state import ARRAYS as STATE


def same(one, other, names=ARRAYS) -> list[str]:
    """Return the outcome arrays that differ, bit for bit."""
    return [n for n in names if getattr(one, n).tobytes() != getattr(other, n).tobytes()]


def watched_signatures(monkeypatch) -> list[int]:
    """Hold every signature to floors and red lines; return how many there were, session by session."""
    signed: list[int] = []
    record = bargaining._record

    def watched(session, rows, proposer, package, agreed, gains):
        at, code = rows[agreed], package[agreed]
        for party in range(len(session.game.parties)):
            assert session.talks.tables.allowed[party][code].all()
            assert (session.utility(party, at, code) >= session.floor(party, at, code)).all()
        signed.append(at.size)
        record(session, rows, proposer, package, agreed, gains)

    monkeypatch.setattr(bargaining, "_record", watched)
    return signed


def states(run: Run, days: int, hook=None) -> list[dict[int, dict[str, bytes]]]:
    """Play a run and return each day's state, by replication, as bytes."""
    found = []
    for _ in range(days):
        if run.state.rows == 0:
            break
        if hook is not None:
            hook(run.state.day + 1, run.actors)
            run.actors.bind(run.state.slots)
        step(run.game, run.actors, run.state, run.noise)
        found.append(
            {
                int(number): {
                    n: getattr(run.state, n)[row].tobytes() for n in STATE if n != "slots"
                }
                for row, number in enumerate(run.state.ids)
            }
        )
        run.sweep()
    return found


def swapped(data: dict, one: str, other: str) -> dict:
    """Return a scenario in which two parties have changed ids; fields and keys travel along."""
    names = {one: other, other: one}

    def rewrite(value: Any) -> Any:
        if isinstance(value, dict):
            return {rename(key): rewrite(item) for key, item in value.items()}
        if isinstance(value, list):
            return [rewrite(item) for item in value]
        return names.get(value, value) if isinstance(value, str) else value

    def rename(key: Any) -> Any:
        if not isinstance(key, str):
            return key
        return ".".join(names.get(part, part) for part in key.split("."))

    result = copy.deepcopy(data)
    for party in result["parties"]:
        party["key"] = party.get("key", party["id"]) + "!"
    result = rewrite(result)
    for party in result["parties"]:
        party["key"] = party["key"].removesuffix("!")
    return result


def shuffled(data: dict, seed: int) -> dict:
    """Return the same scenario with its lists and mappings in another order."""
    order = np.random.Generator(np.random.PCG64(seed))

    def mixed(items: list) -> list:
        return [items[k] for k in order.permutation(len(items))]

    result = copy.deepcopy(data)
    for section in ("issues", "parties", "mediators", "spoilers", "events", "agendas"):
        if section in result:
            result[section] = mixed(result[section])
    for party in result["parties"]:
        party["constituencies"] = mixed(party.get("constituencies", []))
        party["weights"] = dict(mixed(list(party["weights"].items())))
        party["scores"] = dict(mixed(list(party["scores"].items())))
    return result
