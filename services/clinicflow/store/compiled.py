"""Compiled bundles by their numbers: loaded when a row or a case names them."""

from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

from clinicflow.core.agent import Agent
from clinicflow.core.bundle import Bundle, compile_bundle
from clinicflow.errors import InvalidBundle, UnknownBundle
from clinicflow.store.ports import BundleStore
from clinicflow.store.rows import IN_FORCE


class CompiledBundles:
    """Kept by (organization, number), the last ``keep`` of them: bundles never change, so nothing here gets stale.
    ``agents`` are those for which they are compiled, by name."""

    def __init__(self, store: BundleStore, agents: Mapping[str, Agent[Any]], keep: int = 32) -> None:
        self._store = store
        self._agents = agents
        self._keep = keep
        self._kept: OrderedDict[tuple[str, int], Bundle] = OrderedDict()

    def at_hand(self, org_id: str, number: int) -> Bundle | None:
        """The compiled bundle if it is in memory."""
        return self._kept.get((org_id, number))

    async def get(self, org_id: str, number: int) -> Bundle:
        """The compiled bundle. Raises ``UnknownBundle``, ``InvalidBundle``, and what the store raises."""
        key = (org_id, number)
        found = self._kept.get(key)
        if found is None:
            found = self._kept[key] = await self._load(org_id, number)
            while len(self._kept) > self._keep:
                self._kept.popitem(last=False)
        return found

    async def gone_by(self, in_force: Bundle, org_id: str, number: int) -> Bundle:
        """The bundle of this number; the one ``in_force`` when it is that, or when it cannot be used any more."""
        if number in (IN_FORCE, in_force.number):
            return in_force
        try:
            return await self.get(org_id, number)
        except (InvalidBundle, UnknownBundle):
            return in_force

    async def _load(self, org_id: str, number: int) -> Bundle:
        stored = await self._store.bundle(org_id, number) if number > 0 else None
        if stored is None:
            raise UnknownBundle(f"Expected bundle {number} of organization {org_id}, but it is not stored")
        return compile_bundle(stored.document, number, self._agents)
