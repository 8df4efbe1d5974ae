"""Arms of an experiment, or of two, compared: paired where they share their luck."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from sim._typing import Float
from sim.comparison import Difference, PairedDifference, difference_table
from sim.errors import RunError
from sim.experiment.opened import OpenedExperiment
from sim.experiment.tables import needed_columns
from sim.measures import Measure, chosen_measures, measured

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["compare_arms"]


def compare_arms(
    results: OpenedExperiment,
    other: OpenedExperiment | None = None,
    *,
    base: str | None = None,
    measures: Sequence[str] = (),
) -> pd.DataFrame:
    """Return how arms differ from a base, in every outcome, with correction for their number.

    Histories of the same replication and point are paired where the arms were played with one
    seed. Points share the luck of a replication, so with a design a replication's mean over
    points is one observation.

    Parameters
    ----------
    results
        The experiment; its arms are compared with its base arm.
    other
        A second experiment: each of its arms is compared with the arm of that name in the first.
    base
        Another arm to compare with.
    measures
        Names of outcomes; those of the experiment if omitted.

    Returns
    -------
    DataFrame
        As ``sim.comparison.difference_table`` returns it, and whether each row is ``paired``.

    Raises
    ------
    RunError
        If nothing can be compared.

    Examples
    --------
    >>> import sim, tempfile
    >>> data = {"schema": 1, "title": "x", "scenario": "prisoner_exchange_minimal",
    ...         "replications": 20, "seed": 1,
    ...         "arms": [{"id": "a"}, {"id": "b", "set": {"protocol.mediated": False}}]}
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     table = compare_arms(sim.run_experiment(data, f"{folder}/x"), measures=["signed"])
    >>> table.name.tolist(), table["count"].tolist(), table.paired.tolist()
    (['b'], [20], [True])
    """
    chosen = chosen_measures(measures, results.known_measures) if measures else results.measures
    pairs = list(_pairs(results, other, base))
    tallies: dict[tuple[str, Measure], Difference] = {}
    paired = []
    for name, left, right in pairs:
        same = _share_luck(left, right)
        for item, tally in _tallied(left, right, chosen, paired=same).items():
            tallies[name, item] = tally
            paired.append(same)
    table = difference_table(tallies)
    table["paired"] = paired
    return table


_Side = tuple[OpenedExperiment, str]


def _pairs(
    results: OpenedExperiment, other: OpenedExperiment | None, base: str | None
) -> Iterator[tuple[str, _Side, _Side]]:
    """Yield what is compared: a name, the base and the arm."""
    if other is None:
        own = base or results.base
        results.seed(own)
        others = [arm for arm in results.arms if arm != own]
        if not others:
            message = f"{results.folder} has one arm only; give a second folder to compare with"
            raise RunError(message)
        for arm in others:
            yield arm, (results, own), (results, arm)
        return
    shared = [arm for arm in other.arms if arm in results.arms]
    if not shared:
        message = (
            f"{results.folder} and {other.folder} share no arm: "
            f"{', '.join(results.arms)}; {', '.join(other.arms)}"
        )
        raise RunError(message)
    if not np.array_equal(results.design.values, other.design.values):
        message = f"{results.folder} and {other.folder} have different designs"
        raise RunError(message)
    for arm in shared:
        yield arm, (results, arm), (other, arm)


def _share_luck(left: _Side, right: _Side) -> bool:
    return left[0].seed(left[1]) == right[0].seed(right[1])


def _tallied(
    left: _Side, right: _Side, chosen: Sequence[Measure], *, paired: bool
) -> Mapping[Measure, Difference]:
    if not paired:
        return _apart(left, right, chosen)
    if left[0].design.points > 1:
        return _over_points(left, right, chosen)
    tallies = {item: PairedDifference() for item in chosen}
    for _, one, two in _both(left, right, chosen):
        for item in chosen:
            tallies[item].add(measured(one, item.name), measured(two, item.name))
    return tallies


def _both(
    left: _Side, right: _Side, chosen: Sequence[Measure]
) -> Iterator[tuple[Any, dict[str, Any], dict[str, Any]]]:
    """Yield the blocks that both arms have: the block, and the columns of each."""
    names = needed_columns(chosen)
    numbered = {name.rpartition("/")[2]: name for name in right[0].block_names(right[1])}
    found = False
    for block, columns in left[0].blocks(left[1], names):
        match = numbered.get(block.name.rpartition("/")[2])
        if match is None:
            continue
        _, there = right[0].block(match, names)
        if there["replication"].size != columns["replication"].size:
            continue
        found = True
        yield block, columns, there
    if not found:
        message = f"{left[1]} and {right[1]} have no finished block in common"
        raise RunError(message)


def _over_points(
    left: _Side, right: _Side, chosen: Sequence[Measure]
) -> dict[Measure, PairedDifference]:
    """Take each replication's means over the points as one observation."""
    count = left[0].replications
    sums = {item: np.zeros((3, count)) for item in chosen}
    times = {item: np.zeros((3, count)) for item in chosen}
    for block, one, two in _both(left, right, chosen):
        here = slice(block.first, block.first + block.count)
        for item in chosen:
            base = measured(one, item.name).reshape(-1, block.count)
            arm = measured(two, item.name).reshape(-1, block.count)
            for row, values in enumerate((base, arm, arm - base)):
                known = ~np.isnan(values)
                sums[item][row, here] += np.where(known, values, 0.0).sum(axis=0)
                times[item][row, here] += known.sum(axis=0)
    return {item: _means(sums[item], times[item]) for item in chosen}


def _means(sums: Float, times: Float) -> PairedDifference:
    means = np.where(times > 0, sums / np.maximum(times, 1), np.nan)
    found = PairedDifference()
    for part, row in zip((found.base, found.arm, found.apart), means, strict=True):
        part.add(row)
    return found


def _apart(left: _Side, right: _Side, chosen: Sequence[Measure]) -> dict[Measure, Difference]:
    """Compare arms whose luck differs: the difference of two independent means."""
    if left[0].design.points > 1:
        message = "arms with a design are compared with common luck only; set common_luck: true"
        raise RunError(message)
    found = {item: Difference() for item in chosen}
    for side, name in ((left, "base"), (right, "arm")):
        for _, columns in side[0].blocks(side[1], needed_columns(chosen)):
            for item in chosen:
                getattr(found[item], name).add(measured(columns, item.name))
    return found
