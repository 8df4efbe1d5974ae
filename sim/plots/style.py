"""One style for all figures: colours safe under colour blindness, and the notice.

Colours are Okabe and Ito's (2008), taken in the order of parties' ids: they carry no judgement
and are no flag's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from cycler import cycler
from matplotlib import dates as mdates
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.notice import NOTICE

__all__ = [
    "COLOURS",
    "DARK",
    "GREY",
    "NOTICE",
    "OUTCOME_COLOURS",
    "PALE",
    "axes",
    "colours",
    "note",
    "style",
    "time_axis",
    "times",
]

COLOURS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#6B6B6B")
GREY, DARK, PALE = "#9A9A9A", "#333333", "#E4E4E4"
OUTCOME_COLOURS = {
    "completed": "#009E73",
    "expired at term": "#56B4E9",
    "replaced by a later agreement": "#0072B2",
    "in force at the horizon": "#CC79A7",
    "collapsed": "#D55E00",
    "rejected at home": "#E69F00",
    "walked out": "#6B6B6B",
    "no agreement at the horizon": "#BDBDBD",
}
"""One colour for each way a history ends; neighbours in a figure differ in lightness too."""

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
    "axes.prop_cycle": cycler(color=COLOURS),
    "legend.frameon": False,
    "legend.fontsize": 9,
    "lines.linewidth": 1.8,
    "svg.hashsalt": "sim",
}
_FOOT = 0.72
"""Inches below the axes: for tick labels, the label of the axis and the notice."""
_LINE = 0.22
"""Inches the notice takes by itself."""


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


def times(table: pd.DataFrame | Sequence[Mapping[str, Any]], *, dated: bool) -> Any:  # noqa: ANN401
    """Return where the rows of a table stand in time: its dates, or its days counted from 1."""
    column = "date" if dated else "day"
    if isinstance(table, pd.DataFrame):
        return pd.to_datetime(table[column]).to_numpy() if dated else table[column].to_numpy()
    values = [row[column] for row in table]
    return np.array(values, dtype="datetime64[D]") if dated else np.array(values)


def time_axis(ax: Axes, *, dated: bool) -> None:
    """Label the time axis, with dates where the scenario states them."""
    if dated:
        locator = mdates.AutoDateLocator(minticks=3, maxticks=7)  # type: ignore[no-untyped-call]
        ax.xaxis.set_major_locator(locator)
        formatter = mdates.ConciseDateFormatter(locator)  # type: ignore[no-untyped-call]
        ax.xaxis.set_major_formatter(formatter)
        ax.set_xlabel("Date")
    else:
        ax.set_xlabel("Day")


def colours(parties: Sequence[str]) -> dict[str, str]:
    """Return one colour for each party, by the order of ids."""
    return {name: COLOURS[k % len(COLOURS)] for k, name in enumerate(sorted(parties))}


def note(figure: Figure, extra: str = "") -> Any:  # noqa: ANN401 - a matplotlib text
    """Write the notice at the foot of a figure, and leave room for it where there is none."""
    room, engine = _FOOT / figure.get_figheight(), figure.get_layout_engine()
    if engine is None and figure.subplotpars.bottom < room:
        figure.subplots_adjust(bottom=room)
    elif engine is not None and engine.get().get("rect") == (0, 0, 1, 1):
        line = _LINE / figure.get_figheight()
        engine.set(rect=(0, line, 1, 1 - line))  # type: ignore[call-arg] # constrained layout takes it
    text = f"{extra}  {NOTICE}" if extra else NOTICE
    return figure.text(0.01, 0.005, text, fontsize=8, color=DARK, ha="left", va="bottom")
