"""Known faults of Faust, aiokafka and neighbours do not reach us: each test brings one about, or shows it shut out.

``docs/reference/known-faults.md`` says which fault is met by which test.
"""

from __future__ import annotations

import asyncio
import dataclasses
import gc
import os
import re
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import CommitFailedError
from faust.types import ProcessingGuarantee
from faust.types.tuples import ConsumerMessage

import clinicflow
from clinicflow.embedded.broker import EmbeddedBroker
from clinicflow.live.sender import Sender
from clinicflow.live.transport import TransportSettings, build_app
from tests.live.test_transport import (
    PARTITIONS,
    Broker,
    Checkpoints,
    Recorder,
    broker,
    fresh_topic,
    numbers,
    producer,
    shared,
    until,
    working,
)
from tests.support.kafka import RealKafka, create_topic

__all__ = ["broker", "producer"]  # fixtures
pytestmark = [pytest.mark.asyncio, pytest.mark.timeout(120)]
SOURCES = Path(clinicflow.__file__).parent
EVERYTHING = frozenset(range(PARTITIONS))


async def test_what_of_faust_loses_or_leaks_is_off() -> None:
    app = build_app(TransportSettings("127.0.0.1:9", "events", "g"), Recorder())
    assert app.conf.processing_guarantee is ProcessingGuarantee.AT_LEAST_ONCE
    assert not app.conf.web_enabled
    assert not app.boot_strategy.enable_web
    assert not app.boot_strategy.enable_kafka_producer
    assert len(app.tables) == 0
    assert [agent.concurrency for agent in app.agents.values()] == [1]


@pytest.mark.parametrize(
    "word",
    [
        r"exactly_once",
        r"transactional_id",
        r"enable_idempotence\s*=\s*True",
        r"\bpickle\b",
        r"\.Table\(|\.GlobalTable\(",
        r"\bapp\.topic\([^)]*\)\.send",
        r"concurrency\s*=",
        r"\.take\(",
        r"\brocksdb\b",
    ],
)
async def test_what_is_not_to_be_used_is_not_there(word: str) -> None:
    uses = [
        f"{path.relative_to(SOURCES)}: {line.strip()}"
        for path in sorted(SOURCES.rglob("*.py"))
        if "node_modules" not in path.parts
        for line in path.read_text("utf-8").splitlines()
        if re.search(word, line)
    ]
    assert uses == []


@pytest.mark.embedded
async def test_a_worker_listens_nowhere_and_the_relays_producer_has_no_state_to_get_stuck_in(
    tansu: EmbeddedBroker,
) -> None:
    topic, handlers, before = fresh_topic(), Recorder(), listening()
    await create_topic(tansu.bootstrap(), topic, PARTITIONS)
    async with working(TransportSettings.embedded(tansu.bootstrap(), topic, "g"), handlers):
        await until(lambda: bool(handlers.assigned))
        assert listening() <= before
    sender = Sender(tansu.bootstrap())
    await sender.start()
    try:
        assert sender._producer._txn_manager is None
    finally:
        await sender.stop()


def listening() -> set[str]:
    """Inodes of the TCP sockets on which this process accepts connections."""
    mine = set()
    for name in os.listdir("/proc/self/fd"):
        try:
            target = os.readlink(f"/proc/self/fd/{name}")
        except OSError:  # closed meanwhile
            continue
        mine |= set(re.findall(r"socket:\[(\d+)\]", target))
    found = set()
    for table in ("/proc/self/net/tcp", "/proc/self/net/tcp6"):
        rows = [line.split() for line in Path(table).read_text().splitlines()[1:]] if Path(table).exists() else []
        found |= {row[9] for row in rows if row[3] == "0A"}
    return mine & found


