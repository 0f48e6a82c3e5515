"""The whole demo network in one process: doors, agents and screens over a store in memory, without Kafka."""

from __future__ import annotations

import asyncio
import contextlib
import time
import uuid
from collections.abc import AsyncIterator, Iterable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI

from clinicflow import auth
from clinicflow.agents import all_agents
from clinicflow.codec import encode, from_json
from clinicflow.core.bundle import bundle_hash
from clinicflow.core.event import Event
from clinicflow.gateway import unknown_paths
from clinicflow.gateway.http import router as doors
from clinicflow.gateway.services import Services
from clinicflow.gateway.staff_http import router as staff
from clinicflow.live.batches import PartitionStatus, Record, TransportSettings
from clinicflow.live.headers import headers_of
from clinicflow.live.worker import Worker
from clinicflow.settings import Settings
from clinicflow.store.memory import MemoryStore
from clinicflow.store.rows import NewEvent, TaskRow
from clinicflow.web.hub import Hub
from clinicflow.web.routes import router as screens
from tests.support.bundles import shipped

PARTITIONS = 2
MINUTE = 60_000_000
OPENS = int(datetime(2027, 6, 15, 17, 30, tzinfo=UTC).timestamp()) * 1_000_000
"""When a world begins: the middle of the first shift at North Clinic, whatever the hour of the test."""


@cache
def document() -> dict[str, Any]:
    """The demo bundle."""
    return shipped()


class InterruptedStore(MemoryStore):
    """A store whose changes can be held back, as if the database hung."""

    def __init__(self, partitions: int) -> None:
        super().__init__(partitions)
        self.answering = asyncio.Event()
        self.answering.set()

    async def changes(self, after: str, limit: int = 500) -> Any:
        await self.answering.wait()
        return await super().changes(after, limit)


class _Steering:
    """Stands for the transport of the worker."""

    def assigned(self) -> frozenset[int]:
        return frozenset(range(PARTITIONS))

    def status(self) -> dict[int, PartitionStatus]:
        return {}

    async def seek(self, partition: int, offset: int) -> None:
        raise AssertionError("nothing is ever missing here")


