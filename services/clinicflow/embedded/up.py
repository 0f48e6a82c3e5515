"""`clinicflow up`: database, broker and every service in one supervised command, stopped cleanly by Ctrl-C."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import msgspec

from clinicflow import telemetry
from clinicflow.embedded import accounts, addresses
from clinicflow.embedded.broker import EmbeddedBroker
from clinicflow.embedded.postgres import EmbeddedPostgres
from clinicflow.embedded.processes import ChildProcess, command_of, free_port
from clinicflow.embedded.providers import BrokerProvider, ExternalBroker, PostgresProvider
from clinicflow.embedded.supervisor import Service, Supervisor
from clinicflow.errors import EmbeddedFailure
from clinicflow.settings import Settings

log = telemetry.log("clinicflow.up")

BROKER_LIMIT_BYTES = 300 * 1024 * 1024
"""The embedded broker keeps everything in memory; above this it is started anew and refilled from the journal."""


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What to start: a bundle folder to bring into force, and the simulated day if wanted."""

    bundle: Path | None
    demo: bool
    seed: int
    speed: float


class Installation:
    """One running installation in ``settings.home``."""

    def __init__(self, settings: Settings, plan: Plan, say: Callable[[str], None]) -> None:
        self.settings, self.plan, self.say = settings, plan, say
        self.home = settings.home.resolve()
        place = accounts.data_folder(self.home / "postgres", accounts.server_user())
        self.postgres: PostgresProvider = EmbeddedPostgres(place)
        self.broker: BrokerProvider = (
            ExternalBroker(settings.kafka)
            if settings.kafka
            else EmbeddedBroker(log_file=self.home / "logs" / "broker.log")
        )
        self.http_port = settings.http_port
        self.supervisor: Supervisor | None = None

    async def start(self) -> None:
        """Bring everything up; whatever was started is stopped again when a part cannot start."""
        for folder in (self.home, self.home / "logs"):
            folder.mkdir(parents=True, exist_ok=True)
        self._refuse_second()
        try:
            await self._start_parts()
        except BaseException:
            await self.stop()
            raise

    async def stop(self) -> None:
        """Stop services, broker and database, in this order."""
        if self.supervisor is not None:
            await self.supervisor.stop()
        await self.broker.stop()
        await self.postgres.stop()
        (self.home / addresses.FILE_NAME).unlink(missing_ok=True)

    async def tend(self) -> None:
        """Look after the embedded broker: start it again when it ended, recycle it when it has grown."""
        while True:
            await asyncio.sleep(1.0)
            try:
                await self._tend_once()
            except EmbeddedFailure as failure:  # tried again a second later; intake goes on without a broker
                log.error("the broker does not start", error=str(failure))

    async def _tend_once(self) -> None:
        broker = self.broker
        if not isinstance(broker, EmbeddedBroker):
            return
        if broker.pid is None:
            log.warning("the broker ended; starting it again, empty")
            await broker.start()
        elif broker.rss_bytes() > BROKER_LIMIT_BYTES:
            log.info("the broker has grown; starting it anew, the journal refills it")
            await broker.restart()

    async def _start_parts(self) -> None:
        self.say("starting PostgreSQL and the broker ...")
        await self.postgres.start()
        await self.broker.start()
        self.http_port = self._port()
        found = addresses.Addresses(
            dsn_owner=self.postgres.dsn("owner"),
            dsn_app=self.postgres.dsn("app"),
            dsn_read=self.postgres.dsn("read"),
            kafka=self.broker.bootstrap(),
            http_port=self.http_port,
            pid=os.getpid(),
        )
        addresses.write(self.home, found)
        await self._once("migrate")
        if self.plan.bundle is not None:
            await self._once("bundle", "apply", str(self.plan.bundle))
        self.supervisor = Supervisor(self._services())
        await self.supervisor.start()

    def _port(self) -> int:
        wanted = self.settings.http_port
        usable = _usable_port(self.settings.bind, wanted)
        if usable != wanted:
            self.say(f"port {wanted} is in use by another program; taking {usable} (CLINICFLOW_HTTP_PORT chooses one)")
        return usable

    def _services(self) -> list[Service]:
        wanted: list[tuple[str, list[str]]] = [
            ("relay", ["relay"]),
            ("timekeeper", ["timekeeper"]),
            ("inbox", ["inbox"]),
            ("worker", ["worker", "--agent", "all"]),
            ("serve", ["serve"]),
        ]
        if self.plan.demo:
            plan = ["simulate", "--seed", str(self.plan.seed), "--speed", str(self.plan.speed)]
            wanted.append(("simulate", plan))
        return [Service(name=name, make=self._maker(name, words)) for name, words in wanted]

    def _maker(self, name: str, words: list[str]) -> Callable[[], ChildProcess]:
        def make() -> ChildProcess:
            argv = [sys.executable, "-m", "clinicflow.cli", *words]
            return ChildProcess(name, argv, log_file=self.home / "logs" / f"{name}.log", env=self._environment())

        return make

    def _environment(self) -> dict[str, str]:
        own = {
            "CLINICFLOW_HOME": str(self.home),
            "CLINICFLOW_HTTP_PORT": str(self.http_port),
            "CLINICFLOW_DEMO": "1" if self.plan.demo else "0",
        }
        return {**os.environ, **own}

    async def _once(self, *words: str) -> None:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "clinicflow.cli", *words,
            env=self._environment(), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        printed, _ = await process.communicate()
        if process.returncode != 0:
            raise EmbeddedFailure(f"`clinicflow {' '.join(words)}` failed: {printed.decode(errors='replace').strip()}")

    def _refuse_second(self) -> None:
        try:
            other = addresses.read(self.home)
        except EmbeddedFailure:
            return
        if other.pid != os.getpid() and "clinicflow" in (command_of(other.pid) or ""):
            raise EmbeddedFailure(f"clinicflow already runs in {self.home} (process {other.pid}); stop it with Ctrl-C")


def _usable_port(bind: str, wanted: int) -> int:
    import socket

    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((bind, wanted))
        except OSError:
            return free_port()
    return wanted


async def run(
    settings: Settings,
    plan: Plan,
    say: Callable[[str], None],
    follow: Callable[[Installation], Coroutine[Any, Any, None]],
) -> None:
    """Start, announce, and run until SIGINT or SIGTERM. ``follow`` is awaited beside it (the live counts)."""
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for sig in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(sig, stopping.set)
    installation = Installation(settings, plan, say)
    await installation.start()
    beside = [asyncio.create_task(installation.tend()), asyncio.create_task(follow(installation))]
    try:
        await stopping.wait()
    finally:
        say("stopping ...")
        for task in beside:
            task.cancel()
        await asyncio.gather(*beside, return_exceptions=True)
        await installation.stop()
        say(f"stopped; the data stay in {installation.home}")
