"""Command ``simulate``."""

from __future__ import annotations

import asyncio
import json
import os
import signal
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from clinicflow.settings import Settings

if TYPE_CHECKING:
    from clinicflow.core.bundle import Bundle
    from clinicflow.store.ports import BundleStore

app = typer.Typer(no_args_is_help=True)
group = typer.Typer(invoke_without_command=True)
app.add_typer(group, name="simulate")


class Areas(StrEnum):
    """What is simulated."""

    ALL = "all"
    PLAIN = "plain"


CLIENT = "simulator"
"""Name of the client whose token the simulation uses."""


@group.callback()
def simulate(
    context: typer.Context,
    seed: Annotated[int, typer.Option(help="The same seed gives the same patients and staff.")] = 1,
    speed: Annotated[float, typer.Option(min=0.1, help="Simulated minutes in a real minute.")] = 10.0,
    clinics: Annotated[str, typer.Option(help="Clinics, by comma; all if left out.")] = "",
    http: Annotated[
        str, typer.Option(help="Address of the events API; the running system's if left out. CLINICFLOW_TOKEN.")
    ] = "",
    org: Annotated[str, typer.Option(help="Organization; the only one if left out.")] = "",
    history: Annotated[float, typer.Option(min=0.0, help="Simulated minutes told at once in the beginning.")] = 90.0,
    areas: Annotated[Areas, typer.Option(help="Everything that a clinic does, or plain visits only.")] = Areas.ALL,
) -> None:
    """Simulate patients and staff on a running system until stopped: fictional people only.

    Events carry the wall clock. A higher speed makes everything happen sooner; due times stay what they are.
    """
    if context.invoked_subcommand is not None:
        return
    import uvloop

    chosen = tuple(name.strip() for name in clinics.split(",") if name.strip())
    uvloop.run(_run(Settings(), seed, speed, chosen, http, org, history, areas is Areas.ALL))


@group.command()
def report(
    seed: Annotated[int, typer.Option(help="The same seed gives the same day.")] = 1,
    visits: Annotated[int, typer.Option(min=1, help="How many patients come.")] = 90,
    bundle: Annotated[str, typer.Option(help="Bundle folder, or the name of a shipped one.")] = "demo",
) -> None:
    """Simulate a day at once, without a running system, and show the share of clinical, administrative and other work.

    That of a recorded day: ``clinicflow work``.
    """
    from pathlib import Path

    from clinicflow import bundle_files
    from clinicflow.agents import all_agents
    from clinicflow.core.bundle import compile_bundle
    from clinicflow.core.worked import worked
    from clinicflow.data import data_dir
    from clinicflow.simulate.synthetic import synthetic_day
    from clinicflow.work_text import lines_of

    shipped = data_dir("bundles") / bundle
    document = bundle_files.load(shipped if shipped.is_dir() else Path(bundle), data_dir("protocols"))
    compiled = compile_bundle(document, 1, all_agents())
    day = synthetic_day(compiled, seed, visits, all_areas=True)
    for line in lines_of(
        worked(day.result.tasks.values(), (placed.event for placed in day.result.events), compiled.work)
    ):
        typer.echo(line)


async def _run(
    settings: Settings,
    seed: int,
    speed: float,
    clinics: tuple[str, ...],
    http: str,
    org: str,
    history: float,
    all_areas: bool,
) -> None:
    import httpx

    from clinicflow.simulate.door import Door
    from clinicflow.simulate.live import run_demo
    from clinicflow.store.opening import open_store

    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    store = await open_store(settings, max_size=3)
    try:
        bundle = await _bundle(store, org, stop)
        if bundle is None:
            return
        unknown = sorted(set(clinics) - set(bundle.clinics))
        if unknown:
            raise typer.BadParameter(f"expected clinics of {', '.join(sorted(bundle.clinics))}, got {unknown[0]}")
        token = os.environ.get("CLINICFLOW_TOKEN") or _own_token(settings, bundle.org_id)
        async with httpx.AsyncClient(base_url=http or address_of(settings), timeout=30.0) as client:
            door = Door(client, token)
            await run_demo(
                door, store, bundle, seed=seed, speed=speed, clinics=clinics, history=history, all_areas=all_areas,
                stop=stop,
            )  # fmt: skip
            told = door.told
            typer.echo(f"told {told.accepted} events, {told.duplicate} twice, {told.refused} refused at the door")
    finally:
        await store.close()


async def _bundle(store: BundleStore, org: str, stop: asyncio.Event) -> Bundle | None:
    """The bundle in force, compiled; waits for the first one to be applied."""
    from clinicflow.agents import all_agents
    from clinicflow.core.bundle import compile_bundle

    while not stop.is_set():
        orgs = await store.orgs()
        if len(orgs) > 1 and not org:
            raise typer.BadParameter(f"expected --org, one of {', '.join(orgs)}")
        stored = await store.bundle(org or orgs[0]) if orgs else None
        if stored is not None:
            return compile_bundle(stored.document, stored.number, all_agents())
        await asyncio.sleep(0.5)
    return None


def _own_token(settings: Settings, org_id: str) -> str:
    """A fresh token of this installation; the one before it (of a run that has ended) is revoked."""
    from clinicflow.auth import TokenFile

    tokens = TokenFile(settings.tokens)
    tokens.revoke(CLIENT, org_id)
    return tokens.create(CLIENT, org_id, "simulator")


def address_of(settings: Settings) -> str:
    """Where the events API of this machine listens: by the note of a running system, else by the settings."""
    from clinicflow.store.opening import run_note

    try:
        port = int(json.loads(run_note(settings).read_text(encoding="utf-8"))["http_port"])
    except (OSError, ValueError, KeyError, TypeError):
        port = settings.http_port
    return f"http://127.0.0.1:{port}"
