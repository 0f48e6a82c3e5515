"""The relay against the embedded broker: what is placed arrives, in order, whatever happens between."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Any

import aiokafka
import pytest
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from clinicflow.codec import decode_task
from clinicflow.core.task import Task
from clinicflow.errors import BrokerUnavailable, BrokerWiped, TopicMismatch
from clinicflow.live.clients import never_make_topics
from clinicflow.live.headers import headers_of, stamp_of
from clinicflow.live.relay import Relay
from clinicflow.live.sender import Sender
from clinicflow.live.topics import ALL, EVENTS, INBOX, TASKS, ensure_topics
from clinicflow.store.memory import MemoryStore
from clinicflow.store.partition import partition_of
from clinicflow.store.rows import PartitionMove, PlacedRow, Round, TaskRow
from tests.live import clinic

pytestmark = [pytest.mark.embedded, pytest.mark.asyncio]
PARTITIONS = 2


@asynccontextmanager
async def relaying(store: Any, bootstrap: str, holder: str = "relay") -> AsyncIterator[Relay]:
    """A running relay."""
    relay = Relay(store, bootstrap, partitions=PARTITIONS, holder=holder)
    running = asyncio.create_task(relay.run())
    try:
        yield relay
    finally:
        relay.stop()
        await running


async def a_store() -> MemoryStore:
    """A store with a bundle."""
    store = MemoryStore(PARTITIONS)
    await clinic.apply_bundle(store)
    return store


async def read(bootstrap: str, topic: str, count: int, within_s: float = 60.0) -> dict[int, list[Any]]:
    """At least ``count`` records of a topic from its start, by partition."""
    consumer = aiokafka.AIOKafkaConsumer(
        bootstrap_servers=bootstrap, auto_offset_reset="earliest", enable_auto_commit=False, metadata_max_age_ms=200
    )
    never_make_topics(consumer._client)
    await consumer.start()
    found: dict[int, list[Any]] = {number: [] for number in range(PARTITIONS)}
    try:
        consumer.assign([aiokafka.TopicPartition(topic, number) for number in range(PARTITIONS)])
        async with asyncio.timeout(within_s):
            while sum(map(len, found.values())) < count:
                for place, records in (await consumer.getmany(timeout_ms=100)).items():
                    found[place.partition] += records
    finally:
        await consumer.stop()
    return found


def positions(records: Iterable[Any]) -> list[int]:
    """Positions as the headers say."""
    return [stamp.position for record in records if (stamp := stamp_of(record.headers)) is not None]


async def test_what_is_journaled_arrives_in_its_partition_in_order(tansu: Any) -> None:
    store = await a_store()
    day = clinic.a_day(30)
    async with relaying(store, tansu.bootstrap()):
        for start in range(0, len(day), 10):
            await clinic.journal(store, day[start : start + 10])
            await asyncio.sleep(0.01)
        found = await read(tansu.bootstrap(), EVENTS, len(day))

    for partition, records in found.items():
        assert positions(records) == list(range(len(records)))
        assert {partition_of(record.key.decode(), PARTITIONS) for record in records} == {partition}
    [first, *_] = found[0]
    headers = dict(first.headers)
    assert headers["cf_log"].decode() == store.journal
    assert headers["ce_specversion"] == b"1.0"
    assert set(headers) >= {"ce_id", "ce_type", "ce_source", "content-type", "cf_bundle", "cf_logged", "cf_org"}
    assert not any(b"p-" in value for value in headers.values()), "no patient in a header"


async def test_relay_that_starts_goes_on_after_the_last_record_and_repeats_nothing(tansu: Any) -> None:
    store = await a_store()
    day = clinic.a_day(20)
    for start, end in ((0, 30), (30, len(day))):
        await clinic.journal(store, day[start:end])
        async with relaying(store, tansu.bootstrap()):
            found = await read(tansu.bootstrap(), EVENTS, end)
    for records in found.values():
        assert positions(records) == list(range(len(records)))


async def test_rows_placed_by_a_relay_that_died_before_sending_are_sent(tansu: Any) -> None:
    store = await a_store()
    day = clinic.a_day(10)
    await clinic.journal(store, day[:20])
    lease = await store.take_lease("relay")
    assert lease is not None
    await store.place(lease[0], clinic.START, 100)
    await clinic.journal(store, day[20:])

    async with relaying(store, tansu.bootstrap()):
        found = await read(tansu.bootstrap(), EVENTS, len(day))
    for records in found.values():
        assert positions(records) == list(range(len(records)))


async def test_partition_is_sent_again_from_where_a_worker_asks(tansu: Any) -> None:
    store = await a_store()
    day = clinic.a_day(20)
    await clinic.journal(store, day)
    async with relaying(store, tansu.bootstrap()):
        found = await read(tansu.bootstrap(), EVENTS, len(day))
        end = len(found[0])
        await store.request_resend(0, 3)
        again = await read(tansu.bootstrap(), EVENTS, len(day) + end - 3)

    assert positions(again[0]) == [*range(end), *range(3, end)]
    assert positions(again[1]) == positions(found[1])


async def test_emptied_broker_is_filled_from_the_first_position_that_somebody_needs(tansu: Any) -> None:
    store = await a_store()
    await store.register_group("all", ["nurse"])
    day = clinic.a_day(20)
    await clinic.journal(store, day[:60])
    async with relaying(store, tansu.bootstrap()):
        found = await read(tansu.bootstrap(), EVENTS, 60)
        marks = await store.assign("all", range(PARTITIONS))
        moves = tuple(PartitionMove(number, mark.epoch, -1, 9, 9) for number, mark in sorted(marks.items()))
        await store.commit_round(Round("all", moves))

        await tansu.restart()
        await clinic.journal(store, day[60:])
        again = await read(tansu.bootstrap(), EVENTS, len(day) - 20)

    for partition, records in again.items():
        assert positions(records)[0] == 10
        assert positions(records) == list(range(10, 10 + len(records)))
        assert len(records) > len(found[partition]) - 10


async def test_emptied_broker_is_noticed_while_nothing_flows(tansu: Any) -> None:
    store = await a_store()
    await clinic.journal(store, clinic.a_visit(1))
    async with relaying(store, tansu.bootstrap()):
        await read(tansu.bootstrap(), EVENTS, 5)
        await tansu.restart()
        found = await read(tansu.bootstrap(), EVENTS, 5)
    assert sum(map(len, found.values())) == 5


async def test_refill_on_demand_for_a_broker_that_is_recycled(tansu: Any) -> None:
    store = await a_store()
    await clinic.journal(store, clinic.a_visit(1))
    async with relaying(store, tansu.bootstrap()) as relay:
        await read(tansu.bootstrap(), EVENTS, 5)
        relay.refill()
        await tansu.restart()
        found = await read(tansu.bootstrap(), EVENTS, 5)
    assert sum(map(len, found.values())) == 5


async def test_log_of_another_journal_is_not_continued_but_filled(tansu: Any) -> None:
    await ensure_topics(tansu.bootstrap(), PARTITIONS)
    stranger = PlacedRow(0, 41, 0, 1, "demo", clinic.uid("e"), clinic.uid("c"), "roomed", b"x")
    sender = Sender(tansu.bootstrap())
    await sender.start()
    await sender.send(EVENTS, {0: [(b"k", b"x", headers_of(stranger, b"another"))]})
    await sender.stop()
    store = await a_store()
    day = clinic.a_day(10)
    await clinic.journal(store, day)

    async with relaying(store, tansu.bootstrap()):
        found = await read(tansu.bootstrap(), EVENTS, len(day) + 1)
    assert positions(found[0]) == [41, *range(len(found[0]) - 1)]


async def with_tasks(count: int, changed_at: int) -> MemoryStore:
    """A store in which a round has made tasks."""
    store = await a_store()
    await store.register_group("all", ["nurse"])
    marks = await store.assign("all", [0])
    rows = tuple(
        TaskRow(
            org_id="demo",
            clinic_id="north",
            case_id=clinic.uid("visit", number),
            patient_id="p-1",
            partition=0,
            position=number,
            changed_at=changed_at,
            kind="created",
            task=Task(
                task_id=clinic.uid("task", number),
                agent="nurse",
                rule="take",
                activity="take-vitals",
                roles=("MA",),
                credential="any",
                priority="routine",
                status="requested",
                created_at=changed_at,
                due_at=changed_at,
                cause=clinic.uid("cause", number),
                bundle=1,
            ),
        )
        for number in range(count)
    )
    await store.commit_round(Round("all", (PartitionMove(0, marks[0].epoch, -1, count - 1, None),), tasks=rows))
    return store


async def until_noted(store: MemoryStore, within_s: float = 60.0) -> None:
    """Wait until the relay has noted that all changes are sent, which it does after the broker's answer."""
    async with asyncio.timeout(within_s):
        while await store.tasks_cursor() != await store.cursor():  # noqa: ASYNC110 - the store tells nobody
            await asyncio.sleep(0.02)


