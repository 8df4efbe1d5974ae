"""From the agendas of a checked scenario to their packages, tables, deliveries and tranches."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from sim._typing import Float
from sim.agenda import Agenda, Delivery, Issue
from sim.errors import RunError
from sim.frontier import bargaining_point
from sim.scenario.lookup import agenda_of
from sim.scenario.pools import on_offer, pool_and_reach
from sim.scenario.schema import AgendaPart, DeliveryPart, IssuePart, ScenarioFile
from sim.scenario.tables import Weights, build_tables
from sim.space import Space

__all__ = ["compile_agendas"]

_MOST_CELLS = 50_000_000


def compile_agendas(
    file: ScenarioFile,
    names: Sequence[str],
    points: Sequence[Weights],
    widths: Float,
    status_quo: Float,
) -> tuple[Agenda, ...]:
    """Return the agendas of a scenario, the one open from the start first.

    ``status_quo`` is each party's at each point, (G, P).

    Raises
    ------
    RunError
        If sets of weights and packages together need too large tables.
    """
    parts = list(file.agendas) or [AgendaPart(id="talks")]
    parts.sort(key=lambda part: (part.opens_after is not None, part.id))
    order = [part.id for part in parts]
    cells = 0
    made = []
    for part in parts:
        issues = sorted(
            (issue for issue in file.issues if agenda_of(file, issue) == part.id),
            key=lambda issue: issue.id,
        )
        space = Space([len(issue.options) for issue in issues])
        listed = space.count if space.listed else 0
        cells += listed * len(points) * (2 * len(names) + 1)
        if cells > _MOST_CELLS:
            message = (
                f"{len(points)} sets of weights over {space.count:,} packages need more than "
                f"{_MOST_CELLS:,} table entries; vary fewer weights or cut options"
            )
            raise RunError(message)
        made.append(_agenda(file, names, part, order, issues, space, points, widths))
    return tuple(_foreseeing(made, status_quo))


def _foreseeing(agendas: Sequence[Agenda], status_quo: Float) -> Iterator[Agenda]:
    """Tell each agenda what the ones it opens can be expected to bring.

    That is the Nash point of the later agenda with the stated status quo as disagreement.
    """
    for number, talks in enumerate(agendas):
        ahead = np.zeros(status_quo.shape)
        for later in agendas:
            if later.after != number:
                continue
            who = list(later.signatories)
            for row in range(later.tables.parts.shape[0]):
                utilities, feasible = on_offer(later.tables, row, who)
                point = bargaining_point("nash", utilities, status_quo[row, who], feasible)
                if point is not None:
                    ahead[row, who] += np.array(point.utilities) - status_quo[row, who]
        yield replace(talks, ahead=ahead)


def _agenda(
    file: ScenarioFile,
    names: Sequence[str],
    part: AgendaPart,
    order: Sequence[str],
    issues: Sequence[IssuePart],
    space: Space,
    points: Sequence[Weights],
    widths: Float,
) -> Agenda:
    carried = file.implementation
    tranches = part.tranches or carried.tranches
    deliveries = _deliveries(file, names, issues, tranches)
    signing = tuple(k for k, name in enumerate(names) if name in (part.signatories or names))
    tables = build_tables(file, issues, space, deliveries, points, widths, signing)
    pool, reach = pool_and_reach(tables, space, signing)
    after = part.opens_after
    extension = carried.extension if file.rules.get("extension", True) else None
    monitor = _flagged(issues, "detection")
    seen = issues[monitor].detection if monitor >= 0 else None
    detection = np.array(seen or [0.0], dtype=np.float64)
    if not file.rules.get("monitoring", True):
        detection = np.zeros_like(detection)
    return Agenda(
        id=part.id,
        issues=tuple(_issue(issue, file.calendar.start) for issue in issues),
        space=space,
        tables=tables,
        monitor=monitor,
        detection=detection,
        term=_flagged(issues, "term"),
        after=order.index(after.agenda) if after else -1,
        after_tranche=after.tranches if after else 0,
        signatories=signing,
        deadline=part.deadline or 0,
        deliveries=deliveries,
        tranches=tranches,
        interval=part.interval or carried.interval,
        extension_people=extension.people if extension else 0,
        extension_days=extension.days if extension else 0,
        further=tuple(tuple(lists) for lists in extension.further) if extension else (),
        penalty=_set_by_option(issues, "penalty"),
        residual=_set_by_option(issues, "residual"),
        pool=pool,
        reach=reach,
        ahead=np.zeros((1, len(names))),
    )


def _set_by_option(issues: Sequence[IssuePart], name: str) -> Float:
    """Return what options set, (I, O); nan for issues that set nothing."""
    table = np.full((len(issues), max(len(issue.options) for issue in issues)), np.nan)
    for row, issue in enumerate(issues):
        values = getattr(issue, name)
        if values is not None:
            table[row, : len(values)] = values
    return table


def _flagged(issues: Sequence[IssuePart], flag: str) -> int:
    return next((n for n, issue in enumerate(issues) if getattr(issue, flag)), -1)


def _issue(part: IssuePart, start: dt.date) -> Issue:
    def value(option: object) -> float:
        if option == "permanent":
            return float("inf")
        if isinstance(option, dt.date):
            return float((option - start).days + 1)
        return float(option) if isinstance(option, (int, float)) else float("nan")

    labels = tuple(str(option) for option in part.options)
    numbers = tuple(map(value, part.options))
    return Issue(part.id, part.name or part.id, part.unit, labels, numbers, part.flow)


def _deliveries(
    file: ScenarioFile, names: Sequence[str], issues: Sequence[IssuePart], tranches: int
) -> tuple[Delivery, ...]:
    order = {issue.id: number for number, issue in enumerate(issues)}
    equal = (1.0 / tranches,) * tranches
    return tuple(
        Delivery(
            issue=order[name],
            by=list(names).index(part.by),
            shares=_shares(part) or equal,
            people=part.people,
            per=order[part.per] if part.per else -1,
            held=float("inf") if part.held is None else part.held.value,
        )
        for name, part in sorted(file.implementation.deliveries.items())
        if name in order
    )


def _shares(part: DeliveryPart) -> tuple[float, ...]:
    """Return the stated shares, or those of the stated lists of people."""
    if part.lists:
        return tuple(people / sum(part.lists) for people in part.lists)
    return tuple(part.shares or ())
