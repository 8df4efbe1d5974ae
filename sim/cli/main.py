"""Entry point of the command line."""

from __future__ import annotations

import sys
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
from sim.errors import SimError

__all__ = ["app", "main"]

app = typer.Typer(
    help="Play out stylised negotiations: what follows under stated assumptions, never a forecast.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("run")(run.run)
app.command("check")(inspect.check)
app.command("show")(inspect.show)
app.command("trace")(inspect.trace)
app.command("explain")(explain.explain)
app.command("score")(explain.score)
app.command("list")(inspect.list_)
app.command("schema")(inspect.schema)
app.command("app")(page.app)
app.command("report")(report.report)
app.command("sweep")(sweep.sweep)
app.command("compare")(sweep.compare)
app.command("replay")(sweep.replay)
app.command("verify")(verify.verify)
app.command("verify-run")(sweep.verify_run)
app.command("sensitivity")(sensitivity.sensitivity)
app.command("map")(sensitivity.map_)
app.command("search")(sensitivity.search)
app.command("tournament")(tournament.tournament)
app.command("import")(exchange.import_)
app.command("export")(exchange.export)


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
