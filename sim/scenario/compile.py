"""From a checked scenario to a game: sort by id, lay numbers out as arrays, build the tables."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from sim._typing import Float, Int
from sim.errors import RunError
from sim.fields import BY_PARTY, Fields, Leaf, column_of, leaves
from sim.game import Actor, Event, Game
from sim.mediators.registry import MEDIATORS
from sim.negotiators.registry import create
from sim.scenario.agendas import compile_agendas
from sim.scenario.party_schema import PartyPart
from sim.scenario.paths import address, effect_target, is_weight, leaf_at, schema_path
from sim.scenario.quantity import number
from sim.scenario.schema import ScenarioFile, SpoilerPart
from sim.scenario.switches import NEUTRAL
from sim.scenario.tables import Weights
from sim.settings import Settings

__all__ = ["MOST_POINTS", "compile_game", "table_paths"]

MOST_POINTS = 512

Vary = Mapping[str, Float]
Effect = tuple[str, tuple[int, ...], str, float]


def compile_game(
    file: ScenarioFile,
    vary: Vary | None = None,
    scale: Mapping[str, float] | None = None,
    like: Game | None = None,
) -> Game:
    """Return the game of a scenario.

    Parameters
    ----------
    vary
        Arrays by field path, one value per replication; see ``run_ensemble``.
    scale
        Widths of parties' utilities, by id; all that is measured in utils scales along. Choices
        do not depend on it, and a test holds the model to that.
    like
        The game of the same file with nothing varied: its tables serve again where ``vary``
        leaves them as they are.
    """
    vary = dict(vary or {})
    names = sorted(party.id for party in file.parties)
    widths = np.array([(scale or {}).get(name, 1.0) for name in names])
    behaviours = _behaviours(file, vary)
    paths = table_paths(file, vary)
    points, point, where = _points(file, vary, paths)
    groups = sorted(
        ((item, names.index(party.id)) for party in file.parties for item in party.constituencies),
        key=lambda pair: pair[0].id,
    )
    numbers, private = _fields(file, vary, widths, [home for _, home in groups])
    quo = numbers.status_quo
    quo = quo[where] if quo.shape[0] > 1 and paths else quo[:1].repeat(where.size, axis=0)
    made = like.agendas if like and not paths else None
    agendas = made or compile_agendas(file, names, points, widths, quo)
    return Game(
        title=file.title,
        days=file.calendar.days,
        session_every=file.calendar.session_every,
        start=file.calendar.start.isoformat(),
        dated="start" in file.calendar.model_fields_set,
        parties=_parties(file.parties),
        mediators=_actors(file.mediators),
        constituencies=tuple(
            Actor(c.id, c.name or c.id, c.key or c.id, home, c.veto, c.weight) for c, home in groups
        ),
        spoilers=tuple(_spoiler(s, names) for s in sorted(file.spoilers, key=lambda s: s.id)),
        events=_events(file, widths, [home for _, home in groups]),
        agendas=agendas,
        fields=numbers,
        point=point,
        scale=widths,
        settings=_settings(file),
        private=private,
        behaviours=behaviours,
        styles=tuple(_style(file, m.style) for m in sorted(file.mediators, key=lambda m: m.id)),
    )


def _actors(parts: Sequence[Any]) -> tuple[Actor, ...]:
    ordered = sorted(parts, key=lambda item: item.id)
    return tuple(Actor(item.id, item.name or item.id, item.key or item.id) for item in ordered)


def _parties(parts: Sequence[PartyPart]) -> tuple[Actor, ...]:
    ordered = sorted(parts, key=lambda part: part.id)
    names = [part.name or part.id for part in ordered]
    return tuple(
        Actor(
            part.id,
            name,
            part.key or part.id,
            side=part.side or name,
            reference=part.framing.reference,
        )
        for part, name in zip(ordered, names, strict=True)
    )


def _spoiler(part: SpoilerPart, parties: Sequence[str]) -> Actor:
    home = parties.index(part.linked_to) if part.linked_to else -1
    inside = part.position == "inside"
    return Actor(part.id, part.name or part.id, part.key or part.id, home, inside=inside)


def _settings(file: ScenarioFile) -> Settings:
    protocol, part = file.protocol, file.implementation
    return Settings(
        protocol=protocol.use,
        coordination=protocol.coordination if file.rules.get("pooling", True) else "in-turn",
        mediated=protocol.mediated and file.rules.get("mediation", True),
        messages=file.rules.get("messages", True),
        floor_learning=file.rules.get("floor_learning", True),
        text_every=protocol.text_every,
        vote_delay=protocol.vote_delay,
        attempts=protocol.attempts,
        deals=protocol.deals,
        resume_after=protocol.resume_after,
        abandon_after=protocol.abandon_after,
        patience=protocol.patience,
        dispute_days=part.dispute_days,
        guarantee_days=part.guarantee_days,
        foresight=part.foresight,
        held_days=int(file.calendar.held_days.value),
        binds_during_talks=part.binds_during_talks,
    )


def _style(file: ScenarioFile, name: str) -> Any:  # noqa: ANN401 - any behaviour
    if name == "formulation" and not file.rules.get("formulation", True):
        name = "facilitation"
    return MEDIATORS.create(name, {})


def _behaviours(file: ScenarioFile, vary: dict[str, Float]) -> tuple[Any, ...]:
    """Make the parties' behaviours; parameters that vary become arrays. Uses up those paths."""
    made = []
    for party in sorted(file.parties, key=lambda item: item.id):
        parameters = party.behaviour.parameters()
        prefix = f"parties.{party.id}.behaviour."
        for path in [path for path in vary if path.startswith(prefix)]:
            values = np.asarray(vary.pop(path), dtype=np.float64)
            parameters[path.removeprefix(prefix)] = values if values.size > 1 else float(values[0])
        made.append(create(party.behaviour.use, parameters))
    return tuple(made)


