"""Folding recorded rows as they were recorded, and comparing on the way with what was stored."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

import msgspec

from clinicflow.agents import all_agents
from clinicflow.codec import decode
from clinicflow.core.agent import Agent
from clinicflow.core.bundle import Bundle
from clinicflow.core.derive import SOURCE
from clinicflow.core.event import Placed
from clinicflow.core.outcome import AgentCase, Outcome
from clinicflow.core.plain import ADDRESSED
from clinicflow.core.step import bundle_for, step
from clinicflow.core.task import TaskChange
from clinicflow.errors import HistoryNeeded, UndecodableEvent
from clinicflow.events import BundleMigrated
from clinicflow.replay.emissions import At, Emissions
from clinicflow.replay.findings import Difference, Expected
from clinicflow.replay.recorded import Recorded
from clinicflow.replay.sources import Bundles, Compiled, Source
from clinicflow.store.rows import PlacedRow

T = TypeVar("T")


class Folded(msgspec.Struct):
    """What folding some partitions gave. ``derived`` and ``journaled`` are the derived events without an equal half."""

    rows: int = 0
    steps: int = 0
    corrections: int = 0
    differences: list[Difference] = []
    derived: dict[str, At[bytes]] = {}
    """Event id: digest, and partition, position and case of the cause."""
    journaled: dict[str, At[bytes]] = {}
    """Event id: digest, and the event's own partition, position and case."""


class Fold:
    """Agents over the rows of one source; ``expected`` is what is compared on the way, if anything."""

    def __init__(
        self,
        source: Source,
        recorded: Recorded,
        expected: Expected | None = None,
        agents: Mapping[str, Agent[Any]] | None = None,
        compiled: Compiled | None = None,
    ) -> None:
        known = agents or all_agents()
        names = sorted(set(recorded.reached) & set(known)) or sorted(known)
        self.agents = [known[name] for name in names]
        self.cases: dict[str, dict[str, AgentCase]] = {}
        self.result = Folded(differences=[], derived={}, journaled={})
        self._source = source
        self._bundles = Bundles(source, known, compiled)
        self._expected = expected
        self._skipped = {(partition, position, agent) for partition, position, agent in recorded.skipped}
        self._histories = Histories(source)
        self._emissions = Emissions() if expected is not None else None
        self._concerned: dict[tuple[str, int, str], tuple[Agent[Any], ...]] = {}
        self._named = {agent.name: (agent,) for agent in self.agents}

    async def partition(self, partition: int, *, as_of: int | None = None) -> None:
        """Fold all rows of a partition; the next rows are asked for while these are folded."""
        async for rows in ahead(self._source.rows(partition, as_of=as_of)):
            await self.fold(rows)
        if self._expected is not None:
            self._expected.left(partition)

    async def fold(self, rows: Iterable[PlacedRow]) -> None:
        """Fold rows of one partition, in order, case by case: no case looks at another, and what one case holds is then
        still at hand in the processor (a twelfth of the work)."""
        cases: dict[str, list[PlacedRow]] = {}
        for row in rows:
            cases.setdefault(row.case_id, []).append(row)
        for of_case in cases.values():
            await self._case(of_case)

    async def _case(self, rows: list[PlacedRow]) -> None:
        emissions = self._emissions
        self._remember(rows)
        for row in rows:
            placed = placed_of(row)
            if placed is None:
                continue
            if emissions is not None and placed.event.source_system.startswith(SOURCE):
                emissions.journal(placed)
            await self.one(placed)

    def remember(self, row: PlacedRow) -> None:
        """Count a row that is folded, and keep it for a correction that may come."""
        self._remember([row])

    def _remember(self, rows: list[PlacedRow]) -> None:
        """The same for some rows of one case."""
        self.result.rows += len(rows)
        self._histories.add(rows)

    async def one(self, placed: Placed) -> list[TaskChange]:
        """Fold one row through every agent; the changes of tasks."""
        event = placed.event
        sides = self.cases.get(event.case_id)
        if sides is None:
            sides = self.cases[event.case_id] = {}
        agents = self._known(placed)
        changes: list[TaskChange] = []
        expected, kind = self._expected, event.TYPE
        stored = None if expected is None else expected.of(event.case_id)
        here = self._bundles.at_hand(event.org_id, placed.bundle)
        for agent in await self._asked(placed) if agents is None else agents:
            name = agent.name
            side = sides.get(name)
            by = here if side is None or side.bundle in (0, placed.bundle) else None
            if by is None or kind == "bundle-migrated":
                by = await self.bundle(event.org_id, bundle_for(agent, side, placed))
            if kind not in by.subscriptions[name] or placed.target_agent not in (None, name):
                continue
            if self._skipped and (placed.partition, placed.position, name) in self._skipped:
                sides[name] = msgspec.structs.replace(side or AgentCase(), incomplete=True)
                continue
            self.result.steps += 1
            try:
                outcome = step(agent, side, placed, by)
            except HistoryNeeded:
                outcome = await self._corrected(agent, side, placed, by)
            sides[name] = after = outcome.case if placed.target_agent is None else _whole(outcome.case)
            if expected is not None and stored is not None:
                known = stored.get(name)
                if known is None or known.position <= placed.position:
                    expected.side(name, placed, after)
                if outcome.derived or outcome.timers_set or outcome.timers_cleared:
                    self._note(expected, name, placed, outcome)
            if outcome.tasks:
                changes += outcome.tasks
        if changes and expected is not None:
            expected.tasks(placed, changes)
        return changes

    def _note(self, expected: Expected, agent: str, placed: Placed, outcome: Outcome) -> None:
        if outcome.derived and self._emissions is not None:
            for derived in outcome.derived:
                self._emissions.cause(placed, derived)
        if outcome.timers_set or outcome.timers_cleared:
            expected.timers(agent, placed, outcome)

    async def finish(self) -> Folded:
        """What was found; called once, when all partitions are folded."""
        if self._expected is not None:
            self.result.differences = self._expected.told()
        if self._emissions is not None:
            self.result.derived, self.result.journaled = await self._emissions.left(self._source)
        return self.result

    def _known(self, placed: Placed) -> tuple[Agent[Any], ...] | None:
        """The agents that may look at this type of event, in order; None when it was not met under the row's bundle."""
        event: Any = placed.event
        if event.TYPE in ADDRESSED:
            return self._named.get(event.agent, ())
        return self._concerned.get((event.org_id, placed.bundle, event.TYPE))

    async def _asked(self, placed: Placed) -> tuple[Agent[Any], ...]:
        """The agents that look at this type of event under the row's bundle or an older one, remembered."""
        event: Any = placed.event
        bundles = [await self.bundle(event.org_id, number) for number in range(1, placed.bundle + 1)]
        found = self._concerned[event.org_id, placed.bundle, event.TYPE] = tuple(
            agent for agent in self.agents if any(event.TYPE in bundle.subscribed(agent.name) for bundle in bundles)
        )
        return found

    async def bundle(self, org_id: str, number: int) -> Bundle:
        """A bundle of an organization, compiled."""
        return self._bundles.at_hand(org_id, number) or await self._bundles.get(org_id, number)

    async def _corrected(self, agent: Agent[Any], side: AgentCase | None, placed: Placed, bundle: Bundle) -> Outcome:
        """A step that asks for the earlier rows of the case."""
        self.result.corrections += 1
        history = await self._history(placed)
        numbers = {row.bundle for row in history}
        numbers |= {row.event.to_bundle for row in history if isinstance(row.event, BundleMigrated)}
        org_id = placed.event.org_id
        bundles = {number: await self._bundles.get(org_id, number) for number in sorted(numbers)}
        return step(agent, side, placed, bundle, history, bundles.__getitem__)

    async def _history(self, placed: Placed) -> list[Placed]:
        event = placed.event
        rows = await self._histories.of(event.case_id)
        earlier = [row for row in rows if row.position < placed.position and row.org_id == event.org_id]
        return [found for row in earlier if (found := placed_of(row)) is not None]


