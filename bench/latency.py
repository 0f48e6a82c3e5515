"""From an event that is accepted to the frame of the waiting room's display that shows it, under load, on both brokers.

An open loop: events are sent at their time whatever the system does, and a late answer counts from the time at which
the event was to be sent, so that a system which stands still for a moment is not measured only before and after it.
"""

from __future__ import annotations

import asyncio
import json
import socket
import time
from collections.abc import AsyncIterator

import httpx

from bench.figures import Figure, quantile
from bench.network import Told, load
from bench.system import System, row_of
from clinicflow.codec import decode
from clinicflow.events import TicketIssued

RATE = 500
SECONDS = 30
_WARM_UP_S = 8
_CLINICS = 30
_WAITS_S = 5.0


async def measure(events: int | None = None) -> list[Figure]:
    """p50 and p99 in milliseconds at 500 events/s; ``events`` bounds the load."""
    told = load(events or RATE * (SECONDS + _WARM_UP_S), _CLINICS)
    figures = []
    for broker in ("kafka", "tansu"):
        async with System(broker, clinics=_CLINICS) as system:
            seen, missed = await _run(system, told)
        name = "Apache Kafka" if broker == "kafka" else "embedded broker"
        note = f"{len(seen)} tickets seen, {missed} never, {RATE} events/s"
        figures += [
            Figure(name=f"accepted to display, {name}, p50", value=1000 * quantile(seen, 0.5), unit="ms", note=note),
            Figure(
                name=f"accepted to display, {name}, p99", value=1000 * quantile(seen, 0.99), unit="ms", target=150,
                at_least=False,
            ),
        ]  # fmt: skip
    return figures


async def _run(system: System, told: list[Told]) -> tuple[list[float], int]:
    port = free_port()
    system.start("relay")
    system.start("worker", "--agent", "all")
    system.start(module="bench.serve_child", CLINICFLOW_HTTP_PORT=str(port), CLINICFLOW_DEMO="1")
    await _serving(port)
    sent: dict[tuple[str, str], float] = {}
    seen: dict[tuple[str, str], float] = {}
    clinics = sorted({event.clinic_id for one in told if isinstance(event := decode(one.payload), TicketIssued)})
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=httpx.Timeout(None)) as client:
        watchers = [asyncio.create_task(_watch(client, clinic, seen)) for clinic in clinics]
        await asyncio.sleep(1.0)
        await _send(system, told, sent)
        await asyncio.sleep(_WAITS_S)
        for watcher in watchers:
            watcher.cancel()
        await asyncio.gather(*watchers, return_exceptions=True)
    delays = [seen[key] - at for key, at in sent.items() if key in seen]
    if not delays:
        raise RuntimeError("expected tickets on the displays, but saw none")
    return delays, len(sent) - len(delays)


async def _send(system: System, told: list[Told], sent: dict[tuple[str, str], float]) -> None:
    """Each event in its own transaction at its own time; those of the warm-up are not counted."""
    begin = time.monotonic() + 0.2
    limit = asyncio.Semaphore(6)
    last: dict[str, asyncio.Task[None]] = {}

    async def journal(one: Told, before: asyncio.Task[None] | None) -> None:
        if before is not None:
            await asyncio.wait([before])
        async with limit, system.store.intake() as transaction:
            await transaction.append([row_of(one)])

    pending = set()
    for number, one in enumerate(told):
        at = begin + number / RATE
        if (left := at - time.monotonic()) > 0:
            await asyncio.sleep(left)
        if number > RATE * _WARM_UP_S and one.type == "ticket-issued":
            event = decode(one.payload)
            if isinstance(event, TicketIssued) and event.display_consent:
                sent[event.clinic_id, event.ticket] = at
        task = last[one.case_id] = asyncio.create_task(journal(one, last.get(one.case_id)))
        pending.add(task)
        task.add_done_callback(pending.discard)
    await asyncio.gather(*pending)


async def _watch(client: httpx.AsyncClient, clinic: str, seen: dict[tuple[str, str], float]) -> None:
    """Note when each ticket is first on a frame."""
    async for frame in _frames(client, clinic):
        now = time.monotonic()
        for entry in frame.get("entries", ()):
            seen.setdefault((clinic, entry["ticket"]), now)


async def _frames(client: httpx.AsyncClient, clinic: str) -> AsyncIterator[dict[str, list[dict[str, str]]]]:
    async with client.stream("GET", f"/ui/display/{clinic}/stream") as answer:
        answer.raise_for_status()
        async for line in answer.aiter_lines():
            if line.startswith("data:"):
                told = json.loads(line[5:])
                yield told if isinstance(told, dict) else {}


async def _serving(port: int) -> None:
    deadline = time.monotonic() + 40
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
        while time.monotonic() < deadline:
            try:
                if (await client.get("/livez")).status_code == 200:
                    return
            except httpx.TransportError:
                await asyncio.sleep(0.2)
    raise TimeoutError("the screens do not answer")


def free_port() -> int:
    """A port of the loopback interface that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
