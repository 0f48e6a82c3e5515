"""Faust as the runner of one agent: a consumer that moves whole fetches instead of single records.

Faust keeps the subscription, the rebalance and the lifecycle. What it would do per record (decode, acknowledge,
remember offsets, commit) is left out: the checkpoint in the database decides what has been done. Its habits that
would stop a worker or lose records are overridden here and in the reader's thread, each with its reason.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any

import faust
from faust.app import BootStrategy
from faust.transport.drivers import aiokafka as driver
from faust.types import TP, ConsumerMessage

from clinicflow.live.batches import Batch, TransportSettings
from clinicflow.live.reader_thread import BatchThread

log = logging.getLogger(__name__)


class BatchConsumer(driver.Consumer):
    """Faust's consumer, in the main loop."""

    app: Any
    _thread: BatchThread

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.hints: dict[TP, int] = {}
        self._waiting = 0
        self._room = asyncio.Event()
        self._room.set()
        self._assignments = 0
        self._assigning: asyncio.Future[None] | None = None
        self._hooks = asyncio.Lock()
        self.assigned: frozenset[int] = frozenset()

    def _new_consumer_thread(self) -> BatchThread:
        return BatchThread(self, loop=self.loop, beacon=self.beacon)

    async def getmany(self, timeout: float) -> AsyncIterator[tuple[TP, ConsumerMessage]]:  # noqa: ASYNC109
        """Faust's own drops what was fetched around a rebalance or for a busy partition; eras make that needless.

        The fetch may last over a rebalance and bring what follows the new place. Faust lets records flow only some
        steps after that: dropped meanwhile, they would be skipped.
        """
        await self.wait_first(self._room.wait(), self.suspend_flow.wait())
        await self._until_flow()
        if self.should_stop:
            return
        fetched = await self._thread.getmany(None, timeout)
        for tp, (batch,) in fetched.items():
            await self._until_flow()
            if self.should_stop:
                return
            if not self.valid(batch):
                continue
            self._read_offset[tp] = None  # Faust remembers the highest offset and drops lower ones silently
            self._note_waiting(len(batch.records))
            yield tp, self._to_message(tp, batch)

    async def _until_flow(self) -> None:
        if not self.flow_active:
            await self.wait(self.can_resume_flow.wait())

    def _to_message(self, tp: TP, batch: Batch) -> ConsumerMessage:
        nothing: Any = None
        value: Any = batch
        return ConsumerMessage(
            tp.topic, tp.partition, batch.records[-1].offset, nothing, 0, nothing, None, value, None, 0, 0, tp,
            generation_id=self.app.consumer_generation_id,
        )  # fmt: skip

    def valid(self, batch: Batch) -> bool:
        """True while the batch follows what was handed out before it."""
        return bool(self._thread.eras.get(batch.partition) == batch.era)

    def taken(self, topic: str, batch: Batch) -> None:
        """The handler has it (or it was void): there is room again."""
        self._note_waiting(-len(batch.records))
        if self.valid(batch):
            self.hints[TP(topic, batch.partition)] = batch.records[-1].offset + 1

    async def seek_to_committed(self) -> Mapping[TP, int]:
        """After an assignment: ask the handler where to read. The broker's committed offsets are not looked at.

        Faust cancels this when yet another rebalance begins; the handler's call is not cancelled but waited for,
        and its answer then thrown away.
        """
        self._assignments += 1
        partitions = frozenset(tp.partition for tp in self.assignment())
        self._assigning = asyncio.ensure_future(self._assign(self._assignments, partitions))
        await asyncio.shield(self._assigning)
        return {}

    async def give_up_assigning(self) -> None:
        """For the end of the worker: do not wait for a handler that waits for its store."""
        self._assignments += 1
        if self._assigning is not None and not self._assigning.done():
            self._assigning.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._assigning

    async def _assign(self, number: int, partitions: frozenset[int]) -> None:
        async with self._hooks:
            if number != self._assignments:
                return
            starts: Mapping[int, int] | None = {}
            if partitions:
                starts = await self.app.persist(
                    lambda: self.app.handlers.on_assigned(partitions), lambda: number == self._assignments
                )
            if starts is not None and number == self._assignments:
                self.assigned = partitions
                await self._thread.call(self._thread.begin(starts))

    async def on_partitions_revoked(self, revoked: set[TP]) -> None:
        """Batches become void first, then Faust empties its queues, then the handler is told."""
        self._assignments += 1
        partitions = frozenset(tp.partition for tp in revoked)
        self._thread.forget(partitions)
        self.hints = {tp: offset for tp, offset in self.hints.items() if tp not in revoked}
        await super().on_partitions_revoked(revoked)
        self._note_waiting(-self._waiting)
        await self.tell_revoked()

    async def tell_revoked(self) -> None:
        """Tell the handler that what it was given is gone."""
        async with self._hooks:
            gone, self.assigned = self.assigned, frozenset()
            if gone:
                try:
                    await self.app.handlers.on_revoked(gone)
                except Exception:
                    log.exception("the handler failed on the revocation of its partitions")

    async def commit(self, topics: Any = None, start_new_transaction: bool = True) -> bool:
        """Offsets as hints. Faust's own ends the worker when the broker refuses or is away."""
        hints = dict(self.hints)
        return bool(hints and await self._thread.call(self._thread.commit_hints(hints)))

    async def wait_empty(self) -> None:
        """Nothing is acknowledged, so there is nothing to wait for."""

    def verify_event_path(self, now: float, tp: TP) -> None:
        """Faust only logs what it suspects; a watchdog of our own looks at the checkpoints."""

    def _note_waiting(self, records: int) -> None:
        self._waiting = max(0, self._waiting + records)
        if self._waiting < self.app.transport_settings.max_waiting_records:
            self._room.set()
        else:
            self._room.clear()


