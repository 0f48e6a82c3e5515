"""A worker: reads partitions of the journal from Kafka, folds rounds of events and commits them, for one group.

The checkpoint in the database is the only truth about what was applied. Everything else (offsets, memory, what a
rebalance interrupts) may be lost at any moment: the commit of a round matches epoch and position of each partition.
"""

import asyncio
import contextlib
import gc
import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Protocol

from clinicflow.core.agent import Agent
from clinicflow.errors import GroupConflict, Overtaken, PartitionNotAssigned
from clinicflow.live import metrics, strangers
from clinicflow.live.asking import insist
from clinicflow.live.batches import PartitionStatus, Record, TransportSettings
from clinicflow.live.bundles import Bundles
from clinicflow.live.cases import CaseCache
from clinicflow.live.clock import Clock, system_now
from clinicflow.live.draft import Draft
from clinicflow.live.feeds import Feed, Taken, take
from clinicflow.live.probe import Probe
from clinicflow.live.round import Folder
from clinicflow.live.stopping import unless
from clinicflow.live.topics import until_listed
from clinicflow.live.watchdog import Limits, Vitals, Watchdog
from clinicflow.store.ports import Store
from clinicflow.store.rows import Checkpoint
from clinicflow.telemetry import log

_BUFFERED = 12_000
_ROUND = 3_000
"""Only a worker that lags takes so many: a case is written once a round, so larger rounds write fewer rows."""
_REASSIGN_AFTER_S = 1.0
_IDLE_S = 0.5
_RETRY_FIRST_S = 0.1
_RETRY_LAST_S = 5.0

_log = log("live.worker")


class LiveStore(Store, Protocol):
    """A store that knows the id of its journal: records that carry another one are not applied."""

    @property
    def journal(self) -> str:
        """The journal's uuid."""


