"""The picture of one day for the README: ``python -m tests.draw_day .github`` (``make figures``)."""

from __future__ import annotations

import sys
from pathlib import Path

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch

from sim.plots.style import COLOURS, DARK, note, style

STAGES = (
    ("1  Events", "a summit, a convoy,\na step asked for"),
    ("2  Spoilers", "attack as a deal\ncomes near"),
    ("3  Fighting", "moves, harms people,\nteaches both sides"),
    ("4  Home, readiness", "support, pressure;\nwho comes to the table"),
    ("5  The table", "an offer or a mediator's\ntext; all answer"),
    ("6  Ratification", "constituencies vote,\nsome with a veto"),
    ("7  Implementation", "tranches, breaches,\ndisputes, repair"),
    ("8  The ledger", "trust, beliefs,\nreleases are written"),
)
"""The stages of ``sim.engine.step``, in order, and what each is."""


def main(folder: str) -> None:
    """Draw the picture into a folder."""
    with style():
        figure = Figure(figsize=(9.0, 3.4))
        FigureCanvasAgg(figure)
        ax = figure.add_axes((0.0, 0.08, 1.0, 0.92))
        ax.set_axis_off()
        ax.set_xlim(-0.1, 8.3)
        ax.set_ylim(-0.2, 3.2)
        for number, (title, text) in enumerate(STAGES):
            row, place = divmod(number, 4)
            x, y = 2.08 * (place if row == 0 else 3 - place), 1.75 - 1.75 * row
            shade = COLOURS[0] if number == 4 else COLOURS[4]
            box = FancyBboxPatch(
                (x + 0.06, y), 1.7, 1.15, boxstyle="round,pad=0.04", fc=shade, alpha=0.22, lw=0
            )
            ax.add_patch(box)
            ax.text(x + 0.13, y + 0.88, title, fontsize=10.5, fontweight="bold", color=DARK)
            ax.text(x + 0.13, y + 0.68, text, fontsize=9, color=DARK, va="top")
            _arrow(ax, number, x, y)
        note(figure)
        figure.savefig(Path(folder) / "day.png", metadata={"Software": None})


def _arrow(ax, number, x, y):
    """Draw the way to the next stage; the last leads to the next morning."""
    line = {"arrowstyle": "-|>", "color": DARK, "lw": 1.2}
    if number < 3:
        ax.annotate("", (x + 2.1, y + 0.55), (x + 1.8, y + 0.55), arrowprops=line)
    elif number == 3:
        ax.annotate("", (x + 0.9, y - 0.52), (x + 0.9, y - 0.06), arrowprops=line)
    elif number < 7:
        ax.annotate("", (x - 0.28, y + 0.55), (x + 0.02, y + 0.55), arrowprops=line)
    else:
        ax.annotate("", (x + 0.9, y + 1.7), (x + 0.9, y + 1.22), arrowprops=line)
        ax.text(x + 1.0, y + 1.4, "next day", fontsize=9, color=DARK)


if __name__ == "__main__":
    main(sys.argv[1])
