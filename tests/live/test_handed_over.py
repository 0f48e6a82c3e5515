"""Agents that are handed to another group while a worker of theirs still runs."""

from __future__ import annotations

import asyncio

import pytest

from clinicflow.errors import GroupConflict
from clinicflow.live import worker as worker_module
from clinicflow.store.memory import MemoryStore
from tests.live import clinic
from tests.live.desk import GROUP, PARTITIONS, a_desk

pytestmark = pytest.mark.asyncio


async def test_worker_whose_agent_was_handed_over_stops_and_writes_nothing_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(worker_module, "_REASSIGN_AFTER_S", 0.01)
    store = MemoryStore(PARTITIONS)
    async with a_desk(store) as desk:
        # given a worker of both agents in the middle of a day
        rows = await desk.placed(clinic.a_day(30))
        await desk.deliver(rows[:40])
        await desk.until(lambda: sum(feed.done + 1 for feed in desk.worker.feeds.values()) == 40)

        # when one of them is handed to another group and events come on
        await store.regroup("nurses", ["nurse"])
        before = (await store.health()).lag[GROUP]
        await desk.deliver(rows[40:])

        # then the worker ends and says which command regroups, and nothing is folded without the agent's past
        with pytest.raises(GroupConflict, match="clinicflow regroup"):
            await asyncio.wait_for(desk.working, 30)
        assert (await store.health()).lag[GROUP] == before


async def test_partitions_of_agents_that_were_handed_over_are_not_taken() -> None:
    store = MemoryStore(PARTITIONS)
    async with a_desk(store) as desk:
        # given agents that all went to another group
        await store.regroup("others", ["desk", "nurse"])

        # when the old group's worker is given partitions
        assert await desk.worker.on_assigned(desk.steering.held) == {}

        # then it reads none, ends, and leaves no place of the old group behind
        with pytest.raises(GroupConflict, match="group others runs it"):
            await asyncio.wait_for(desk.working, 30)
        assert GROUP not in (await store.health()).lag
