"""Uniform numbers with an address: a draw is fixed by (seed, stream, entity, day, replication).

Nothing is drawn in turn, so results depend on neither chunk size, worker count, the order of
rows nor the presence of other actors, and a history can be replayed alone. Philox is a
counter-based generator (Salmon, Moraes, Dror and Shaw 2011, doi:10.1145/2063384.2063405): the
stream and the seed make its key; the replication, the day and the entity make its counter.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from typing import Any

import numpy as np

from sim._numerics import special
from sim._typing import Float, Rows

__all__ = ["Noise"]

_LANES = 4  # 64-bit words a Philox counter yields


def _words(*parts: object) -> tuple[int, int]:
    """Hash an address to two 64-bit words, the same on every machine and in every process."""
    digest = blake2b("\x1f".join(str(part) for part in parts).encode(), digest_size=16).digest()
    return int.from_bytes(digest[:8], "little"), int.from_bytes(digest[8:], "little")


class _Stream:
    """One Philox generator that is moved by its counter before each draw."""

    def __init__(self, seed: int, name: str, block: int) -> None:
        self._bits = np.random.Philox(key=np.array(_words(seed, name), dtype=np.uint64))
        self._generator = np.random.Generator(self._bits)
        self._state: Any = dict(self._bits.state)
        self._state["state"]["counter"][:] = (block, 0, 0, 0)
        self._counters: dict[str, tuple[Any, Any]] = {}

    def draw(self, key: str, day: int, out: Float) -> None:
        """Fill ``out`` with an entity's uniforms of a day, from the stream's first replication on."""
        kept = self._counters.get(key)
        if kept is None:
            kept = self._counters[key] = self._counter_of(key)
        state, counter = kept
        counter[1] = day
        self._bits.state = state
        self._generator.random(out=out)

    def _counter_of(self, key: str) -> tuple[Any, Any]:
        """Return a state of the generator for an entity, and its counter, which is part of it."""
        counter = self._state["state"]["counter"].copy()
        counter[2] = _words(key)[0]
        return self._state | {"state": self._state["state"] | {"counter": counter}}, counter


class Noise:
    """Addressable uniforms for a run of consecutive replications.

    Parameters
    ----------
    seed
        The run's seed; 0 is a seed like any other.
    first
        Absolute number of the first replication.
    count
        How many consecutive replications the run holds.
    points
        How often the run holds them, once for each point of a design: all points share the
        luck of a replication. Rows go by point, then by replication.

    Attributes
    ----------
    rows
        Rows of the run: replications times points.

    Examples
    --------
    >>> few = Noise(7, first=40, count=2)
    >>> many = Noise(7, first=0, count=50)
    >>> few.at(3); many.at(3)
    >>> bool(few.uniform("opener", ["north"])[1, 0] == many.uniform("opener", ["north"])[41, 0])
    True
    """

    def __init__(self, seed: int, first: int = 0, count: int = 1, points: int = 1) -> None:
        self.seed = int(seed)
        self.first = int(first)
        self.count = int(count)
        self.points = int(points)
        self.day = 0
        self.rows = self.count * self.points
        self._rows: Rows | None = None
        self._skip = self.first % _LANES
        self._block = self.first // _LANES
        self._streams: dict[str, _Stream] = {}
        self._kept: dict[tuple[str, ...], Float] = {}

    def at(self, day: int, rows: Rows | None = None) -> None:
        """Move to a day and to the rows still open (positions within the run; all if ``None``)."""
        self.day = day
        if self.points > 1:
            rows = (np.arange(self.rows) if rows is None else rows) % self.count
        self._rows = rows

    def uniform(self, stream: str, keys: Sequence[str] = ("",), rows: Rows | None = None) -> Float:
        """Return uniforms in [0, 1) of shape (rows, entities).

        Parameters
        ----------
        stream
            What the number decides, for example ``"opener"``.
        keys
            Keys of the entities, one column each.
        rows
            Which of the open rows; all of them if ``None``.
        """
        return self._cut(self._drawn(stream, keys, self.day), rows)

    def lasting(self, stream: str, keys: Sequence[str] = ("",), rows: Rows | None = None) -> Float:
        """Return uniforms of day 0, the same on every day, drawn when first asked for and kept."""
        address = (stream, *keys)
        if address not in self._kept:
            self._kept[address] = self._drawn(stream, keys, 0)
        return self._cut(self._kept[address], rows)

    def _drawn(self, stream: str, keys: Sequence[str], day: int) -> Float:
        """Draw the uniforms of all replications of the run, (entities, count)."""
        source = self._streams.get(stream)
        if source is None:
            source = self._streams[stream] = _Stream(self.seed, stream, self._block)
        block = np.empty((len(keys), self._skip + self.count))
        for column, key in enumerate(keys):
            source.draw(key, day, block[column])
        return block[:, self._skip :] if self._skip else block

    def _cut(self, block: Float, rows: Rows | None) -> Float:
        """Return the columns of some of the open rows as rows, (rows, entities)."""
        asked = self._asked(rows)
        return (block if asked is None else block.take(asked, axis=1)).T

    def normal(self, stream: str, keys: Sequence[str] = ("",), rows: Rows | None = None) -> Float:
        """Return standard normal numbers of shape (rows, entities), by inverse CDF."""
        values: Float = special("ndtri")(np.maximum(self.uniform(stream, keys, rows), 2.0**-54))
        return values

    def _asked(self, rows: Rows | None) -> Rows | None:
        """Return the places in the run of some of the open rows; ``None`` for all of the run."""
        if rows is None or self._rows is None:
            return self._rows if rows is None else rows
        return self._rows.take(rows)
