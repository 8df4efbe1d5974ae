"""Runs on disk: what a run leaves, and how it is read back."""

from __future__ import annotations

from sim.experiment.store import save_run, shown_replication

__all__ = ["save_run", "shown_replication"]
