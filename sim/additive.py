"""The exact frontier of additive preferences, combined issue by issue, never package by package.

The utility of a package is a sum over issues, so what is dominated on some of the issues stays
dominated whatever the others settle: each issue is added in turn and what is dominated is
dropped at once. Issues bound together by pair terms are enumerated together. Two parties keep
lists that grow slowly; with three or more the frontier itself grows fast, and a tolerance keeps
the lists short.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from math import comb

import numpy as np

from sim._typing import Bool, Float, Int, Rows
from sim.errors import SimError
from sim.frontier import undominated
from sim.preferences import Interaction, values
from sim.space import Space

__all__ = [
    "AdditiveFrontier",
    "additive_frontier",
    "best_choice",
    "blocks",
    "choices_of",
    "supported_frontier",
]

BLOCK_LIMIT = 1_000_000
"""Most packages of issues that interact; twenty times as many sums may be held at once."""

_DIGITS = 12  # of a party's range: differences below come from the order of addition alone


@dataclass(frozen=True, eq=False)
class AdditiveFrontier:
    """Undominated packages, one for each point.

    Parameters
    ----------
    utilities
        (P, F), best for the first party first.
    options
        Option of each issue, (F, I).
    packages
        How many packages there are, enumerated or not.
    tolerance
        For every package one on the list is worse by at most this, for each party; 0 for the
        exact frontier, nan where nothing is said of what is missing.
    longest
        Most sums compared at one step: what the work and the memory grow with.
    """

    utilities: Float
    options: Int
    packages: int
    tolerance: float
    longest: int


@dataclass(frozen=True, eq=False)
class _List:
    """Undominated choices on some issues: sums so far and the options behind them."""

    sums: Float  # (P, L)
    options: Int  # (L, issues so far)


def additive_frontier(
    parts: Float,
    sizes: Sequence[int],
    *,
    allowed: Bool | None = None,
    interactions: Sequence[Sequence[Interaction]] = (),
    normalise: bool = True,
    tolerance: float = 0.0,
) -> AdditiveFrontier:
    """Return the Pareto frontier of additive preferences without enumerating packages.

    Parameters
    ----------
    parts
        Weighted scores by party, issue and option, (P, I, O), padded.
    sizes
        Number of options of each issue.
    allowed
        Options on nobody's red line, (I, O); all if omitted.
    interactions
        Pair terms of each party.
    normalise
        Put each party on the scale from 0 (its worst package) to 1 (its best), red lines
        included, as scenarios do.
    tolerance
        For three parties and more: how much worse, for each party, the list may be than the
        exact frontier. 0 keeps it exact.

    Raises
    ------
    SimError
        If issues that interact have too many packages together, or the lists grow past the
        limit; the message says what to cut.

    References
    ----------
    The rule of dropping dominated partial sums is dynamic programming on a sum of finite sets
    (Nemhauser and Ullmann 1969, doi:10.1287/mnsc.15.9.494); the tolerance is that of
    Papadimitriou and Yannakakis 2000, doi:10.1109/SFCS.2000.892068, in its additive form.

    Examples
    --------
    >>> parts = np.array([[[0.8, 0.0], [0.2, 0.0]], [[0.0, 0.2], [0.0, 0.8]]])
    >>> found = additive_frontier(parts, [2, 2])
    >>> found.utilities.tolist()
    [[1.0, 0.8, 0.0], [0.0, 0.8, 1.0]]
    """
    groups = blocks(len(sizes), interactions)
    lists = [_block(parts, sizes, group, allowed, interactions) for group in groups]
    low, width = _ends(parts, sizes, groups, interactions)
    slack = tolerance / len(lists) * (width if normalise else np.ones_like(width))
    whole = _pruned(lists[0], width, slack)
    longest = lists[0].sums.shape[1]
    for part, group in zip(lists[1:], groups[1:], strict=True):
        _hold_to_limit(whole, part, group)
        longest = max(longest, whole.sums.shape[1] * part.sums.shape[1])
        whole = _pruned(_added(whole, part), width, slack)
    order = np.argsort(-whole.sums[0], kind="stable")
    placed = np.argsort([issue for group in groups for issue in group], kind="stable")
    return AdditiveFrontier(
        utilities=((whole.sums - low) / width if normalise else whole.sums)[:, order],
        options=whole.options[order][:, placed],
        packages=int(np.prod(np.array(sizes, dtype=object))),
        tolerance=float(tolerance),
        longest=int(longest),
    )


def blocks(issues: int, interactions: Sequence[Sequence[Interaction]]) -> list[list[int]]:
    """Return the issues in groups that no pair term links, in the order of their first issue.

    Examples
    --------
    >>> blocks(4, [[Interaction((1, 3), (0, 0), 0.1)]])
    [[0], [1, 3], [2]]
    """
    group = list(range(issues))
    for terms in interactions:
        for term in terms:
            one, other = (group[issue] for issue in term.issues)
            group = [min(one, other) if g in (one, other) else g for g in group]
    return [[k for k in range(issues) if group[k] == g] for g in sorted(set(group))]


def supported_frontier(
    parts: Float,
    sizes: Sequence[int],
    *,
    allowed: Bool | None = None,
    interactions: Sequence[Sequence[Interaction]] = (),
    most: int = 600,
) -> AdditiveFrontier:
    """Return packages of the frontier that are best for some weighing of the parties.

    All are undominated, but not all that are undominated are among them. It serves many parties,
    whose frontier is too long to be listed: the work is that of one package for each weighing. The
    weighings are all compositions of a whole, so that the order of parties plays no role.

    Parameters
    ----------
    parts, sizes, allowed, interactions
        As ``additive_frontier`` takes them.
    most
        How many weighings at the most.

    Examples
    --------
    >>> parts = np.array([[[0.8, 0.0], [0.2, 0.0]], [[0.0, 0.2], [0.0, 0.8]]])
    >>> supported_frontier(parts, [2, 2]).utilities.tolist()
    [[1.0, 0.8, 0.0], [0.0, 0.8, 1.0]]
    """
    groups = blocks(len(sizes), interactions)
    low, width = _ends(parts, sizes, groups, interactions)
    weights = _weighings(parts.shape[0], most) / width.T
    options = np.zeros((len(weights), len(sizes)), dtype=np.int64)
    sums = np.zeros((parts.shape[0], len(weights)))
    for group in groups:
        part = _block(parts, sizes, group, allowed, interactions)
        best = (weights @ part.sums).argmax(axis=1)
        options[:, group] = part.options[best]
        sums += part.sums[:, best]
    kept = undominated(np.round(sums / width, _DIGITS))
    order = kept[np.argsort(-sums[0, kept], kind="stable")]
    return AdditiveFrontier(
        utilities=((sums - low) / width)[:, order],
        options=options[order],
        packages=int(np.prod(np.array(sizes, dtype=object))),
        tolerance=float("nan"),
        longest=len(weights),
    )


def _weighings(parties: int, most: int) -> Float:
    """Return weights (W, P) that sum to one, none of them 0: all compositions of a whole."""
    steps = 1
    while comb(steps + parties, parties - 1) <= most:
        steps += 1
    bars = np.array(list(combinations(range(steps + parties - 1), parties - 1)))
    ends = np.full((len(bars), 1), steps + parties - 1)
    edges = np.concatenate((np.full((len(bars), 1), -1), bars, ends), axis=1)
    shares = (np.diff(edges, axis=1) - 1) / steps
    return (shares + 1e-3) / (1.0 + 1e-3 * parties)


def best_choice(
    parts: Float,
    sizes: Sequence[int],
    *,
    allowed: Bool | None = None,
    interactions: Sequence[Interaction] = (),
) -> Int:
    """Return the options of the package worth most to one party, (I,), group by group.

    Parameters
    ----------
    parts
        Weighted scores by issue and option, (I, O), padded.
    sizes
        Number of options of each issue.
    allowed
        Options that may be chosen, (I, O); all if omitted.
    interactions
        The party's pair terms.

    Raises
    ------
    SimError
        If issues that interact have too many packages together, or none may be chosen.

    Examples
    --------
    >>> best_choice(np.array([[0.1, 0.4], [0.3, 0.2]]), [2, 2]).tolist()
    [1, 0]
    """
    chosen = np.zeros(len(sizes), dtype=np.int64)
    for group in blocks(len(sizes), [interactions]):
        added, options = choices_of(parts, sizes, group, allowed=allowed, interactions=interactions)
        chosen[group] = options[int(added.argmax())]
    return chosen


def choices_of(
    parts: Float,
    sizes: Sequence[int],
    group: Sequence[int],
    *,
    allowed: Bool | None = None,
    interactions: Sequence[Interaction] = (),
) -> tuple[Float, Int]:
    """Return all ways to settle a group of issues: what each adds, (n,), and its options, (n, k).

    Parameters are those of ``best_choice``; ``group`` is one of ``blocks``.

    Examples
    --------
    >>> choices_of(np.array([[0.1, 0.4], [0.3, 0.2]]), [2, 2], [1])[0].tolist()
    [0.3, 0.2]
    """
    part = _block(parts[None], sizes, group, allowed, [interactions])
    return part.sums[0], part.options


def _terms(
    interactions: Sequence[Sequence[Interaction]], party: int, group: Sequence[int]
) -> list[Interaction]:
    """Return a party's pair terms within a group, its issues counted from 0."""
    if not interactions:
        return []
    return [
        Interaction((group.index(t.issues[0]), group.index(t.issues[1])), t.options, t.value)
        for t in interactions[party]
        if t.issues[0] in group
    ]


