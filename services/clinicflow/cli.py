"""The command line: every part brings its own commands."""

from __future__ import annotations

import importlib
import sys

import typer

from clinicflow import __version__, telemetry
from clinicflow.errors import ClinicflowError
from clinicflow.settings import Settings

MODULES: tuple[str, ...] = (
    "embedded.commands",
    "gateway.commands",
    "live.commands",
    "replay.commands",
    "simulate.commands",
    "store.bundle_commands",
    "store.commands",
)

app = typer.Typer(
    name="clinicflow",
    help="Patient flow as a stream of events, and the follow-on tasks it causes.",
    invoke_without_command=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)


@app.callback()
def root(
    context: typer.Context,
    version: bool = typer.Option(False, "--version", help="Print the version and end."),
) -> None:
    """Patient flow as a stream of events, and the follow-on tasks it causes."""
    if version:
        typer.echo(__version__)
    elif context.invoked_subcommand is None:
        typer.echo(context.get_help())


def add_parts() -> None:
    """Add the commands of every part."""
    for module in MODULES:
        commands = importlib.import_module(f"clinicflow.{module}").app
        app.registered_commands.extend(commands.registered_commands)
        app.registered_groups.extend(commands.registered_groups)


def main() -> None:
    """Run a command. Exit codes: 0 done, 1 it says what is wrong, 2 the call's words are off."""
    telemetry.configure(Settings().log_level, plain=sys.stderr.isatty())
    add_parts()
    try:
        app()
    except ClinicflowError as problem:
        typer.echo(f"clinicflow: {problem}", err=True)
        raise SystemExit(1) from problem


if __name__ == "__main__":
    main()
