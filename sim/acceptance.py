"""Who can accept what: of the packages with an option, the share each actor would agree to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim._typing import Bool, Rows
from sim.agenda import Agenda
from sim.geometry import floors_of_day_one
from sim.rules.thresholds import thresholds_on
from sim.scenario import Scenario
from sim.summed import SummedTables

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["SAMPLED", "acceptance_table"]

SAMPLED = 100_000
"""How many packages stand for all where they are too many to list."""


def acceptance_table(scenario: Scenario, agenda: int = 0) -> pd.DataFrame:
    """Return, for each option and actor, the share of packages with that option it would accept.

    A party accepts what crosses no red line of its own and is worth its floor of the first day;
    a constituency what is worth its threshold. Private types stand at their stated values. Shares
    are of all packages, or of ``SAMPLED`` drawn at random where they are too many to list.

    Returns
    -------
    DataFrame
        One row per issue, option and actor: ``share`` from 0 to 1, whether the option is on the
        actor's ``red_line``, ``kind`` (party or constituency) and ``home``, the party it belongs
        to.

    Examples
    --------
    >>> import sim
    >>> table = acceptance_table(sim.load_scenario("tutorial"))
    >>> bool(table.share.between(0, 1).all())
    True
    """
    import pandas as pd  # noqa: PLC0415 - heavy, loaded when asked for

    game, talks = scenario.game, scenario.game.agendas[agenda]
    by_option, point = floors_of_day_one(game, agenda)
    codes = _some(talks)
    rows = []
    for number, party in enumerate(game.parties):
        allowed = talks.tables.permits(number, codes)
        floor = by_option[number, talks.monitoring(codes)]
        yes = allowed & (talks.tables.worth(point, number, codes) >= floor)
        barred = _barred(talks, number, codes, allowed)
        rows += _rows(talks, codes, yes, barred, (party.id, party.name, "party", party.id))
    asked = thresholds_on(game, game.fields, 1)[0]
    for number, group in enumerate(game.constituencies):
        yes = talks.tables.group_worth(0, number, codes) >= asked[number]
        home = game.parties[group.home].id
        rows += _rows(talks, codes, yes, {}, (group.id, group.name, "constituency", home))
    columns = ["issue", "option", "share", "red_line", "actor", "name", "kind", "home"]
    return pd.DataFrame(rows, columns=columns)


def _some(talks: Agenda) -> Rows:
    """Return all packages, or so many drawn at random where there are too many to list."""
    if talks.space.listed:
        return np.arange(talks.space.count)
    return np.random.Generator(np.random.PCG64(0)).integers(0, talks.space.count, SAMPLED)


def _barred(talks: Agenda, party: int, codes: Rows, allowed: Bool) -> dict[tuple[int, int], bool]:
    """Return the options none of whose packages a party may sign."""
    if isinstance(talks.tables, SummedTables):
        rows, issues = talks.tables.lines[party], enumerate(talks.space.sizes)
        return {(k, option): bool(rows[k, option]) for k, size in issues for option in range(size)}
    return {
        (place, option): not allowed[talks.space.option(place, codes) == option].any()
        for place, issue in enumerate(talks.issues)
        for option in range(len(issue.labels))
    }


def _rows(
    talks: Agenda,
    codes: Rows,
    yes: Bool,
    barred: dict[tuple[int, int], bool],
    actor: tuple[str, str, str, str],
) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    for place, issue in enumerate(talks.issues):
        options = talks.space.option(place, codes)
        whole = np.bincount(options, minlength=len(issue.labels))
        agreed = np.bincount(options[yes], minlength=len(issue.labels))
        for option, label in enumerate(issue.labels):
            share = float(agreed[option] / max(whole[option], 1))
            rows.append((issue.id, label, share, barred.get((place, option), False), *actor))
    return rows
