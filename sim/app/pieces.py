"""Headings and tables of the page."""

from __future__ import annotations

from html import escape

import pandas as pd
import solara

__all__ = ["heading", "table"]


def heading(level: str, text: str) -> None:
    """Write a heading; Solara's Markdown asks the network for a style of formulas."""
    solara.HTML(level, unsafe_innerHTML=escape(text))


def table(shown: pd.DataFrame) -> None:
    """Write a table that scrolls where it is wider than the page."""
    html = shown.to_html(index=False, border=0, escape=True)
    solara.HTML("div", unsafe_innerHTML=html, classes=["sim-wide"])