async def test_task_changes_go_out_once_and_again_after_a_wipe(tansu: Any) -> None:
    import time

    store = await with_tasks(7, time.time_ns() // 1000)
    async with relaying(store, tansu.bootstrap()):
        found = await read(tansu.bootstrap(), TASKS, 7)
        changes = [decode_task(record.value) for record in found[0]]
        assert [change["position"] for change in changes] == list(range(7))
        assert changes[0]["what"] == "created"
        assert dict(found[0][0].headers)["ce_id"].decode() == f"{changes[0]['task_id']}:0"
        await until_noted(store)

        await tansu.restart()
        again = await read(tansu.bootstrap(), TASKS, 7)
    assert len(again[0]) == 7


async def test_task_changes_of_long_ago_are_not_repeated_after_a_wipe(tansu: Any) -> None:
    store = await with_tasks(7, clinic.START)
    async with relaying(store, tansu.bootstrap()):
        await read(tansu.bootstrap(), TASKS, 7)
        await until_noted(store)
        await tansu.restart()
        await clinic.journal(store, clinic.a_visit(1))
        await read(tansu.bootstrap(), EVENTS, 5)
        with pytest.raises(TimeoutError):
            await read(tansu.bootstrap(), TASKS, 1, within_s=1.0)


async def test_topics_are_made_with_the_journals_partitions(tansu: Any) -> None:
    assert await ensure_topics(tansu.bootstrap(), 3) == list(ALL)
    assert await ensure_topics(tansu.bootstrap(), 3) == []


async def test_empty_topic_that_the_broker_made_by_itself_is_made_anew(tansu: Any) -> None:
    producer = aiokafka.AIOKafkaProducer(bootstrap_servers=tansu.bootstrap())
    await producer.start()
    made = await producer.partitions_for(EVENTS)
    await producer.stop()
    assert len(made) != 3

    assert EVENTS in await ensure_topics(tansu.bootstrap(), 3)


async def test_partition_that_took_records_before_its_topic_was_there_is_made_whole(tansu: Any) -> None:
    """The embedded broker acknowledges such records, cannot give them, and refuses all that follow them."""
    await ensure_topics(tansu.bootstrap(), PARTITIONS)
    hasty = Sender(tansu.bootstrap())
    await hasty.start()
    await tansu.restart()
    await hasty.send(EVENTS, {1: [(b"k", b"v", [])]})
    await hasty.stop()
    store = await a_store()
    day = clinic.a_day(10)
    await clinic.journal(store, day)

    async with relaying(store, tansu.bootstrap()):
        found = await read(tansu.bootstrap(), EVENTS, len(day))
    assert positions(found[1]) == list(range(len(found[1])))


async def test_topics_that_a_careless_reader_made_on_an_emptied_broker_are_made_anew(tansu: Any) -> None:
    """It asks for them by name all the time, which makes them with a number of partitions of the broker's choice."""
    store = await a_store()
    await clinic.journal(store, clinic.a_visit(1))
    careless = aiokafka.AIOKafkaConsumer(EVENTS, TASKS, bootstrap_servers=tansu.bootstrap(), metadata_max_age_ms=10)
    async with relaying(store, tansu.bootstrap()):
        await read(tansu.bootstrap(), EVENTS, 5)
        await careless.start()
        await tansu.restart()
        await clinic.journal(store, clinic.a_visit(2))
        found = await read(tansu.bootstrap(), EVENTS, 10)
        await careless.stop()
    for records in found.values():
        assert sorted(set(positions(records))) == list(range(len(set(positions(records)))))


async def test_topic_with_records_and_another_number_of_partitions_is_a_clear_error(tansu: Any) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=tansu.bootstrap())
    await admin.start()
    await admin.create_topics([NewTopic(EVENTS, 5, 1), NewTopic(INBOX, 1, 1)])
    await admin.close()
    producer = aiokafka.AIOKafkaProducer(bootstrap_servers=tansu.bootstrap())
    await producer.start()
    await producer.send_and_wait(EVENTS, b"x")
    await producer.stop()

    with pytest.raises(TopicMismatch, match="with 2 partitions as in the journal, but it has 5"):
        await ensure_topics(tansu.bootstrap(), 2)


async def test_broker_that_is_not_there_is_named() -> None:
    with pytest.raises(BrokerUnavailable, match=r"127\.0\.0\.1:9"):
        await ensure_topics("127.0.0.1:9", 2, timeout_ms=500)
    with pytest.raises(BrokerUnavailable):
        await Sender("127.0.0.1:9", timeout_ms=500).start()


async def test_sender_tells_a_wiped_broker_by_the_offset_of_the_answer(tansu: Any) -> None:
    await ensure_topics(tansu.bootstrap(), PARTITIONS)
    sender = Sender(tansu.bootstrap())
    await sender.start()
    await sender.send(EVENTS, {0: [(b"k", b"v", [])] * 5})
    await tansu.restart()
    await ensure_topics(tansu.bootstrap(), PARTITIONS)

    with pytest.raises(BrokerWiped):
        await sender.send(EVENTS, {0: [(b"k", b"v", [])]})
    await sender.stop()
