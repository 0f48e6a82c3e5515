"""The sequencer-relay: gives journal rows their place and sends them to Kafka, in that order.

One relay works at a time, by a lease whose epoch the store checks in every call. What was placed but not sent, for
whatever reason, is sent later from the journal: the journal is the outbox.
"""

import asyncio
import time
from collections.abc import Iterable, Mapping

from clinicflow.errors import BrokerUnavailable, BrokerWiped, LeaseLost, StoreUnavailable
from clinicflow.live import metrics
from clinicflow.live.clock import Clock, system_now
from clinicflow.live.headers import headers_of
from clinicflow.live.outbox import TasksOutbox
from clinicflow.live.pruning import Pruning
from clinicflow.live.sender import Parcel, Sender
from clinicflow.live.stopping import pause
from clinicflow.live.tails import Tail, read_tails
from clinicflow.live.topics import EVENTS, ensure_topics
from clinicflow.store.ports import Store
from clinicflow.store.rows import PlacedRow
from clinicflow.telemetry import log

_BATCH = 2_000
_POLL_BUSY_S = 0.005
_POLL_IDLE_S = 0.05
_RENEW_S = 1.0
_RESENDS_S = 0.1
_TOPICS_S = 2.0
_TOPICS_BUSY_S = 15.0
_RETRY_S = 0.5

_log = log("live.relay")


