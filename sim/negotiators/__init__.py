"""Named behaviours of parties, found by name; each stands in a file of its own."""

from __future__ import annotations

from sim.negotiators.registry import available, create, describe, register

__all__ = ["available", "create", "describe", "register"]
