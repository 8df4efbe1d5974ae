"""Write the parts of MODEL.md that are made from the code: ``make model`` calls this."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from sim.scenario.parameters import markdown_table
from sim.validation.page import claims_table

PAGE = Path(__file__).parents[1] / "MODEL.md"


def between(text: str, name: str, part: str | None = None) -> str:
    """Return the part between a page's marks, or the page with another part there."""
    start, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->"
    head, _, rest = text.partition(start)
    found, _, tail = rest.partition(end)
    return found.strip() if part is None else f"{head}{start}{part}\n{end}{tail}"


def write(claims: list | None) -> None:
    """Write the table of parameters, and that of claims where it was made."""
    page = between(PAGE.read_text(), "parameters", markdown_table())
    if claims is not None:
        page = between(page, "claims", claims_table(claims))
    PAGE.write_text(page)


if __name__ == "__main__":
    write(json.loads(Path(sys.argv[1]).read_text()) if len(sys.argv) > 1 else None)
