"""Compiled bundles for a worker: loaded when a row or a case names them, kept by (organization, number)."""

from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

from clinicflow.core.agent import Agent
from clinicflow.core.bundle import Bundle, compile_bundle
from clinicflow.errors import UnknownBundle
from clinicflow.store.ports import BundleStore

_KEPT = 32


class Bundles:
    """Bundles never change, so nothing here gets stale. ``agents`` are those of this worker, by name."""

    def __init__(self, store: BundleStore, agents: Mapping[str, Agent[Any]]) -> None:
        self._store = store
        self._agents = agents
        self._kept: OrderedDict[tuple[str, int], Bundle] = OrderedDict()
        self._types: dict[tuple[str, int], frozenset[str]] = {}

    def at_hand(self, org_id: str, number: int) -> Bundle | None:
        """The compiled bundle if it is in memory."""
        return self._kept.get((org_id, number))

    async def get(self, org_id: str, number: int) -> Bundle:
        """The compiled bundle. Raises ``UnknownBundle``, ``InvalidBundle``, and what the store raises."""
        key = (org_id, number)
        found = self._kept.get(key)
        if found is None:
            found = self._kept[key] = await self._load(org_id, number)
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return found

    async def _load(self, org_id: str, number: int) -> Bundle:
        stored = await self._store.bundle(org_id, number) if number > 0 else None
        if stored is None:
            raise UnknownBundle(f"Expected bundle {number} of organization {org_id}, but it is not stored")
        bundle = compile_bundle(stored.document, number, self._agents)
        self._types[org_id, number] = frozenset().union(*(bundle.subscribed(name) for name in self._agents))
        return bundle

    def known_types(self, org_id: str, number: int) -> frozenset[str] | None:
        """Event types that an agent here looks at under any bundle up to ``number``; None: ask ``types`` first."""
        return self._types.get((org_id, -number))

    async def types(self, org_id: str, number: int) -> frozenset[str]:
        """The same, loading what is needed. A case may keep an old bundle, so all earlier ones count.

        Raises as ``get`` does; number 0 stands for an organization that had no bundle.
        """
        if number < 1:
            await self.get(org_id, number)
        found = self.known_types(org_id, number)
        if found is None:
            found = frozenset()
            for earlier in range(1, number + 1):
                if (org_id, earlier) not in self._types:
                    await self.get(org_id, earlier)
                found |= self._types[org_id, earlier]
            self._types[org_id, -number] = found
        return found