async def test_offsets_that_the_broker_refuses_are_noted_later_and_stop_nothing(
    broker: Broker, producer: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    # given a worker whose every commit of offsets is refused
    topic, handlers, refused = fresh_topic(), Recorder(), list[int]()
    await create_topic(broker.bootstrap, topic, PARTITIONS)
    settings = dataclasses.replace(broker.settings(topic, "refused"), hint_interval_s=0.05)

    async def refuse(*_: Any) -> None:
        refused.append(1)
        raise CommitFailedError

    async with working(settings, handlers) as partitions:
        await until(lambda: partitions.assigned() == EVERYTHING)
        consumer = partitions._app.consumer._thread._consumer
        with monkeypatch.context() as patched:
            patched.setattr(consumer, "commit", refuse)
            await producer(topic, 0, 20)
            # when it reads on over several refusals
            await until(lambda: len(refused) >= 3)
            await producer(topic, 20, 20)
            await until(lambda: handlers.at.total() == 40 * PARTITIONS)
        # then nothing was skipped or stopped, and the broker is told once it takes them again
        assert {p: handlers.at.taken[p] for p in range(PARTITIONS)} == dict.fromkeys(range(PARTITIONS), numbers(40))
        assert handlers.at.gaps == []
        await until_committed(broker, topic, "refused", 40)


async def until_committed(broker: Broker, topic: str, group: str, offset: int) -> None:
    """Wait until the group's offsets say so for every partition."""
    onlooker = AIOKafkaConsumer(bootstrap_servers=broker.bootstrap, group_id=group, enable_auto_commit=False)
    await onlooker.start()
    try:
        async with asyncio.timeout(60):
            places = [TopicPartition(topic, partition) for partition in range(PARTITIONS)]
            while {await onlooker.committed(place) for place in places} != {offset}:  # noqa: ASYNC110 - nobody tells
                await asyncio.sleep(0.05)
    finally:
        await onlooker.stop()


async def test_what_was_read_is_not_kept_in_memory(broker: Broker, producer: Callable[..., Any]) -> None:
    # given a worker that has read some hundred batches
    topic, handlers = fresh_topic(), Recorder()
    await create_topic(broker.bootstrap, topic, PARTITIONS)
    await producer(topic, 0, 500)
    settings = dataclasses.replace(broker.settings(topic, "g"), max_poll_records=5)
    async with working(settings, handlers) as partitions:
        await until(lambda: handlers.at.total() == 500 * PARTITIONS)
        assert len(handlers.batches) >= 400
        # when nothing more comes, then none of Faust's books holds on to them
        await until(lambda: messages() <= 10)
        consumer = partitions._app.consumer
        assert not consumer._unacked_messages
        assert not any(consumer._acked.values())
        assert consumer._waiting == 0


def messages() -> int:
    """How many of Faust's messages, which hold the batches, are alive in this process."""
    gc.collect()
    return sum(isinstance(each, ConsumerMessage) for each in gc.get_objects())


async def test_rebalance_while_a_worker_waits_for_its_store_comes_to_rest(
    broker: Broker, producer: Callable[..., Any]
) -> None:
    # given a worker that has its partitions and cannot read its checkpoints yet
    topic, at, asked, door = fresh_topic(), Checkpoints(), asyncio.Event(), asyncio.Event()
    first, second = Recorder(at), Recorder(at)
    await create_topic(broker.bootstrap, topic, PARTITIONS)
    plain = first.on_assigned

    async def slow(partitions: frozenset[int]) -> Mapping[int, int]:
        asked.set()
        await door.wait()
        return await plain(partitions)

    first.on_assigned = slow  # type: ignore[method-assign]
    settings = broker.settings(topic, "pair")
    async with working(settings, first):
        await asyncio.wait_for(asked.wait(), 60)
        # when another joins at that moment, and the store comes back while the group rebalances
        async with working(settings, second):
            await asyncio.sleep(1.0)
            door.set()
            # then each gets a share, and all is read in order
            await until(lambda: shared(first, second), 60)
            await producer(topic, 0, 20)
            await until(lambda: at.total() >= 20 * PARTITIONS)
    assert at.gaps == []
    assert all(at.taken[p] == numbers(20) for p in range(PARTITIONS))


async def test_folding_for_longer_than_the_session_costs_no_partition(
    broker: Broker, producer: Callable[..., Any]
) -> None:
    for _ in range(3):  # a machine that itself stops for as long costs the partitions, and rightly
        handlers = await folded_for_long(broker, producer)
        if handlers.assigned == [EVERYTHING]:
            break
    assert handlers.assigned == handlers.revoked == [EVERYTHING]


async def folded_for_long(broker: Broker, producer: Callable[..., Any]) -> Recorder:
    """What a worker was told whose event loop computes without a break for longer than a silent member is kept."""
    topic, handlers = fresh_topic(), Recorder()
    await create_topic(broker.bootstrap, topic, PARTITIONS)
    settings = dataclasses.replace(broker.settings(topic, topic), session_timeout_ms=3_000, heartbeat_interval_ms=300)
    async with working(settings, handlers) as partitions:
        await until(lambda: partitions.assigned() == EVERYTHING)
        busy_until = time.monotonic() + 5.0
        while time.monotonic() < busy_until:
            sum(range(1000))
        # then the heartbeats went on, and it works on with what it had
        await producer(topic, 0, 10)
        await until(lambda: handlers.at.total() == 10 * PARTITIONS)
    return handlers


@pytest.mark.kafka
async def test_a_worker_with_a_fixed_name_is_back_without_a_rebalance(own_kafka: RealKafka) -> None:
    # given two workers with fixed names
    topic, at = fresh_topic(), Checkpoints()
    names = {name: Recorder(at) for name in ("one", "two")}
    await create_topic(own_kafka.bootstrap, topic, PARTITIONS)

    def settings(name: str) -> TransportSettings:
        return TransportSettings(
            own_kafka.bootstrap, topic, "fixed", group_instance_id=name, session_timeout_ms=60_000,
        )  # fmt: skip

    async with working(settings("two"), names["two"]):
        async with working(settings("one"), names["one"]):
            await until(lambda: shared(names["one"], names["two"]))
        share, told = names["one"].assigned[-1], len(names["two"].assigned)
        # when one ends and comes back within the session
        again = Recorder(at)
        async with working(settings("one"), again):
            await until(lambda: bool(again.assigned and again.assigned[-1]))
            # then it has what it had, and the other was not disturbed
            assert again.assigned == [share]
            assert len(names["two"].assigned) == told
