"""A producer that puts records on exactly the partition it is told, and notices a broker that has lost its log."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from clinicflow.errors import BrokerUnavailable, BrokerWiped
from clinicflow.live.clients import never_make_topics

Parcel = tuple[bytes, bytes, list[tuple[str, bytes]]]
"""Key, value and headers of one record."""

_BATCH_BYTES = 900_000


class Sender:
    """Sends whole batches in order. Not idempotent on purpose: a consumer drops what it has seen by its position.

    An idempotent producer would add states that only a new producer leaves (out of order sequence, unknown producer
    id after a wipe) and no safety, since records may be sent again anyway. ``expected`` is the offset that the next
    record of a (topic, partition) must get; a lower one means that the broker's log was thrown away.
    """

    def __init__(self, bootstrap: str, *, timeout_ms: int = 5_000) -> None:
        """``timeout_ms`` bounds one request and the time a batch may wait for its leader."""
        self._bootstrap = bootstrap
        self._timeout_ms = timeout_ms
        self._producer: Any = None
        self.expected: dict[tuple[str, int], int] = {}

    async def start(self) -> None:
        """Connect. Raises ``BrokerUnavailable``."""
        producer = AIOKafkaProducer(
            bootstrap_servers=self._bootstrap,
            acks="all",
            request_timeout_ms=self._timeout_ms,
            max_batch_size=_BATCH_BYTES,
            metadata_max_age_ms=3_000,
            retry_backoff_ms=50,
        )
        never_make_topics(producer.client)
        try:
            await asyncio.wait_for(producer.start(), self._timeout_ms / 1000)
        except (KafkaError, OSError, TimeoutError) as error:
            await _quietly_stop(producer)
            raise BrokerUnavailable(
                f"Expected a Kafka broker at {self._bootstrap}, but: {type(error).__name__}"
            ) from error
        self._producer = producer

    async def stop(self) -> None:
        """Disconnect without waiting long for records that cannot be delivered."""
        producer, self._producer = self._producer, None
        if producer is not None:
            await _quietly_stop(producer)

    async def send(self, topic: str, parcels: Mapping[int, Sequence[Parcel]]) -> None:
        """Send the parcels of each partition in order and wait until all are acknowledged.

        Raises ``BrokerUnavailable`` when one was not, ``BrokerWiped`` when the broker numbers from anew.
        """
        if self._producer is None:
            raise BrokerUnavailable("Expected a started producer, but it was stopped")
        answers = await asyncio.gather(
            *(self._send_partition(topic, number, parcels[number]) for number in sorted(parcels)),
            return_exceptions=True,
        )
        failures = [answer for answer in answers if isinstance(answer, BaseException)]
        for failure in sorted(failures, key=lambda each: not isinstance(each, BrokerWiped)):
            raise failure

    async def _send_partition(self, topic: str, partition: int, parcels: Sequence[Parcel]) -> None:
        # Chunk after chunk: were two in flight, the second could arrive although the first failed.
        start = 0
        while start < len(parcels):
            batch, count = self._fill(parcels, start)
            try:
                delivery = await self._producer.send_batch(batch, topic, partition=partition)
                metadata = await delivery
            except (KafkaError, OSError, AssertionError) as error:
                raise BrokerUnavailable(
                    f"Expected {topic} {partition} to take a batch, but: {type(error).__name__}"
                ) from error
            self._verify(topic, partition, metadata.offset, count)
            start += count

    def _fill(self, parcels: Sequence[Parcel], start: int) -> tuple[Any, int]:
        batch = self._producer.create_batch()
        count = 0
        for key, value, headers in parcels[start:]:
            if batch.append(timestamp=None, key=key, value=value, headers=headers) is None:
                break
            count += 1
        batch.close()
        return batch, count

    def _verify(self, topic: str, partition: int, offset: int, count: int) -> None:
        place = (topic, partition)
        expected = self.expected.get(place)
        self.expected[place] = offset + count
        if expected is not None and offset < expected:
            raise BrokerWiped(f"Expected offset {expected} of {topic} {partition}, but the broker answered {offset}")


async def _quietly_stop(producer: Any) -> None:
    """Stop a producer that may hold records for a broker that is away."""
    try:
        await asyncio.wait_for(producer.stop(), 2.0)
    except (KafkaError, OSError, TimeoutError):
        # stop() flushes first, which cannot end while the broker is away; its connections are closed all the same.
        await producer.client.close()
