"""Making figures and writing them: one size, one notice, PNG and SVG, the same bytes each time."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure, SubFigure

from sim.plots.style import note, style

__all__ = ["AnyFigure", "drawn", "rendered", "save_all"]

AnyFigure = Figure | SubFigure

_PLAIN: dict[str, dict[str, str | None]] = {
    "png": {"Software": None},
    "svg": {"Date": None, "Creator": None},
}
"""Metadata left out, so that the same figure is the same bytes."""


def drawn(
    content: Any,  # noqa: ANN401 - what the function draws: an ensemble, a history, arms
    draw: Callable[[Any, Any], None],
    about: str,
    size: tuple[float, float],
) -> Figure:
    """Make a figure, draw on it, leave room for the notice."""
    with style():
        figure = Figure(figsize=size)
        FigureCanvasAgg(figure)
        draw(content, figure)
        figure.tight_layout(rect=(0, 0.22 / size[1], 1, 1))
        note(figure, about)
    return figure


def rendered(figure: Figure, form: str, dpi: int | None = None) -> bytes:
    """Return a figure as PNG or SVG."""
    stream = io.BytesIO()
    with style():
        chosen: dict[str, Any] = {} if dpi is None else {"dpi": dpi}
        figure.savefig(stream, format=form, metadata=_PLAIN[form], **chosen)
    return stream.getvalue()


def save_all(figures: Mapping[str, Figure], folder: Path) -> list[Path]:
    """Write figures as PNG and SVG, and return the paths of the PNG."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, figure in figures.items():
        for form in _PLAIN:
            (folder / f"{name}.{form}").write_bytes(rendered(figure, form))
        paths.append(folder / f"{name}.png")
    return paths
