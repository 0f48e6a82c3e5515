"""The waiting-room display shows the wait that a forecaster publishes, and none while the forecaster is silent."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import pytest

from clinicflow.core.ids import endless_case
from clinicflow.web.hub import Hub
from clinicflow.web.screen import Screen
from tests.web.kit import MINUTE, World, a_world

pytestmark = pytest.mark.asyncio
CLINIC = endless_case("clinic", "demo", "north")


async def a_full_room(world: World) -> None:
    """Enough patients, the first of whom has waited for 31 minutes."""
    letters = itertools.product("KBXLHW", "TZNR")
    for place, (one, other) in zip(range(10), letters, strict=False):
        await world.arrival(f"{one}{other}{20 + place}", ago=31 - place)
    await world.settle()


async def publish(world: World, p50: int, p90: int, ago: int = 0) -> None:
    told = {"p50_min": p50, "p90_min": p90, "method": "quantile", "n_ahead": 10}
    await world.tell("wait-estimate-published", CLINIC, ago=ago, **told)
    await world.settle()


async def band(world: World, hub: Hub | None = None, later: int = 0) -> tuple[int, int] | None:
    """What a screen that begins now shows, so many minutes later."""
    now = world.now() + later * MINUTE
    mirror = await (hub or world.hub).mirror("demo")
    await mirror.estimates.look(world.store, now)
    found: Any = Screen("north").frame(mirror, 0.0, now)
    return None if found.band is None else (found.band.low, found.band.high)


async def test_a_published_wait_takes_the_place_of_the_screens_own(tmp_path: Path) -> None:
    async with a_world(tmp_path) as world:
        await a_full_room(world)
        own = await band(world)
        await publish(world, 12, 24)
        first = await band(world)
        await publish(world, 42, 53)
        second = await band(world)

    assert own == (30, 40)
    assert first == (10, 25)
    assert second == (40, 55), "the last word counts"


async def test_a_forecaster_that_falls_silent_makes_the_screen_say_please_ask(tmp_path: Path) -> None:
    async with a_world(tmp_path) as world:
        await a_full_room(world)
        await publish(world, 12, 24)
        bands = [await band(world, later=minutes) for minutes in (2, 4, 14)]
        without = await band(world, later=16)

    assert bands == [(10, 25), None, None]
    assert without is not None, "a clinic that has no forecaster any more has its own calculation"
    assert without[0] >= 45


async def test_a_wait_that_is_withdrawn_is_not_shown(tmp_path: Path) -> None:
    async with a_world(tmp_path) as world:
        await a_full_room(world)
        await publish(world, 12, 24)
        await world.tell("wait-estimate-withdrawn", CLINIC, age_min=3)
        await world.settle()
        withdrawn = await band(world)
        await publish(world, 15, 20)
        again = await band(world)

    assert (withdrawn, again) == (None, (15, 25))


async def test_what_was_published_is_known_to_a_server_that_starts_anew_and_of_no_other_clinic(tmp_path: Path) -> None:
    async with a_world(tmp_path) as world:
        await a_full_room(world)
        await publish(world, 12, 24)
        fresh = Hub(world.services)
        started = await band(world, fresh)
        other = (await fresh.mirror("demo")).estimates.of("south", world.now())
        await fresh.stop()

    assert (started, other) == ((10, 25), None)


async def test_a_range_that_is_none_is_not_heard(tmp_path: Path) -> None:
    async with a_world(tmp_path) as world:
        await a_full_room(world)
        await publish(world, 12, 24)
        await publish(world, 50, 20)

        assert await band(world) == (10, 25)
