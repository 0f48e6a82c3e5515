"""The whole path: intake, journal, relay, Kafka, agents, PostgreSQL, tasks topic, all on the same cores."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence

from bench import machine
from bench.figures import Figure
from bench.network import Told, load
from bench.system import System, row_of

EVENTS = 60_000
_WRITERS = 4
_BATCH = 100
_LIMIT_S = 120.0
_WARM_UP = 2_000


async def measure(events: int = EVENTS, areas: str = "plain") -> list[Figure]:
    """Events a second from the first that is accepted until the last is applied and its tasks are on the topic."""
    told = load(events, areas=areas)
    async with System("kafka") as system:
        system.start("relay")
        worker = system.start("worker", "--agent", "all")
        await system.journal(told[:_WARM_UP])
        await _done(system)
        started = time.monotonic()
        await _write(system, told[_WARM_UP:])
        accepted = time.monotonic() - started
        behind = await _done(system)
        seconds = time.monotonic() - started
        memory = machine.peak_mb(worker.pid)
    count = len(told) - _WARM_UP
    note = f"{count} events; accepted at {count / accepted:,.0f} events/s by {_WRITERS} writers; {behind} left"
    return [
        Figure(name="whole path", value=(count - behind) / seconds, unit="events/s", target=6_000, note=note),
        Figure(name="peak memory of the worker (whole path)", value=memory, unit="MB", target=300, at_least=False),
    ]


async def _write(system: System, told: Sequence[Told]) -> None:
    """Several writers; the events of a case are all of one writer, in order."""
    queues: list[list[Told]] = [[] for _ in range(_WRITERS)]
    for one in told:
        queues[int(one.case_id[:4], 16) % _WRITERS].append(one)

    async def write(queue: list[Told]) -> None:
        for start in range(0, len(queue), _BATCH):
            async with system.store.intake() as transaction:
                await transaction.append([row_of(one) for one in queue[start : start + _BATCH]])

    await asyncio.gather(*map(write, queues))


async def _done(system: System) -> int:
    """Wait until everything is applied and every change of a task is on the topic; what is left at the limit."""
    deadline = time.monotonic() + _LIMIT_S
    while time.monotonic() < deadline:
        _, behind = await system.behind()
        if not behind and await system.store.tasks_cursor() == await system.store.cursor():
            return 0
        await asyncio.sleep(0.1)
    return (await system.behind())[1]