class World:
    """The network with its clock: it starts at ``OPENS``, runs like the real one unless it is ``still``, and a test
    may advance it."""

    def __init__(
        self,
        home: Path,
        *,
        demo: bool = True,
        store: Any = None,
        network: dict[str, Any] | None = None,
        still: bool = False,
    ) -> None:
        self._still_at = time.time_ns() // 1000 if still else None
        self.ahead = OPENS - time.time_ns() // 1000
        self.network = network or document()
        self.store: Any = store or InterruptedStore(PARTITIONS)
        self.settings = Settings(home=home, demo=demo)
        self.services = Services(self.store, self.settings, clock=self.now)
        self.hub = Hub(self.services)
        self.app = FastAPI()
        self.auth = auth.install(self.app, self.settings, self.now)
        unknown_paths.install(self.app)
        self.app.include_router(doors(self.services))
        self.app.include_router(staff(self.services))
        self.app.include_router(screens(self.services, self.hub))
        transport = TransportSettings("nowhere:1", "events", "all")
        self.worker = Worker(self.store, all_agents(), transport, round_wait_ms=0, clock=self.now)
        self.worker.partitions = _Steering()
        self._offsets = dict.fromkeys(range(PARTITIONS), 0)
        self._working: list[asyncio.Task[Any]] = []
        self.working = asyncio.Event()
        """While it is not set, what is journaled reaches no agent: relay or workers stand still."""
        self.working.set()

    def now(self) -> int:
        """The time in UTC microseconds."""
        return (self._still_at or time.time_ns() // 1000) + self.ahead

    async def start(self) -> World:
        """Bring the demo bundle into force and let the agents work."""
        await self.store.apply_bundle("demo", bundle_hash(self.network), self.network, self.now())
        await self.store.register_group("all", sorted(all_agents()))
        await self.worker.on_assigned(frozenset(range(PARTITIONS)))
        self._working = [asyncio.create_task(self.worker.work()), asyncio.create_task(self._pump())]
        return self

    async def stop(self) -> None:
        """End everything that runs."""
        if isinstance(self.store, InterruptedStore):
            self.store.answering.set()
        await self.hub.stop()
        for task in self._working:
            task.cancel()
        await asyncio.gather(*self._working, return_exceptions=True)

    async def _pump(self) -> None:
        while True:
            await self.working.wait()
            await self.place()
            await asyncio.sleep(0.003)

    async def place(self) -> None:
        """What the relay and the broker do."""
        lease = await self.store.take_lease("test")
        assert lease is not None
        rows = await self.store.place(lease[0], self.now(), 1000) or []
        for partition in sorted({row.partition for row in rows}):
            batch = []
            for row in rows:
                if row.partition == partition:
                    offset, self._offsets[partition] = self._offsets[partition], self._offsets[partition] + 1
                    headers = headers_of(row, self.store.journal.encode())
                    batch.append(Record(offset, 0, row.case_id.encode(), headers, row.payload))
            await self.worker.on_batch(partition, batch)

    async def settle(self, seconds: float = 60.0) -> None:
        """Wait until every event, derived ones too, is applied."""
        until = time.monotonic() + seconds
        calm = 0
        while time.monotonic() < until:
            health = await self.store.health()
            behind = health.unplaced + sum(sum(parts.values()) for parts in health.lag.values())
            calm = calm + 1 if behind == 0 else 0
            if calm >= 3:
                return
            await asyncio.sleep(0.01)
        raise TimeoutError("the agents do not come to rest")

    async def shown(self) -> None:
        """Wait until every event is applied and the screens have heard of it."""
        await self.settle()
        await self.hub.mirror("demo")
        newest = await self.store.cursor()
        async with asyncio.timeout(60):
            while self.hub.cursor != newest:
                await self.hub.wait(0.1)

    async def journal(self, events: Iterable[Event]) -> None:
        """Journal events as intake does, without its checks."""
        rows = [NewEvent(e.org_id, e.event_id, e.case_id, e.TYPE, encode(e), b"0" * 16) for e in events]
        async with self.store.intake() as transaction:
            await transaction.append(rows)

    async def tell(self, type_: str, case_id: str, *, clinic: str = "north", ago: int = 0, **fields: Any) -> str:
        """Journal one event that happened ``ago`` minutes before now; its id."""
        event_id = str(uuid.uuid4())
        when = self.now() - ago * MINUTE
        defaults = {"event_id": event_id, "org_id": "demo", "clinic_id": clinic, "case_id": case_id}
        times = {"occurred_at": when, "recorded_at": when, "source_system": "test"}
        await self.journal([from_json({"type": type_, **defaults, **times, **fields}, trusted=True)])
        return event_id

    async def arrival(
        self, ticket: str, *, clinic: str = "north", ago: int = 0, consent: bool = True
    ) -> dict[str, str]:
        """Somebody comes with a ticket; the envelope's part of the visit."""
        case_id, patient_id = str(uuid.uuid4()), f"p-{uuid.uuid4()}"
        about: dict[str, Any] = {"clinic": clinic, "ago": ago, "patient_id": patient_id}
        await self.tell("patient-arrived", case_id, mode="walk_in", **about)
        await self.tell("ticket-issued", case_id, ticket=ticket, display_consent=consent, **about)
        return {"case_id": case_id, "clinic_id": clinic, "patient_id": patient_id}

    async def tasks(self, activity: str, case_id: str | None = None) -> list[TaskRow]:
        """Open tasks of an activity."""
        found = await self.store.tasks("demo", case_id=case_id)
        return [row for row in found if row.task.activity == activity]

    def http(self, **headers: str) -> httpx.AsyncClient:
        """A client on this machine that nobody knows yet."""
        transport = httpx.ASGITransport(app=self.app, client=("127.0.0.1", 1))
        return httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1", headers=headers)

    async def signed_in(self, staff_id: str) -> httpx.AsyncClient:
        """A client with the session of a member of staff."""
        client = self.http(**{"X-Clinicflow": "1"})
        answer = await client.post("/dev/sign-in", json={"staff_id": staff_id})
        assert answer.status_code == 200, answer.text
        return client

    async def on_shift(self, role: str, clinic: str = "north", *, leads: bool = False) -> str:
        """Somebody of a role who works at a clinic now, if asked for one who leads."""
        bundle = await self.services.bundles.get("demo")
        ids, staff = bundle.staffing.on_site(clinic, self.now()), bundle.staff_all
        return next(one for one in ids if staff[one]["role"] == role and (staff[one].get("lead") or not leads))

    def token(self, role: str, clinics: list[str] | None = None) -> dict[str, str]:
        """The headers of a new client."""
        secret = self.auth.tokens.create(f"client-{uuid.uuid4()}", "demo", role, clinics)
        return {"Authorization": f"Bearer {secret}"}


@contextlib.asynccontextmanager
async def a_world(home: Path, **options: Any) -> AsyncIterator[World]:
    """The network, at work."""
    world = World(home, **options)
    try:
        yield await world.start()
    finally:
        await world.stop()