class Relay:
    """Places and sends until stopped. ``store`` and broker may come and go; a failure is retried for ever."""

    def __init__(
        self,
        store: Store,
        bootstrap: str,
        *,
        partitions: int,
        holder: str,
        replication: int = 1,
        clock: Clock = system_now,
    ) -> None:
        """``holder`` names this process in the lease; ``partitions`` is the journal's fixed number."""
        self._store = store
        self._bootstrap = bootstrap
        self._partitions = partitions
        self._holder = holder
        self._replication = replication
        self._clock = clock
        self._sender = Sender(bootstrap)
        self._pruning = Pruning(store, clock)
        self._stopping = asyncio.Event()
        self._refill = False
        self._epoch = 0
        self._log_id = ""
        self._sent: dict[int, int] = {}
        """Position up to which each partition is known to be on the broker without a hole."""

    def stop(self) -> None:
        """Let ``run`` end after the step at hand."""
        self._stopping.set()

    def refill(self) -> None:
        """Fill the topics from the journal again (the broker was or will be started empty)."""
        self._refill = True

    async def run(self) -> None:
        """Lead whenever the lease is free. Raises ``TopicMismatch``; all else is retried."""
        try:
            while not self._stopping.is_set():
                try:
                    await self._lead()
                except LeaseLost:
                    _log.warning("lease lost", holder=self._holder)
                except (StoreUnavailable, BrokerUnavailable) as error:
                    _log.warning("relay waits", error=str(error))
                    await pause(self._stopping, _RETRY_S)
        finally:
            await self._pruning.stop()
            await self._sender.stop()

    async def _lead(self) -> None:
        lease = await self._store.take_lease(self._holder)
        if lease is None:
            await pause(self._stopping, _RENEW_S)
            return
        if lease[0] != self._epoch:
            self._sent = {}
        self._epoch, self._log_id = lease
        _log.info("relay leads", epoch=self._epoch, holder=self._holder)
        outbox = TasksOutbox(self._store, self._sender, self._log_id, self._epoch, self._clock)
        while not self._stopping.is_set():
            sending: asyncio.Task[None] | None = None
            try:
                await self._connect(outbox)
                sending = asyncio.create_task(outbox.run())
                await self._serve(sending)
                return
            except BrokerUnavailable as error:
                if isinstance(error, BrokerWiped):
                    self._refill = True
                _log.warning("broker away", error=str(error))
                await pause(self._stopping, _RETRY_S)
                await self._renew()
            finally:
                if sending is not None:
                    await _cancelled(sending)

    async def _connect(self, outbox: TasksOutbox) -> None:
        """Topics, a fresh producer, and everything placed that the broker has not got."""
        await self._sender.stop()
        created = await self._topics()
        self._sender = outbox.sender = Sender(self._bootstrap)
        tails = await read_tails(self._bootstrap, EVENTS, self._partitions)
        for partition, tail in tails.items():
            self._sender.expected[EVENTS, partition] = 0 if tail is None else tail.offset + 1
        await self._sender.start()
        wiped = self._refill or bool(created)
        self._refill = False
        starts = await self._starts(tails, wiped)
        if wiped:
            metrics.REFILLS.inc()
            outbox.start_over()
        await self._send_from(starts)

    async def _topics(self) -> list[str]:
        """Make missing topics; those made."""
        return await ensure_topics(
            self._bootstrap, self._partitions, replication=self._replication, expected=self._sender.expected
        )

    async def _starts(self, tails: Mapping[int, Tail | None], wiped: bool) -> dict[int, int]:
        """The position from which each partition must be sent."""
        needed = await self._needed()
        starts = {}
        for partition, tail in tails.items():
            stamp = None if tail is None else tail.stamp
            if wiped or stamp is None or stamp.log != self._log_id:
                starts[partition] = needed[partition]
            else:
                starts[partition] = min(self._sent.get(partition, stamp.position), stamp.position) + 1
        return starts

    async def _needed(self) -> dict[int, int]:
        """The first position of each partition that some group has still to apply.

        Not from the very first: an embedded broker that was emptied because it had grown must not grow again at once.
        A new group asks for what it misses.
        """
        heads = await self._store.heads()
        lags = (await self._store.health()).lag.values()
        needed = {}
        for partition in range(self._partitions):
            head = heads.get(partition, -1)
            known = [lag[partition] for lag in lags if partition in lag]
            needed[partition] = max(0, head + 1 - max(known)) if known else 0
        return needed

    async def _send_from(self, starts: Mapping[int, int]) -> None:
        """Send placed rows from these positions up to the head, a partition after the other."""
        for partition in sorted(starts):
            position = starts[partition]
            self._sent[partition] = position - 1
            while rows := await self._store.rows_from(partition, position, _BATCH):
                await self._send(rows)
                metrics.RESENT.inc(len(rows))
                position = rows[-1].position + 1
                await self._renew()

    async def _serve(self, outbox: asyncio.Task[None]) -> None:
        """Place and send; placing the next rows overlaps with sending the last ones."""
        every = _Every()
        wait_s = _POLL_BUSY_S
        while not self._stopping.is_set() and not self._refill:
            if outbox.done():
                await outbox
            await self._chores(every, idle=wait_s >= _POLL_IDLE_S)
            rows = await self._place()
            wait_s = _POLL_BUSY_S if rows else min(wait_s * 1.3, _POLL_IDLE_S)
            while len(rows) == _BATCH:
                rows = await self._send_while_placing(rows)
            await self._send(rows)
            metrics.PLACED.inc(len(rows))
            await pause(self._stopping, wait_s)
        if self._refill:
            raise BrokerWiped

    async def _send_while_placing(self, rows: list[PlacedRow]) -> list[PlacedRow]:
        placing = asyncio.create_task(self._place())
        try:
            await self._send(rows)
            metrics.PLACED.inc(len(rows))
        finally:
            # Should sending fail, these rows are placed all the same and go out from the journal later.
            await asyncio.wait([placing])
        return placing.result()

    async def _place(self) -> list[PlacedRow]:
        rows = await self._store.place(self._epoch, self._clock(), _BATCH)
        if rows is None:
            raise LeaseLost
        return rows

    async def _send(self, rows: Iterable[PlacedRow]) -> None:
        log_id = self._log_id.encode()
        parcels: dict[int, list[Parcel]] = {}
        last: dict[int, int] = {}
        for row in rows:
            parcels.setdefault(row.partition, []).append((row.case_id.encode(), row.payload, headers_of(row, log_id)))
            last[row.partition] = row.position
        await self._sender.send(EVENTS, parcels)
        for partition, position in last.items():
            self._sent[partition] = max(self._sent.get(partition, -1), position)

    async def _chores(self, every: "_Every", *, idle: bool) -> None:
        if every("lease", _RENEW_S):
            await self._renew()
        if every("resends", _RESENDS_S):
            await self._resend()
        if (idle and every("topics, idle", _TOPICS_S)) or every("topics", _TOPICS_BUSY_S):
            await self._look_for_topics()
        self._pruning.look()

    async def _look_for_topics(self) -> None:
        """While nothing flows, no answer to a record can tell that the broker was emptied; some never tell."""
        if await self._topics():
            raise BrokerWiped("Expected the topics that were there before, but the broker had lost them")

    async def _renew(self) -> None:
        lease = await self._store.take_lease(self._holder)
        if lease is None or lease[0] != self._epoch:
            raise LeaseLost

    async def _resend(self) -> None:
        for partition, position in sorted((await self._store.take_resends()).items()):
            _log.info("sending again", partition=partition, position=position)
            sent = self._sent.get(partition, -1)
            await self._send_from({partition: position})
            self._sent[partition] = max(sent, self._sent[partition])


class _Every:
    """Says whether it is time again for something."""

    def __init__(self) -> None:
        self._next: dict[str, float] = {}

    def __call__(self, what: str, seconds: float) -> bool:
        now = time.monotonic()
        if now < self._next.get(what, 0.0):
            return False
        self._next[what] = now + seconds
        return True


async def _cancelled(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.wait([task])
    if not task.cancelled() and (error := task.exception()) is not None:
        _log.warning("tasks topic waits", error=type(error).__name__)