def _every(
    parts: Float,
    sizes: Sequence[int],
    group: Sequence[int],
    interactions: Sequence[Sequence[Interaction]],
) -> tuple[Space, Float]:
    """Return all packages of a group and what they add to each party's sum, (P, n)."""
    space = Space([sizes[k] for k in group])
    if space.count > BLOCK_LIMIT:
        widest = max(group, key=lambda k: sizes[k])
        message = (
            f"issues {', '.join(str(k) for k in group)} interact and have {space.count:,} packages "
            f"together; at most {BLOCK_LIMIT:,}: drop a pair term or cut options of issue {widest}"
        )
        raise SimError(message)
    rows = [
        values(space, parts[party][list(group)], _terms(interactions, party, group))
        for party in range(parts.shape[0])
    ]
    return space, np.stack(rows)


def _block(
    parts: Float,
    sizes: Sequence[int],
    group: Sequence[int],
    allowed: Bool | None,
    interactions: Sequence[Sequence[Interaction]],
) -> _List:
    space, sums = _every(parts, sizes, group, interactions)
    options = space.options.T
    if allowed is not None:
        open_ = np.logical_and.reduce(
            [allowed[issue, options[:, place]] for place, issue in enumerate(group)]
        )
        sums, options = sums[:, open_], options[open_]
    if options.shape[0] == 0:
        message = f"red lines leave no option of issue {group[0]}"
        raise SimError(message)
    return _List(sums, options)


