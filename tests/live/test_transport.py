"""Batches reach the handlers in order and whole, whatever happens to brokers, workers and handlers."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import os
import signal
import uuid
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any

import pytest
import pytest_asyncio
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from clinicflow.embedded.broker import EmbeddedBroker
from clinicflow.errors import PartitionNotAssigned, TransportFailed
from clinicflow.live.transport import Partitions, Record, TransportSettings, build_app, run_worker
from tests.support.kafka import create_topic

pytestmark = [pytest.mark.asyncio, pytest.mark.timeout(240)]
PARTITIONS = 4


class Broker:
    """Either broker, seen the same way; ``wipe`` ends it and starts it empty at the same address."""

    def __init__(self, bootstrap: str, settings: Callable[..., TransportSettings], wipe: Callable[[], Any]) -> None:
        self.bootstrap = bootstrap
        self.wipe = wipe
        self._settings = settings

    def settings(self, topic: str, group: str) -> TransportSettings:
        return self._settings(self.bootstrap, topic, group)


BROKERS = [
    pytest.param("own_kafka", marks=pytest.mark.kafka, id="kafka"),
    pytest.param("tansu", marks=pytest.mark.embedded, id="tansu"),
]


@pytest.fixture(params=BROKERS)
def broker(request: pytest.FixtureRequest) -> Broker:
    """A broker of this test alone."""
    server = request.getfixturevalue(request.param)
    if isinstance(server, EmbeddedBroker):
        return Broker(server.bootstrap(), TransportSettings.embedded, server.restart)

    async def wipe() -> None:
        server.kill9()
        server.wipe()
        await asyncio.to_thread(server.start)

    return Broker(server.bootstrap, TransportSettings, wipe)


class Checkpoints:
    """What a database would hold for a group: the next offset of each partition, and what was taken so far."""

    def __init__(self) -> None:
        self.next: dict[int, int] = defaultdict(int)
        self.taken: dict[int, list[bytes]] = defaultdict(list)
        self.gaps: list[tuple[int, int, int]] = []

    def total(self) -> int:
        return sum(map(len, self.taken.values()))


class Recorder:
    """Handlers that take each record once, by checkpoint, and note every gap."""

    def __init__(self, checkpoints: Checkpoints | None = None) -> None:
        self.at = checkpoints or Checkpoints()
        self.assigned: list[frozenset[int]] = []
        self.revoked: list[frozenset[int]] = []
        self.batches: list[tuple[int, int]] = []
        self.fail_next = 0
        self.open = asyncio.Event()
        self.open.set()

    async def on_batch(self, partition: int, records: list[Record]) -> None:
        await self.open.wait()
        if self.fail_next:
            self.fail_next -= 1
            raise ConnectionError("the store is away")
        self.batches.append((partition, len(records)))
        for record in records:
            expected = self.at.next[partition]
            if record.offset > expected:
                self.at.gaps.append((partition, expected, record.offset))
            if record.offset >= expected:
                self.at.next[partition] = record.offset + 1
                self.at.taken[partition].append(record.value or b"")

    async def on_assigned(self, partitions: frozenset[int]) -> Mapping[int, int]:
        self.assigned.append(partitions)
        return {partition: self.at.next[partition] for partition in partitions if partition in self.at.next}

    async def on_revoked(self, partitions: frozenset[int]) -> None:
        self.revoked.append(partitions)


@contextlib.asynccontextmanager
async def working(settings: TransportSettings, handlers: Any) -> AsyncIterator[Partitions]:
    """A worker that runs meanwhile and must not end by itself."""
    app, stop = build_app(settings, handlers), asyncio.Event()
    task = asyncio.create_task(run_worker(app, stop=stop))
    try:
        yield Partitions(app)
    finally:
        stop.set()
        await asyncio.wait_for(task, 60)


@pytest_asyncio.fixture
async def producer(broker: Broker) -> AsyncIterator[Callable[..., Any]]:
    """``await send(topic, first, count)``: numbered records, each partition the same numbers."""
    running: list[AIOKafkaProducer] = []

    async def send(topic: str, first: int, count: int) -> None:
        client = AIOKafkaProducer(bootstrap_servers=broker.bootstrap, enable_idempotence=False, linger_ms=2)
        await client.start()
        running.append(client)
        waits = []
        for number in range(first, first + count):
            for partition in range(PARTITIONS):
                waits.append(await client.send(topic, b"%d" % number, partition=partition))
        await asyncio.gather(*waits)
        running.remove(client)
        await client.stop()

    yield send
    for client in running:
        await client.stop()


async def until(condition: Callable[[], bool], within: float = 60.0, told: Callable[[], object] = str) -> None:
    """Wait for something to become true; fail when it does not, and with what is ``told`` of it."""
    try:
        async with asyncio.timeout(within):
            while not condition():  # noqa: ASYNC110  (what is waited for has no event)
                await asyncio.sleep(0.02)
    except TimeoutError as slow:
        raise TimeoutError(f"it did not come true in {within:.0f} s: {told()}") from slow


def numbers(count: int) -> list[bytes]:
    return [b"%d" % number for number in range(count)]


def fresh_topic() -> str:
    return f"events-{uuid.uuid4().hex[:8]}"


async def test_all_records_arrive_in_order_in_few_batches(broker: Broker, producer: Callable[..., Any]) -> None:
    # given a topic with records
    topic, handlers = fresh_topic(), Recorder()
    await create_topic(broker.bootstrap, topic, PARTITIONS)
    await producer(topic, 0, 500)
    # when a worker reads while more arrive
    async with working(broker.settings(topic, "g"), handlers):
        await until(lambda: handlers.at.total() == 500 * PARTITIONS)
        await producer(topic, 500, 500)
        await until(lambda: handlers.at.total() == 1000 * PARTITIONS)
    # then each partition is whole and in order, and records came many at a time
    assert {p: handlers.at.taken[p] for p in range(PARTITIONS)} == dict.fromkeys(range(PARTITIONS), numbers(1000))
    assert handlers.at.gaps == []
    assert len(handlers.batches) < 1000
    assert handlers.assigned == [frozenset(range(PARTITIONS))]
    # and the end of the worker was told to the handlers
    assert handlers.revoked == [frozenset(range(PARTITIONS))]


async def test_nothing_is_skipped_when_a_second_worker_joins_and_leaves(
    broker: Broker, producer: Callable[..., Any]
) -> None:
    # given a group of one worker with a shared checkpoint
    topic, at = fresh_topic(), Checkpoints()
    first, second = Recorder(at), Recorder(at)
    await create_topic(broker.bootstrap, topic, PARTITIONS)
    settings = broker.settings(topic, "pair")
    async with working(settings, first):
        await until(lambda: bool(first.assigned))
        enough = asyncio.Event()
        feeding = asyncio.create_task(feed(producer, topic, enough))
        # when another joins, works and leaves again while records flow
        async with working(settings, second):
            await until(lambda: bool(second.batches) and shared(first, second))
        await until(lambda: first.assigned[-1] == frozenset(range(PARTITIONS)))
        enough.set()
        count = await feeding
        await until(
            lambda: all(at.next[partition] >= count for partition in range(PARTITIONS)),
            told=lambda: f"{count} sent, {dict(at.next)} read",
        )
    # then each is whole and in order
    assert at.gaps == []
    assert all(at.taken[p] == numbers(count) for p in range(PARTITIONS))


def shared(first: Recorder, second: Recorder) -> bool:
    """Whether each has partitions, none has two workers, and none is left over."""
    ours, theirs = (each.assigned[-1] if each.assigned else frozenset() for each in (first, second))
    return bool(ours and theirs) and not ours & theirs and ours | theirs == frozenset(range(PARTITIONS))


async def feed(producer: Callable[..., Any], topic: str, enough: asyncio.Event) -> int:
    """Send until it is enough; gives how many numbers were sent to each partition."""
    sent = 0
    while not enough.is_set():
        await producer(topic, sent, 10)
        sent += 10
        await asyncio.sleep(0.05)
    return sent


async def test_what_a_fetch_brings_while_records_may_not_flow_yet_is_not_skipped(
    broker: Broker, producer: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    # given a worker whose fetches end just before Faust lets records flow again, as one over a rebalance may
    topic, handlers = fresh_topic(), Recorder()
    await create_topic(broker.bootstrap, topic, PARTITIONS)
    async with working(broker.settings(topic, "g"), handlers) as partitions:
        await until(lambda: bool(handlers.assigned))
        consumer = partitions._app.consumer
        fetch = consumer._thread.getmany

        async def ends_early(*words: Any) -> Any:
            fetched = await fetch(*words)
            consumer.stop_flow()
            asyncio.get_running_loop().call_later(0.05, consumer.resume_flow)
            return fetched

        monkeypatch.setattr(consumer._thread, "getmany", ends_early)
        # when records come
        for first in range(0, 60, 20):
            await producer(topic, first, 20)
        # then all are read in order
        await until(lambda: all(handlers.at.next[partition] >= 60 for partition in range(PARTITIONS)))
    assert handlers.at.gaps == []
    assert all(handlers.at.taken[partition] == numbers(60) for partition in range(PARTITIONS))


async def test_a_broker_that_comes_back_empty_is_read_from_the_start(
    broker: Broker, producer: Callable[..., Any]
) -> None:
    # given a worker that has read to offset 50
    topic, handlers = fresh_topic(), Recorder()
    await create_topic(broker.bootstrap, topic, PARTITIONS)
    await producer(topic, 0, 50)
    async with working(broker.settings(topic, "g"), handlers) as partitions:
        await until(lambda: handlers.at.total() == 50 * PARTITIONS)
        read = []
        handlers.on_batch = lambda partition, records: note(read, partition, records)  # type: ignore[method-assign]
        # when the broker loses everything, and a shorter log of the same name appears
        await broker.wipe()
        await create_topic(broker.bootstrap, topic, PARTITIONS)
        await producer(topic, 1000, 5)
        # then it is read from its first record on, though the checkpoint says 50, and the assignment comes to rest
        await until(lambda: len(read) >= 5 * PARTITIONS)
        await until(lambda: partitions.assigned() == frozenset(range(PARTITIONS)))
    for partition in range(PARTITIONS):
        offsets = [offset for p, offset in read if p == partition]
        assert offsets[:5] == [0, 1, 2, 3, 4]
        # an assignment that is given anew begins anew, since nothing of this was checkpointed: never a gap
        assert all(after in (0, before + 1) for before, after in itertools.pairwise(offsets))


async def note(read: list[tuple[int, int]], partition: int, records: list[Record]) -> None:
    read.extend((partition, record.offset) for record in records)


async def test_a_topic_that_appears_later_is_read_and_was_not_made_by_the_worker(
    broker: Broker, producer: Callable[..., Any]
) -> None:
    # given a worker whose topic does not exist
    topic, handlers = fresh_topic(), Recorder()
    async with working(broker.settings(topic, "g"), handlers):
        await asyncio.sleep(4.0)  # longer than metadata stay valid, so that it asked again
        assert topic not in await topics(broker)
        # when the topic appears
        await create_topic(broker.bootstrap, topic, PARTITIONS)
        await producer(topic, 0, 10)
        # then it is read
        await until(lambda: handlers.at.total() == 10 * PARTITIONS)
    assert handlers.at.gaps == []


async def topics(broker: Broker) -> list[str]:
    admin = AIOKafkaAdminClient(bootstrap_servers=broker.bootstrap)
    await admin.start()
    try:
        return list(await admin.list_topics())
    finally:
        await admin.close()


async def test_a_failing_handler_gets_the_same_batch_again(broker: Broker, producer: Callable[..., Any]) -> None:
    topic, handlers = fresh_topic(), Recorder()
    handlers.fail_next = 3
    await create_topic(broker.bootstrap, topic, PARTITIONS)
    await producer(topic, 0, 20)
    async with working(broker.settings(topic, "g"), handlers):
        await until(lambda: handlers.at.total() == 20 * PARTITIONS)
    assert handlers.fail_next == 0
    assert handlers.at.gaps == []


async def test_a_partition_is_read_again_paused_and_resumed(broker: Broker, producer: Callable[..., Any]) -> None:
    topic, handlers, read = fresh_topic(), Recorder(), list[tuple[int, int]]()
    await create_topic(broker.bootstrap, topic, PARTITIONS)
    await producer(topic, 0, 20)
    async with working(small(broker, topic, 5), handlers) as partitions:
        await until(lambda: handlers.at.total() == 20 * PARTITIONS)
        handlers.on_batch = lambda partition, records: note(read, partition, records)  # type: ignore[method-assign]
        # when one partition is asked for again
        await partitions.seek(2, 3)
        await until(lambda: len(read) == 17)
        assert read == [(2, offset) for offset in range(3, 20)]
        # and another paused, then nothing of it comes until it is resumed
        await partitions.pause(1)
        read.clear()
        await producer(topic, 20, 5)
        await until(lambda: len(read) == 5 * (PARTITIONS - 1))
        await asyncio.sleep(0.5)
        assert {partition for partition, _ in read} == {0, 2, 3}
        await partitions.resume(1)
        await until(lambda: len(read) == 5 * PARTITIONS)
        assert [offset for partition, offset in read if partition == 1] == [20, 21, 22, 23, 24]
        # and where each stands is known
        await until(lambda: all(status.lag == 0 for status in partitions.status().values()))
        assert {p: status.position for p, status in partitions.status().items()} == dict.fromkeys(range(PARTITIONS), 25)
        with pytest.raises(PartitionNotAssigned):
            await partitions.seek(99, 0)


async def test_what_was_fetched_before_a_seek_is_not_handed_out_after_it(
    broker: Broker, producer: Callable[..., Any]
) -> None:
    # given a handler that is busy with the first batch of a partition while the next ones wait
    topic, read, door = fresh_topic(), list[int](), asyncio.Event()
    await create_topic(broker.bootstrap, topic, PARTITIONS)
    handlers = Recorder()

    async def on_batch(partition: int, records: list[Record]) -> None:
        if partition == 0:
            read.extend(record.offset for record in records)
            await door.wait()

    handlers.on_batch = on_batch  # type: ignore[method-assign]
    await producer(topic, 0, 60)
    async with working(small(broker, topic, 10), handlers) as partitions:
        await until(lambda: partitions.status()[0].position == 60 if partitions.assigned() else False)
        # when the partition is read again from 5
        await partitions.seek(0, 5)
        door.set()
        # then the log follows from there, once
        await until(lambda: len(read) >= 10 + 55)
        await asyncio.sleep(0.5)
    assert read == [*range(10), *range(5, 60)]


def small(broker: Broker, topic: str, batch: int, waiting: int = 16_000) -> TransportSettings:
    """Settings for batches of so many records at most."""
    usual = broker.settings(topic, "g")
    return TransportSettings(
        usual.bootstrap, topic, "g", usual.fetch_max_wait_ms, session_timeout_ms=usual.session_timeout_ms,
        max_poll_records=batch, max_waiting_records=waiting,
    )  # fmt: skip


async def test_a_blocked_handler_holds_the_fetching_back(broker: Broker, producer: Callable[..., Any]) -> None:
    # given room for 100 records and a handler that does not return
    topic, handlers = fresh_topic(), Recorder()
    handlers.open.clear()
    await create_topic(broker.bootstrap, topic, PARTITIONS)
    await producer(topic, 0, 300)
    async with working(small(broker, topic, 50, waiting=100), handlers) as partitions:
        # when it has been blocked for a while
        await until(lambda: partitions._app.consumer._waiting >= 100)
        await asyncio.sleep(1.0)
        # then no more than a fetch beyond the limit waits
        assert partitions._app.consumer._waiting <= 150
        # and everything arrives in order when it goes on
        handlers.open.set()
        await until(lambda: handlers.at.total() == 300 * PARTITIONS)
    assert handlers.at.gaps == []
    assert max(size for _, size in handlers.batches) <= 50


async def test_the_group_sees_how_far_the_worker_is(broker: Broker, producer: Callable[..., Any]) -> None:
    topic, handlers = fresh_topic(), Recorder()
    await create_topic(broker.bootstrap, topic, PARTITIONS)
    await producer(topic, 0, 7)
    async with working(broker.settings(topic, "seen"), handlers):
        await until(lambda: handlers.at.total() == 7 * PARTITIONS)
    onlooker = AIOKafkaConsumer(bootstrap_servers=broker.bootstrap, group_id="seen")
    await onlooker.start()
    try:
        places = [await onlooker.committed(TopicPartition(topic, partition)) for partition in range(PARTITIONS)]
    finally:
        await onlooker.stop()
    assert places == [7] * PARTITIONS


@pytest.mark.embedded
async def test_a_worker_waits_for_a_broker_that_is_not_there_yet(tansu: EmbeddedBroker) -> None:
    # given a worker whose broker is down
    topic, handlers = fresh_topic(), Recorder()
    await tansu.stop()
    async with working(TransportSettings.embedded(tansu.bootstrap(), topic, "g"), handlers):
        await asyncio.sleep(1.0)
        # when the broker comes
        await tansu.start()
        await create_topic(tansu.bootstrap(), topic, PARTITIONS)
        # then the worker gets its partitions
        await until(lambda: bool(handlers.assigned and handlers.assigned[-1]))


@pytest.mark.embedded
async def test_a_worker_without_a_broker_can_be_stopped(tansu: EmbeddedBroker) -> None:
    await tansu.stop()
    handlers = Recorder()
    async with working(TransportSettings.embedded(tansu.bootstrap(), fresh_topic(), "g"), handlers):
        await asyncio.sleep(1.0)
    assert handlers.assigned == handlers.revoked == []


@pytest.mark.embedded
async def test_a_handler_that_waits_for_its_store_does_not_hold_up_the_end(tansu: EmbeddedBroker) -> None:
    # given a worker that cannot read its checkpoints
    topic, handlers, asked = fresh_topic(), Recorder(), asyncio.Event()

    async def never(partitions: frozenset[int]) -> Mapping[int, int]:
        asked.set()
        await asyncio.Event().wait()
        return {}

    handlers.on_assigned = never  # type: ignore[method-assign]
    await create_topic(tansu.bootstrap(), topic, PARTITIONS)
    async with working(TransportSettings.embedded(tansu.bootstrap(), topic, "g"), handlers):
        # when it is stopped at that moment, then it ends (within the time that the helper allows)
        await asyncio.wait_for(asked.wait(), 60)
    assert handlers.revoked == []


@pytest.mark.embedded
async def test_a_signal_ends_the_worker_cleanly(tansu: EmbeddedBroker) -> None:
    topic, handlers = fresh_topic(), Recorder()
    await create_topic(tansu.bootstrap(), topic, PARTITIONS)
    app = build_app(TransportSettings.embedded(tansu.bootstrap(), topic, "g"), handlers)
    task = asyncio.create_task(run_worker(app, signals=True))
    await until(lambda: bool(handlers.assigned))
    os.kill(os.getpid(), signal.SIGTERM)
    await asyncio.wait_for(task, 60)
    assert handlers.revoked == handlers.assigned


@pytest.mark.embedded
async def test_a_runner_that_breaks_says_so_instead_of_standing_still(tansu: EmbeddedBroker) -> None:
    topic, handlers = fresh_topic(), Recorder()
    await create_topic(tansu.bootstrap(), topic, PARTITIONS)
    app = build_app(TransportSettings.embedded(tansu.bootstrap(), topic, "g"), handlers)
    task = asyncio.create_task(run_worker(app))
    await until(lambda: bool(handlers.assigned))
    await app.crash(RuntimeError("something inside broke"))
    with pytest.raises(TransportFailed, match="something inside broke"):
        await asyncio.wait_for(task, 60)
