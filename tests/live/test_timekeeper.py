"""Timers that come due are journaled, once."""

from __future__ import annotations

import pytest

from clinicflow.codec import decode
from clinicflow.core.outcome import Timer
from clinicflow.live import timekeeper as module
from clinicflow.live.timekeeper import Timekeeper
from clinicflow.store.memory import MemoryStore
from clinicflow.store.rows import PartitionMove, PlacedRow, Round, TimerRow
from tests.live import clinic

pytestmark = pytest.mark.asyncio
NOW = clinic.START


async def a_store(timers: int, fires_at: int = NOW - 1) -> MemoryStore:
    """A store with running timers of the agent ``nurse``."""
    store = MemoryStore(1)
    await clinic.apply_bundle(store)
    await store.register_group("all", ["nurse"])
    [mark] = (await store.assign("all", [0])).values()
    rows = tuple(
        TimerRow(
            0,
            "demo",
            "north",
            clinic.uid("visit", number),
            "nurse",
            Timer(clinic.uid("timer", number), "wait", 0, clinic.uid("cause", number), fires_at, fires_at),
        )
        for number in range(timers)
    )
    await store.commit_round(Round("all", (PartitionMove(0, mark.epoch, -1, -1, None),), timers_set=rows))
    return store


async def placed(store: MemoryStore) -> list[PlacedRow]:
    """All that is journaled now and not placed."""
    lease = await store.take_lease("test")
    assert lease is not None
    return await store.place(lease[0], NOW, 10_000) or []


async def test_timer_fires_when_its_time_has_come_and_not_before() -> None:
    store = await a_store(1, fires_at=NOW + 10)
    clock = [NOW]
    keeper = Timekeeper(store, lambda: clock[0])
    await keeper.fire_due()
    assert await placed(store) == []

    clock[0] = NOW + 10
    await keeper.fire_due()
    [row] = await placed(store)
    event = decode(row.payload)
    assert (event.TYPE, event.agent, event.timer_id) == ("timer-fired", "nurse", clinic.uid("timer", 0))
    assert (event.occurred_at, event.recorded_at, event.case_id) == (NOW + 10, NOW + 10, clinic.uid("visit", 0))


async def test_two_timekeepers_and_repeats_fire_it_once() -> None:
    store = await a_store(1)
    first, second = Timekeeper(store, lambda: NOW), Timekeeper(store, lambda: NOW + 5)
    for keeper in (first, second, first, second):
        await keeper.fire_due()
    assert len(await placed(store)) == 1


async def test_timers_that_wait_for_a_slow_agent_do_not_keep_others_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_BATCH", 10)
    store = await a_store(35)
    keeper = Timekeeper(store, lambda: NOW)
    while await keeper.fire_due():
        continue
    assert len(await placed(store)) == 35


async def test_timer_that_a_correction_has_set_again_fires_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its first firing was refused when it did not run; now it runs, and the same firing would be a repeat."""
    monkeypatch.setattr(module, "_FORGET_MICROS", 0)
    store = await a_store(1)
    keeper = Timekeeper(store, lambda: NOW)
    await keeper.fire_due()
    assert len(await placed(store)) == 1
    await keeper.fire_due()
    assert await placed(store) == [], "its agent has not had it yet"

    [mark] = (await store.assign("all", [0])).values()
    await store.commit_round(Round("all", (PartitionMove(0, mark.epoch, -1, 0, None),)))
    await keeper.fire_due()
    await keeper.fire_due()
    assert len(await placed(store)) == 1
