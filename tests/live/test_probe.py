"""What the probe notices and asks for."""

from __future__ import annotations

import asyncio
import time

import pytest

from clinicflow.live import probe as probe_module
from clinicflow.live.batches import PartitionStatus
from clinicflow.live.clients import broker_answers
from clinicflow.live.feeds import Feed
from clinicflow.live.probe import Probe
from clinicflow.live.watchdog import Vitals
from clinicflow.store.memory import MemoryStore
from clinicflow.store.rows import Checkpoint
from tests.live import clinic

pytestmark = pytest.mark.asyncio


class Reader:
    """Stands for a worker."""

    def __init__(self, positions: dict[int, int]) -> None:
        self.feeds = {number: Feed(Checkpoint(number, 1, position, None)) for number, position in positions.items()}
        self.known: dict[int, PartitionStatus] = {}

    def status(self) -> dict[int, PartitionStatus]:
        """As set."""
        return self.known


async def a_store() -> MemoryStore:
    """Ten events placed in one partition."""
    store = MemoryStore(1)
    await clinic.apply_bundle(store)
    await clinic.journal(store, [*clinic.a_visit(1), *clinic.a_visit(2)])
    lease = await store.take_lease("test")
    assert lease is not None
    await store.place(lease[0], clinic.START, 100)
    return store


async def test_rows_that_are_placed_and_do_not_come_are_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probe_module, "_SILENT_S", 0.0)
    store, reader, vitals = await a_store(), Reader({0: 3}), Vitals()

    await Probe(reader, store, "127.0.0.1:1", "all", vitals)._look()

    assert await store.take_resends() == {0: 4}
    assert vitals.lag == {0: 6}
    assert vitals.store_at > 0
    assert vitals.broker_at == 0


async def test_partition_read_to_its_end_is_excused_while_the_broker_answers() -> None:
    store, reader, vitals = await a_store(), Reader({0: 3}), Vitals()
    now = int(time.time() * 1000)

    for answered, excused in ((now, {0}), (now - 60_000, set())):
        reader.known = {0: PartitionStatus(position=4, end=4, answered_ms=answered)}
        await Probe(reader, store, "127.0.0.1:1", "all", vitals)._look()
        assert vitals.excused == excused


async def test_worker_without_partitions_answers_for_its_group() -> None:
    store, vitals = await a_store(), Vitals()
    await store.register_group("all", ["desk"])
    await store.assign("all", [0])

    await Probe(Reader({}), store, "127.0.0.1:1", "all", vitals)._look()

    assert vitals.lag == {0: 10}


async def test_broker_that_accepts_and_says_nothing_has_not_answered() -> None:
    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(1)
        writer.close()

    server = await asyncio.start_server(silent, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    assert not await broker_answers(f"127.0.0.1:{port}", within_s=0.2)
    server.close()
