"""Serving the page on loopback, with no word to anybody outside."""

from __future__ import annotations

import importlib.util
import os
import warnings

from sim.errors import RunError

__all__ = ["serve"]

_QUIET = {
    "SOLARA_TELEMETRY_MIXPANEL_ENABLE": "false",
    "SOLARA_THEME_SHOW_BANNER": "false",
    "SOLARA_THEME_TITLE": "Negotiation simulator",
    "MPLBACKEND": "Agg",
}
"""Settings of the server: no telemetry, nothing fetched from outside."""


def serve(file: str, *, port: int, browser: bool) -> None:
    """Serve the page until it is stopped from the keyboard.

    Parameters
    ----------
    file
        The scenario it opens with: a path, or the name of a shipped one.
    port
        Port on loopback.
    browser
        Whether to open a browser.

    Raises
    ------
    RunError
        If the extra ``app`` is not installed.
    """
    if importlib.util.find_spec("solara") is None:
        message = "the page needs Solara; install it with: pip install 'ceasefire-sim[app]'"
        raise RunError(message)
    os.environ.update({name: value for name, value in _QUIET.items() if name not in os.environ})
    from solara.__main__ import cli  # noqa: PLC0415 - reads the environment when imported

    from sim.app.desk import FILE_VARIABLE  # noqa: PLC0415

    os.environ[FILE_VARIABLE] = file
    warnings.filterwarnings("ignore", message="Cookies with samesite")  # it is loopback
    options = ["--host", "127.0.0.1", "--port", str(port), "--production", "--no-check-version"]
    show = "--open" if browser else "--no-open"
    cli(["run", "sim.app.page", *options, show], standalone_mode=False)