class BatchTransport(driver.Transport):
    """Faust's transport with the consumer above."""

    Consumer = BatchConsumer


class RawSchema(faust.Schema[Any, Any]):
    """Hands the batch on as it is: bytes are decoded by the agents' side, once."""

    def compile(self, app: Any, **_: Any) -> Callable[..., Awaitable[Any]]:
        """Faust's decoding step, without decoding."""

        async def decode(message: Any, *, propagate: bool = False) -> Any:
            return app.create_event(None, message.value, None, message)

        return decode


class _Boot(BootStrategy):
    """Consumer, agents and what moves messages between them: no producer, no web server."""

    enable_kafka_producer = False
    enable_web = False


class BatchApp(faust.App):
    """A Faust app of one agent that gives batches to the handlers, one at a time."""

    BootStrategy = _Boot
    transport_settings: TransportSettings
    handlers: Any
    consumer: BatchConsumer

    def _new_transport(self) -> BatchTransport:
        return BatchTransport(self.conf.broker_consumer, self, loop=self.loop)

    def _create_directories(self) -> None:
        """Faust would make a folder for tables where the process happens to stand; there are no tables."""

    async def persist(self, action: Callable[[], Awaitable[Any]], wanted: Callable[[], bool]) -> Any:
        """Call until it returns; give up (None) when it is not wanted any more. Faust never sees an error."""
        delay = 0.1
        while wanted():
            try:
                return await action()
            except Exception:
                log.exception("the handler failed; it is called again in %.1f s", delay)
            await asyncio.sleep(delay)
            delay = min(5.0, delay * 2)
        return None

    async def deliver(self, stream: Any) -> None:
        """The agent: one batch after the other, void ones left out."""
        consumer: BatchConsumer = self.consumer
        topic = self.transport_settings.topic
        async for batch in stream.noack():
            try:
                await self.persist(
                    functools.partial(self.handlers.on_batch, batch.partition, batch.records),
                    functools.partial(consumer.valid, batch),
                )
            finally:
                consumer.taken(topic, batch)
