"""What people look at: the figures a run leaves, and a report of a run or an experiment."""

from __future__ import annotations
