"""A system to measure: PostgreSQL, a broker, and processes of clinicflow, all gone afterwards."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from hashlib import blake2b
from pathlib import Path
from types import TracebackType
from typing import Any

import asyncpg
from tests.support.kafka import RealKafka

from bench import machine
from bench.network import CLINICS, Told, network_document
from clinicflow.core.bundle import bundle_hash
from clinicflow.embedded.broker import EmbeddedBroker
from clinicflow.embedded.postgres import EmbeddedPostgres
from clinicflow.store.migrate import migrate
from clinicflow.store.postgres import PostgresStore, connect
from clinicflow.store.rows import NewEvent

ROOT = Path(__file__).resolve().parent.parent
PARTITIONS = 8


class System:
    """``async with`` it. ``broker`` is kafka or tansu; ``apart`` puts all but the worker on other cores."""

    def __init__(self, broker: str = "kafka", *, apart: bool = False, clinics: int = CLINICS) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="clinicflow-bench-"))
        self.folder.chmod(0o755)
        self.postgres = EmbeddedPostgres(self.folder / "postgres", None)
        self.kafka = RealKafka(self.folder / "kafka") if broker == "kafka" else None
        self.tansu = EmbeddedBroker() if broker != "kafka" else None
        self.store: PostgresStore
        self._clinics = clinics
        self._apart = apart
        self._processes: list[subprocess.Popen[bytes]] = []

    async def __aenter__(self) -> System:
        try:
            await self._start()
        except BaseException:
            await self._end()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:
            for log in sorted([*self.folder.glob("*.log"), *self.folder.glob("kafka/kafka.log")]):
                print(f"--- {log.name}\n{log.read_text(errors='replace')[-2000:]}", file=sys.stderr)
        await self._end()

    @property
    def bootstrap(self) -> str:
        """The broker's address."""
        return self.kafka.bootstrap if self.kafka is not None else self.tansu.bootstrap()  # type: ignore[union-attr]

    async def _start(self) -> None:
        await self.postgres.start()
        if self.kafka is not None:
            (self.folder / "kafka").mkdir()
            await asyncio.to_thread(self.kafka.start)
        elif self.tansu is not None:
            await self.tansu.start()
        await asyncio.to_thread(_migrate, self.postgres.dsn("owner"))
        self.store = await connect(self.postgres.dsn("app"), partitions=PARTITIONS, max_size=6)
        document = network_document(self._clinics)
        await self.store.apply_bundle("demo", bundle_hash(document), document, time.time_ns() // 1000)
        if self._apart:
            _, others = machine.cores()
            for pid in (self.postgres.pid, self.kafka.pid if self.kafka else self.tansu.pid):  # type: ignore[union-attr]
                machine.pin(pid or 0, others)
            machine.pin(os.getpid(), others)

    async def _end(self) -> None:
        for process in reversed(self._processes):
            self.stop(process)
        with contextlib.suppress(AttributeError):
            await self.store.close()
        if self.kafka is not None:
            self.kafka.kill9()
        if self.tansu is not None:
            await self.tansu.stop()
        await self.postgres.stop()
        if self._apart:
            machine.pin(os.getpid(), set(range(os.cpu_count() or 1)))
        shutil.rmtree(self.folder, ignore_errors=True)

    def environment(self, **more: str) -> dict[str, str]:
        """Settings of a child process."""
        return {
            **os.environ,
            "CLINICFLOW_HOME": str(self.folder),
            "CLINICFLOW_DSN": self.postgres.dsn("app"),
            "CLINICFLOW_DSN_READ": self.postgres.dsn("read"),
            "CLINICFLOW_KAFKA": self.bootstrap,
            "CLINICFLOW_PARTITIONS": str(PARTITIONS),
            "CLINICFLOW_LOG_LEVEL": "WARNING",
            **more,
        }

    def start(self, *words: str, module: str = "clinicflow.cli", cores: set[int] | None = None, **more: str) -> Any:
        """Start a command of clinicflow (or a module) as a process; its output goes to a file of the folder."""
        with (self.folder / f"{module}-{words[0] if words else ''}.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", module, *words],
                cwd=ROOT, env=self.environment(**more), stdout=log, stderr=log, stdin=subprocess.DEVNULL,
            )  # fmt: skip
        self._processes.append(process)
        if cores is not None:
            machine.pin(process.pid, cores)
        return process

    def stop(self, process: Any) -> None:
        """End a process that was started here."""
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(10)

    async def journal(self, told: Sequence[Told], batch: int = 500) -> None:
        """Journal events in order, in one transaction a batch."""
        for start in range(0, len(told), batch):
            async with self.store.intake() as transaction:
                await transaction.append([row_of(one) for one in told[start : start + batch]])

    async def behind(self) -> tuple[int, int]:
        """(rows placed, rows that the slowest group has not applied); unplaced rows count as both."""
        health = await self.store.health()
        lag = max((sum(parts.values()) for parts in health.lag.values()), default=health.placed)
        return health.placed + health.unplaced, lag + health.unplaced

    async def until_placed(self, within: float = 120.0) -> None:
        """Wait until nothing waits for its place."""
        deadline = time.monotonic() + within
        while waiting := (await self.store.health()).unplaced:
            if time.monotonic() > deadline:
                raise TimeoutError(f"{waiting} events still wait for the relay after {within:.0f} s")
            await asyncio.sleep(0.2)

    async def written(self) -> dict[str, int]:
        """Rows written so far, by table."""
        connection = await asyncpg.connect(self.postgres.superuser_dsn("clinicflow"))
        try:
            await connection.execute("select pg_stat_clear_snapshot()")
            rows = await connection.fetch("select relname, n_tup_ins + n_tup_upd + n_tup_del from pg_stat_user_tables")
        finally:
            await connection.close()
        return dict(rows)


def row_of(told: Told) -> NewEvent:
    """An event of the load as intake journals it."""
    digest = blake2b(told.payload, digest_size=16).digest()
    return NewEvent(told.org_id, told.event_id, told.case_id, told.type, told.payload, digest)


def _migrate(dsn: str) -> None:
    made: Any = migrate(dsn)
    if asyncio.iscoroutine(made):
        asyncio.run(made)
