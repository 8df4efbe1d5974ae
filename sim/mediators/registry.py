"""The registry of mediators."""

from __future__ import annotations

from sim.registry import Registry

__all__ = ["MEDIATORS", "available", "create", "register"]

MEDIATORS = Registry("mediator", "sim.mediators")

register = MEDIATORS.register
available = MEDIATORS.available
create = MEDIATORS.create
