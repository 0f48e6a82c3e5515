"""Change rows live for a day: screens and the tasks topic read each once, and an emptied tasks topic the last day's."""

import asyncio
import contextlib

from clinicflow.errors import ClinicflowError
from clinicflow.live.clock import Clock
from clinicflow.live.outbox import KEPT_MICROS
from clinicflow.store.ports import Store
from clinicflow.telemetry import log

EVERY_MICROS = 3600 * 1_000_000

_log = log("live.pruning")


class Pruning:
    """Drops old change rows once an hour, beside the work of who calls ``look``: dropping many takes seconds."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._next = 0
        self._running: asyncio.Task[None] | None = None

    def look(self) -> None:
        """Begin when an hour has passed since the last time; at the first call at once."""
        now = self._clock()
        if now >= self._next and (self._running is None or self._running.done()):
            self._next = now + EVERY_MICROS
            self._running = asyncio.create_task(self._prune(now - KEPT_MICROS), name="pruning changes")

    async def stop(self) -> None:
        """End what is under way; the next leader prunes again."""
        if self._running is not None:
            self._running.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._running
            self._running = None

    async def _prune(self, before: int) -> None:
        try:
            gone = await self._store.prune_changes(before)
        except ClinicflowError as error:
            _log.warning("old changes stay until the next hour", error=type(error).__name__)
        else:
            _log.info("old changes dropped", count=gone)
