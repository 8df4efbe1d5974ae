"""The table: state of the talks, what a behaviour may see, and how it finds a package."""

from __future__ import annotations

from sim.table.aims import Issuewise, Least, Near
from sim.table.desk import Desk
from sim.table.protocols import Intervention, Mediator, Negotiator
from sim.table.search import Search
from sim.table.state import State
from sim.table.view import View

__all__ = [
    "Desk",
    "Intervention",
    "Issuewise",
    "Least",
    "Mediator",
    "Near",
    "Negotiator",
    "Search",
    "State",
    "View",
]
