"""A server that starts in the middle of the day shows what the store knows of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from clinicflow.web.hub import Hub
from clinicflow.web.mirror import KEEP_ENDED
from tests.web.kit import MINUTE, World, a_world

pytestmark = pytest.mark.asyncio


async def a_morning(world: World) -> None:
    """One patient is here, one has left, one has cancelled."""
    await world.arrival("KT47")
    left, cancelled = await world.arrival("BZ22"), await world.arrival("XX33")
    await world.tell("left-without-being-seen", left["case_id"], patient_id=left["patient_id"])
    await world.tell(
        "visit-cancelled", cancelled["case_id"], patient_id=cancelled["patient_id"], reason="patient_request"
    )
    await world.settle()


async def gone(hub: Hub) -> list[str]:
    """Tickets of visits that have ended and are still listed."""
    mirror = await hub.mirror("demo")
    return sorted(view.ticket or "" for view in mirror.visits("north").values() if view.ended_at is not None)


async def patients(hub: Hub, now: int) -> int:
    return (await hub.mirror("demo")).waits("north").patients(now)


async def test_a_server_that_starts_anew_knows_who_has_gone_and_how_many_came(tmp_path: Path) -> None:
    async with a_world(tmp_path) as world:
        await world.hub.mirror("demo")
        await a_morning(world)
        await world.shown()
        running = (await gone(world.hub), await patients(world.hub, world.now()))
        fresh = Hub(world.services)
        started = (await gone(fresh), await patients(fresh, world.now()))
        await fresh.stop()

    assert running == started == (["BZ22", "XX33"], 3)


async def test_who_has_gone_long_ago_is_listed_by_no_server(tmp_path: Path) -> None:
    async with a_world(tmp_path) as world:
        await a_morning(world)
        world.ahead += KEEP_ENDED + MINUTE
        fresh = Hub(world.services)
        found = await gone(fresh)
        await fresh.stop()

    assert found == []
