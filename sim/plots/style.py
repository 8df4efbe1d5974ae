"""One style for all figures: colours safe under colour blindness, and the notice.

Colours are Okabe and Ito's (2008), taken in the order of parties' ids: they carry no judgement
and are no flag's.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

__all__ = ["COLOURS", "NOTICE", "axes", "colours", "note", "style"]

NOTICE = "Stylised model, conditional on stated assumptions; not a forecast."
COLOURS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#6B6B6B")
GREY, DARK = "#9A9A9A", "#333333"

_STYLE = {
    "figure.figsize": (7.0, 4.4),
    "figure.dpi": 110,
    "savefig.dpi": 160,
    "font.size": 10,
    "axes.titlesize": 11,
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.alpha": 0.25,
    "legend.frameon": False,
    "legend.fontsize": 9,
    "lines.linewidth": 1.8,
    "svg.hashsalt": "sim",
}


@contextmanager
def style() -> Iterator[None]:
    """Give figures the common style within a context.

    A notebook's backend, loaded at the first figure, switches interactive mode on; that stays.
    """
    with mpl.rc_context(_STYLE):  # type: ignore[arg-type]
        yield
        interactive = mpl.is_interactive()
    mpl.interactive(interactive)


def axes(ax: Axes | None) -> Axes:
    """Return the Axes given, or those of a new figure."""
    if ax is not None:
        return ax
    return plt.subplots()[1]


def colours(parties: Sequence[str]) -> dict[str, str]:
    """Return one colour for each party, by the order of ids."""
    return {name: COLOURS[k % len(COLOURS)] for k, name in enumerate(sorted(parties))}


def note(figure: Figure, extra: str = "") -> Any:  # noqa: ANN401 - a matplotlib text
    """Write the notice at the foot of a figure."""
    text = f"{extra}  {NOTICE}" if extra else NOTICE
    return figure.text(0.01, 0.005, text, fontsize=8, color=DARK, ha="left", va="bottom")
