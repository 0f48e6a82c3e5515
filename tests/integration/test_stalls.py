"""A worker that stops fetching without an error, and a database that dies: nothing stands still for good."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from clinicflow.embedded.postgres import EmbeddedPostgres
from clinicflow.embedded.processes import free_port
from clinicflow.live.watchdog import EXIT_CODE
from clinicflow.store.migrate import migrate
from tests.integration.system import System
from tests.live import clinic
from tests.support.kafka import RealKafka

pytestmark = [pytest.mark.kafka, pytest.mark.asyncio]
Make = Callable[[str], System]
QUICK = {"stalled_s": 2.0, "blocked_s": 2.0, "period_s": 0.2}


@pytest.mark.parametrize("fault", ["fetch", "loop"])
async def test_fetching_or_loop_that_stops_while_the_group_is_stable(
    own_kafka: RealKafka, system_on: Make, fault: str
) -> None:
    """The worker stays a healthy member of its group; only the checkpoint shows that it does nothing."""
    async with system_on(own_kafka.bootstrap) as system:
        system.start("relay")
        sick = system.start("worker", limits=QUICK, stops_after=100, fault=fault)
        day = clinic.a_day(100)
        await system.load(day)

        assert await sick.exit_code(90) == EXIT_CODE
        assert "ended by the watchdog" in sick.said()
        system.start("worker")
        await system.settled()
        await system.holds()


async def test_database_killed_under_way(own_kafka: RealKafka, open_folder: Path, tmp_path: Path) -> None:
    """Relay and workers wait, a commit whose answer was lost is settled, and what was accepted is there."""
    server = EmbeddedPostgres(open_folder / "data", free_port())
    try:
        await server.start()
        migrate(server.dsn("owner"))
        async with System(server.dsn("app"), own_kafka.bootstrap, tmp_path) as system:
            system.start("relay")
            worker = system.start("worker")
            day = clinic.a_day(200)
            await system.load(day[:500], per_second=3000)
            await system.until_applied(100)

            server.kill()
            await asyncio.sleep(1.0)
            await server.start()
            await system.load(day[500:])

            await system.settled()
            await system.holds()
            await system.journaled(day)
            await system.tasks_sent()
            assert worker.process.poll() is None, "the same process went on"
    finally:
        server.kill()
