"""The same promises on the embedded broker, which is empty after each start."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from clinicflow.embedded.broker import EmbeddedBroker
from tests.integration.system import System
from tests.live import clinic

pytestmark = [pytest.mark.embedded, pytest.mark.asyncio]
Make = Callable[[str], System]


async def test_second_worker_joins_and_leaves(tansu: EmbeddedBroker, system_on: Make) -> None:
    async with system_on(tansu.bootstrap()) as system:
        system.start("relay")
        system.start("worker")
        day = clinic.a_day(200)
        await system.load(day[:300])
        await system.until_applied(200)

        second = system.start("worker")
        await system.load(day[300:600])
        await second.until_said("partitions assigned")
        assert await second.end() == 0
        await system.load(day[600:])

        await system.settled()
        await system.holds()
        await system.tasks_sent()


async def test_broker_restarted_empty_under_way(tansu: EmbeddedBroker, system_on: Make) -> None:
    async with system_on(tansu.bootstrap()) as system:
        system.start("relay")
        system.start("worker")
        day = clinic.a_day(200)
        await system.load(day[:300])
        await system.until_applied(150)

        tansu.kill()
        await system.load(day[300:500])
        await tansu.start()
        await system.load(day[500:])

        await system.settled()
        await system.holds()
        await system.tasks_sent()


async def test_everything_killed_and_started_again(tansu: EmbeddedBroker, system_on: Make) -> None:
    async with system_on(tansu.bootstrap()) as system:
        nodes = [system.start("relay"), system.start("worker")]
        day = clinic.a_day(200)
        await system.load(day[:500], per_second=4000)
        await system.until_applied(100)

        for node in nodes:
            node.kill9()
        tansu.kill()
        await tansu.start()
        system.start("relay")
        system.start("worker")
        await system.load(day[500:])

        await system.settled()
        await system.holds()
        await system.journaled(day)
        await system.tasks_sent()
