"""Entry point of the command line."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import NoReturn

import typer

from sim.cli import (
    exchange,
    explain,
    inspect,
    page,
    report,
    run,
    sensitivity,
    sweep,
    tournament,
    verify,
)
from sim.cli.examples import examples
from sim.errors import SimError

__all__ = ["app", "main"]

app = typer.Typer(
    help="Play out stylised negotiations: what follows under stated assumptions, never a forecast.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
_COMMANDS: dict[str, Callable[..., None]] = {
    "run": run.run,
    "check": inspect.check,
    "show": inspect.show,
    "trace": inspect.trace,
    "explain": explain.explain,
    "score": explain.score,
    "list": inspect.list_,
    "schema": inspect.schema,
    "app": page.app,
    "report": report.report,
    "sweep": sweep.sweep,
    "compare": sweep.compare,
    "replay": sweep.replay,
    "verify": verify.verify,
    "verify-run": sweep.verify_run,
    "sensitivity": sensitivity.sensitivity,
    "map": sensitivity.map_,
    "search": sensitivity.search,
    "tournament": tournament.tournament,
    "import": exchange.import_,
    "export": exchange.export,
}
for _name, _command in _COMMANDS.items():
    app.command(_name, epilog=examples(_name))(_command)


def main() -> NoReturn:
    """Run the command; bad input is one clear message and exit status 2."""
    try:
        app()
    except SimError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(2)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
    except KeyboardInterrupt:
        sys.stderr.write("stopped; nothing was written\n")
        sys.exit(130)
    sys.exit(0)
