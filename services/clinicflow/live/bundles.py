"""Compiled bundles for a worker, and which of its agents look at which events under them."""

from collections.abc import Mapping
from typing import Any

from clinicflow.core.agent import Agent
from clinicflow.core.bundle import Bundle
from clinicflow.store.compiled import CompiledBundles
from clinicflow.store.ports import BundleStore

Lookers = Mapping[str, tuple[Agent[Any], ...]]
"""Agents by event type, in the order of their names."""


class Bundles(CompiledBundles):
    """``agents`` are those of this worker, by name."""

    def __init__(self, store: BundleStore, agents: Mapping[str, Agent[Any]]) -> None:
        super().__init__(store, agents)
        self._subscribed: dict[tuple[str, int], dict[str, frozenset[str]]] = {}
        self._lookers: dict[tuple[str, int], Lookers] = {}

    async def _load(self, org_id: str, number: int) -> Bundle:
        bundle = await super()._load(org_id, number)
        self._subscribed[org_id, number] = {name: bundle.subscribed(name) for name in self._agents}
        return bundle

    def known_lookers(self, org_id: str, number: int) -> Lookers | None:
        """By event type the agents that look at it under any bundle up to ``number``; None: ask ``lookers``."""
        return self._lookers.get((org_id, number))

    async def lookers(self, org_id: str, number: int) -> Lookers:
        """The same, loading what is needed. A case may keep an old bundle, so all earlier ones count.

        Raises as ``get`` does; number 0 stands for an organization that had no bundle.
        """
        if number < 1:
            await self.get(org_id, number)
        found: dict[str, list[Agent[Any]]] = {}
        for earlier in range(1, number + 1):
            if (org_id, earlier) not in self._subscribed:
                await self.get(org_id, earlier)
        for name in sorted(self._agents):
            kinds = (self._subscribed[org_id, earlier][name] for earlier in range(1, number + 1))
            for event_type in sorted(frozenset().union(*kinds)):
                found.setdefault(event_type, []).append(self._agents[name])
        self._lookers[org_id, number] = {event_type: tuple(agents) for event_type, agents in found.items()}
        return self._lookers[org_id, number]
