"""What screens, operators, replay and bundle commands read and write in memory."""

import contextlib
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from typing import Any

import msgspec

from clinicflow.core.view import VisitView
from clinicflow.core.visit import ENDINGS
from clinicflow.store.encoding import PRIORITY, decode_view
from clinicflow.store.mem.intake import MemoryIntakeTransaction
from clinicflow.store.mem.tables import Tables, batches
from clinicflow.store.rows import (
    Appended,
    AuditRow,
    Change,
    DeadLetter,
    Forgotten,
    Health,
    NewEvent,
    PlacedRow,
    StoredBundle,
    TaskRow,
    TimerRow,
)


class MemoryScreens:
    """What screens read."""

    _tables: Tables

    async def visits(self, org_id: str, clinic_id: str | None, *, open_only: bool = True) -> list[VisitView]:
        """Visits as boards show them."""
        return [
            decode_view(row.view)
            for _, row in sorted(self._tables.cases.items())
            if row.view is not None
            and row.org_id == org_id
            and clinic_id in (None, row.clinic_id)
            and (row.open or not open_only)
        ]

    async def ended_visits(self, org_id: str, since: int) -> list[VisitView]:
        """Visits that have ended, by an event placed since then."""
        ended = {row.case_id for row in await self.events_since(org_id, sorted(ENDINGS), since)}
        found = [row for _, row in sorted(self._tables.cases.items()) if row.case_id in ended and row.org_id == org_id]
        return [decode_view(row.view) for row in found if row.view is not None and not row.open]

    async def events_since(self, org_id: str, types: Sequence[str], since: int) -> list[PlacedRow]:
        """Events of these types placed since then."""
        every = (row for rows in self._tables.places for row in rows)
        return [row for row in every if row.org_id == org_id and row.type in types and row.logged_at >= since]

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
        found = [
            row
            for row in self._tables.tasks.values()
            if row.org_id == org_id
            and clinic_id in (None, row.clinic_id)
            and case_id in (None, row.case_id)
            and (row.task.open or not open_only)
        ]
        found.sort(key=lambda row: (-PRIORITY[row.task.priority], row.task.due_at, row.task.task_id))
        return found[:limit]

    async def held_tasks(self, org_id: str, clinic_id: str) -> list[TaskRow]:
        """Open tasks of a clinic that somebody holds, most urgent first."""
        found = await self.tasks(org_id, clinic_id=clinic_id, limit=len(self._tables.tasks))
        return [row for row in found if row.task.status != "requested"]

    async def open_tasks(self, org_id: str, clinic_id: str) -> AsyncIterator[list[TaskRow]]:
        """All open tasks of a clinic, in batches."""
        found = await self.tasks(org_id, clinic_id=clinic_id, limit=len(self._tables.tasks))
        for batch in batches(sorted(found, key=lambda row: row.task.task_id)):
            yield batch

    async def task(self, org_id: str, task_id: str) -> TaskRow | None:
        """One task."""
        found = self._tables.tasks.get(task_id)
        return found if found is not None and found.org_id == org_id else None

    async def cursor(self) -> str:
        """The cursor of the newest change (take it before a snapshot)."""
        return str(self._tables.change_number)

    async def changes(self, after: str, limit: int = 500) -> list[Change]:
        """Change rows after a cursor, in order."""
        return [change for _, change in self._tables.changes if int(change.cursor) > int(after or 0)][:limit]

    @contextlib.asynccontextmanager
    async def wake(self, callback: Callable[[], None]) -> AsyncIterator[None]:
        """Call ``callback`` when there may be new changes."""
        self._tables.callbacks.append(callback)
        callback()
        try:
            yield
        finally:
            self._tables.callbacks.remove(callback)

    async def journal_event(self, org_id: str, event_id: str) -> PlacedRow | None:
        """One placed event."""
        row = self._tables.journal.get((org_id, event_id))
        return None if row is None else row.placed

    async def read_personal(
        self, org_id: str, viewer: str, patient_ids: Sequence[str], purpose: str, now: int
    ) -> dict[str, dict[str, str]]:
        """The newest personal values by patient and field; the read is audited."""
        patients = sorted(set(patient_ids))
        what: dict[str, Any] = {"patients": patients, "purpose": purpose}
        self._tables.audit.append(AuditRow(org_id, now, viewer, "read-personal", what))
        kept = {patient: self._tables.personal.get((org_id, patient), {}) for patient in patients}
        return {
            patient: {one.field: one.value for one in values.values()} for patient, values in kept.items() if values
        }

    async def read_personal_refs(
        self, org_id: str, viewer: str, patient_id: str, refs: Sequence[str], purpose: str, now: int
    ) -> dict[str, str]:
        """Personal values of a patient by the reference that events carry; audited."""
        what: dict[str, Any] = {"patients": [patient_id], "refs": sorted(set(refs)), "purpose": purpose}
        self._tables.audit.append(AuditRow(org_id, now, viewer, "read-personal", what))
        kept = self._tables.personal.get((org_id, patient_id), {})
        return {ref: kept[ref].value for ref in what["refs"] if ref in kept}

    async def incomplete_cases(self, org_id: str) -> list[str]:
        """Cases where an agent missed an event (a dead letter waits)."""
        marked = {row.case_id for row in self._tables.cases.values() if row.org_id == org_id and row.incomplete}
        waiting = {
            letter.case_id
            for letter in self._tables.letters.values()
            if letter.org_id == org_id
            and letter.case_id is not None
            and letter.resubmitted_as is None
            and letter.kind in ("decode", "step")
        }
        return sorted(marked | waiting)

    async def forgotten(self, org_id: str) -> list[Forgotten]:
        """Visits of patients in the clinic that have neither an open task nor a running timer, by case."""
        tables = self._tables
        busy = {row.case_id for row in tables.tasks.values() if row.task.open}
        busy |= {row.case_id for row in tables.timers.values() if row.timer.looks_after}
        written: dict[str, int] = {}
        for row in tables.cases.values():
            written[row.case_id] = max(row.position, written.get(row.case_id, -1))
        return [
            Forgotten(row.case_id, row.clinic_id, tables.places[row.partition][written[row.case_id]].logged_at)
            for _, row in sorted(tables.cases.items())
            if (row.org_id, row.kind, row.open) == (org_id, "visit", True)
            and row.view is not None
            and row.case_id not in busy
            and (reached := tables.reached(row.partition)) is not None
            and reached >= written[row.case_id]
        ]


