"""Runs on disk: what a run leaves, and how it is read back."""

from __future__ import annotations

from sim.experiment.store import save_run

__all__ = ["save_run"]