def table_paths(file: ScenarioFile, paths: Iterable[str]) -> list[str]:
    """Return those of the varied numbers that tables are made of, weights first.

    Where a party foresees the agenda that another opens, what it expects of it rests on its
    status quo too.
    """
    paths = list(paths)
    weights = [path for path in paths if is_weight(path)]
    quo = [path for path in paths if path.endswith(".outside_option.status_quo")]
    foresees = any(party.outside_option.next_stage.value > 0.0 for party in file.parties)
    foresees |= any(path.endswith(".outside_option.next_stage") for path in paths)
    return weights + (quo if foresees and len(file.agendas) > 1 else [])


def _points(
    file: ScenarioFile, vary: dict[str, Float], paths: Sequence[str]
) -> tuple[list[Weights], Int, Int]:
    """Return the distinct sets of weights, which one each replication has, and where each is first.

    Uses up the paths of weights.

    Raises
    ------
    RunError
        If more sets are asked for than tables are kept for.
    """
    stated = {
        party.id: {name: weight.value for name, weight in party.weights.items()}
        for party in file.parties
    }
    if not paths:
        return [stated], np.zeros(1, dtype=np.intp), np.zeros(1, dtype=np.intp)
    table = np.stack([np.asarray(vary[path], dtype=np.float64) for path in paths], axis=1)
    weights = [path for path in paths if is_weight(path)]
    for path in weights:
        vary.pop(path)
    distinct, where, which = np.unique(table, axis=0, return_index=True, return_inverse=True)
    if distinct.shape[0] > MOST_POINTS:
        message = (
            f"weights take {distinct.shape[0]} distinct values together; allowed: {MOST_POINTS}. "
            "Draw fewer design points and repeat each"
        )
        raise RunError(message)
    points: list[Weights] = []
    for row in distinct:
        point: dict[str, dict[str, float]] = {
            party: dict(weights) for party, weights in stated.items()
        }
        for path, value in zip(weights, row, strict=False):
            _, party, _, issue = path.split(".")
            if party not in point or issue not in point[party]:
                message = f"{path} names no weight of the scenario"
                raise RunError(message)
            point[party][issue] = float(value)
        points.append(point)
    return points, which.reshape(-1).astype(np.intp), where.astype(np.intp)


# numbers


def _fields(
    file: ScenarioFile, vary: Vary, widths: Float, homes: Sequence[int]
) -> tuple[Fields, tuple[Any, ...]]:
    tables: dict[str, Float] = {}
    private: list[Any] = []
    off = [name for name, on in file.rules.items() if not on and name in NEUTRAL]
    neutral = {leaf: value for name in off for leaf, value in NEUTRAL[name].items()}
    for leaf in leaves():
        quantities = _quantities(file, leaf.owner, schema_path(leaf))
        stated = np.array([[quantity.value for quantity in row] for row in quantities])
        table = stated.reshape(1, *_shape(file, leaf.owner, leaf.name))
        if leaf.name in neutral:
            tables[leaf.name] = np.full_like(table, neutral[leaf.name])
            continue
        tables[leaf.name] = table
        for first, row in enumerate(quantities):
            for second, quantity in enumerate(row):
                if quantity.spread:
                    position: tuple[int, ...] = (
                        (first, second) if leaf.name in BY_PARTY else (first,)
                    )
                    where = address(file, leaf, position)
                    low, high = _bounds(file, leaf.owner, leaf.path)
                    private.append([leaf.name, position, where, quantity.spread, low, high])
    tables = _varied(file, vary, tables, set(neutral))
    scaled = _scaled(tables, private, widths, homes)
    return Fields(**scaled), tuple(tuple(item) for item in private)


