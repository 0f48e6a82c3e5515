"""The agents' path: a placed journal on Kafka, one worker with all agents on one core, everything else on another."""

from __future__ import annotations

import asyncio
import time

from bench import machine, peer_faust
from bench.figures import Figure
from bench.network import load
from bench.system import System

EVENTS = 100_000
_SIDE = frozenset({"checkpoint", "change", "journal", "unplaced", "place", "head", "audit", "audit_head", "lease"})
"""Tables that do not count as rows of the agents: checkpoints, changes, journal and its places, audit."""
_LIMIT_S = 150.0


async def measure(events: int = EVENTS, areas: str = "plain") -> list[Figure]:
    """Events a second, beside a plain Faust agent on the same records, with the rows written and the memory."""
    told = load(events, areas=areas)
    core, others = machine.cores()
    async with System(apart=True) as system:
        relay = system.start("relay", cores=others)
        await system.journal(told)
        await system.until_placed()
        peers = await peer_faust.measure(system, core)
        figures, rate = await _worker(system, core)
        system.stop(relay)
    plain = next(one.value for one in peers if "with PostgreSQL" in one.name)
    ratio = Figure(
        name="agents' path over plain Faust with PostgreSQL", value=rate / max(plain, 1e-9), unit="times", target=25
    )
    return [*figures, *peers, ratio]


async def _worker(system: System, core: set[int]) -> tuple[list[Figure], float]:
    before = await system.written()
    worker = system.start("worker", "--agent", "all", cores=core)
    first: tuple[float, int] | None = None
    total, behind = await system.behind()
    deadline = time.monotonic() + _LIMIT_S
    cpu = 0.0
    while behind and time.monotonic() < deadline:
        await asyncio.sleep(0.2)
        total, behind = await system.behind()
        applied = total - behind
        if first is None and applied > total // 20:  # after its start-up and the first rounds
            first, cpu = (time.monotonic(), applied), machine.cpu_seconds(worker.pid)
    if first is None:
        raise TimeoutError("the worker has applied next to nothing")
    seconds = time.monotonic() - first[0]
    counted = total - behind - first[1]
    cpu = machine.cpu_seconds(worker.pid) - cpu
    memory = machine.peak_mb(worker.pid)
    system.stop(worker)
    await asyncio.sleep(1.5)  # the server's statistics come a second late
    after = await system.written()
    rows = {name: after[name] - before.get(name, 0) for name in after if name not in _SIDE}
    made = {name: count for name, count in sorted(rows.items()) if count}
    note = ", ".join(f"{name} {count / (total - behind):.2f}" for name, count in made.items())
    rate = counted / seconds
    return [
        Figure(
            name="agents' path", value=rate, unit="events/s", target=10_000,
            note=f"{counted} events in {seconds:.1f} s; {1e6 * cpu / counted:.0f} us of CPU an event; {behind} left",
        ),
        Figure(
            name="rows written by agents", value=sum(made.values()) / (total - behind), unit="rows/event", target=3,
            at_least=False, note=note,
        ),
        Figure(name="peak memory of the worker", value=memory, unit="MB", target=300, at_least=False),
    ], rate  # fmt: skip