class Worker:
    """Handlers of the transport on one side, rounds on the other."""

    def __init__(
        self,
        store: LiveStore,
        agents: Mapping[str, Agent[Any]],
        transport: TransportSettings,
        *,
        group: str | None = None,
        round_wait_ms: int = 10,
        round_events: int = _ROUND,
        cache_bytes: int = 96 * 1024 * 1024,
        limits: Limits | None = None,
        clock: Clock = system_now,
    ) -> None:
        """``agents`` by name; ``group`` is theirs in the store (None: Kafka's). ``limits`` None: no watchdog."""
        self.group = group or transport.group
        self.feeds: dict[int, Feed] = {}
        self.vitals = Vitals()
        self._store = store
        self._agents = agents
        self._transport = transport
        self._wait_s = round_wait_ms / 1000
        self._round_events = round_events
        self._limits = limits
        self._clock = clock
        self._cache = CaseCache(cache_bytes)
        self._folder = Folder(store, Bundles(store, agents), agents, self._cache, clock, group=self.group)
        self._generation = 0
        self._rounds = 0
        self._committed = 0
        self._fenced: dict[int, float] = {}
        self._regrouped: GroupConflict | None = None
        self._news = asyncio.Event()
        self._room = asyncio.Event()
        self.partitions: Any = None

    # What the transport calls.

    async def on_batch(self, partition: int, records: list[Record]) -> None:
        """Buffer records; wait while there is no room."""
        feed = self.feeds.get(partition)
        if feed is None:
            return
        feed.records.extend(records)
        feed.last_seen = time.monotonic()
        self._news.set()
        while self._buffered() > _BUFFERED and feed.live:
            self._room.clear()
            await self._room.wait()

    async def on_assigned(self, partitions: frozenset[int]) -> Mapping[int, int]:
        """Raise the epochs, forget everything, start from the checkpoints."""
        self._let_go()
        try:
            checkpoints = await self._take(sorted(partitions))
        except GroupConflict as conflict:  # told where it ends the worker; the transport would ask for ever
            self._regrouped = conflict
            self._news.set()
            return {}
        self.feeds = {number: Feed(checkpoints[number]) for number in sorted(checkpoints)}
        _log.info("partitions assigned", group=self.group, partitions=sorted(partitions))
        return {number: _next_offset(feed) for number, feed in self.feeds.items()}

    async def on_revoked(self, partitions: frozenset[int]) -> None:
        """Write nothing more of them: an assignment follows with all that stay."""
        self._let_go()
        _log.info("partitions revoked", group=self.group, partitions=sorted(partitions))

    async def _take(self, partitions: list[int]) -> dict[int, Checkpoint]:
        """Raise the epochs, and make sure that the agents are still this group's.

        Whoever hands them to another group later raises the epochs again. Folding on without having asked would take
        an agent that was handed over for one that has heard of nothing. Raises ``GroupConflict``.
        """
        names = sorted(self._agents)
        await self._store.register_group(self.group, names)
        checkpoints = await self._store.assign(self.group, partitions)
        await self._store.register_group(self.group, names)
        return checkpoints

    def _let_go(self) -> None:
        self._generation += 1
        for feed in self.feeds.values():
            feed.live = False
        self.feeds = {}
        self._fenced = {}
        self._cache.clear()
        self._room.set()

    # The worker's own life.

    async def run(self, stop: asyncio.Event | None = None, *, signals: bool = False) -> None:
        """Work until ``stop`` is set or, with ``signals``, a signal comes.

        Raises ``GroupConflict`` when another group runs one of the agents, ``TransportFailed`` when reading ended.
        """
        from clinicflow.live.transport import Partitions, build_app, run_worker

        await self._store.register_group(self.group, sorted(self._agents))
        stop = stop or asyncio.Event()
        if not await unless(stop, until_listed(self._transport.bootstrap, self._transport.topic), signals=signals):
            return
        gc.set_threshold(50_000, 50, 100)
        app = build_app(self._transport, self)
        self.partitions = Partitions(app)
        watchdog = Watchdog(self.vitals, self._limits) if self._limits is not None else None
        if watchdog is not None:
            watchdog.start()
        probe = Probe(self, self._store, self._transport.bootstrap, self.group, self.vitals)
        helpers = [asyncio.create_task(self.work()), asyncio.create_task(probe.run())]
        reading = asyncio.create_task(run_worker(app, stop=stop, signals=signals))
        try:
            await asyncio.wait([reading, *helpers], return_when=asyncio.FIRST_COMPLETED)
        finally:
            stop.set()
            await asyncio.wait([reading])
            for helper in helpers:
                helper.cancel()
            results = await asyncio.gather(reading, *helpers, return_exceptions=True)
            if watchdog is not None:
                watchdog.stop()
        for result in results:
            if isinstance(result, Exception):
                raise result

    def status(self) -> dict[int, PartitionStatus]:
        """Where the transport stands; empty before it runs."""
        with contextlib.suppress(AttributeError):  # Faust's consumer has no thread before it starts
            return dict(self.partitions.status())
        return {}

    async def work(self) -> None:
        """Round after round until cancelled. While one is committed the next is folded on top of it."""
        committing: asyncio.Task[None] | None = None
        try:
            while True:
                if committing is None:
                    await self._settle()
                elif committing.done():
                    await committing
                    committing = None
                    await self._settle()
                draft = await self._round()
                if committing is not None:
                    await committing
                    await self._settle()
                    committing = None
                if draft is not None:
                    committing = asyncio.create_task(self._commit(draft))
        finally:
            if committing is not None:
                # Never cancelled in the middle of a transaction; a commit of a lost assignment is refused anyway.
                await asyncio.wait([committing], timeout=_RETRY_LAST_S)
                committing.cancel()

    async def _round(self) -> Draft | None:
        await self._gather()
        generation = self._generation

        def current() -> bool:
            return generation == self._generation

        heads = {number: feed.head for number, feed in self.feeds.items()}
        feeds = self.feeds
        taken = take(feeds, self._store.journal, self._round_events, self._rounds + 1)
        self._room.set()
        try:
            await self._odd(taken, current)
            if not taken.arrived:
                return None
            self._rounds += 1
            draft = Draft(self._rounds)
            draft.events = len(taken.arrived)
            for number in sorted({each.partition for each in taken.arrived}):
                draft.begin(feeds[number], heads[number])
            draft.moved()
            await self._folder.fold(draft, taken.arrived, current)
        except Overtaken:
            return None
        return draft

    async def _gather(self) -> None:
        """Wait for records, then a moment for more, so that a busy minute makes few rounds."""
        if not self._buffered():
            self._news.clear()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_IDLE_S):
                    await self._news.wait()
        if 0 < self._buffered() < self._round_events and self._wait_s > 0:
            await asyncio.sleep(self._wait_s)

    def _buffered(self) -> int:
        return sum(len(feed.records) for feed in self.feeds.values())

    async def _odd(self, taken: Taken, current: Callable[[], bool]) -> None:
        """What does not follow: strangers are kept, gaps are asked for."""
        if taken.foreign:
            await self._keep_strangers(taken.foreign)
        for number in sorted(taken.gaps):
            feed = self.feeds.get(number)
            if feed is None or feed.gap_at is None:
                continue
            if not feed.verified and not feed.read_from_start:
                await self._read_from_start(feed)
            elif feed.may_ask(time.monotonic()):
                metrics.GAPS.labels(self.group).inc()
                _log.warning("gap", partition=number, position=feed.head + 1, group=self.group)
                await insist(partial(self._store.request_resend, number, feed.head + 1), current)

    async def _keep_strangers(self, found: list[tuple[int, Record]]) -> None:
        _log.error("records of another journal", count=len(found))
        await insist(lambda: strangers.keep(self._store, found, self._clock()), lambda: True)

    async def _read_from_start(self, feed: Feed) -> None:
        """The offset beside the checkpoint does not belong to this log: look through all of it once."""
        feed.read_from_start = True
        feed.records.clear()
        with contextlib.suppress(PartitionNotAssigned):
            await self.partitions.seek(feed.partition, 0)

    async def _commit(self, draft: Draft) -> None:
        """Write the round; a store that fails or does not say is asked again with the same round, for ever."""
        delay = _RETRY_FIRST_S
        started = time.perf_counter()
        while (round_ := draft.round(self.group)) is not None:
            try:
                matched = await self._store.commit_round(round_)
            except Exception as error:
                _log.warning("round not committed", group=self.group, error=type(error).__name__, delay_s=delay)
                await asyncio.sleep(delay)
                delay = min(_RETRY_LAST_S, delay * 2)
                continue
            break
        else:
            return
        metrics.COMMIT_SECONDS.labels(self.group).observe(time.perf_counter() - started)
        for move in round_.moves:
            feed = draft.feeds[move.partition]
            if move.partition in matched:
                feed.done = move.to_position
                metrics.APPLIED.labels(self.group).inc(move.to_position - move.from_position)
            elif feed.live:
                feed.live = False
                self._fenced[move.partition] = time.monotonic()
                metrics.FENCED.labels(self.group).inc()
                _log.warning("partition taken over by another worker", partition=move.partition, group=self.group)
        metrics.ROUND_SIZE.labels(self.group).observe(draft.events)
        for letter in draft.letters:
            metrics.DEAD_LETTERS.labels(letter.kind).inc()
        self._committed = draft.number

    async def _settle(self) -> None:
        """Between rounds: forget fenced partitions, take them again if they are still ours, free memory.

        Raises ``GroupConflict`` when agents of this worker were handed to another group.
        """
        if self._regrouped is not None:
            raise self._regrouped
        for number in sorted(self._fenced):
            feed = self.feeds.get(number)
            if feed is not None and not feed.live:
                del self.feeds[number]
                self._cache.drop_partition(number)
            if time.monotonic() - self._fenced[number] > _REASSIGN_AFTER_S:
                await self._take_again(number)
        self._cache.shrink(self._committed)

    async def _take_again(self, number: int) -> None:
        """A worker that was really overtaken has lost the assignment by now; whoever still has it goes on."""
        generation = self._generation
        del self._fenced[number]
        if number not in self.partitions.assigned():
            return
        with contextlib.suppress(Overtaken, PartitionNotAssigned):
            found = await insist(lambda: self._take([number]), lambda: generation == self._generation)
            self.feeds[number] = feed = Feed(found[number])
            await self.partitions.seek(number, _next_offset(feed))


def _next_offset(feed: Feed) -> int:
    return 0 if feed.offset is None else feed.offset + 1
