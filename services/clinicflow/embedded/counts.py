"""The live counts that ``clinicflow up`` prints, and the start page that it names."""

from __future__ import annotations

import asyncio
import sys

import httpx
import typer

from clinicflow.embedded.up import Installation
from clinicflow.errors import StoreUnavailable
from clinicflow.settings import Settings
from clinicflow.store.opening import open_store
from clinicflow.store.ports import Store

READY_WITHIN = 60.0


async def follow(installation: Installation) -> None:
    """Wait until the pages answer, name the start page once, then print counts until cancelled."""
    address = f"http://{installation.settings.bind}:{installation.http_port}/"
    await _ready(address)
    typer.echo(
        f"\n  clinicflow is up: {address}\n  stop with Ctrl-C; what it does is in {installation.home / 'logs'}\n"
    )
    store = await open_store(Settings(home=installation.home))
    try:
        while True:
            _show(await _line(store))
            await asyncio.sleep(2.0 if sys.stdout.isatty() else 10.0)
    finally:
        await store.close()


async def _ready(address: str) -> None:
    deadline = asyncio.get_running_loop().time() + READY_WITHIN
    async with httpx.AsyncClient(timeout=2.0) as client:
        while asyncio.get_running_loop().time() < deadline:
            try:
                if (await client.get(f"{address}livez")).status_code == 200:
                    return
            except httpx.TransportError:
                await asyncio.sleep(0.2)
    typer.echo("the pages do not answer yet; see serve.log", err=True)


async def _line(store: Store) -> str:
    try:
        health = await store.health()
        orgs = await store.orgs()
        visits = sum([len(await store.visits(org, None)) for org in orgs])
        tasks = sum([len(await store.tasks(org, limit=10_000)) for org in orgs])
    except StoreUnavailable as failure:
        return f"the database does not answer: {failure}"
    behind = health.unplaced + max((sum(parts.values()) for parts in health.lag.values()), default=0)
    return (
        f"events {health.journal_events}   patients in the clinics {visits}   open tasks {tasks}   "
        f"behind {behind}   dead letters {health.dead_letters}"
    )


def _show(line: str) -> None:
    if sys.stdout.isatty():
        sys.stdout.write(f"\r\x1b[K  {line}")
        sys.stdout.flush()
    else:
        typer.echo(f"  {line}")
