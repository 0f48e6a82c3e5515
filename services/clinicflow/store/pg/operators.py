"""What operators, replay and bundle commands read and write in PostgreSQL."""

from collections.abc import AsyncIterator, Mapping
from typing import Any

import msgspec

from clinicflow.store.crypto import KeyRing
from clinicflow.store.encoding import decode_task
from clinicflow.store.partition import partition_of
from clinicflow.store.pg import decode, keys
from clinicflow.store.pg.intake import append, letter_ref
from clinicflow.store.pg.pool import Pool
from clinicflow.store.rows import (
    Appended,
    AuditRow,
    DeadLetter,
    Health,
    NewEvent,
    PlacedRow,
    StoredBundle,
    TaskRow,
    TimerRow,
)
from clinicflow.store.sql import Queries

_SQL = Queries("operators")
_RELAY = Queries("relay")
_FIRST = "00000000-0000-0000-0000-000000000000"
_FOREVER = 2**63 - 1
_BATCH = 5000


class PgOperators:
    """What operators and replay need."""

    _pool: Pool
    _ring: KeyRing | None
    _partitions: int

    async def dead_letters(self, *, open_only: bool = True, limit: int = 100) -> list[DeadLetter]:
        """Dead letters, newest first, without payload."""
        rows = await self._pool.rows(_SQL, "dead_letters", open_only=open_only, limit=limit)
        return [decode.dead_letter(row) for row in rows]

    async def find_dead_letter(self, dead_letter_id: str) -> DeadLetter | None:
        """One dead letter with its payload: its own, or that of the journal row."""
        async with self._pool.transaction() as session:
            row = await session.row(_SQL, "dead_letter", id=dead_letter_id)
            if row is None:
                return None
            payload = row["journaled"] or b""
            if row["kept"] is not None:
                org, ring = row["org_id"] or keys.SYSTEM, keys.needed(self._ring)
                bound = (org, keys.ORGANIZATION, letter_ref(dead_letter_id))
                payload = await keys.decrypt(session, ring, *bound, row["kept"])
            return decode.dead_letter(row, payload)

    async def resubmit(self, dead_letter_id: str, event: NewEvent) -> Appended:
        """Journal the re-submission and mark the letter, in one transaction."""
        async with self._pool.transaction() as session:
            [answer] = await append(session, [event], self._partitions)
            if answer.status == "stored":
                await session.run(_SQL, "mark_resubmitted", id=dead_letter_id, event=event.event_id)
            return answer

    async def health(self) -> Health:
        """Counts for doctor and metrics."""
        counts = dict((await self._pool.rows(_SQL, "counts"))[0])
        lag: dict[str, dict[int, int]] = {}
        waits: dict[str, float] = {}
        for group, partition, behind, seconds in await self._pool.rows(_SQL, "lags"):
            lag.setdefault(group, {})[partition] = behind
            waits[group] = max(seconds, waits.get(group, 0.0))
        groups = {row["agent"]: row["grp"] for row in await self._pool.rows(_SQL, "agent_groups")}
        total = counts["placed"] + counts["unplaced"]
        return Health(**counts, lag=lag, waits_s=waits, groups=groups, journal_events=total)

    async def scan(
        self, *, partition: int | None = None, as_of: int | None = None, case_id: str | None = None
    ) -> AsyncIterator[list[PlacedRow]]:
        """Placed rows in batches, in position order within each partition; ``as_of`` bounds logged_at."""
        until = _FOREVER if as_of is None else as_of
        if case_id is not None:
            home = partition_of(case_id, self._partitions)
            values = {"org": None, "case": case_id, "partition": home, "upto": _FOREVER, "as_of": until}
            rows = decode.placed_rows(await self._pool.rows(_RELAY, "rows_of_case", **values))
            if rows and partition in (None, home):
                yield rows
            return
        for part in range(self._partitions) if partition is None else (partition,):
            position = 0
            while True:
                values = {"partition": part, "position": position, "as_of": until, "limit": _BATCH}
                rows = decode.placed_rows(await self._pool.rows(_RELAY, "rows_until", **values))
                if rows:
                    yield rows
                    position = rows[-1].position + 1
                if len(rows) < _BATCH:
                    break

    async def states(self, group: str) -> AsyncIterator[list[tuple[str, bytes]]]:
        """All stored (case id, state) of a group, in batches."""
        async for rows in self._pages("states_after", group=group):
            yield [(row["case_id"], row["state"]) for row in rows]

    async def all_tasks(self) -> AsyncIterator[list[TaskRow]]:
        """All tasks, in batches."""
        async for rows in self._pages("tasks_after"):
            yield [decode_task(row["body"]) for row in rows]

    async def all_timers(self) -> AsyncIterator[list[TimerRow]]:
        """All running timers, in batches."""
        async for rows in self._pages("timers_after"):
            yield [decode.timer_row(row) for row in rows]

    async def prune_changes(self, before: int) -> int:
        """Drop change rows older than ``before`` (UTC microseconds) that were sent to the tasks topic; how many."""
        return int(await self._pool.value(_SQL, "prune_changes", before=before))

    async def audit_rows(self, org_id: str) -> list[AuditRow]:
        """The audit rows of an organization, oldest first."""
        rows = await self._pool.rows(_SQL, "audit_rows", org=org_id)
        return [AuditRow(org, at, actor, action, msgspec.json.decode(what)) for org, at, actor, action, what in rows]

    async def broken_audit(self, org_id: str) -> int | None:
        """The first audit row that was changed, dropped or swapped (0: the end was cut off); None: all are whole."""
        found: int | None = await self._pool.value(_SQL, "broken_audit", org=org_id)
        return found

    async def _pages(self, name: str, /, **values: Any) -> AsyncIterator[Any]:
        after = _FIRST
        while True:
            rows = await self._pool.rows(_SQL, name, **values, after=after, limit=_BATCH)
            if rows:
                yield rows
                after = rows[-1][0]
            if len(rows) < _BATCH:
                return


class PgBundles:
    """Bundles of organizations."""

    _pool: Pool

    async def apply_bundle(self, org_id: str, hash_: str, document: Mapping[str, Any], now: int) -> StoredBundle:
        """Bring a bundle into force; the same hash as the one in force changes nothing and returns it."""
        async with self._pool.transaction() as session:
            await session.row(_SQL, "lock_bundles", org=org_id)
            in_force = await session.row(_SQL, "bundle_in_force", org=org_id)
            if in_force is not None and in_force["hash"] == hash_:
                return _stored(in_force)
            text = msgspec.json.encode(document).decode()
            row = await session.row(_SQL, "add_bundle", org=org_id, hash=hash_, document=text, at=now)
            await session.row(_SQL, "bring_into_force", org=org_id, number=row["number"])
            return _stored(row)

    async def bundle(self, org_id: str, number: int | None = None) -> StoredBundle | None:
        """A bundle by number, or the one in force."""
        if number is None:
            rows = await self._pool.rows(_SQL, "bundle_in_force", org=org_id)
        else:
            rows = await self._pool.rows(_SQL, "bundle", org=org_id, number=number)
        return _stored(rows[0]) if rows else None

    async def orgs(self) -> list[str]:
        """Organizations that have a bundle."""
        return [row[0] for row in await self._pool.rows(_SQL, "orgs")]


def _stored(row: Any) -> StoredBundle:
    return StoredBundle(
        row["org_id"], row["number"], row["hash"], msgspec.json.decode(row["document"]), row["applied_at"]
    )
