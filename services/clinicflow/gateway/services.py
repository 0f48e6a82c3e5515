"""What every door needs: store, settings, the bundle in force, and the time."""

import time
from collections.abc import Callable
from typing import Any

import msgspec

from clinicflow import agents
from clinicflow.core.bundle import Bundle, compile_bundle
from clinicflow.errors import UnknownBundle
from clinicflow.gateway.hl7.feeds import Feed, feeds_of
from clinicflow.settings import Settings
from clinicflow.store.compiled import CompiledBundles
from clinicflow.store.ports import Store
from clinicflow.store.rows import TaskRow, rules_number


def now_micros() -> int:
    """The time in UTC microseconds."""
    return time.time_ns() // 1000


class InForce(msgspec.Struct, frozen=True):
    """A bundle in force, compiled, with its document and feeds."""

    bundle: Bundle
    document: dict[str, Any]
    feeds: dict[str, Feed]


class Bundles:
    """The bundles in force, compiled once each, looked at again after ``every`` seconds."""

    def __init__(self, store: Store, clock: Callable[[], int] = now_micros, every: float = 2.0) -> None:
        self._store = store
        self._clock = clock
        self._every = int(every * 1_000_000)
        self._kept: dict[str, tuple[int, InForce]] = {}
        self._numbered = CompiledBundles(store, agents.all_agents(), keep=8)

    async def get(self, org_id: str) -> Bundle:
        """The compiled bundle in force; raises ``UnknownBundle`` when none was applied."""
        return (await self.in_force(org_id)).bundle

    async def in_force(self, org_id: str) -> InForce:
        """The organization's bundle; raises ``UnknownBundle`` when none was applied."""
        kept = self._kept.get(org_id)
        now = self._clock()
        if kept and abs(now - kept[0]) < self._every:
            return kept[1]
        stored = await self._store.bundle(org_id)
        if stored is None:
            raise UnknownBundle(
                f"Expected a bundle of organization {org_id}: apply one with `clinicflow bundle apply DIR`"
            )
        if kept and kept[1].bundle.number == stored.number:
            found = kept[1]
        else:
            bundle = compile_bundle(stored.document, stored.number, agents.all_agents())
            found = InForce(bundle, stored.document, feeds_of(stored.document))
        self._kept[org_id] = (now, found)
        return found

    async def rules_of(self, row: TaskRow) -> Bundle:
        """The compiled bundle that a task's case goes by; the one in force when it is that, or cannot be used."""
        return await self._numbered.gone_by(await self.get(row.org_id), row.org_id, rules_number(row))


class Services:
    """Handed to routers and servers; ``clock`` gives UTC microseconds."""

    def __init__(
        self, store: Store, settings: Settings, bundles: Bundles | None = None, clock: Callable[[], int] = now_micros
    ) -> None:
        self.store = store
        self.settings = settings
        self.clock = clock
        self.bundles = bundles or Bundles(store, clock)
