"""The page: a scenario in the browser, moved, stepped through, played and compared (extra ``app``)."""

from __future__ import annotations
