"""One round: decode each event once, fold it through every agent, gather what must be written."""

import asyncio
import traceback
from collections.abc import AsyncIterator, Callable, Mapping
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec

from clinicflow.codec import decode
from clinicflow.core.agent import Agent
from clinicflow.core.bundle import Bundle
from clinicflow.core.event import Placed
from clinicflow.core.ids import named
from clinicflow.core.outcome import AgentCase, Outcome
from clinicflow.core.step import addressed, applies, bundle_for, step
from clinicflow.errors import (
    HistoryNeeded,
    InvalidBundle,
    Overtaken,
    StoreUnavailable,
    UndecodableEvent,
    UnknownBundle,
)
from clinicflow.events import BundleMigrated
from clinicflow.live.asking import Current, check, insist
from clinicflow.live.bundles import Bundles, Lookers
from clinicflow.live.cases import CaseCache, Entry
from clinicflow.live.clock import Clock
from clinicflow.live.draft import Draft
from clinicflow.live.feeds import Arrived
from clinicflow.live.histories import Histories
from clinicflow.store.ports import WorkerStore
from clinicflow.store.rows import DeadLetter
from clinicflow.telemetry import log

_AT_A_TIME = 64
"""Without this the event loop is blocked while a round is folded, and the commit under way cannot go on."""

_NOT_THE_EVENT = (Overtaken, asyncio.CancelledError, MemoryError, OSError, StoreUnavailable)
"""Failures that say nothing about the event: it must not become a dead letter for them."""

Wanted = tuple[Arrived, str, tuple[Agent[Any], ...]]
"""A record, its case and the agents that look at it."""

_log = log("live.round")


