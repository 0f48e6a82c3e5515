"""A worker over the store in memory, without Kafka: the test plays the broker and hands records to it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from typing import Any

from clinicflow.core.event import Event
from clinicflow.errors import PartitionNotAssigned
from clinicflow.live.batches import PartitionStatus, Record, TransportSettings
from clinicflow.live.headers import headers_of
from clinicflow.live.worker import Worker
from clinicflow.store.memory import MemoryStore
from clinicflow.store.rows import PlacedRow
from tests.live import clinic

PARTITIONS = 2
GROUP = "all"
_WITHIN_S = 30.0


class Steering:
    """Stands for the transport: remembers what the worker asked of it."""

    def __init__(self) -> None:
        self.held: frozenset[int] = frozenset(range(PARTITIONS))
        self.sought: list[tuple[int, int]] = []

    def assigned(self) -> frozenset[int]:
        """Partitions of the worker."""
        return self.held

    def status(self) -> dict[int, PartitionStatus]:
        """Nothing known."""
        return {}

    async def seek(self, partition: int, offset: int) -> None:
        """Noted."""
        if partition not in self.held:
            raise PartitionNotAssigned
        self.sought.append((partition, offset))


class Desk:
    """One worker, its store, and a broker's log that the test fills as it likes."""

    def __init__(self, store: Any, worker: Worker) -> None:
        self.store = store
        self.worker = worker
        self.steering = Steering()
        worker.partitions = self.steering
        self.working: Any = None
        self.epoch = 0
        self.offsets = dict.fromkeys(range(PARTITIONS), 0)

    async def placed(self, events: Iterable[Event]) -> list[PlacedRow]:
        """Journal and place events."""
        await clinic.journal(self.store, events)
        return await self.place()

    async def place(self) -> list[PlacedRow]:
        """Place what waits."""
        lease = await self.store.take_lease("test")
        assert lease is not None
        rows = await self.store.place(lease[0], clinic.START + 60 * clinic.MINUTE, 10_000)
        assert rows is not None
        return list(rows)

    def record(self, row: PlacedRow, log: str | None = None) -> Record:
        """A row as the broker would give it, at the next offset."""
        offset = self.offsets[row.partition]
        self.offsets[row.partition] += 1
        headers = headers_of(row, (log or self.store.journal).encode())
        return Record(offset, 0, row.case_id.encode(), headers, row.payload)

    async def deliver(self, rows: Sequence[PlacedRow], log: str | None = None) -> None:
        """Hand rows over, a batch a partition."""
        for partition in sorted({row.partition for row in rows}):
            batch = [self.record(row, log) for row in rows if row.partition == partition]
            await self.worker.on_batch(partition, batch)

    async def assign(self) -> None:
        """The group gives all partitions to the worker."""
        await self.worker.on_assigned(self.steering.held)

    async def run_dry(self) -> None:
        """Go on until everything placed is applied and derived events are too."""

        async def is_dry() -> bool:
            more = await self.place()
            await self.deliver(more)
            return not more and not await self.lag() and not self.worker._buffered()

        await asyncio.sleep(0)
        await self.until(is_dry)

    async def until(self, what: Any) -> None:
        """Wait until ``what()`` is true, for as long as a slow machine may need; tell where things stand if not."""
        deadline = time.monotonic() + _WITHIN_S
        while not (await what() if asyncio.iscoroutinefunction(what) else what()):
            if self.working is not None and self.working.done():
                await self.working  # it cannot come true any more; this is why
            if time.monotonic() > deadline:
                feeds = [vars(feed) for feed in self.worker.feeds.values()]
                raise TimeoutError(f"lag {await self.lag()}, feeds {feeds}")
            await asyncio.sleep(0.005)

    async def lag(self) -> int:
        """Events placed and not applied."""
        return sum((await self.store.health()).lag.get(GROUP, {0: 1}).values())

    async def holds(self) -> None:
        """What is stored is what the fold of the journal gives."""
        assert await clinic.differences(self.store, {GROUP: ("desk", "nurse")}) == []


@asynccontextmanager
async def a_desk(
    store: Any = None, *, broken: bool = True, applied: bool = True, **options: Any
) -> AsyncIterator[Desk]:
    """A worker that has all partitions and works; ``applied``: a bundle is in force."""
    store = store if store is not None else MemoryStore(PARTITIONS)
    if applied:
        await clinic.apply_bundle(store)
    await store.register_group(GROUP, ["desk", "nurse"])
    transport = TransportSettings("nowhere:1", "events", GROUP)
    worker = Worker(store, clinic.agents(broken=broken), transport, round_wait_ms=0, **options)
    desk = Desk(store, worker)
    await desk.assign()
    desk.working = asyncio.create_task(worker.work())
    try:
        yield desk
    finally:
        desk.working.cancel()
        await asyncio.gather(desk.working, return_exceptions=True)
