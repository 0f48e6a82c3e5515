"""A simulated day recorded as the running side records it, in a store in memory and virtual time."""

from __future__ import annotations

import gc
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import msgspec

from clinicflow.agents import all_agents
from clinicflow.codec import encode
from clinicflow.core.agent import Agent
from clinicflow.core.bundle import Bundle, bundle_hash, compile_bundle
from clinicflow.core.event import Event
from clinicflow.core.pack import pack, unpack
from clinicflow.live.batches import Record
from clinicflow.live.bundles import Bundles
from clinicflow.live.cases import CaseCache
from clinicflow.live.draft import Draft, journaled
from clinicflow.live.feeds import Arrived, Feed
from clinicflow.live.headers import headers_of, stamp_of
from clinicflow.live.round import Folder
from clinicflow.live.timekeeper import fired
from clinicflow.simulate.synthetic import START, VirtualClinic, synthetic_day
from clinicflow.store.memory import MemoryStore
from clinicflow.store.rows import PlacedRow
from tests.support.bundles import shipped

GROUP = "all"
PARTITIONS = 4


@cache
def document() -> dict[str, Any]:
    """The demo network."""
    return shipped()


@cache
def bundle() -> Bundle:
    """The demo network, compiled."""
    return compile_bundle(document(), 1, all_agents())


@cache
def a_day(seed: int = 1, visits: int = 24) -> VirtualClinic:
    """A simulated day, from which only what was told is taken."""
    day = synthetic_day(bundle(), seed, visits)
    gc.collect()
    return day


class Recorder:
    """Intake, relay, worker and timekeeper in one, on a store in memory; ``now`` is virtual."""

    def __init__(self, agents: Mapping[str, Agent[Any]] | None = None) -> None:
        self.now = START
        self._agents = agents or all_agents()
        self.store = MemoryStore(PARTITIONS, clock=lambda: self.now)
        self._folder: Folder
        self._feeds: dict[int, Feed] = {}
        self._cache = CaseCache(64 * 1024 * 1024)
        self._epoch = 0
        self._log = b""
        self._rounds = 0

    async def begin(self) -> Recorder:
        """Apply the bundle, take lease and partitions."""
        await self.store.apply_bundle("demo", bundle_hash(document()), document(), self.now)
        await self.store.register_group(GROUP, sorted(all_agents()))
        lease = await self.store.take_lease("recorder")
        assert lease is not None
        self._epoch, self._log = lease[0], lease[1].encode()
        bundles = Bundles(self.store, self._agents)
        self._folder = Folder(self.store, bundles, self._agents, self._cache, lambda: self.now, group=GROUP)
        self._feeds = {n: Feed(mark) for n, mark in (await self.store.assign(GROUP, range(PARTITIONS))).items()}
        return self

    async def tell(self, events: Sequence[Event]) -> None:
        """Events come in, each at its time; what follows goes round; timers fire on the way."""
        for event in events:
            await self.wait_until(event.recorded_at)
            async with self.store.intake() as transaction:
                await transaction.append([journaled(event)])
            await self.settle()

    async def wait_until(self, at: int) -> None:
        """Let time pass and timers fire, not finer than half a minute."""
        while self.now < at:
            self.now = min(at, self.now + 30_000_000)
            due = await self.store.due(self.now, 100)
            if due:
                async with self.store.intake() as transaction:
                    await transaction.append([fired(timer, self.now) for timer in due])
                await self.settle()

    async def settle(self) -> None:
        """Place and fold until nothing is left."""
        while True:
            lease = await self.store.take_lease("recorder")
            assert lease is not None
            rows = await self.store.place(lease[0], self.now, 500)
            if not rows:
                return
            await self._round(rows)

    async def _round(self, rows: list[PlacedRow]) -> None:
        self._rounds += 1
        draft = Draft(self._rounds)
        arrived = []
        for row in rows:
            feed = self._feeds[row.partition]
            draft.begin(feed, feed.head)
            headers = headers_of(row, self._log)
            stamp = stamp_of(headers)
            assert stamp is not None
            assert feed.judge(stamp, self._log.decode()) == "next"
            record = Record(row.position, row.logged_at // 1000, row.case_id.encode(), headers, row.payload)
            arrived.append(Arrived(row.partition, record, stamp))
        draft.moved()
        await self._folder.fold(draft, arrived, lambda: True)
        round_ = draft.round(GROUP)
        assert round_ is not None
        assert await self.store.commit_round(round_) == {move.partition for move in round_.moves}


async def recorded_day(seed: int = 1, visits: int = 24, share: float = 1.0) -> Recorder:
    """A simulated day, recorded: the whole of it, or this share of what was told."""
    recorder = await Recorder().begin()
    events = a_day(seed, visits).primaries
    await recorder.tell(events[: round(share * len(events))])
    return recorder


def damage_state(store: MemoryStore, agent: str, **fields: Any) -> str:
    """Change a stored side of some case behind the program's back; the case."""
    for key, row in sorted(store._tables.cases.items()):
        sides = unpack(row.state)
        if agent in sides:
            sides[agent] = msgspec.structs.replace(sides[agent], **fields)
            store._tables.cases[key] = msgspec.structs.replace(row, state=pack(sides))
            return row.case_id
    raise AssertionError(f"expected a case of {agent}")


def written_by(store: MemoryStore, code: int, *, but: Sequence[str] = ()) -> None:
    """Every stored side as if code of another version had written it, but for these cases."""
    for key, row in store._tables.cases.items():
        if row.case_id not in but:
            sides = {name: msgspec.structs.replace(side, code=code) for name, side in unpack(row.state).items()}
            store._tables.cases[key] = msgspec.structs.replace(row, state=pack(sides))


def encoded(events: Sequence[Event]) -> list[bytes]:
    """Events as bytes, to compare days."""
    return [encode(event) for event in events]
