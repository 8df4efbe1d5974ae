"""What one visitor has on the page, and what its buttons do."""

from __future__ import annotations

import os
from typing import Any

import solara

from sim.app.workbench import Played, Stepper, Workpiece, play

__all__ = ["FILE_VARIABLE", "SIZES", "SPEEDS", "Desk"]

FILE_VARIABLE = "SIM_APP_FILE"
"""Environment variable with the scenario the page opens with."""

SIZES = [100, 300, 1000, 3000, 10000]
_SHOWN = 0.02
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
        self.run: solara.Reactive[Played | None] = solara.reactive(None)
        self.pinned: solara.Reactive[Played | None] = solara.reactive(None)

    def open(self, work: Workpiece, name: str) -> None:
        """Put another scenario on the page."""
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
        self.day.set(0)

    def step(self, days: int) -> None:
        """Play some days of the history."""
        stepper = self.stepper.value
        if stepper is None:
            seed, replication = self.seed.value or 0, self.replication.value or 0
            stepper = Stepper(self.work.value.scenario, seed, replication)
            self.stepper.set(stepper)
        stepper.step(days)
        self.day.set(len(stepper.days))
        if stepper.over:
            self.playing.set(False)

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
            found = play(self.work.value, self.size.value, self.seed.value or 0, self._tick)
            if found is not None:
                self.run.set(found)
        finally:
            self.running.set(False)

    def _tick(self, share: float) -> bool:
        """Show how far the run has come, in steps that are worth a message; say whether to stop."""
        if share - self.done.value > _SHOWN or share >= 1.0:
            self.done.set(share)
        return self.stop
