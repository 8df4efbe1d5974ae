"""How far a run has come, shown where it is run: a terminal, a notebook, a log."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

__all__ = ["Progress", "Told", "shown"]

_SECONDS_BETWEEN_LINES = 10.0


@dataclass(slots=True)
class Progress:
    """How far a run has come.

    Parameters
    ----------
    rows, done
        Histories in all, and played or found finished.
    fresh
        Histories played in this run.
    failures
        Blocks that failed.
    seconds
        Since the start.
    """

    rows: int
    done: int = 0
    fresh: int = 0
    failures: int = 0
    seconds: float = 0.0

    @property
    def rate(self) -> float:
        """Histories played a second."""
        return self.fresh / self.seconds if self.seconds > 0 else 0.0

    @property
    def seconds_left(self) -> float | None:
        """Seconds left at this rate; unknown before the first block."""
        return (self.rows - self.done) / self.rate if self.rate > 0 else None

    def __str__(self) -> str:
        """Say it in a line.

        Examples
        --------
        >>> print(Progress(1000, done=500, fresh=500, seconds=2.0))
        500 of 1,000 histories, 250 a second, 2 s left
        """
        left = self.seconds_left
        parts = [
            f"{self.done:,} of {self.rows:,} histories",
            f"{self.rate:,.0f} a second",
            "" if left is None else f"{left:,.0f} s left",
            f"{self.failures} blocks failed" if self.failures else "",
        ]
        return ", ".join(part for part in parts if part)


Told = Callable[[Progress], None]


@contextmanager
def shown(progress: Told | bool | None, title: str = "") -> Iterator[Told | None]:
    """Return whom to tell: the caller's function, or a display that fits the surroundings.

    Parameters
    ----------
    progress
        A function; ``True`` for a bar in a terminal, tqdm in a notebook and plain lines
        elsewhere; ``False`` or ``None`` for silence.
    title
        What is being run.
    """
    if progress is None or progress is False:
        yield None
    elif progress is not True:
        yield progress
    elif _in_notebook():
        yield from _tqdm(title)
    elif sys.stderr.isatty():
        yield from _bar(title)
    else:
        yield _Lines(title)


def _in_notebook() -> bool:
    shell = sys.modules.get("IPython")
    found = shell.get_ipython() if shell is not None else None
    return type(found).__name__ == "ZMQInteractiveShell"


class _Lines:
    """Plain lines, not too many."""

    def __init__(self, title: str) -> None:
        self._title = f"{title}: " if title else ""
        self._last = time.monotonic()

    def __call__(self, state: Progress) -> None:
        now = time.monotonic()
        if now - self._last >= _SECONDS_BETWEEN_LINES or state.done >= state.rows:
            self._last = now
            sys.stderr.write(f"{self._title}{state}\n")
            sys.stderr.flush()


def _tqdm(title: str) -> Iterator[Told]:
    from tqdm.auto import tqdm  # noqa: PLC0415 - loaded where it is shown

    with tqdm(desc=title or None, unit=" histories", unit_scale=True) as bar:

        def tell(state: Progress) -> None:
            bar.total = state.rows
            bar.n = state.done
            if state.failures:
                bar.set_postfix(failed=state.failures)
            bar.refresh()

        yield tell


def _bar(title: str) -> Iterator[Told]:
    from rich import progress as bars  # noqa: PLC0415
    from rich.console import Console  # noqa: PLC0415 - loaded where it is shown

    texts = (bars.TextColumn(title or "histories"), bars.TextColumn("{task.description}"))
    columns = (texts[0], bars.BarColumn(), texts[1])
    with bars.Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("starting", total=None)

        def tell(state: Progress) -> None:
            bar.update(task, completed=state.done, total=state.rows, description=str(state))

        yield tell
