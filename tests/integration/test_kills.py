"""Kills, takeovers and wipes on a real Kafka. Each story ends with the fold of the journal against what is stored."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable

import pytest
from aiokafka.admin import AIOKafkaAdminClient

from clinicflow.live.topics import EVENTS
from tests.integration.process import CONFLICT
from tests.integration.system import System
from tests.live import clinic
from tests.support.kafka import RealKafka

pytestmark = [pytest.mark.kafka, pytest.mark.asyncio]
Make = Callable[[str], System]


async def test_two_workers_share_the_work_and_one_leaves(own_kafka: RealKafka, system_on: Make) -> None:
    async with system_on(own_kafka.bootstrap) as system:
        system.start("relay")
        first = system.start("worker")
        day = clinic.a_day(240)
        await system.load(day[:300])
        await system.until_applied(200)

        second = system.start("worker")
        await system.load(day[300:800])
        await second.until_said("partitions assigned")
        assert await first.end() == 0
        await system.load(day[800:])

        await system.settled()
        await system.holds()
        await system.journaled(day)
        await system.tasks_sent()


async def test_worker_killed_in_mid_batch_loses_and_doubles_nothing(own_kafka: RealKafka, system_on: Make) -> None:
    async with system_on(own_kafka.bootstrap) as system:
        system.start("relay")
        day = clinic.a_day(300)
        await clinic.journal(system.store, day)
        for applied in (150, 600):
            worker = system.start("worker")
            await system.until_applied(applied)
            worker.kill9()

        system.start("worker")
        await system.settled()
        await system.holds()
        await system.tasks_sent()


async def test_zombie_that_wakes_up_after_a_takeover_writes_nothing(own_kafka: RealKafka, system_on: Make) -> None:
    async with system_on(own_kafka.bootstrap) as system:
        system.start("relay")
        zombie = system.start("worker", "zombie")
        day = clinic.a_day(300)
        loading = asyncio.create_task(system.load(day, per_second=800))
        await system.until_applied(200)
        zombie.signal(signal.SIGSTOP)

        system.start("worker", "heir")
        await loading
        await system.settled()
        before = (await system.store.health()).journal_events
        zombie.signal(signal.SIGCONT)
        await zombie.until_said("partitions assigned", times=2)

        await system.settled()
        await system.holds()
        assert (await system.store.health()).journal_events == before


async def test_agents_of_another_group_are_refused_until_regrouped(own_kafka: RealKafka, system_on: Make) -> None:
    async with system_on(own_kafka.bootstrap) as system:
        system.start("relay")
        everything = system.start("worker")
        day = clinic.a_day(120)
        await system.load(day[:300])
        await system.settled()

        refused = system.start("worker", "refused", group="nurses", agents=["nurse"])
        assert await refused.exit_code(60) == CONFLICT
        assert "regroup" in refused.said()

        await everything.end()
        await system.store.regroup("nurses", ["nurse"])
        await system.store.regroup("desks", ["desk"])
        system.start("worker", group="nurses", agents=["nurse"])
        system.start("worker", group="desks", agents=["desk"])
        await system.load(day[300:])
        await system.settled(["nurses", "desks"])
        await system.holds({"nurses": ("nurse",), "desks": ("desk",)})


async def test_broker_restarted_with_its_log(own_kafka: RealKafka, system_on: Make) -> None:
    async with system_on(own_kafka.bootstrap) as system:
        system.start("relay")
        system.start("worker")
        day = clinic.a_day(200)
        await system.load(day[:300])
        await system.until_applied(200)

        own_kafka.kill9()
        await system.load(day[300:600])  # intake goes on without a broker
        await asyncio.to_thread(own_kafka.start)
        await system.load(day[600:])

        await system.settled()
        await system.holds()
        await system.tasks_sent()


async def test_broker_wiped_in_mid_run_is_filled_from_the_journal(own_kafka: RealKafka, system_on: Make) -> None:
    async with system_on(own_kafka.bootstrap) as system:
        system.start("relay")
        system.start("worker")
        day = clinic.a_day(240)
        await system.load(day[:500])
        await system.until_applied(300)

        own_kafka.kill9()
        own_kafka.wipe()
        await system.load(day[500:700])
        await asyncio.to_thread(own_kafka.start)
        await system.load(day[700:])

        await system.settled()
        await system.holds()
        await system.tasks_sent()


async def test_broker_wiped_while_nothing_flows(own_kafka: RealKafka, system_on: Make) -> None:
    async with system_on(own_kafka.bootstrap) as system:
        system.start("relay")
        worker = system.start("worker")
        day = clinic.a_day(100)
        await system.load(day[:200])
        await system.settled()
        await worker.end()
        await system.load(day[200:300])  # placed and sent, not applied

        own_kafka.kill9()
        own_kafka.wipe()
        await asyncio.to_thread(own_kafka.start)
        system.start("worker")
        await system.settled()

        await system.load(day[300:])
        await system.settled()
        await system.holds()


async def test_events_topic_deleted_under_way(own_kafka: RealKafka, system_on: Make) -> None:
    async with system_on(own_kafka.bootstrap) as system:
        system.start("relay")
        system.start("worker")
        day = clinic.a_day(160)
        await system.load(day[:300])
        await system.until_applied(250)

        admin = AIOKafkaAdminClient(bootstrap_servers=own_kafka.bootstrap)
        await admin.start()
        await admin.delete_topics([EVENTS])
        await admin.close()
        await system.load(day[300:])

        await system.settled()
        await system.holds()


async def test_relay_killed_and_another_takes_over(own_kafka: RealKafka, system_on: Make) -> None:
    async with system_on(own_kafka.bootstrap) as system:
        relay = system.start("relay")
        system.start("worker")
        day = clinic.a_day(160)
        await system.load(day[:300])
        await system.until_applied(100)

        relay.kill9()
        system.start("relay")
        system.start("relay")  # a third one only waits
        await system.load(day[300:])

        await system.settled()
        await system.holds()
        await system.tasks_sent()


async def test_relay_stopped_for_a_while_does_not_place_or_send_over_its_heir(
    own_kafka: RealKafka, system_on: Make
) -> None:
    async with system_on(own_kafka.bootstrap) as system:
        relay = system.start("relay")
        system.start("worker")
        day = clinic.a_day(160)
        await system.load(day[:200])
        await system.until_applied(100)
        relay.signal(signal.SIGSTOP)
        system.start("relay")
        await system.load(day[200:500])
        await system.settled()

        relay.signal(signal.SIGCONT)
        await system.load(day[500:])

        await system.settled()
        await system.holds()
        await system.tasks_sent()


async def test_everything_killed_and_the_broker_wiped(own_kafka: RealKafka, system_on: Make) -> None:
    async with system_on(own_kafka.bootstrap) as system:
        nodes = [system.start("relay"), system.start("worker"), system.start("worker")]
        day = clinic.a_day(240)
        await system.load(day[:600], per_second=4000)
        await system.until_applied(200)

        for node in nodes:
            node.kill9()
        own_kafka.kill9()
        own_kafka.wipe()
        await asyncio.to_thread(own_kafka.start)
        system.start("relay")
        system.start("worker")
        await system.load(day[600:])

        await system.settled()
        await system.holds()
        await system.journaled(day)
        await system.tasks_sent()
