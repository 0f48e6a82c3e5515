"""Commands of a whole installation: ``up``, ``serve``, ``doctor``."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import Annotated

import typer
import uvloop
from rich.console import Console
from rich.table import Table

from clinicflow.data import data_dir
from clinicflow.embedded import checks
from clinicflow.errors import StoreUnavailable
from clinicflow.live.clock import system_now
from clinicflow.live.commands import bootstrap_of
from clinicflow.settings import Settings
from clinicflow.store.opening import open_store

app = typer.Typer(no_args_is_help=True)


@app.command()
def up(
    demo: Annotated[bool, typer.Option("--demo", help="Also feed a simulated day of three clinics.")] = False,
    seed: Annotated[int, typer.Option(help="The same seed gives the same simulated day.")] = 1,
    speed: Annotated[float, typer.Option(min=0.1, help="Simulated minutes in a real minute.")] = 10.0,
    bundle: Annotated[
        Path | None, typer.Option(help="Bundle folder to bring into force; default with --demo: demo.")
    ] = None,
) -> None:
    """Start database, broker and all services on this machine; Ctrl-C stops them, the data stay."""
    from clinicflow.embedded import counts  # a command loads only what it runs: memory and start-up time
    from clinicflow.embedded import up as installation

    settings = Settings(demo=demo)
    chosen = bundle or (data_dir("bundles") / "demo" if demo else None)
    plan = installation.Plan(bundle=chosen, demo=demo, seed=seed, speed=speed)
    uvloop.run(installation.run(settings, plan, typer.echo, counts.follow))


@app.command()
def serve() -> None:
    """Serve the events API, HL7 over MLLP, the screens, probes and metrics until stopped."""
    from clinicflow.embedded import serve as serving

    uvloop.run(serving.run(Settings()))


@app.command()
def doctor(as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False) -> None:
    """Say what is wrong and what to do about it. Exit code 1 when something fails."""
    found = asyncio.run(_examine(Settings()))
    if as_json:
        typer.echo(json.dumps([{name: getattr(check, name) for name in check.__struct_fields__} for check in found]))
    else:
        _print(found)
    if any(check.grade == "fail" for check in found):
        raise typer.Exit(1)


async def _examine(settings: Settings) -> list[checks.Check]:
    found = [*checks.of_machine(settings), checks.of_codec()]
    try:
        found.append(await checks.of_broker(bootstrap_of(settings)))
    except typer.BadParameter as unknown:
        found.append(checks.Check("broker", "fail", str(unknown), "start `clinicflow up`, or set CLINICFLOW_KAFKA"))
    try:
        store = await open_store(settings)
    except StoreUnavailable as failure:
        return [*found, checks.Check("database", "fail", str(failure), "start PostgreSQL, or `clinicflow up`")]
    try:
        found += checks.of_health(await store.health())
        found.append(await checks.of_forgotten(store, await store.orgs(), system_now()))
    finally:
        await store.close()
    return found


def _print(found: list[checks.Check]) -> None:
    table = Table(box=None, pad_edge=False)
    for heading in ("", "check", "found", "what to do"):
        table.add_column(heading, overflow="fold")
    colours = {"ok": "green", "warn": "yellow", "fail": "bold red"}
    for check in found:
        table.add_row(f"[{colours[check.grade]}]{check.grade}[/]", check.name, check.found, check.remedy)
    Console(file=sys.stdout).print(table)
