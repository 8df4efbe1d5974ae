"""What one visitor has on the page, and what its buttons do."""

from __future__ import annotations

import os
import threading
import time
from typing import Any

import solara

from sim.app.workbench import Played, Stepper, Workpiece, play

__all__ = ["FILE_VARIABLE", "SIZES", "SPEEDS", "Desk"]

FILE_VARIABLE = "SIM_APP_FILE"
"""Environment variable with the scenario the page opens with."""

SIZES = [100, 300, 1000, 3000, 10000]
_SHOWN = 0.02
_FRAME, _PATIENCE = 0.05, 3.0
SPEEDS = {"1 day": 1, "5 days": 5, "10 days": 10}


class Desk:
    """What one visitor has on the page."""

    def __init__(self) -> None:
        opened = os.environ.get(FILE_VARIABLE, "tutorial")
        self.name = solara.reactive(opened)
        self.work = solara.reactive(Workpiece.named(opened))
        self.words = solara.reactive("")
        self.seed: Any = solara.reactive(1)
        self.replication: Any = solara.reactive(0)
        self.speed = solara.reactive("1 day")
        self.stepper: solara.Reactive[Stepper | None] = solara.reactive(None)
        self.day = solara.reactive(0)
        self.playing = solara.reactive(False)
        self.size: Any = solara.reactive(300)
        self.running = solara.reactive(False)
        self.done = solara.reactive(0.0)
        self.stop = False
        self._turn = threading.Lock()
        self._loop = 0
        self.drawn = 0
        self.run: solara.Reactive[Played | None] = solara.reactive(None)
        self.pinned: solara.Reactive[Played | None] = solara.reactive(None)

    def open(self, work: Workpiece, name: str) -> None:
        """Put another scenario on the page; what was played of the one before is put away."""
        self.stop = True
        self.name.set(name)
        self.use(work)
        self.run.set(None)

    def use(self, work: Workpiece) -> None:
        """Take a scenario with its changes; the history begins anew."""
        self.playing.set(False)
        self.work.set(work)
        self.reset()

    def move(self, path: str, value: float) -> None:
        """Move a number; a slider that only says where it stands moves nothing."""
        found = self.work.value.moved(path, value)
        if found.changes != self.work.value.changes or found.problems:
            self.use(found)

    def reset(self) -> None:
        """Begin the history anew."""
        self.playing.set(False)
        self.stepper.set(None)
        self.drawn = 0
        self.day.set(0)

    def step(self, days: int, loop: int | None = None) -> None:
        """Play some days of the history; buttons and the playing thread take turns."""
        with self._turn:
            if loop is not None and not self._goes_on(loop):
                return  # paused or reset while it waited
            stepper = self.stepper.value
            if stepper is None:
                address = _whole(self.seed.value), _whole(self.replication.value)
                stepper = Stepper(self.work.value.scenario, *address)
                self.stepper.set(stepper)
            stepper.step(days)
            if self.stepper.value is not stepper:
                return  # it was put away meanwhile
            self.day.set(len(stepper.days))
            if stepper.over:
                self.playing.set(False)

    def play(self) -> None:
        """Play the history until it is paused or over; a thread does, and the newest one only."""
        self._loop += 1
        mine = self._loop
        while self._goes_on(mine):
            self.step(SPEEDS[self.speed.value], mine)
            waited = 0.0
            while self.drawn < self.day.value and waited < _PATIENCE and self._goes_on(mine):
                time.sleep(_FRAME)
                waited += _FRAME
            time.sleep(_FRAME)

    def _goes_on(self, loop: int) -> bool:
        return bool(self.playing.value) and self._loop == loop

    def begin(self) -> None:
        """Ask for many histories."""
        self.stop = False
        self.done.set(0.0)
        self.running.set(True)

    def cancel(self) -> None:
        """Ask the run to stop at the next day it plays."""
        self.stop = True

    def play_many(self) -> None:
        """Play the histories asked for; a thread does."""
        if not self.running.value:
            return
        try:
            work = self.work.value
            found = play(work, self.size.value, _whole(self.seed.value), self._tick)
            if found is not None and self.work.value.base is work.base:
                self.run.set(found)
        finally:
            self.running.set(False)

    def _tick(self, share: float) -> bool:
        """Show how far the run has come, in steps that are worth a message; say whether to stop."""
        if share - self.done.value > _SHOWN or share >= 1.0:
            self.done.set(share)
        return self.stop


def _whole(value: int | None) -> int:
    """Return what stands in a field as a seed or a replication: nothing and less than 0 are 0."""
    return max(value or 0, 0)
