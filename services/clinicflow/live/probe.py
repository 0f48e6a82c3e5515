"""Looks after a worker from its own event loop: lag, answers of store and broker, partitions that got stuck."""

import asyncio
import contextlib
import time
from typing import Protocol

from clinicflow.errors import ClinicflowError
from clinicflow.live import metrics
from clinicflow.live.batches import PartitionStatus
from clinicflow.live.clients import broker_answers
from clinicflow.live.feeds import Feed
from clinicflow.live.watchdog import Vitals
from clinicflow.store.ports import Store

_PERIOD_S = 1.0
_SILENT_S = 3.0
_FRESH_MS = 10_000


class Watched(Protocol):
    """What a probe looks at: the feeds of a worker, and what its transport says of them."""

    feeds: dict[int, Feed]

    def status(self) -> dict[int, PartitionStatus]:
        """Where reading stands."""


class Probe:
    """Runs each second until cancelled; fills ``vitals`` and asks the relay for rows that do not come."""

    def __init__(self, worker: Watched, store: Store, bootstrap: str, group: str, vitals: Vitals) -> None:
        self._worker = worker
        self._store = store
        self._bootstrap = bootstrap
        self._group = group
        self._vitals = vitals
        self._seen: dict[int, int] = {}

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            self._vitals.loop_at = time.monotonic()
            with contextlib.suppress(ClinicflowError, OSError):  # vitals.store_at grows old, which is the message
                await self._look()
            await asyncio.sleep(_PERIOD_S)

    async def _look(self) -> None:
        answered, heads = await asyncio.gather(broker_answers(self._bootstrap), self._store.heads())
        now = time.monotonic()
        self._vitals.store_at = now
        if answered:
            self._vitals.broker_at = now
        positions = {number: feed.done for number, feed in self._worker.feeds.items()}
        if not positions:
            lags = (await self._store.health()).lag.get(self._group, {})
            positions = {number: heads.get(number, -1) - lag for number, lag in lags.items()}
        self._vitals.note(positions, heads, self._seen, now)
        for number, lag in self._vitals.lag.items():
            metrics.LAG.labels(self._group, str(number)).set(lag)
        self._vitals.excused = self._excused()
        await self._ask(now)

    def _excused(self) -> frozenset[int]:
        """Partitions read to the end of what the broker has, answered lately: the worker is not what stands still."""
        oldest = time.time() * 1000 - _FRESH_MS
        excused = set()
        for number, status in self._worker.status().items():
            feed = self._worker.feeds.get(number)
            fresh = status.answered_ms is not None and status.answered_ms >= oldest
            if feed is not None and not feed.records and status.lag == 0 and fresh and feed.head == feed.done:
                excused.add(number)
        return frozenset(excused)

    async def _ask(self, now: float) -> None:
        """Rows that are placed and do not come, although nothing else comes either: the broker has lost them."""
        for number, feed in list(self._worker.feeds.items()):
            waits = self._vitals.lag.get(number, 0) > 0 and not feed.records and feed.head == feed.done
            if waits and now - feed.last_seen > _SILENT_S and feed.may_ask(now):
                await self._store.request_resend(number, feed.head + 1)
