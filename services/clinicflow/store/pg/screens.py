"""What screens read from PostgreSQL: as the screens' role, of one organization, by row-level security."""

import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any

from clinicflow.core.view import VisitView
from clinicflow.core.visit import ENDINGS
from clinicflow.store.crypto import KeyRing
from clinicflow.store.encoding import decode_task, decode_view
from clinicflow.store.pg import decode, keys
from clinicflow.store.pg.intake import append_audit
from clinicflow.store.pg.pool import Pool, Session
from clinicflow.store.pg.waker import Waker
from clinicflow.store.rows import AuditRow, Change, Forgotten, PlacedRow, TaskRow
from clinicflow.store.sql import Queries

_SQL = Queries("screens")
_RELAY = Queries("relay")
_FIRST = "00000000-0000-0000-0000-000000000000"
"""Before the id of any task."""
_BATCH = 2000


class PgScreens:
    """What screens read."""

    _pool: Pool
    _ring: KeyRing | None
    _waker: Waker
    _becomes_web: bool

    async def visits(self, org_id: str, clinic_id: str | None, *, open_only: bool = True) -> list[VisitView]:
        """Visits as boards show them."""
        rows = await self._read(org_id, "visits", org=org_id, clinic=clinic_id, open_only=open_only)
        return [decode_view(row[0]) for row in rows]

    async def ended_visits(self, org_id: str, since: int) -> list[VisitView]:
        """Visits that have ended, by an event placed since then."""
        ended = {row.case_id for row in await self.events_since(org_id, sorted(ENDINGS), since)}
        rows = await self._read(org_id, "closed_views", org=org_id, cases=sorted(ended)) if ended else ()
        return [decode_view(row[0]) for row in rows]

    async def events_since(self, org_id: str, types: Sequence[str], since: int) -> list[PlacedRow]:
        """Events of these types placed since then."""
        rows = await self._read(org_id, "events_since", org=org_id, types=list(types), since=since)
        return decode.placed_rows(rows)

    async def tasks(
        self,
        org_id: str,
        *,
        clinic_id: str | None = None,
        case_id: str | None = None,
        open_only: bool = True,
        limit: int = 1000,
    ) -> list[TaskRow]:
        """Tasks, most urgent first (priority, then due)."""
        values: dict[str, Any] = {"org": org_id, "clinic": clinic_id, "limit": limit}
        if case_id is not None:
            rows = await self._read(org_id, "case_tasks", **values, case=case_id, open_only=open_only)
        elif open_only:
            rows = await self._read(org_id, "open_tasks", **values)
        else:
            rows = await self._read(org_id, "any_tasks", **values)
        return [decode_task(row[0]) for row in rows]

    async def held_tasks(self, org_id: str, clinic_id: str) -> list[TaskRow]:
        """Open tasks of a clinic that somebody holds, most urgent first."""
        rows = await self._read(org_id, "held_tasks", org=org_id, clinic=clinic_id)
        return [decode_task(row[0]) for row in rows]

    async def open_tasks(self, org_id: str, clinic_id: str) -> AsyncIterator[list[TaskRow]]:
        """All open tasks of a clinic, in batches."""
        after = _FIRST
        while True:
            where: dict[str, Any] = {"org": org_id, "clinic": clinic_id, "after": after, "limit": _BATCH}
            rows = [decode_task(row[0]) for row in await self._read(org_id, "open_tasks_after", **where)]
            if rows:
                yield rows
                after = rows[-1].task.task_id
            if len(rows) < _BATCH:
                return

    async def task(self, org_id: str, task_id: str) -> TaskRow | None:
        """One task."""
        rows = await self._read(org_id, "task", org=org_id, task=task_id)
        return decode_task(rows[0][0]) if rows else None

    async def cursor(self) -> str:
        """The cursor of the newest change (take it before a snapshot)."""
        return str(await self._pool.value(_SQL, "cursor"))

    async def changes(self, after: str, limit: int = 500) -> list[Change]:
        """Change rows after a cursor, in an order in which none can appear late."""
        rows = await self._pool.rows(_SQL, "changes", after=int(after or 0), limit=limit)
        return [
            Change(str(seq), tuple(map(decode_task, tasks)), tuple(map(decode_view, visits)))
            for seq, tasks, visits in rows
        ]

    def wake(self, callback: Callable[[], None]) -> contextlib.AbstractAsyncContextManager[None]:
        """Call ``callback`` when there may be new changes."""
        return self._waker.listen(callback)

    async def journal_event(self, org_id: str, event_id: str) -> PlacedRow | None:
        """One placed event (for "why do I have this task?")."""
        async with self._as_web(org_id) as session:
            rows = await session.rows(_RELAY, "row_of_event", org=org_id, event=event_id)
        return decode.placed_rows(rows)[0] if rows else None

    async def read_personal(
        self, org_id: str, viewer: str, patient_ids: Sequence[str], purpose: str, now: int
    ) -> dict[str, dict[str, str]]:
        """The newest personal values by patient and field; the read is audited in the same transaction."""
        ring = keys.needed(self._ring)
        what = {"patients": sorted(set(patient_ids)), "purpose": purpose}
        async with self._as_web(org_id) as session:
            await append_audit(session, [AuditRow(org_id, now, viewer, "read-personal", what)])
            rows = await session.rows(_SQL, "personal", org=org_id, patients=what["patients"])
        found: dict[str, dict[str, str]] = {}
        for row in rows:
            found.setdefault(row["patient_id"], {})[row["field"]] = _clear(ring, org_id, row)
        return found

    async def read_personal_refs(
        self, org_id: str, viewer: str, patient_id: str, refs: Sequence[str], purpose: str, now: int
    ) -> dict[str, str]:
        """Personal values of a patient by the reference that events carry; audited in the same transaction."""
        ring = keys.needed(self._ring)
        what = {"patients": [patient_id], "refs": sorted(set(refs)), "purpose": purpose}
        async with self._as_web(org_id) as session:
            await append_audit(session, [AuditRow(org_id, now, viewer, "read-personal", what)])
            rows = await session.rows(_SQL, "personal_refs", org=org_id, patient=patient_id, refs=what["refs"])
        return {row["ref"]: _clear(ring, org_id, row) for row in rows}

    async def incomplete_cases(self, org_id: str) -> list[str]:
        """Cases where an agent missed an event (a dead letter waits)."""
        return [row[0] for row in await self._read(org_id, "incomplete_cases", org=org_id)]

    async def forgotten(self, org_id: str) -> list[Forgotten]:
        """Visits of patients in the clinic that have neither an open task nor a running timer, by case."""
        return [Forgotten(*row) for row in await self._read(org_id, "forgotten", org=org_id)]

    async def _read(self, org_id: str, name: str, /, **values: Any) -> Sequence[Any]:
        async with self._as_web(org_id) as session:
            return await session.rows(_SQL, name, **values)

    @contextlib.asynccontextmanager
    async def _as_web(self, org_id: str) -> AsyncIterator[Session]:
        """A transaction in which only rows of ``org_id`` exist. Role and setting end with it, whatever happens."""
        async with self._pool.transaction() as session:
            if self._becomes_web:
                await session.run(_SQL, "become_web", org=org_id)
            yield session


def _clear(ring: KeyRing, org_id: str, row: Any) -> str:
    return ring.decrypt(row["wrapped"], row["value"], org_id, row["patient_id"], row["ref"]).decode()