def _shape(file: ScenarioFile, owner: str, name: str) -> tuple[int, ...]:
    if name in BY_PARTY:
        return len(file.mediators), len(file.parties)
    if owner == "constituencies":
        return (sum(len(party.constituencies) for party in file.parties),)
    section = getattr(file, owner)
    return (len(section),) if isinstance(section, list) else (1,)


def _quantities(file: ScenarioFile, owner: str, path: Sequence[str]) -> list[list[Any]]:
    """Return a leaf's quantities, one row an actor."""
    if owner == "constituencies":
        parts: list[Any] = [c for party in file.parties for c in party.constituencies]
    else:
        section = getattr(file, owner)
        parts = list(section) if isinstance(section, list) else [section]
    if isinstance(getattr(file, owner, None), list) or owner == "constituencies":
        parts = sorted(parts, key=lambda item: item.id)
    if path[0] in BY_PARTY:
        names = sorted(party.id for party in file.parties)
        return [[getattr(part, path[0]).get(name, number(0.0)) for name in names] for part in parts]
    rows = []
    for part in parts:
        value = part
        for step in path:
            value = getattr(value, step)
        rows.append([value])
    return rows


def _bounds(file: ScenarioFile, owner: str, path: str) -> tuple[float, float]:
    """Return the schema's bounds of a field."""
    from sim.scenario.bounds import bounds_of  # noqa: PLC0415 - walks the schema, rarely needed

    return bounds_of(owner, path)


def _varied(
    file: ScenarioFile, vary: Vary, tables: dict[str, Float], neutral: set[str]
) -> dict[str, Float]:
    for path, values in vary.items():
        leaf, position = leaf_at(file, path)
        if leaf.name in neutral:
            message = f"{path} belongs to a rule that is switched off"
            raise RunError(message)
        column: Float = np.asarray(values, dtype=np.float64)
        low, high = _bounds(file, leaf.owner, leaf.path)
        if not np.all((column >= low) & (column <= high)):
            message = f"{path} varies from {column.min():g} to {column.max():g}; allowed: {low:g} to {high:g}"
            raise RunError(message)
        table = tables[leaf.name]
        wide = np.broadcast_to(table, (column.size, *table.shape[1:])).copy()
        wide[column_of(position)] = column
        tables[leaf.name] = wide
    return tables


def _scaled(
    tables: dict[str, Float], private: list[Any], widths: Float, homes: Sequence[int]
) -> dict[str, Float]:
    """Measure all utils in the widths of the parties they belong to."""
    if np.all(widths == 1.0):
        return tables
    units = _utils()
    by_owner = {"parties": widths, "constituencies": widths[list(homes)]}
    for name, leaf in units.items():
        if leaf.owner in by_owner:
            tables[name] = tables[name] * by_owner[leaf.owner]
        else:
            tables[name] = tables[name] * widths[None, :]
    for item in private:
        owner = units[item[0]].owner if item[0] in units else ""
        if owner in by_owner:
            factor = by_owner[owner][item[1][0]]
            item[3:] = [factor * item[3], factor * item[4], factor * item[5]]
    return tables


def _utils() -> dict[str, Leaf]:
    """Return the leaves that are measured in utils."""
    return {leaf.name: leaf for leaf in leaves() if leaf.unit == "util"}


def _effect(effect: Effect, widths: Float, homes: Sequence[int]) -> Effect:
    """Measure what an event adds or sets in the width of the party it belongs to."""
    name, position, operator, size = effect
    owner = _utils()[name].owner if name in _utils() else ""
    by_owner = {"parties": widths, "constituencies": widths[list(homes)]}
    if operator == "*" or owner not in by_owner:
        return effect
    return name, position, operator, size * float(by_owner[owner][position[0]])


def _events(file: ScenarioFile, widths: Float, homes: Sequence[int]) -> tuple[Event, ...]:
    if not file.rules.get("events", True):
        return ()
    made = []
    names = sorted(party.id for party in file.parties)
    for part in sorted(file.events, key=lambda item: item.id):
        on = part.on
        if isinstance(on, dt.date):
            on = (on - file.calendar.start).days + 1
        stated = [effect_target(file, path, value) for path, value in part.effect.items()]
        effects = tuple(_effect(effect, widths, homes) for effect in stated)
        made.append(
            Event(
                part.id,
                part.name or part.id.replace("_", " "),
                part.key or part.id,
                -1 if on is None else on,
                part.for_days,
                effects,
                names.index(part.asked_of) if part.asked_of else -1,
                part.every,
            )
        )
    return tuple(made)
