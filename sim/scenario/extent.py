"""How many packages an agenda may have: what goes no further than their listing, and that some are left."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from sim.additive import BLOCK_LIMIT, blocks
from sim.errors import Problem
from sim.negotiators.registry import available, walks_ranking
from sim.preferences import Interaction
from sim.scenario.lookup import agenda_of, option_index
from sim.scenario.schema import IssuePart, ScenarioFile
from sim.scenario.wording import Where
from sim.space import LISTED

__all__ = ["PACKAGE_LIMIT", "extent_problems", "joint_red_lines"]

PACKAGE_LIMIT = 10**18
"""Most packages of an agenda. Past ``LISTED`` their values are not listed but added up."""


def extent_problems(
    where: Where, file: ScenarioFile, agenda: str, names: Sequence[str]
) -> Iterator[Problem]:
    """Yield what is wrong with the number of packages of an agenda.

    Parameters
    ----------
    where
        Where things stand in the file.
    file, agenda
        The scenario, and the agenda's id.
    names
        Ids of the parties that sign it.
    """
    mine = [issue for issue in file.issues if agenda_of(file, issue) == agenda]
    count = math.prod(len(issue.options) for issue in mine)
    if count <= LISTED:
        return
    widest = max(mine, key=lambda issue: len(issue.options))
    cut = f"cut options ({widest.id} has most) or split the agenda"
    if count > PACKAGE_LIMIT:
        allowed = f"at most {PACKAGE_LIMIT:,}; {cut}"
        yield where.problem(("issues",), f"agenda {agenda} has {count:,} packages", allowed)
        return
    for party in file.parties:
        use = party.behaviour.use
        if party.id in names and use in available() and walks_ranking(use):
            place = (*where.find("parties", party.id), "behaviour", "use")
            found = f"{use} walks a ranking of all {count:,} packages of agenda {agenda}"
            yield where.problem(place, found, f"at most {LISTED:,} packages; {cut}")
    yield from _entangled(where, file, mine)


def _entangled(where: Where, file: ScenarioFile, mine: Sequence[IssuePart]) -> Iterator[Problem]:
    """Issues that pair terms bind together are looked at together, and may not be too many."""
    order = {issue.id: number for number, issue in enumerate(mine)}
    terms = [
        Interaction((order[one], order[other]), (0, 0), 0.0)
        for party in file.parties
        for item in party.interactions
        if len(item.when) == 2 and all(name in order for name in item.when)
        for one, other in [tuple(item.when)]
    ]
    for group in blocks(len(mine), [terms]):
        together = math.prod(len(mine[k].options) for k in group)
        if together > BLOCK_LIMIT:
            named = ", ".join(mine[k].id for k in group)
            found = f"issues {named} interact and have {together:,} packages together"
            allowed = f"at most {BLOCK_LIMIT:,}; drop an interaction or cut options"
            yield where.problem(("issues",), found, allowed)


def joint_red_lines(where: Where, file: ScenarioFile) -> Iterator[Problem]:
    """Red lines of those who sign may not rule out every option of an issue between them."""
    signing = {item.id: item.signatories for item in file.agendas}
    for issue in file.issues:
        names = signing.get(agenda_of(file, issue)) or [party.id for party in file.parties]
        ruled: dict[int | None, str] = {}
        for party in file.parties:
            for line in party.red_lines:
                if line.issue == issue.id and party.id in names:
                    ruled |= {option_index(issue, option): party.id for option in line.options}
        ruled.pop(None, None)
        if len(ruled) == len(issue.options) and len(set(ruled.values())) > 1:
            found = f"red lines of the parties together rule out every option of {issue.id}"
            allowed = "at least one option that nobody rules out"
            yield where.problem(where.find("issues", issue.id), found, allowed)
