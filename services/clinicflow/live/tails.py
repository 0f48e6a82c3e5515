"""What the last record of each partition of the events topic says: where a relay that starts goes on."""

import asyncio
import time

import msgspec
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from clinicflow.errors import BrokerUnavailable
from clinicflow.live.clients import never_make_topics
from clinicflow.live.headers import Stamp, stamp_of


class Tail(msgspec.Struct, frozen=True, gc=False):
    """The last record of a partition: its offset, and its stamp (None when a stranger wrote it)."""

    offset: int
    stamp: Stamp | None


async def read_tails(bootstrap: str, topic: str, partitions: int, *, timeout_s: float = 5.0) -> dict[int, Tail | None]:
    """The tail of every partition; None where it is empty. Raises ``BrokerUnavailable``."""
    consumer = AIOKafkaConsumer(
        bootstrap_servers=bootstrap,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        request_timeout_ms=int(timeout_s * 1000),
        fetch_max_wait_ms=20,
    )
    never_make_topics(consumer._client)
    try:
        await asyncio.wait_for(consumer.start(), timeout_s)
        return await _read(consumer, [TopicPartition(topic, number) for number in range(partitions)], timeout_s)
    except (KafkaError, OSError, TimeoutError) as error:
        raise BrokerUnavailable(f"Expected to read {topic} at {bootstrap}, but: {type(error).__name__}") from error
    finally:
        await consumer.stop()


async def _read(consumer: AIOKafkaConsumer, places: list[TopicPartition], timeout_s: float) -> dict[int, Tail | None]:
    consumer.assign(places)
    ends = await consumer.end_offsets(places)
    begins = await consumer.beginning_offsets(places)
    tails: dict[int, Tail | None] = {place.partition: None for place in places}
    waiting = {place for place in places if ends[place] > begins[place]}
    for place in places:
        consumer.seek(place, max(begins[place], ends[place] - 1))
    deadline = time.monotonic() + timeout_s
    # A broker may answer the start of the last batch instead of its end, so everything from there on is read.
    while waiting or await _more(consumer, tails):
        if time.monotonic() > deadline:
            raise TimeoutError
        if waiting and await _more(consumer, tails):
            waiting = {place for place in waiting if tails[place.partition] is None}
    return tails


async def _more(consumer: AIOKafkaConsumer, tails: dict[int, Tail | None]) -> bool:
    got = await consumer.getmany(timeout_ms=100)
    for place, records in got.items():
        if records:
            tails[place.partition] = Tail(records[-1].offset, stamp_of(records[-1].headers))
    return bool(got)
