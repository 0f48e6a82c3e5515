"""Where recorded events come from: the journal in the database, or a file of it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any, Protocol

import msgspec

from clinicflow.core.agent import Agent
from clinicflow.core.bundle import Bundle, compile_bundle
from clinicflow.errors import UnknownBundle
from clinicflow.replay.recorded import Recorded, read_recorded
from clinicflow.store.ports import Store
from clinicflow.store.postgres import connect
from clinicflow.store.rows import PlacedRow, StoredBundle, TaskRow, TimerRow

Wanted = frozenset[int] | None
"""Partitions of which something is wanted (None: all); a source may give more."""


class Source(Protocol):
    """Rows in order, the bundles they name, and what was stored."""

    async def recorded(self) -> Recorded:
        """The frame: read it first."""

    def rows(self, partition: int, *, as_of: int | None = None) -> AsyncIterator[list[PlacedRow]]:
        """Placed rows of a partition in order, up to a moment of placing (UTC microseconds)."""

    async def case_rows(self, case_id: str) -> list[PlacedRow]:
        """All placed rows of a case, in order."""

    async def bundle(self, org_id: str, number: int) -> StoredBundle | None:
        """A bundle by number."""

    def states(self, group: str, partitions: Wanted = None) -> AsyncIterator[list[tuple[str, bytes]]]:
        """Stored states of a group."""

    def tasks(self, partitions: Wanted = None) -> AsyncIterator[list[TaskRow]]:
        """Stored tasks."""

    def timers(self, partitions: Wanted = None) -> AsyncIterator[list[TimerRow]]:
        """Running timers."""

    async def close(self) -> None:
        """Give back what is held."""


class StoreSource:
    """The journal of a store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def recorded(self) -> Recorded:
        """The frame: read it first."""
        return await read_recorded(self._store)

    def rows(self, partition: int, *, as_of: int | None = None) -> AsyncIterator[list[PlacedRow]]:
        """Placed rows of a partition in order."""
        return self._store.scan(partition=partition, as_of=as_of)

    async def case_rows(self, case_id: str) -> list[PlacedRow]:
        """All placed rows of a case, in order."""
        return [row async for rows in self._store.scan(case_id=case_id) for row in rows]

    async def bundle(self, org_id: str, number: int) -> StoredBundle | None:
        """A bundle by number."""
        return await self._store.bundle(org_id, number)

    def states(self, group: str, partitions: Wanted = None) -> AsyncIterator[list[tuple[str, bytes]]]:
        """Stored states of a group."""
        return self._store.states(group)

    def tasks(self, partitions: Wanted = None) -> AsyncIterator[list[TaskRow]]:
        """Stored tasks."""
        return self._store.all_tasks()

    def timers(self, partitions: Wanted = None) -> AsyncIterator[list[TimerRow]]:
        """Running timers."""
        return self._store.all_timers()

    async def close(self) -> None:
        """Give connections back."""
        await self._store.close()


class Place(msgspec.Struct, frozen=True):
    """Where a source is, in words that another process understands: a database or a file."""

    dsn: str | None = None
    file: str | None = None


async def open_source(place: Place) -> Source:
    """Open it for reading. Raises ``StoreUnavailable``, ``UnusableRecording``."""
    if place.file is not None:
        from clinicflow.replay.journal_file import FileSource

        return FileSource(Path(place.file))
    return StoreSource(await connect(place.dsn or "", partitions=None, max_size=2))


Compiled = dict[tuple[str, int], Bundle]
"""Compiled bundles by organization and number."""


class Bundles:
    """Compiled bundles of a source; ``kept`` are those that have been asked for, or were compiled before."""

    def __init__(self, source: Source, agents: Mapping[str, Agent[Any]], compiled: Compiled | None = None) -> None:
        self._source = source
        self._agents = agents
        self.kept: Compiled = dict(compiled or {})

    def at_hand(self, org_id: str, number: int) -> Bundle | None:
        """The bundle if it is in memory."""
        return self.kept.get((org_id, number))

    async def get(self, org_id: str, number: int) -> Bundle:
        """The bundle. Raises ``UnknownBundle``."""
        found = self.kept.get((org_id, number))
        if found is None:
            stored = await self._source.bundle(org_id, number)
            if stored is None:
                raise UnknownBundle(f"Expected bundle {number} of organization {org_id}, but it is not stored")
            found = self.kept[org_id, number] = compile_bundle(stored.document, number, self._agents)
        return found
