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
from typing import Any, NamedTuple

import httpx

from bench.figures import Figure, quantile
from bench.network import Told, load
from bench.system import System, row_of
from clinicflow.codec import decode
from clinicflow.events import TicketIssued

RATE = 500
SECONDS = 30
_WARM_UP_S = 8
_CLINICS = 6
_WAITS_S = 5.0

Shown = tuple[str, str, int]
"""Clinic, ticket, and number of the call (0: not called yet)."""


class Delay(NamedTuple):
    """Seconds until a display showed an event: since it was accepted, and since it was to be sent."""

    shown: float
    due: float


async def measure(events: int | None = None, areas: str = "plain") -> list[Figure]:
    """p50 and p99 in milliseconds at 500 events/s; ``events`` bounds the load."""
    told = load(events or RATE * (SECONDS + _WARM_UP_S), _CLINICS, areas=areas)
    figures = []
    for broker in ("kafka", "tansu"):
        async with System(broker, clinics=_CLINICS) as system:
            seen, missed = await _run(system, told)
        name = "Apache Kafka" if broker == "kafka" else "embedded broker"
        figures += _figures(name, seen, missed)
    return figures


def _figures(name: str, seen: list[Delay], missed: int) -> list[Figure]:
    shown = [one.shown for one in seen]
    due = [one.due for one in seen]
    note = f"{len(seen)} tickets and calls seen, {missed} never, {RATE} events/s"
    late = f"from when it was to be sent: p50 {1000 * quantile(due, 0.5):.0f}, p99 {1000 * quantile(due, 0.99):.0f} ms"
    return [
        Figure(name=f"accepted to display, {name}, p50", value=1000 * quantile(shown, 0.5), unit="ms", note=note),
        Figure(
            name=f"accepted to display, {name}, p99", value=1000 * quantile(shown, 0.99), unit="ms", target=150,
            at_least=False, note=late,
        ),
    ]  # fmt: skip


async def _run(system: System, told: list[Told]) -> tuple[list[Delay], int]:
    port = free_port()
    system.start("relay")
    system.start("worker", "--agent", "all")
    system.start(module="bench.serve_child", CLINICFLOW_HTTP_PORT=str(port), CLINICFLOW_DEMO="1")
    await _serving(port)
    sender = Sender(system, told)
    seen: dict[Shown, float] = {}
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=httpx.Timeout(None)) as client:
        watchers = [asyncio.create_task(_watch(client, clinic, seen)) for clinic in sender.clinics]
        await asyncio.sleep(1.0)
        await sender.send()
        await asyncio.sleep(_WAITS_S)
        for watcher in watchers:
            watcher.cancel()
        await asyncio.gather(*watchers, return_exceptions=True)
    delays = [
        Delay(seen[key] - accepted, seen[key] - due) for key, (due, accepted) in sender.sent.items() if key in seen
    ]
    if not delays:
        raise RuntimeError("expected tickets on the displays, but saw none")
    return delays, len(sender.sent) - len(delays)


class Sender:
    """Sends each event in its own transaction at its own time; those of the warm-up are not counted.

    ``sent`` has, for what a display will show, when it was to be sent and when it was accepted.
    """

    def __init__(self, system: System, told: list[Told]) -> None:
        self.sent: dict[Shown, tuple[float, float]] = {}
        self._system = system
        self._told = told
        self._limit = asyncio.Semaphore(5)
        self._last: dict[str, asyncio.Task[None]] = {}
        tickets = [event for one in told if isinstance(event := decode(one.payload), TicketIssued)]
        self._tickets = {event.case_id: event.ticket for event in tickets if event.display_consent}
        self.clinics = sorted({event.clinic_id for event in tickets})

    async def send(self) -> None:
        """Send everything."""
        begin = time.monotonic() + 0.2
        tasks = []
        for number, one in enumerate(self._told):
            due = begin + number / RATE
            if (left := due - time.monotonic()) > 0:
                await asyncio.sleep(left)
            shown = self._shown(one) if number > RATE * _WARM_UP_S else None
            task = asyncio.create_task(self._journal(one, self._last.get(one.case_id), shown, due))
            self._last[one.case_id] = task
            tasks.append(task)
        await asyncio.gather(*tasks)

    def _shown(self, one: Told) -> Shown | None:
        """What a display will show of it."""
        if one.type not in ("ticket-issued", "patient-called") or one.case_id not in self._tickets:
            return None
        event = decode(one.payload)
        return event.clinic_id, self._tickets[one.case_id], getattr(event, "call_no", 0)

    async def _journal(self, one: Told, before: asyncio.Task[None] | None, shown: Shown | None, due: float) -> None:
        if before is not None:
            await asyncio.wait([before])
        async with self._limit, self._system.store.intake() as transaction:
            await transaction.append([row_of(one)])
        if shown is not None:
            self.sent.setdefault(shown, (due, time.monotonic()))


async def _watch(client: httpx.AsyncClient, clinic: str, seen: dict[Shown, float]) -> None:
    """Note when each ticket, and each call of it, is first on a frame."""
    async for frame in _frames(client, clinic):
        now = time.monotonic()
        for entry in frame.get("entries", ()):
            seen.setdefault((clinic, entry["ticket"], entry.get("call", 0)), now)


async def _frames(client: httpx.AsyncClient, clinic: str) -> AsyncIterator[dict[str, Any]]:
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