class MemoryOperators:
    """What operators and replay need."""

    _tables: Tables

    async def dead_letters(self, *, open_only: bool = True, limit: int = 100) -> list[DeadLetter]:
        """Dead letters, newest first, without payload."""
        found = [
            msgspec.structs.replace(letter, payload=b"")
            for letter in self._tables.letters.values()
            if letter.resubmitted_as is None or not open_only
        ]
        return sorted(found, key=lambda letter: (-letter.at, letter.dead_letter_id))[:limit]

    async def find_dead_letter(self, dead_letter_id: str) -> DeadLetter | None:
        """One dead letter with its payload: that of the journal row where it happened, else its own."""
        letter = self._tables.letters.get(dead_letter_id)
        if letter is None or letter.kind not in ("decode", "step"):
            return letter
        if letter.partition is None or letter.position is None:
            return letter
        rows = self._tables.places[letter.partition][letter.position : letter.position + 1]
        return msgspec.structs.replace(letter, payload=rows[0].payload) if rows else letter

    async def resubmit(self, dead_letter_id: str, event: NewEvent) -> Appended:
        """Journal the re-submission and mark the letter."""
        transaction = MemoryIntakeTransaction(self._tables)
        [answer] = await transaction.append([event])
        transaction.commit()
        letter = self._tables.letters.get(dead_letter_id)
        if letter is not None and answer.status == "stored":
            marked = msgspec.structs.replace(letter, resubmitted_as=event.event_id, attempts=letter.attempts + 1)
            self._tables.letters[dead_letter_id] = marked
        return answer

    async def health(self) -> Health:
        """Counts for doctor and metrics."""
        tables, now = self._tables, self._tables.clock()
        oldest = tables.unplaced[min(tables.unplaced)].received_at if tables.unplaced else now
        heads = {partition: len(rows) - 1 for partition, rows in enumerate(tables.places)}
        overdue = sum(row.timer.fires_at < now for row in tables.timers.values())
        overdue += sum(row.task.open and (row.task.escalate_at or now) < now for row in tables.tasks.values())
        return Health(
            unplaced=len(tables.unplaced),
            oldest_unplaced_s=(now - oldest) / 1e6,
            placed=sum(head + 1 for head in heads.values()),
            lag={
                group: {partition: head - tables.position(group, partition) for partition, head in heads.items()}
                for group in tables.groups()
            },
            waits_s={group: self._waits(group, now) for group in tables.groups()},
            groups=dict(tables.agent_groups),
            dead_letters=sum(letter.resubmitted_as is None for letter in tables.letters.values()),
            timers_overdue=overdue,
            journal_events=len(tables.journal),
        )

    def _waits(self, group: str, now: int) -> float:
        """Seconds for which the oldest event that the group has not applied has been placed."""
        tables = self._tables
        first = [rows[tables.position(group, number) + 1 :][:1] for number, rows in enumerate(tables.places)]
        return max([0.0, *((now - row.logged_at) / 1e6 for rows in first for row in rows)])

    async def scan(
        self, *, partition: int | None = None, as_of: int | None = None, case_id: str | None = None
    ) -> AsyncIterator[list[PlacedRow]]:
        """Placed rows in batches, in position order within each partition; ``as_of`` bounds logged_at."""
        for part in range(self._tables.partitions) if partition is None else (partition,):
            rows = [
                row
                for row in self._tables.places[part]
                if (as_of is None or row.logged_at <= as_of) and case_id in (None, row.case_id)
            ]
            for batch in batches(rows):
                yield batch

    async def states(self, group: str) -> AsyncIterator[list[tuple[str, bytes]]]:
        """All stored (case id, state) of a group, in batches."""
        rows = [(row.case_id, row.state) for (_, name), row in sorted(self._tables.cases.items()) if name == group]
        for batch in batches(rows):
            yield batch

    async def all_tasks(self) -> AsyncIterator[list[TaskRow]]:
        """All tasks, in batches."""
        for batch in batches([row for _, row in sorted(self._tables.tasks.items())]):
            yield batch

    async def all_timers(self) -> AsyncIterator[list[TimerRow]]:
        """All running timers, in batches."""
        for batch in batches([row for _, row in sorted(self._tables.timers.items())]):
            yield batch

    async def prune_changes(self, before: int) -> int:
        """Drop change rows older than ``before`` that were sent to the tasks topic; how many."""
        sent, old = int(self._tables.sent_cursor or 0), self._tables.changes
        self._tables.changes = [(at, change) for at, change in old if at >= before or int(change.cursor) > sent]
        return len(old) - len(self._tables.changes)

    async def audit_rows(self, org_id: str) -> list[AuditRow]:
        """The audit rows of an organization, oldest first."""
        return [row for row in self._tables.audit if row.org_id == org_id]


class MemoryBundles:
    """Bundles of organizations."""

    _tables: Tables

    async def apply_bundle(self, org_id: str, hash_: str, document: Mapping[str, Any], now: int) -> StoredBundle:
        """Bring a bundle into force; the same hash as the one in force changes nothing and returns it."""
        known = self._tables.bundles[org_id]
        if known and known[-1].hash == hash_:
            return known[-1]
        copy = msgspec.json.decode(msgspec.json.encode(document))  # as the database would give it back
        known.append(StoredBundle(org_id, len(known) + 1, hash_, copy, now))
        self._tables.in_force[org_id] = len(known)
        return known[-1]

    async def bundle(self, org_id: str, number: int | None = None) -> StoredBundle | None:
        """A bundle by number, or the one in force."""
        wanted = self._tables.in_force.get(org_id, 0) if number is None else number
        known = self._tables.bundles.get(org_id, [])
        return known[wanted - 1] if 0 < wanted <= len(known) else None

    async def orgs(self) -> list[str]:
        """Organizations that have a bundle."""
        return sorted(self._tables.in_force)
