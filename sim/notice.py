"""The notice that every table, figure, report and page carries (DESIGN, fairness)."""

from __future__ import annotations

__all__ = ["NOTICE"]

NOTICE = "Stylised model, conditional on stated assumptions; not a forecast."