def _ends(
    parts: Float,
    sizes: Sequence[int],
    groups: Sequence[Sequence[int]],
    interactions: Sequence[Sequence[Interaction]],
) -> tuple[Float, Float]:
    """Return each party's worst sum and the width of its range, red lines included, (P, 1)."""
    low = high = np.zeros((parts.shape[0], 1))
    for group in groups:
        sums = _every(parts, sizes, group, interactions)[1]
        low = low + sums.min(axis=1, keepdims=True)
        high = high + sums.max(axis=1, keepdims=True)
    return low, np.maximum(high - low, np.finfo(float).tiny)


def _hold_to_limit(whole: _List, part: _List, group: Sequence[int]) -> None:
    count = whole.sums.shape[1] * part.sums.shape[1]
    if count > 20 * BLOCK_LIMIT:
        message = (
            f"at issue {group[0]} the frontier grows to {count:,} sums, at most "
            f"{20 * BLOCK_LIMIT:,}; give a tolerance (0.01 keeps the lists short) or cut options"
        )
        raise SimError(message)


def _added(whole: _List, part: _List) -> _List:
    """Combine every choice so far with every choice of the next issues."""
    sums = whole.sums[:, :, None] + part.sums[:, None, :]
    left, right = np.divmod(np.arange(sums[0].size), part.sums.shape[1])
    options = np.concatenate((whole.options[left], part.options[right]), axis=1)
    return _List(sums.reshape(len(sums), -1), options)


def _pruned(part: _List, width: Float, slack: Float) -> _List:
    """Drop what is dominated, and all but the first of those worth the same, up to rounding."""
    kept = _one_a_box(part.sums, slack) if slack.any() else np.arange(part.sums.shape[1])
    level = np.round(part.sums[:, kept] / width, _DIGITS)
    kept = kept[undominated(level)]
    return _List(part.sums[:, kept], part.options[kept])


def _one_a_box(sums: Float, slack: Float) -> Rows:
    """Return one choice for each box of the tolerance's width, that of the largest sum."""
    boxes = np.floor(sums / slack)
    best = np.argsort(-sums.sum(axis=0), kind="stable")
    first = np.unique(boxes[:, best], axis=1, return_index=True)[1]
    kept: Rows = np.sort(best[first])
    return kept