def _whole(case: AgentCase) -> AgentCase:
    """A re-submission that went well makes a case whole again, as it does live."""
    return msgspec.structs.replace(case, incomplete=False) if case.incomplete else case


class Histories:
    """The rows of the cases of late, for corrections; those of older cases are read again when they are needed."""

    def __init__(self, source: Source, keep: int = 200_000) -> None:
        self._source = source
        self._keep = keep
        self._rows: dict[str, list[PlacedRow]] = {}
        self._dropped: set[str] = set()
        self._count = 0

    def add(self, rows: list[PlacedRow]) -> None:
        """Some rows of one case are folded now."""
        case_id = rows[0].case_id
        if case_id in self._dropped:
            return
        self._rows.setdefault(case_id, []).extend(rows)
        self._count += len(rows)
        while self._count > self._keep:
            oldest = next(iter(self._rows))
            self._count -= len(self._rows.pop(oldest))
            self._dropped.add(oldest)

    async def of(self, case_id: str) -> list[PlacedRow]:
        """All rows of a case so far, or more."""
        kept = self._rows.get(case_id)
        return await self._source.case_rows(case_id) if kept is None else kept


def placed_of(row: PlacedRow) -> Placed | None:
    """The event at its place; None when its bytes cannot be read: a dead letter then, that every agent has skipped."""
    try:
        event = decode(row.payload)
    except UndecodableEvent:
        return None
    return Placed(event, row.partition, row.position, row.logged_at, row.bundle, row.target_agent)


async def ahead(batches: AsyncIterator[T]) -> AsyncIterator[T]:
    """The same batches, each asked for before the one before it is worked on, so that the source works meanwhile."""

    async def following() -> T | None:
        return await anext(batches, None)

    batch = await following()
    while batch is not None:
        coming = asyncio.create_task(following())
        await asyncio.sleep(0)
        try:
            yield batch
        finally:
            batch = await coming


@contextmanager
def fast_folding() -> Iterator[None]:
    """Fewer rounds of garbage collection within: a fold makes much and throws nothing in circles away."""
    before = gc.get_threshold()
    gc.set_threshold(1_000_000, 50, 100)
    try:
        yield
    finally:
        gc.set_threshold(*before)
