"""The registry of negotiators."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sim.registry import Registry

__all__ = ["NEGOTIATORS", "available", "create", "describe", "register", "walks_ranking"]

NEGOTIATORS = Registry("negotiator", "sim.negotiators")

register = NEGOTIATORS.register
available = NEGOTIATORS.available


def create(name: str, parameters: Mapping[str, Any]) -> Any:  # noqa: ANN401 - any behaviour
    """Make a negotiator; a class without ``new_memory`` is scalar and is lifted.

    Examples
    --------
    >>> create("time-dependent", {"beta": 2.0}).beta
    2.0
    """
    cls = NEGOTIATORS.find(name)
    if hasattr(cls, "new_memory"):
        return NEGOTIATORS.create(name, parameters)
    from sim.negotiators.per_replication import PerReplication  # noqa: PLC0415 - it needs this file

    return PerReplication(cls, dict(parameters))


def describe(name: str) -> dict[str, str]:
    """Return what a behaviour is: its rule in one sentence, parameters and source.

    Examples
    --------
    >>> describe("time-dependent")["parameters"]
    'shape=polynomial, beta=0.4, k=0.05, trade_off=learned, accept=level, accept_after=0.95, accept_margin=0.0, mishears=0.0'
    """
    return NEGOTIATORS.describe(name)


def walks_ranking(name: str) -> bool:
    """Return whether a behaviour needs every package listed.

    Examples
    --------
    >>> walks_ranking("micro"), walks_ranking("time-dependent")
    (True, False)
    """
    return bool(getattr(NEGOTIATORS.find(name), "walks_ranking", False))
