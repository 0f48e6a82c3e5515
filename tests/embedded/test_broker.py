"""The embedded broker starts, answers, and is empty after each start."""

from __future__ import annotations

import asyncio
import socket
import uuid

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient

from clinicflow.embedded.broker import EmbeddedBroker
from clinicflow.embedded.providers import ExternalBroker
from clinicflow.errors import ProviderNotStarted
from tests.support.kafka import create_topic

pytestmark = [pytest.mark.embedded, pytest.mark.asyncio]


async def topics(broker: EmbeddedBroker) -> list[str]:
    admin = AIOKafkaAdminClient(bootstrap_servers=broker.bootstrap())
    await admin.start()
    try:
        return list(await admin.list_topics())
    finally:
        await admin.close()


async def test_it_answers_holds_memory_and_makes_no_topic(tansu: EmbeddedBroker) -> None:
    assert await tansu.healthy()
    assert tansu.rss_bytes() > 1_000_000
    assert tansu.version().startswith("tansu")
    assert await topics(tansu) == []


async def test_a_restart_is_empty_at_the_same_address(tansu: EmbeddedBroker) -> None:
    # given a topic with a record
    await create_topic(tansu.bootstrap(), "events", 2)
    producer = AIOKafkaProducer(bootstrap_servers=tansu.bootstrap(), enable_idempotence=False)
    await producer.start()
    await producer.send_and_wait("events", b"x", partition=1)
    await producer.stop()
    address = tansu.bootstrap()
    # when the broker restarts
    await tansu.restart()
    # then it is there and holds nothing
    assert tansu.bootstrap() == address
    assert await topics(tansu) == []


async def test_it_listens_on_the_loopback_interface_only(tansu: EmbeddedBroker) -> None:
    port = int(tansu.bootstrap().rsplit(":", 1)[1])
    with socket.socket() as other:
        # Were it open to all interfaces, this address of the loopback network would answer too.
        assert other.connect_ex(("127.0.0.2", port)) != 0


async def test_a_killed_broker_is_not_healthy_and_comes_back(tansu: EmbeddedBroker) -> None:
    tansu.kill()
    assert not await tansu.healthy()
    assert tansu.rss_bytes() == 0
    await tansu.start()
    assert await tansu.healthy()


async def test_an_external_broker_is_checked_by_a_request(tansu: EmbeddedBroker) -> None:
    outside = ExternalBroker(tansu.bootstrap())
    await outside.start()
    assert await outside.healthy()
    await tansu.stop()
    assert not await outside.healthy()
    with pytest.raises(ProviderNotStarted):
        await asyncio.wait_for(ExternalBroker("127.0.0.1:1").start(), 60)


async def test_an_address_before_the_start_is_refused() -> None:
    with pytest.raises(ProviderNotStarted):
        EmbeddedBroker().bootstrap()


async def test_two_brokers_do_not_share_topics(tansu: EmbeddedBroker) -> None:
    other = EmbeddedBroker()
    await other.start()
    try:
        name = f"t-{uuid.uuid4().hex[:6]}"
        await create_topic(tansu.bootstrap(), name, 1)
        assert await topics(other) == []
    finally:
        await other.stop()
