"""``sim report``: one file that says what was played, under which assumptions, and what came of it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

__all__ = ["report"]


def report(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="What sim run or sim sweep left.")],
    *,
    out: Annotated[
        Path | None, typer.Option(help="The file to write; report.html in DIR if not given.")
    ] = None,
) -> None:
    """Write one self-contained HTML file about the run or the experiment in DIR.

    It needs neither network nor scripts, prints to PDF from a browser, and holds the scenario in
    words and tables, every assumption with its source, figures, results with standard errors, what
    was compared, limits, and the command that makes it again.
    """
    from sim.report.page import write_report  # noqa: PLC0415 - matplotlib, jinja2

    path = write_report(folder, out)
    size = path.stat().st_size / 1e6
    sys.stdout.write(f"The report is {path} ({size:.1f} MB)\n")
