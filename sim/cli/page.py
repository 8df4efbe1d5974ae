"""``sim app``: the page in the browser."""

from __future__ import annotations

from typing import Annotated

import typer

__all__ = ["app"]


def app(
    file: Annotated[
        str, typer.Argument(metavar="[FILE]", help="A scenario file, or a shipped one's name.")
    ] = "tutorial",
    *,
    port: Annotated[int, typer.Option(help="Port on this machine.", min=1, max=65535)] = 8765,
    browser: Annotated[bool, typer.Option(help="Whether to open a browser.")] = True,
) -> None:
    """Open a page on this machine: move numbers, step through a history, run many, compare.

    It listens on 127.0.0.1 only and needs no network. Stop it with Ctrl-C. Needs the extra app.
    """
    from sim.app.serving import serve  # noqa: PLC0415 - heavy

    serve(file, port=port, browser=browser)
