"""Folding recorded rows as they were recorded, and comparing on the way with what was stored."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Mapping
from hashlib import blake2b
from typing import Any

import msgspec

from clinicflow.agents import all_agents
from clinicflow.codec import decode, encode
from clinicflow.core.agent import Agent
from clinicflow.core.bundle import Bundle
from clinicflow.core.derive import SOURCE
from clinicflow.core.event import Event, Placed
from clinicflow.core.outcome import AgentCase, Outcome
from clinicflow.core.step import applies, bundle_for, step
from clinicflow.core.task import TaskChange
from clinicflow.errors import HistoryNeeded, UndecodableEvent
from clinicflow.events import BundleMigrated
from clinicflow.replay.findings import Difference, Expected
from clinicflow.replay.recorded import Recorded
from clinicflow.replay.sources import Bundles, Source
from clinicflow.store.rows import PlacedRow


class Folded(msgspec.Struct):
    """What folding some partitions gave. ``derived`` and ``journaled`` are event ids with a digest of their bytes."""

    rows: int = 0
    steps: int = 0
    corrections: int = 0
    differences: list[Difference] = []
    derived: dict[str, tuple[bytes, int, int]] = {}
    """Event id: digest, and partition and position of the cause."""
    journaled: dict[str, bytes] = {}


class Fold:
    """Agents over the rows of one source; ``expected`` is what is compared on the way, if anything."""

    def __init__(
        self,
        source: Source,
        recorded: Recorded,
        expected: Expected | None = None,
        agents: Mapping[str, Agent[Any]] | None = None,
    ) -> None:
        known = agents or all_agents()
        names = sorted(set(recorded.reached) & set(known)) or sorted(known)
        self.agents = [known[name] for name in names]
        self.cases: dict[str, dict[str, AgentCase]] = {}
        self.result = Folded(differences=[], derived={}, journaled={})
        self._source = source
        self._bundles = Bundles(source, known)
        self._expected = expected
        self._skipped = {(partition, position, agent) for partition, position, agent in recorded.skipped}

    async def partition(self, partition: int, *, as_of: int | None = None) -> None:
        """Fold all rows of a partition."""
        async for rows in self._source.rows(partition, as_of=as_of):
            await self.fold(rows)
        if self._expected is not None:
            self.result.differences += self._expected.left(partition)

    async def fold(self, rows: Iterable[PlacedRow]) -> None:
        """Fold rows in order."""
        for row in rows:
            self.result.rows += 1
            try:
                event = decode(row.payload)
            except UndecodableEvent:
                continue  # a dead letter then, and skipped by every agent
            if event.source_system.startswith(SOURCE):
                self.result.journaled[event.event_id] = digest(row.payload)
            await self.one(Placed(event, row.partition, row.position, row.logged_at, row.bundle, row.target_agent))

    async def one(self, placed: Placed) -> list[TaskChange]:
        """Fold one row through every agent; the changes of tasks."""
        event = placed.event
        sides = self.cases.setdefault(event.case_id, {})
        bundle = self._bundles.at_hand(event.org_id, placed.bundle)
        if bundle is None:
            bundle = await self._bundles.get(event.org_id, placed.bundle)
        changes: list[TaskChange] = []
        for agent in self.agents:
            name = agent.name
            side = sides.get(name)
            number = bundle_for(agent, side, placed)
            by = bundle if number == placed.bundle else await self._bundles.get(event.org_id, number)
            if not applies(agent, by, placed):
                continue
            if (placed.partition, placed.position, name) in self._skipped:
                sides[name] = msgspec.structs.replace(side or AgentCase(), incomplete=True)
                continue
            outcome = await self._step(agent, side, placed, by)
            sides[name] = self._whole(placed, outcome.case)
            self._note(name, placed, outcome, sides[name])
            changes += outcome.tasks
        if self._expected is not None and changes:
            self.result.differences += self._expected.tasks(placed, changes)
        return changes

    def _whole(self, placed: Placed, case: AgentCase) -> AgentCase:
        """A re-submission that went well makes a case whole again, as it does live."""
        if placed.target_agent is None or not case.incomplete:
            return case
        return msgspec.structs.replace(case, incomplete=False)

    async def _step(self, agent: Agent[Any], side: AgentCase | None, placed: Placed, bundle: Bundle) -> Outcome:
        self.result.steps += 1
        try:
            return step(agent, side, placed, bundle)
        except HistoryNeeded:
            self.result.corrections += 1
            history = await self._history(placed)
            numbers = {row.bundle for row in history}
            numbers |= {row.event.to_bundle for row in history if isinstance(row.event, BundleMigrated)}
            org_id = placed.event.org_id
            bundles = {number: await self._bundles.get(org_id, number) for number in sorted(numbers)}
            return step(agent, side, placed, bundle, history, bundles.__getitem__)

    async def _history(self, placed: Placed) -> list[Placed]:
        rows = await self._source.case_rows(placed.event.case_id)
        history = []
        for row in rows:
            if row.position < placed.position and row.org_id == placed.event.org_id:
                try:
                    event = decode(row.payload)
                except UndecodableEvent:
                    continue
                history.append(Placed(event, row.partition, row.position, row.logged_at, row.bundle, row.target_agent))
        return history

    def _note(self, agent: str, placed: Placed, outcome: Outcome, side: AgentCase) -> None:
        for derived in outcome.derived:
            self._derived(placed, derived)
        if self._expected is not None:
            self.result.differences += self._expected.side(agent, placed, side)
            self._expected.timers(agent, placed, outcome)

    def _derived(self, placed: Placed, event: Event) -> None:
        self.result.derived[event.event_id] = (digest(encode(event)), placed.partition, placed.position)


def digest(payload: bytes) -> bytes:
    """Eight bytes that stand for an event's bytes."""
    return blake2b(payload, digest_size=8).digest()


def fast_folding() -> None:
    """Fewer rounds of garbage collection: a fold makes much and throws nothing in circles away."""
    gc.set_threshold(50_000, 50, 100)
