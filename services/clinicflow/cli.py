"""The command line: every part brings its own commands, and only the part that is asked for is loaded."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterable

import typer

from clinicflow import __version__, telemetry
from clinicflow.errors import ClinicflowError
from clinicflow.settings import Settings

COMMANDS: dict[str, tuple[str, ...]] = {
    "embedded.commands": ("up", "serve", "doctor"),
    "gateway.commands": ("send", "messages", "token"),
    "live.commands": ("worker", "relay", "timekeeper", "inbox", "dead-letters", "regroup"),
    "live.migrating": ("bundle",),
    "protocols.commands": ("protocols",),
    "replay.commands": ("replay", "board", "work"),
    "simulate.commands": ("simulate",),
    "store.commands": ("migrate",),
}
"""Which module has which commands: a service that loads all of them takes twice the memory and time to start."""

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


def modules_for(words: list[str]) -> Iterable[str]:
    """The modules that these words need: one for a known command, all for help and for what nobody knows."""
    if words == ["--version"]:
        return ()
    asked = [module for module, names in COMMANDS.items() if words and words[0] in names]
    return asked or COMMANDS


def add_parts(words: list[str]) -> None:
    """Add the commands that these words need."""
    for module in modules_for(words):
        commands = importlib.import_module(f"clinicflow.{module}").app
        app.registered_commands.extend(commands.registered_commands)
        app.registered_groups.extend(commands.registered_groups)


def main() -> None:
    """Run a command. Exit codes: 0 done, 1 it says what is wrong, 2 the call's words are off."""
    telemetry.configure(Settings().log_level, plain=sys.stderr.isatty())
    add_parts(sys.argv[1:])
    try:
        app()
    except ClinicflowError as problem:
        typer.echo(f"clinicflow: {problem}", err=True)
        raise SystemExit(1) from problem


if __name__ == "__main__":
    main()
