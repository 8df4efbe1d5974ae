"""Named styles of mediation; each stands in a file of its own."""

from __future__ import annotations

from sim.mediators.registry import available, create, register

__all__ = ["available", "create", "register"]
