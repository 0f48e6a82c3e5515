"""The thread that reads: Faust's thread around an aiokafka consumer, with fetches kept whole.

Every seek and assignment gives a partition a new era, in the same thread that takes records from the fetcher, so
that a batch says for certain which place in the log it follows.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Coroutine, Iterable, Mapping
from typing import Any

import aiokafka
from aiokafka.coordinator.assignors.roundrobin import RoundRobinPartitionAssignor
from aiokafka.errors import IllegalStateError, KafkaConnectionError, KafkaError
from aiokafka.structs import OffsetAndMetadata, TopicPartition
from faust.transport.drivers import aiokafka as driver
from faust.types import TP

from clinicflow.errors import PartitionNotAssigned
from clinicflow.live.batches import Batch, PartitionStatus, Record, TransportSettings
from clinicflow.live.clients import never_make_topics

log = logging.getLogger(__name__)
_BEYOND_END_S = 1.0


def _say_goodbye_at_generation_0(coordinator: Any) -> None:
    """aiokafka sends no good-bye for generation 0, the first one of some brokers; the next worker would wait then."""
    if coordinator.generation == 0:
        coordinator.generation = 1


def rejoin_as_new_member(consumer: Any) -> None:
    """When the number of partitions changes, leave the group and join it anew.

    Some brokers (the embedded one) answer the new join of a group's only member with its old assignment, so that a
    worker that came before its topic would never get a partition. A static member must keep its id: Kafka would give
    it the old assignment otherwise.
    """
    coordinator = consumer._coordinator

    async def leave() -> None:
        _say_goodbye_at_generation_0(coordinator)
        await coordinator._maybe_leave_group()
        coordinator.request_rejoin()

    tasks: set[asyncio.Task[None]] = set()
    assign = coordinator._perform_assignment
    assigning = False

    async def perform_assignment(response: Any) -> Any:
        nonlocal assigning
        assigning = True
        try:
            return await assign(response)
        finally:
            assigning = False

    def changed() -> None:
        if assigning:  # news that the assignment under way takes into account; leaving now confuses the broker for good
            return
        task = asyncio.get_running_loop().create_task(leave())
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    if coordinator._group_instance_id is None:
        coordinator._on_metadata_change = changed
        coordinator._perform_assignment = perform_assignment


class BatchThread(driver.AIOKafkaConsumerThread):
    """Faust's thread around the aiokafka consumer. ``eras`` is written in this thread only."""

    app: Any
    consumer: Any

    def __post_init__(self) -> None:
        super().__post_init__()
        self.settings: TransportSettings = self.app.transport_settings
        self.eras: dict[int, int] = {}
        self._last_era = 0
        self._beyond_since: dict[int, float] = {}

    def _create_consumer(self, loop: Any) -> Any:
        s = self.settings
        consumer = aiokafka.AIOKafkaConsumer(
            bootstrap_servers=s.bootstrap.split(","),
            client_id=f"clinicflow-{s.group}",
            group_id=s.group,
            group_instance_id=s.group_instance_id,
            partition_assignment_strategy=[RoundRobinPartitionAssignor],
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            max_poll_records=s.max_poll_records,
            max_poll_interval_ms=24 * 3_600_000,  # a database that is away for hours is no reason to leave the group
            max_partition_fetch_bytes=s.max_fetch_bytes,
            fetch_max_wait_ms=s.fetch_max_wait_ms,
            session_timeout_ms=s.session_timeout_ms,
            heartbeat_interval_ms=s.heartbeat_interval_ms,
            rebalance_timeout_ms=max(30_000, s.session_timeout_ms),
            metadata_max_age_ms=s.metadata_max_age_ms,
            retry_backoff_ms=100,
        )
        never_make_topics(consumer._client)
        return consumer

    async def on_start(self) -> None:
        """Connect; a broker that is not there yet is waited for, since Faust would end the worker."""
        self.time_started = time.monotonic()
        while not self.should_stop:
            consumer = self._create_consumer(self.thread_loop)
            try:
                await consumer.start()
            except KafkaConnectionError:
                log.warning("no broker answers at %s, trying again", self.settings.bootstrap)
                await consumer.stop()
                await asyncio.sleep(0.5)
            else:
                rejoin_as_new_member(consumer)
                self._consumer = consumer
                return

    async def on_thread_stop(self) -> None:
        """Leave the group."""
        if self._consumer is not None:
            _say_goodbye_at_generation_0(self._consumer._coordinator)
        await super().on_thread_stop()

    async def call(self, work: Coroutine[Any, Any, Any]) -> Any:
        """Run a coroutine in this thread's loop (Faust's own queue can be busy with a fetch) and wait for it."""
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work, self.thread_loop))

    async def _fetch_records(
        self,
        consumer: Any,
        active_partitions: Any,
        timeout: float | None = None,  # noqa: ASYNC109  (Faust's signature)
        max_records: int | None = None,
    ) -> dict[TP, list[Batch]]:
        """One message per (partition, fetch). The era is stamped in the same step in which the records are taken."""
        fetcher = consumer._fetcher
        if consumer._closed or fetcher._closed:
            raise aiokafka.ConsumerStoppedError
        with fetcher._subscriptions.fetch_context():
            fetched = await fetcher.fetched_records(None, timeout=timeout, max_records=max_records)
        batches = {}
        for tp, raw in fetched.items():
            era = self.eras.get(tp.partition)
            if era is not None:  # else read before the place to start was known; the coming seek reads it again
                records = [Record(r.offset, r.timestamp, r.key, r.headers, r.value) for r in raw]
                batches[TP(tp.topic, tp.partition)] = [Batch(tp.partition, era, records)]
        if not batches:
            self._restart_beyond_end(consumer)
        return batches

    async def begin(self, starts: Mapping[int, int]) -> None:
        """Read each assigned partition from its offset in ``starts``, else from the start."""
        for tp in self._ensure_consumer().assignment():
            self._move(tp, starts.get(tp.partition, 0))

    async def seek_partition(self, partition: int, offset: int) -> None:
        """Read on from ``offset``; batches of before are void. Raises PartitionNotAssigned."""
        self._move(self._assigned(partition), offset)

    async def pause_partition(self, partition: int) -> None:
        """Fetch nothing of it; what was fetched and not handed out is fetched again after ``resume_partition``."""
        self._ensure_consumer().pause(self._assigned(partition))

    async def resume_partition(self, partition: int) -> None:
        """Fetch again, from where it stood."""
        self._ensure_consumer().resume(self._assigned(partition))

    async def commit_hints(self, offsets: Mapping[TP, int]) -> bool:
        """Tell the broker how far we are. A refusal means nothing: the checkpoint is elsewhere."""
        consumer = self._ensure_consumer()
        assigned = consumer.assignment()
        named = ((TopicPartition(*tp), OffsetAndMetadata(offset, "")) for tp, offset in offsets.items())
        mine = {tp: place for tp, place in named if tp in assigned}
        if not mine:
            return False
        try:
            async with asyncio.timeout(5.0):
                await consumer.commit(mine)
        except (KafkaError, TimeoutError) as refusal:
            log.debug("offsets were not noted by the broker: %s", type(refusal).__name__)
            return False
        return True

    def forget(self, partitions: Iterable[int]) -> None:
        """Make all batches of these partitions void (called while the thread waits for the revocation to end)."""
        for partition in partitions:
            self.eras.pop(partition, None)

    def status(self) -> dict[int, PartitionStatus]:
        """Where each assigned partition stands, as far as known without asking the broker."""
        found = {}
        for tp in self._consumer.assignment() if self._consumer is not None else ():
            state = self._state(tp)
            position = state.position if state is not None and state.has_valid_position else None
            end, answered = (state.highwater, state.timestamp) if state is not None else (None, None)
            found[tp.partition] = PartitionStatus(position, end, answered)
        return found

    def _assigned(self, partition: int) -> Any:
        for tp in self._ensure_consumer().assignment():
            if tp.partition == partition:
                return tp
        raise PartitionNotAssigned(f"expected partition {partition} to be assigned to this worker, but it is not")

    def _state(self, tp: Any) -> Any:
        subscription = self._ensure_consumer()._subscription.subscription
        assignment = subscription.assignment if subscription is not None else None
        if assignment is None or tp not in assignment.tps:
            return None
        return assignment.state_value(tp)

    def _move(self, tp: Any, offset: int) -> None:
        with contextlib.suppress(IllegalStateError):  # taken away meanwhile: the next assignment says where to read
            self._ensure_consumer().seek(tp, offset)
            state = self._state(tp)
            if state is not None:
                state.highwater = None  # of another time; the next answer of the broker sets it
            self._last_era += 1
            self.eras[tp.partition] = self._last_era

    def _restart_beyond_end(self, consumer: Any) -> None:
        """A broker that lost its log may answer a fetch beyond its end with nothing instead of an error: start over."""
        for tp in consumer.assignment():
            state = self._state(tp)
            if state is None or not state.has_valid_position or state.highwater is None:
                continue
            if state.position <= state.highwater:
                self._beyond_since.pop(tp.partition, None)
            elif time.monotonic() - self._beyond_since.setdefault(tp.partition, time.monotonic()) >= _BEYOND_END_S:
                log.warning(
                    "partition %d: the log ends before the offset to read, reading from its start", tp.partition
                )
                self._beyond_since.pop(tp.partition, None)
                if tp.partition in self.eras:
                    self._move(tp, 0)
