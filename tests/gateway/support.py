"""A network of clinics in memory, and messages of fictional people."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI

from clinicflow import auth, codec
from clinicflow.core.bundle import bundle_hash
from clinicflow.core.event import Event
from clinicflow.errors import StoreUnavailable
from clinicflow.gateway.hl7.feeds import Feed
from clinicflow.gateway.hl7.receive import Receiver
from clinicflow.gateway.hl7.work import Receipt
from clinicflow.gateway.http import router
from clinicflow.gateway.services import Services
from clinicflow.settings import Settings
from clinicflow.store.memory import MemoryStore
from clinicflow.store.rows import PartitionMove, RejectionRow, Round
from tests.support.bundles import shipped

NOON = 1_790_000_000_000_000
"""2026-09-21T14:13:20Z: 07:13 in Los Angeles, 15:13 in London."""

MINUTE = 60_000_000


@cache
def document() -> dict[str, Any]:
    """The demo bundle."""
    return shipped()


class FlakyStore(MemoryStore):
    """A store that can be away."""

    away = False

    @contextlib.asynccontextmanager
    async def intake(self) -> AsyncIterator[Any]:
        if self.away:
            raise StoreUnavailable("Expected the database to answer, but the test took it away")
        async with super().intake() as transaction:
            yield transaction


class Network:
    """The demo network with a store in memory and a clock that the test moves."""

    def __init__(self, home: Path, store: Any = None) -> None:
        self.now = NOON
        self.store = store or FlakyStore(partitions=2)
        self.settings = Settings(home=home, demo=True)
        self.services = Services(self.store, self.settings, clock=lambda: self.now)
        self.receiver = Receiver(self.services)
        self.app = FastAPI()
        self.auth = auth.install(self.app, self.settings, lambda: self.now)
        self.app.include_router(router(self.services))

    async def start(self) -> Network:
        await self.store.apply_bundle("demo", bundle_hash(document()), document(), NOON)
        return self

    async def feed(self, name: str = "demo-his") -> Feed:
        return (await self.services.bundles.in_force("demo")).feeds[name]

    async def receive(self, text: str | bytes, feed: Feed | None = None) -> Receipt:
        raw = text if isinstance(text, bytes) else text.encode()
        return await self.receiver.receive(feed or await self.feed(), raw)

    def token(self, role: str = "integration", **options: Any) -> dict[str, str]:
        """Headers of a new client."""
        secret = self.auth.tokens.create(f"client-{len(self.auth.tokens.tokens())}", "demo", role, **options)
        return {"Authorization": f"Bearer {secret}"}

    def http(self) -> httpx.AsyncClient:
        transport = httpx.ASGITransport(app=self.app, client=("127.0.0.1", 1))
        return httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1")

    async def signed_in(self, staff_id: str) -> httpx.AsyncClient:
        async with self.http() as signing_in:
            answer = await signing_in.post("/dev/sign-in", json={"staff_id": staff_id})
        assert answer.status_code == 200, answer.text
        client = self.http()
        client.cookies = signing_in.cookies
        client.headers["X-Clinicflow"] = "1"
        return client

    async def events(self) -> list[Event]:
        """Everything in the journal, in the order of its acceptance."""
        await self.place()
        rows = [row for partition in range(2) for row in await self.store.rows_from(partition, 0, 100_000)]
        rows.sort(key=lambda row: row.logged_at)
        return [codec.decode(row.payload) for row in rows]

    async def types(self) -> list[str]:
        return sorted(event.TYPE for event in await self.events())

    async def only(self, event_type: str) -> Any:
        (found,) = [event for event in await self.events() if event_type == event.TYPE]
        return found

    async def place(self) -> None:
        lease = await self.store.take_lease("test")
        assert lease is not None
        await self.store.place(lease[0], self.now, 100_000)

    async def agents_pass(self, refuse: str | None = None, reason: str = "Expected an open visit") -> None:
        """Let one group go through all that is placed; events of type ``refuse`` are rejected."""
        await self.place()
        await self.store.register_group("all", ["flow"])
        for partition, checkpoint in (await self.store.assign("all", [0, 1])).items():
            rows = await self.store.rows_from(partition, checkpoint.position + 1, 100_000)
            if rows:
                move = PartitionMove(partition, checkpoint.epoch, checkpoint.position, rows[-1].position, None)
                rejections = tuple(
                    RejectionRow(partition, row.position, row.org_id, row.event_id, "flow", "visit-ended", reason)
                    for row in rows
                    if row.type == refuse
                )
                assert await self.store.commit_round(Round("all", (move,), rejections=rejections)) == {partition}


def message(kind: str, *segments: str, control: str = "C-1", sender: str = "NORTH", extra: str = "") -> str:
    """A message of the demo's information system; ``extra`` are the fields after the version (MSH-13 on)."""
    head = f"MSH|^~\\&|HIS|{sender}|CF|DEMO|20260921071000||{kind}|{control}|P|2.5.1|{extra}"
    return "\r".join((head, *segments)) + "\r"


def pid(number: str = "70001", name: str = "Okafor^Imani", born: str = "19900115", phone: str = "555-0100") -> str:
    """A patient."""
    return f"PID|1||{number}^^^DEMO^MR||{name}||{born}|F|||1 Fir St^^Ojai||{phone}||eng"


def pv1(place: str = "NORTH", visit: str = "V-1") -> str:
    """A visit; ``visit`` empty: the sender gives no number."""
    number = f"{visit}^^^DEMOVISIT" if visit else ""
    return f"PV1|1|O|{place}||||||||||||||||{number}"


EVN = "EVN||20260921070500"


def arrival(control: str = "A-1", visit: str = "V-1", number: str = "70001", trigger: str = "A01") -> str:
    """A check-in by message."""
    return message(f"ADT^{trigger}", EVN, pid(number), pv1(visit=visit), control=control)


def splits(data: bytes, sizes: list[int]) -> Iterator[bytes]:
    """``data`` in pieces of these sizes, the rest at the end."""
    start = 0
    for size in sizes:
        yield data[start : start + size]
        start += size
    yield data[start:]
