"""One listening connection that wakes all screens of a process when a round has changed something."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from typing import Any

import asyncpg

from clinicflow.errors import StoreUnavailable
from clinicflow.store.pg.pool import told_as_ours
from clinicflow.telemetry import log

CHANNEL = "clinicflow_changes"
_log = log("store.waker")
_PROBE_S = 5.0
_AGAIN_S = 0.5


class Waker:
    """Connects when the first callback comes, reconnects for ever, and leaves when the last one goes."""

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        self._callbacks: list[Callable[[], None]] = []
        self._listener: asyncio.Task[None] | None = None

    @contextlib.asynccontextmanager
    async def listen(self, callback: Callable[[], None]) -> AsyncIterator[None]:
        """Call ``callback`` after changes, and after each reconnection, when changes may have been missed."""
        self._callbacks.append(callback)
        ready = asyncio.Event()
        self._callbacks.append(ready.set)
        if self._listener is None or self._listener.done():
            self._listener = asyncio.create_task(self._run())
            with contextlib.suppress(TimeoutError):  # without a database now, screens wake when it is back
                async with asyncio.timeout(5.0):
                    await ready.wait()
        self._callbacks.remove(ready.set)
        try:
            yield
        finally:
            self._callbacks.remove(callback)
            if not self._callbacks:
                await self.close()

    async def close(self) -> None:
        """Stop listening."""
        listener, self._listener = self._listener, None
        if listener is not None:
            listener.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await listener

    async def _run(self) -> None:
        while True:
            with contextlib.suppress(StoreUnavailable):
                await self._listen_once()
            _log.warning("listening stopped, connecting again", what=CHANNEL)
            await asyncio.sleep(_AGAIN_S)

    async def _listen_once(self) -> None:
        with told_as_ours():
            connection = await asyncpg.connect(self._dsn, timeout=10.0)
            lost = asyncio.Event()
            connection.add_termination_listener(lambda _connection: lost.set())
            try:
                await connection.add_listener(CHANNEL, self._notified)
                self._wake()
                while not lost.is_set():
                    with contextlib.suppress(TimeoutError):
                        async with asyncio.timeout(_PROBE_S):
                            await lost.wait()
                        break
                    await connection.execute("select", timeout=_PROBE_S)  # shows a cut that nobody told us of
            finally:
                connection.terminate()

    def _notified(self, *_: Any) -> None:
        self._wake()

    def _wake(self) -> None:
        for callback in list(self._callbacks):
            callback()
