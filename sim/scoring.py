"""How a text typed by an analyst stands with every party and constituency on a day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sim._numerics import at, special
from sim._typing import Bool, Float, Rows
from sim.ensemble import CHUNK, Run
from sim.errors import RunError, ScenarioError, did_you_mean
from sim.rules.events import numbers_today
from sim.rules.floors import floors
from sim.rules.thresholds import broken_pledges, thresholds
from sim.scenario import Scenario
from sim.scenario.lookup import option_index
from sim.scenario.reading import read_text, read_yaml
from sim.scenario.wording import Where, mapping_or_problem
from sim.statistics import Estimate, mean, rate
from sim.table.state import OPEN, Outcome

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Score", "Standing", "score_draft"]


@dataclass(frozen=True, slots=True)
class Standing:
    """How a text stands with one party or constituency.

    Parameters
    ----------
    name, of
        Id; the party a constituency belongs to, empty for a party.
    utility
        What the text is worth to it.
    asked
        Mean of what it asks for that day: a party's floor, a constituency's threshold with what a
        broken pledge adds.
    accepts
        Share of histories in which the text is worth that; a vote's noise is averaged out.
    red_line
        Whether it crosses a red line.
    """

    name: str
    of: str
    utility: float
    asked: Estimate
    accepts: Estimate
    red_line: bool


@dataclass(frozen=True, slots=True)
class Score:
    """A text against everybody it has to pass.

    Parameters
    ----------
    package
        The text: issue id to option.
    day
        The day it is judged on.
    open
        Histories in which talks are open that day, of ``replications``; the rest have signed or
        ended, and are not asked.
    standings
        Parties and their constituencies, by id.
    signed, ratified
        Share of those histories in which it clears every floor and red line; in which it also
        passes every vote.
    """

    package: dict[str, str]
    day: int
    open: int
    replications: int
    standings: tuple[Standing, ...]
    signed: Estimate
    ratified: Estimate
    provenance: dict[str, Any] = field(repr=False)

    def to_frame(self) -> pd.DataFrame:
        """Return one row per party and constituency."""
        import pandas as pd  # noqa: PLC0415 - heavy, loaded when asked for

        rows = [
            {
                "name": one.name,
                "of": one.of,
                "utility": one.utility,
                "asked": one.asked.value,
                "asked_error": one.asked.standard_error,
                "accepts": one.accepts.value,
                "accepts_error": one.accepts.standard_error,
                "count": one.accepts.count,
                "red_line": one.red_line,
            }
            for one in self.standings
        ]
        return pd.DataFrame(rows)


def _read(path: Path) -> tuple[dict[str, Any], Where]:
    """Read a text from a YAML file: a mapping of issue to option."""
    data, lines = read_yaml(read_text(path), str(path))
    where = Where(data, lines, str(path))
    return mapping_or_problem(data, where, "a mapping of issue to option"), where


def score_draft(
    scenario: Scenario,
    draft: Mapping[str, Any] | str | Path,
    *,
    day: int = 1,
    replications: int = 2000,
    seed: int = 1,
) -> Score:
    """Say how a text stands on a day, over an ensemble of private types.

    Parameters
    ----------
    scenario
        The scenario.
    draft
        Issue id to option, for every issue of one agenda; or a YAML file that says so.
    day
        The day the text is judged on, after the day's talks.
    replications, seed
        How many histories of private types, fighting and talks, and which.

    Raises
    ------
    ScenarioError
        If the text names an unknown issue or option, or leaves an issue out.
    RunError
        If talks on its agenda are open in no history that day.

    Examples
    --------
    >>> import sim
    >>> draft = {"truce_days": 42, "captives": 40, "ratio": 3, "withdrawal": "roads",
    ...          "monitoring": "observers", "aid": 300}
    >>> score = score_draft(sim.load_scenario("tutorial"), draft, day=30, replications=50)
    >>> [one.name for one in score.standings]
    ['north', 'coalition', 'families', 'south', 'residents', 'wing']
    """
    where = Where(draft, {}, "draft")
    if isinstance(draft, (str, Path)):
        draft, where = _read(Path(draft))
    number, code = _package(scenario, draft, where)
    if not 1 <= day < scenario.game.days:
        message = f"day is {day}; allowed: 1 to {scenario.game.days - 1}, while talks may go on"
        raise RunError(message)
    parts = [
        _judged(scenario, number, code, day, seed, first, min(CHUNK, replications - first))
        for first in range(0, replications, CHUNK)
    ]
    joined = {key: np.concatenate([part[key] for part in parts]) for key in parts[0]}
    if joined["signed"].size == 0:
        agenda = scenario.game.agendas[number].id
        message = f"talks on {agenda} are open in none of {replications} histories on day {day}"
        raise RunError(message)
    return Score(
        package=scenario.game.agendas[number].describe(code),
        day=day,
        open=int(joined["signed"].size),
        replications=replications,
        standings=_standings(scenario, number, code, joined),
        signed=rate(joined["signed"]),
        ratified=mean(joined["ratified"]),
        provenance={"scenario": scenario.name, "seed": seed, "replications": replications},
    )


def _package(scenario: Scenario, draft: Mapping[str, Any], where: Where) -> tuple[int, int]:
    """Return the agenda a text is about, and its package."""
    agendas = scenario.game.agendas
    homes = {issue.id: number for number, talks in enumerate(agendas) for issue in talks.issues}
    problems = [
        where.problem((key,), f"unknown issue {key!r}", did_you_mean(str(key), list(homes)))
        for key in draft
        if key not in homes
    ]
    about = {homes[key] for key in draft if key in homes}
    if len(about) > 1:
        problems.append(where.problem((), "the issues stand on two agendas", "those of one"))
    number = min(about, default=0)
    parts = {issue.id: issue for issue in scenario.file.issues}
    chosen = []
    for issue in agendas[number].issues:
        stated = draft.get(issue.id)
        option = option_index(parts[issue.id], stated)
        if option is None:
            found = f"no option {stated!r}" if issue.id in draft else "is missing"
            problems.append(where.problem((issue.id,), found, ", ".join(issue.labels)))
        chosen.append(option or 0)
    if problems:
        raise ScenarioError(problems)
    return number, int(agendas[number].space.encode(chosen))


def _judged(
    scenario: Scenario, number: int, code: int, day: int, seed: int, first: int, count: int
) -> dict[str, Any]:
    """Return how a package stands in some histories whose talks are open on a day."""
    run = Run(scenario.game, seed, first, count)
    run.play_until(day)
    state, game = run.state, run.game
    rows = np.flatnonzero((state.stage[:, number] == OPEN) & (state.outcome == Outcome.OPEN))
    if state.day < day:
        rows = rows[:0]
    talks = game.agendas[number]
    signing = list(talks.signatories)
    asked = floors(game, numbers_today(game, state), state, number)[rows][
        :, :, int(talks.monitoring(np.array(code)))
    ]
    point = np.broadcast_to(state.point, (state.rows,))[rows]
    worth = talks.tables.worth(point[:, None], np.arange(len(game.parties)), code)
    permitted = [bool(talks.tables.permits(k, np.array(code))) for k in range(len(game.parties))]
    clear = (worth >= asked) & np.array(permitted)
    groups, chance = _home(run, number, code, rows)
    return {
        "floor": asked,
        "clears": clear,
        "threshold": groups,
        "yes": chance,
        "signed": clear[:, signing].all(axis=1),
        "ratified": clear[:, signing].all(axis=1) * _passes(run, number, chance, rows),
    }


def _home(run: Run, number: int, code: int, rows: Rows) -> tuple[Float, Float]:
    """Return what each constituency asks for, and the chance that it says yes, (rows, C)."""
    state, game = run.state, run.game
    fields = numbers_today(game, state)
    broken = broken_pledges(game, state, number, np.full(rows.size, code), rows)
    asked = at(thresholds(game, fields, state), rows) + at(fields.audience_cost, rows) * broken
    worth = game.agendas[number].tables.group_worth(
        at(state.point, rows)[:, None], np.arange(len(game.constituencies)), code
    )
    noise = at(fields.vote_noise, rows)
    sure = (worth >= asked).astype(float)
    chance = np.where(
        noise > 0.0, special("ndtr")((worth - asked) / np.maximum(noise, 1e-12)), sure
    )
    return asked, chance


def _passes(run: Run, number: int, chance: Float, rows: Rows) -> Float:
    """Return the chance that every home front carries the text, votes being independent, (rows,)."""
    game, state = run.game, run.state
    whole = np.ones(chance.shape[0])
    quorums = np.broadcast_to(numbers_today(game, state).quorum, (state.rows, len(game.parties)))
    for party in game.agendas[number].signatories:
        members = list(game.home_of[party])
        if members:
            weights, vetoes = game.home_weights[party], game.home_vetoes[party]
            quorum = quorums[rows, party]
            whole = whole * _quorum(chance[:, members], weights, vetoes, quorum)
    return whole


def _quorum(chance: Float, weights: Float, vetoes: Bool, quorum: Float) -> Float:
    """Return the chance that enough weight and every veto player says yes, (rows,)."""
    passed = np.zeros(chance.shape[0])
    share = weights / weights.sum()
    for ballot in np.ndindex(*(2,) * weights.size):
        yes = np.array(ballot, dtype=bool)
        if yes[vetoes].all():
            enough = share[yes].sum() >= quorum - 1e-12
            passed += enough * np.where(yes[None, :], chance, 1.0 - chance).prod(axis=1)
    return passed


def _standings(
    scenario: Scenario, number: int, code: int, joined: Mapping[str, Any]
) -> tuple[Standing, ...]:
    game = scenario.game
    talks = game.agendas[number]
    found = []
    for party in talks.signatories:
        actor = game.parties[party]
        worth = float(talks.tables.worth(0, party, code))
        crossed = not bool(talks.tables.permits(party, np.array(code)))
        asked = mean(joined["floor"][:, party])
        found.append(
            Standing(actor.id, "", worth, asked, rate(joined["clears"][:, party]), crossed)
        )
        for group in game.home_of[party]:
            home = game.constituencies[group]
            worth = float(talks.tables.group_worth(0, group, code))
            asked, accepts = mean(joined["threshold"][:, group]), mean(joined["yes"][:, group])
            found.append(Standing(home.id, actor.id, worth, asked, accepts, False))
    return tuple(found)
