"""Old change rows: dropped by the relay that leads, once an hour, and never before the tasks topic has them."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from clinicflow.core.view import VisitView
from clinicflow.errors import StoreUnavailable
from clinicflow.live.pruning import EVERY_MICROS, Pruning
from clinicflow.live.relay import Relay
from clinicflow.store.memory import MemoryStore
from tests.live import clinic

pytestmark = pytest.mark.asyncio
HOUR = 3600 * 1_000_000


class Clock:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.now = clinic.START

    def __call__(self) -> int:
        return self.now


async def a_store(clock: Clock, hours: int) -> MemoryStore:
    """A store with a change each hour, all of them sent; the clock stands at the last one."""
    store = MemoryStore(2, clock=clock)
    for number in range(hours):
        clock.now = clinic.START + number * HOUR
        store._tables.add_change(
            (), (VisitView(case_id=clinic.uid(number), org_id="demo", clinic_id="north", stage="x"),)
        )
    store._tables.sent_cursor = await store.cursor()
    return store


async def kept(store: MemoryStore, pruning: Pruning) -> list[int]:
    """The numbers of the changes that are left after a look."""
    pruning.look()
    for _ in range(5):
        await asyncio.sleep(0)
    return [int(change.cursor) for change in await store.changes("")]


async def test_changes_older_than_a_day_go_at_the_start_and_then_each_hour() -> None:
    clock = Clock()
    store = await a_store(clock, 30)
    pruning = Pruning(store, clock)

    assert await kept(store, pruning) == list(range(6, 31)), "those of the last 24 hours stay"
    clock.now += EVERY_MICROS - 1
    assert await kept(store, pruning) == list(range(6, 31)), "the hour is not over"
    clock.now += 1
    assert await kept(store, pruning) == list(range(7, 31))


async def test_changes_that_the_tasks_topic_has_not_got_stay_however_old() -> None:
    clock = Clock()
    store = await a_store(clock, 4)
    store._tables.sent_cursor = "2"
    clock.now += 100 * HOUR

    assert await kept(store, Pruning(store, clock)) == [3, 4]


class Away(MemoryStore):
    """A store that does not answer this question."""

    async def prune_changes(self, before: int) -> int:
        raise StoreUnavailable


async def test_a_store_that_is_away_is_asked_again_an_hour_later() -> None:
    clock = Clock()
    store = await a_store(clock, 30)
    pruning = Pruning(Away(2), clock)
    assert await kept(store, pruning) == list(range(1, 31))

    pruning._store = store
    clock.now += HOUR
    assert await kept(store, pruning) == list(range(7, 31))


@pytest.mark.embedded
async def test_the_relay_that_leads_drops_old_changes(tansu: Any) -> None:
    clock = Clock()
    store = await a_store(clock, 30)
    await clinic.apply_bundle(store)
    relay = Relay(store, tansu.bootstrap(), partitions=2, holder="relay", clock=clock)
    running = asyncio.create_task(relay.run())
    try:
        async with asyncio.timeout(60):
            while len(await store.changes("")) > 25:  # noqa: ASYNC110 - the relay says it in no other way
                await asyncio.sleep(0.05)
    finally:
        relay.stop()
        await running
    assert [int(change.cursor) for change in await store.changes("")] == list(range(6, 31))
