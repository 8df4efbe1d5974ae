"""Stored outputs of the notebooks are what they print today."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

FOLDER = Path(__file__).parents[1] / "notebooks"


def printed(notebook) -> list[str]:
    """Return the text that each cell prints to its reader; figures and warnings aside.

    A kernel may cut what one cell prints into pieces, now here and now there.
    """
    return [
        "".join(
            output.get("text", "")
            for output in cell.get("outputs", [])
            if output.get("name") == "stdout"
        )
        for cell in notebook.cells
    ]


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.ipynb")), ids=lambda p: p.stem)
def test_stored_outputs_are_current(path):
    stored = nbformat.read(path, as_version=4)
    fresh = nbformat.read(path, as_version=4)
    resources = {"metadata": {"path": str(FOLDER)}}
    NotebookClient(fresh, timeout=120, kernel_name="python3", resources=resources).execute()
    assert any(printed(stored))
    assert printed(fresh) == printed(stored)
