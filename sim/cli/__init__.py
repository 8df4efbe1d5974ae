"""The command ``sim``: parse, call, print. Exit status 0, 1 (a check fell short), 2 (bad input)."""

from __future__ import annotations

from sim.cli.main import app, main

__all__ = ["app", "main"]
