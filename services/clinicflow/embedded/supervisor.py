"""Keeps a set of child processes running: starts in order, starts again what ends, stops in the opposite order."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence

import msgspec

from clinicflow import telemetry
from clinicflow.embedded.processes import ChildProcess

log = telemetry.log("clinicflow.supervisor")

BACKOFF_FIRST = 0.5
BACKOFF_LIMIT = 15.0
STEADY_AFTER = 30.0
"""Seconds after which a process counts as steady, so that its next end waits only the first delay again."""


class Service(msgspec.Struct, frozen=True):
    """A program to keep running. ``make`` gives a new child for each start."""

    name: str
    make: Callable[[], ChildProcess]
    grace: float = 10.0


class Supervisor:
    """Runs services until stopped. A service that ends is started again, later each time it ends soon."""

    def __init__(self, services: Sequence[Service]) -> None:
        self._services = list(services)
        self._children: dict[str, ChildProcess] = {}
        self._watchers: list[asyncio.Task[None]] = []
        self.restarts: dict[str, int] = {service.name: 0 for service in services}

    def pids(self) -> dict[str, int | None]:
        """The process id of each service, None while it is down."""
        return {service.name: self._pid(service.name) for service in self._services}

    async def start(self) -> None:
        """Start all services, in the order given, and watch them."""
        for service in self._services:
            self._launch(service)
            self._watchers.append(asyncio.create_task(self._watch(service)))

    async def stop(self) -> None:
        """Stop watching, then end the services, last started first."""
        for watcher in self._watchers:
            watcher.cancel()
        await asyncio.gather(*self._watchers, return_exceptions=True)
        for service in reversed(self._services):
            if service.name in self._children:
                await self._children[service.name].stop(service.grace)

    def _pid(self, name: str) -> int | None:
        child = self._children.get(name)
        return child.pid if child is not None else None

    def _launch(self, service: Service) -> None:
        child = service.make()
        child.start()
        self._children[service.name] = child

    async def _watch(self, service: Service) -> None:
        delay, since = BACKOFF_FIRST, time.monotonic()
        while True:
            await asyncio.sleep(0.2)
            child = self._children[service.name]
            if child.pid is not None:
                continue
            if time.monotonic() - since > STEADY_AFTER:
                delay = BACKOFF_FIRST
            log.warning("a service ended; starting it again", name=service.name, code=child.returncode, delay_s=delay)
            await asyncio.sleep(delay)
            delay, since = min(delay * 2, BACKOFF_LIMIT), time.monotonic()
            self.restarts[service.name] += 1
            self._launch(service)
