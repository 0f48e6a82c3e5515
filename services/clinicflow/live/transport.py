"""Kafka to handlers, in raw batches: build the runner, run it in an asyncio loop, steer single partitions."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import Iterator
from typing import TYPE_CHECKING

from clinicflow.errors import TransportFailed
from clinicflow.live.batches import Batch, Handlers, PartitionStatus, Record, TransportSettings

if TYPE_CHECKING:
    from clinicflow.live.faust_driver import BatchApp

__all__ = [
    "Batch",
    "Handlers",
    "PartitionStatus",
    "Partitions",
    "Record",
    "TransportSettings",
    "build_app",
    "run_worker",
]

_NEVER = 10 * 365 * 86_400.0
_STOP_WITHIN = 20.0


def build_app(settings: TransportSettings, handlers: Handlers) -> BatchApp:
    """A Faust app that reads one topic for ``handlers``; call it in the loop that ``run_worker`` will use.

    Off: tables, producer, transactions, acknowledgements, web server, command line.
    """
    from clinicflow.live.faust_driver import BatchApp, RawSchema

    app = BatchApp(
        settings.group,
        broker="kafka://" + settings.bootstrap.replace(",", ";"),
        web_enabled=False,
        topic_disable_leader=True,
        topic_allow_declare=False,
        stream_wait_empty=False,
        stream_recovery_delay=0.0,
        broker_commit_interval=settings.hint_interval_s,
        # Faust limits by this how long the handler may look for its checkpoints after an assignment.
        broker_request_timeout=_NEVER,
        broker_session_timeout=settings.session_timeout_ms / 1000,
    )
    app.transport_settings = settings
    app.handlers = handlers
    app.agent(app.topic(settings.topic, schema=RawSchema(), acks=False), name="batches")(app.deliver)
    return app


class Partitions:
    """Steers and observes the partitions that a running app has. Raises PartitionNotAssigned for others."""

    def __init__(self, app: BatchApp) -> None:
        self._app = app

    def assigned(self) -> frozenset[int]:
        """The partitions that the handlers were given and that were not taken away."""
        return self._app.consumer.assigned

    def status(self) -> dict[int, PartitionStatus]:
        """Position, end of the log and last answer of the broker, by partition."""
        return self._app.consumer._thread.status()

    async def seek(self, partition: int, offset: int) -> None:
        """Read on from ``offset``: the next batch handed out begins there; batches fetched before are void."""
        await self._app.consumer._thread.call(self._app.consumer._thread.seek_partition(partition, offset))

    async def pause(self, partition: int) -> None:
        """Fetch no more of it. Batches already fetched are still handed out. An assignment ends all pauses."""
        await self._app.consumer._thread.call(self._app.consumer._thread.pause_partition(partition))

    async def resume(self, partition: int) -> None:
        """Fetch again, from where it stood; nothing is skipped."""
        await self._app.consumer._thread.call(self._app.consumer._thread.resume_partition(partition))


async def run_worker(app: BatchApp, *, stop: asyncio.Event | None = None, signals: bool = False) -> None:
    """Run the app until ``stop`` is set (or, with ``signals``, SIGTERM or SIGINT arrives), then leave the group.

    Logging is left alone. Raises TransportFailed when Faust's side ended by itself: end the process then, since what
    is left of it cannot be trusted, and start a new one.
    """
    stop = stop or asyncio.Event()
    with _stopped_by_signals(stop) if signals else contextlib.nullcontext():
        starting = asyncio.ensure_future(app.start())
        ends = [asyncio.ensure_future(wait) for wait in (stop.wait(), app._crashed.wait(), app._stopped.wait())]
        try:
            await asyncio.wait([starting, *ends], return_when=asyncio.FIRST_COMPLETED)
            await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED) if not _failed(starting) else None
            reason = starting.exception() if _failed(starting) else app.crash_reason
            if not stop.is_set():
                raise TransportFailed(f"the consumer ended by itself: {reason!r}") from reason
        finally:
            for task in (starting, *ends):
                task.cancel()
            await asyncio.gather(starting, *ends, return_exceptions=True)
            await _stop(app)


def _failed(task: asyncio.Future[None]) -> bool:
    return task.done() and not task.cancelled() and task.exception() is not None


async def _stop(app: BatchApp) -> None:
    """Stop within a bounded time, and tell the handlers that they have no partitions any more."""
    try:
        async with asyncio.timeout(_STOP_WITHIN):
            await app.consumer.give_up_assigning()
            await app.stop()
    except TimeoutError as late:
        raise TransportFailed(f"expected the consumer to stop within {_STOP_WITHIN:.0f} s") from late
    finally:
        await app.consumer.tell_revoked()


@contextlib.contextmanager
def _stopped_by_signals(stop: asyncio.Event) -> Iterator[None]:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    try:
        yield
    finally:
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)