class Folder:
    """Folds records into drafts. ``current`` says whether the assignment is still the one the round began with."""

    def __init__(
        self,
        store: WorkerStore,
        bundles: Bundles,
        agents: Mapping[str, Agent[Any]],
        cache: CaseCache,
        clock: Clock,
        *,
        group: str,
    ) -> None:
        self._group = group
        self._store = store
        self._bundles = bundles
        self._agents = tuple(agents[name] for name in sorted(agents))
        self._cache = cache
        self._clock = clock

    async def fold(self, draft: Draft, arrived: list[Arrived], current: Current) -> None:
        """Fold the records in order into ``draft``. Raises ``Overtaken``."""
        wanted = await self._wanted(arrived, current)
        await self._load(wanted, current)
        opened: list[Placed | UndecodableEvent] = []
        async for some in _politely(wanted, current):
            opened += [_opened(each) for each, _, _ in some]
        histories = Histories(self._store, current)
        await histories.load([one for one in opened if isinstance(one, Placed) and one.event.corrects is not None])
        placed = iter(opened)
        async for some in _politely(wanted, current):
            for each, case_id, agents in some:
                await self._apply(draft, each, self._cache.held(case_id), agents, next(placed), histories)
        draft.seal(self._cache)

    async def _wanted(self, arrived: list[Arrived], current: Current) -> list[Wanted]:
        """Those of a type that some agent here looks at, with these agents; nothing is decoded for that."""
        wanted: list[Wanted] = []
        for each in arrived:
            stamp, key = each.stamp, each.record.key
            lookers = self._bundles.known_lookers(stamp.org_id, stamp.bundle)
            if lookers is None:
                lookers = await self._lookers(each, current)
            agents = self._agents if lookers is None else lookers.get(stamp.type, ())
            if stamp.target_agent is not None:
                agents = tuple(agent for agent in agents if agent.name == stamp.target_agent)
            if agents:
                wanted.append((each, "" if key is None else key.decode(), agents))
        return wanted

    async def _lookers(self, each: Arrived, current: Current) -> Lookers | None:
        try:
            return await insist(partial(self._bundles.lookers, each.stamp.org_id, each.stamp.bundle), current)
        except (UnknownBundle, InvalidBundle):
            return None  # the event becomes a dead letter of every agent when it is its turn

    async def _load(self, wanted: list[Wanted], current: Current) -> None:
        """Bring all states that are not in memory, in one question."""
        partition_of = {case_id: each.partition for each, case_id, _ in wanted}
        missing = self._cache.missing(partition_of)
        if missing:
            stored = await insist(lambda: self._store.load_states(self._group, missing), current)
            for case_id in missing:
                self._cache.put(case_id, partition_of[case_id], stored.get(case_id))

    async def _apply(
        self,
        draft: Draft,
        each: Arrived,
        entry: Entry,
        agents: tuple[Agent[Any], ...],
        placed: Placed | UndecodableEvent,
        histories: Histories,
    ) -> None:
        if isinstance(placed, UndecodableEvent):
            await self._undecodable(draft, each, agents, entry, str(placed), histories)
            return
        event = placed.event
        here = None if event.TYPE == "bundle-migrated" else self._bundles.at_hand(event.org_id, placed.bundle)
        for agent in addressed(agents, event):
            if not self._at_once(draft, each, entry, agent, placed, here):
                await self._with_more(draft, each, entry, agent, placed, histories)

    def _at_once(
        self, draft: Draft, each: Arrived, entry: Entry, agent: Agent[Any], placed: Placed, here: Bundle | None
    ) -> bool:
        """Fold with what is in memory, which is nearly always enough; False when something must be loaded. ``here`` is
        the row's bundle, which most cases keep."""
        name, bundle = agent.name, here
        side = entry.cases.get(name)
        try:
            if bundle is None or (side is not None and side.bundle not in (0, bundle.number)):
                bundle = self._bundles.at_hand(placed.event.org_id, bundle_for(agent, side, placed))
            if bundle is None:
                return False
            if placed.event.TYPE in bundle.subscriptions[name]:
                _take(draft, entry, agent, placed, step(agent, side, placed, bundle))
        except HistoryNeeded:
            return False
        except _NOT_THE_EVENT:
            raise
        except Exception as error:
            self._cannot(draft, each, entry, agent.name, placed, error)
        return True

    async def _with_more(
        self,
        draft: Draft,
        each: Arrived,
        entry: Entry,
        agent: Agent[Any],
        placed: Placed,
        histories: Histories,
    ) -> None:
        """The same with bundle and history from the store."""
        side = entry.cases.get(agent.name)
        try:
            bundle = await self._bundle(placed, bundle_for(agent, side, placed), histories.current)
            if applies(agent, bundle, placed):
                history, bundles = await self._history(placed, histories)
                _take(draft, entry, agent, placed, step(agent, side, placed, bundle, history, bundles))
        except _NOT_THE_EVENT:
            raise
        except Exception as error:
            self._cannot(draft, each, entry, agent.name, placed, error)

    async def _bundle(self, placed: Placed, number: int, current: Current) -> Bundle:
        return await insist(lambda: self._bundles.get(placed.event.org_id, number), current)

    async def _history(self, placed: Placed, histories: Histories) -> tuple[list[Placed], Callable[[int], Bundle]]:
        """The earlier rows of the case, and the bundles that were in force for them."""
        history = await histories.before(placed)
        numbers = {each.bundle for each in history}
        numbers |= {each.event.to_bundle for each in history if isinstance(each.event, BundleMigrated)}
        bundles = {number: await self._bundle(placed, number, histories.current) for number in sorted(numbers)}
        return history, bundles.__getitem__

    def _cannot(self, draft: Draft, each: Arrived, entry: Entry, agent: str, placed: Placed, error: Exception) -> None:
        _log.error("event not applied", agent=agent, event_type=placed.event.TYPE, error=type(error).__name__)
        self._failed(draft, each, agent, _where(error), "step")
        _mark(entry, agent)
        draft.touch(entry, placed)

    async def _undecodable(
        self,
        draft: Draft,
        each: Arrived,
        agents: tuple[Agent[Any], ...],
        entry: Entry,
        reason: str,
        histories: Histories,
    ) -> None:
        for agent in agents:
            self._failed(draft, each, agent.name, reason, "decode")
            if agent.name in entry.cases:
                _mark(entry, agent.name)
        if entry.cases and entry.last is None:  # it came from the store; its row stays that of the event applied last
            case_id, newest = (each.record.key or b"").decode(), max(side.position for side in entry.cases.values())
            entry.last = await histories.at(each.stamp.org_id, case_id, each.partition, newest)
        if entry.last is not None:
            draft.touch(entry, entry.last)

    def _failed(self, draft: Draft, each: Arrived, agent: str, reason: str, kind: Any) -> None:
        stamp, value = each.stamp, each.record.value or b""
        draft.letter(
            DeadLetter(
                dead_letter_id=named(f"dead-letter|{stamp.log}|{each.partition}|{stamp.position}|{agent}"),
                org_id=stamp.org_id,
                kind=kind,
                reason=reason,
                at=self._clock(),
                partition=each.partition,
                position=stamp.position,
                agent=agent,
                event_id=stamp.event_id,
                case_id=None if each.record.key is None else each.record.key.decode(),
                event_type=stamp.type,
                payload_hash=sha256(value).hexdigest(),
                payload=value,
            )
        )


def _opened(each: Arrived) -> Placed | UndecodableEvent:
    """The event at its place, decoded once for all agents; or why it cannot be."""
    stamp = each.stamp
    try:
        event = decode(each.record.value or b"")
    except UndecodableEvent as error:
        return error
    return Placed(event, each.partition, stamp.position, stamp.logged_at, stamp.bundle, stamp.target_agent)


async def _politely(wanted: list[Wanted], current: Current) -> AsyncIterator[list[Wanted]]:
    """A few at a time, with a turn for others in between. Raises ``Overtaken``."""
    for start in range(0, len(wanted), _AT_A_TIME):
        if start:
            await asyncio.sleep(0)
            check(current)
        yield wanted[start : start + _AT_A_TIME]


def _take(draft: Draft, entry: Entry, agent: Agent[Any], placed: Placed, outcome: Outcome) -> None:
    if placed.target_agent is not None and outcome.case.incomplete:  # the re-submission went well
        outcome = msgspec.structs.replace(outcome, case=msgspec.structs.replace(outcome.case, incomplete=False))
    draft.add(entry, placed, agent.name, outcome)


def _mark(entry: Entry, agent: str) -> None:
    side = entry.cases.get(agent) or AgentCase()
    entry.cases[agent] = msgspec.structs.replace(side, incomplete=True)


def _where(error: Exception) -> str:
    """Kind and place of a failure, without its text: that may hold values of the event."""
    if isinstance(error, UnknownBundle | InvalidBundle):
        return f"{type(error).__name__}: {error}"
    frames = traceback.extract_tb(error.__traceback__)
    at = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{at}"
