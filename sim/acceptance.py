"""Who can accept what: of the packages with an option, the share each actor would agree to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim._typing import Bool
from sim.game import Agenda
from sim.geometry import geometry
from sim.rules.thresholds import thresholds_on
from sim.scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["acceptance_table"]


def acceptance_table(scenario: Scenario, agenda: int = 0) -> pd.DataFrame:
    """Return, for each option and actor, the share of packages with that option it would accept.

    A party accepts what crosses no red line of its own and is worth its floor of the first day;
    a constituency what is worth its threshold. Private types stand at their stated values.

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

    game = scenario.game
    found = geometry(scenario, agenda)
    talks = found.agenda
    rows = []
    for number, party in enumerate(game.parties):
        yes = talks.listed.allowed[number] & (found.utilities[number] >= found.floors[number])
        barred = _barred(talks, talks.listed.allowed[number])
        rows += _rows(talks, yes, barred, (party.id, party.name, "party", party.id))
    asked = thresholds_on(game, game.fields, 1)[0]
    for number, group in enumerate(game.constituencies):
        yes = talks.listed.constituencies[0, number] >= asked[number]
        home = game.parties[group.home].id
        rows += _rows(talks, yes, {}, (group.id, group.name, "constituency", home))
    columns = ["issue", "option", "share", "red_line", "actor", "name", "kind", "home"]
    return pd.DataFrame(rows, columns=columns)


def _barred(talks: Agenda, allowed: Bool) -> dict[tuple[int, int], bool]:
    """Return the options none of whose packages a party may sign."""
    return {
        (place, option): not allowed[talks.space.options[place] == option].any()
        for place, issue in enumerate(talks.issues)
        for option in range(len(issue.labels))
    }


def _rows(
    talks: Agenda,
    yes: Bool,
    barred: dict[tuple[int, int], bool],
    actor: tuple[str, str, str, str],
) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    for place, issue in enumerate(talks.issues):
        options = talks.space.options[place]
        whole = np.bincount(options, minlength=len(issue.labels))
        agreed = np.bincount(options[yes], minlength=len(issue.labels))
        for option, label in enumerate(issue.labels):
            share = float(agreed[option] / whole[option])
            rows.append((issue.id, label, share, barred.get((place, option), False), *actor))
    return rows
