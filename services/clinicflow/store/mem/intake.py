"""Intake in memory: a transaction keeps its changes to itself until its block ends."""

import contextlib
from collections.abc import AsyncIterator, Sequence

import msgspec

from clinicflow.errors import Forgotten
from clinicflow.store.mem.tables import EventKey, IdentityKey, Kept, Tables, check_event
from clinicflow.store.rows import Appended, AuditRow, DeadLetter, EventOutcome, Message, NewEvent, Personal


class MemoryIntakeTransaction:
    """One transaction of intake."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._events: dict[EventKey, tuple[int, NewEvent]] = {}
        self._owners: dict[str, str] = {}
        self._identities: dict[IdentityKey, str | None] = {}
        self._messages: list[Message] = []
        self._personal: list[Personal] = []
        self._letters: list[DeadLetter] = []
        self._audit: list[AuditRow] = []

    async def append(self, events: Sequence[NewEvent]) -> list[Appended]:
        """Journal events with their ``unplaced`` rows; answers in the order given."""
        for event in events:
            check_event(event)
        refused: set[EventKey] = set()  # an id is decided by its first event in the batch
        return [self._append(event, refused) for event in events]

    async def resolve(self, org_id: str, authority: str, kind: str, value: str) -> str | None:
        """What this identifier stands for, or None."""
        key = (org_id, authority, kind, value)
        return self._identities[key] if key in self._identities else self._tables.identities.get(key)

    async def bind(self, org_id: str, authority: str, kind: str, value: str, target_id: str) -> None:
        """Make an identifier stand for a case or patient from now on."""
        self._identities[org_id, authority, kind, value] = target_id

    async def unbind(self, org_id: str, authority: str, kind: str, value: str) -> None:
        """Forget an identifier."""
        self._identities[org_id, authority, kind, value] = None

    async def save_message(self, message: Message) -> None:
        """Store a message, or what became of it."""
        self._messages.append(message)

    async def message_by_hash(self, org_id: str, feed: str, control_id: str, raw: bytes) -> Message | None:
        """An earlier message with the same control id and the same bytes, if any."""
        wanted = (org_id, feed, control_id, raw)
        for message in (*self._tables.messages.values(), *self._messages):
            if (message.org_id, message.feed, message.control_id, message.raw) == wanted:
                return message
        return None

    async def control_id_used(self, org_id: str, feed: str, control_id: str) -> bool:
        """Whether any message of this feed came with this control id before."""
        wanted = (org_id, feed, control_id)
        earlier = (*self._tables.messages.values(), *self._messages)
        return any((message.org_id, message.feed, message.control_id) == wanted for message in earlier)

    async def put_personal(self, values: Sequence[Personal]) -> None:
        """Store personal values. Raises Forgotten for a patient whose key was deleted."""
        for value in values:
            if (value.org_id, value.patient_id) in self._tables.forgotten_patients:
                raise Forgotten()
        self._personal += values

    async def dead_letter(self, letter: DeadLetter) -> None:
        """Keep something that could not be used."""
        self._letters.append(letter)

    async def audit(self, rows: Sequence[AuditRow]) -> None:
        """Append audit rows."""
        self._audit += rows

    def commit(self) -> None:
        """Make everything visible at once."""
        tables = self._tables
        for jid, event in self._events.values():
            tables.add_journal(jid, event)
        for key, target in self._identities.items():
            if target is None:
                tables.identities.pop(key, None)
            else:
                tables.identities[key] = target
        for message in self._messages:
            save_message(tables, message)
        for value in self._personal:
            kept = tables.personal[value.org_id, value.patient_id]
            kept.pop(value.ref, None)  # the newest stands last
            kept[value.ref] = Kept(value.field, value.value)
        for letter in self._letters:
            kept_letter = tables.letters.setdefault(letter.dead_letter_id, letter)
            if kept_letter is not letter and letter.resubmitted_as is not None:
                tables.letters[letter.dead_letter_id] = msgspec.structs.replace(
                    kept_letter, resubmitted_as=letter.resubmitted_as, attempts=kept_letter.attempts + 1
                )
        tables.audit += self._audit

    def _is_foreign(self, event: NewEvent) -> bool:
        if self._owners.get(event.case_id, event.org_id) != event.org_id:
            return True
        return any(row.event.org_id != event.org_id for row in self._tables.by_case.get(event.case_id, ()))

    def _append(self, event: NewEvent, refused: set[EventKey]) -> Appended:
        key = (event.org_id, event.event_id)
        stored = self._tables.journal.get(key)
        known = self._events[key][1] if key in self._events else None if stored is None else stored.event
        if known is None and (key in refused or self._is_foreign(event)):
            refused.add(key)
            return Appended(event.event_id, "conflict")
        if known is None:
            self._events[key] = (self._tables.number(), event)
            self._owners[event.case_id] = event.org_id
            return Appended(event.event_id, "stored")
        return Appended(event.event_id, "duplicate" if known.body_hash == event.body_hash else "conflict")


def save_message(tables: Tables, message: Message) -> None:
    """The same ``message_id`` again replaces outcome and reason; raw text stays when none is given."""
    key = (message.org_id, message.message_id)
    known = tables.messages.get(key)
    if known is None:
        tables.messages[key] = message
        return
    tables.messages[key] = msgspec.structs.replace(
        known,
        outcome=message.outcome,
        reason=message.reason,
        acknowledgement=message.acknowledgement,
        event_ids=message.event_ids,
        patient_id=message.patient_id,
        raw=message.raw or known.raw,
    )


class MemoryIntake:
    """The intake port."""

    _tables: Tables

    @contextlib.asynccontextmanager
    async def intake(self) -> AsyncIterator[MemoryIntakeTransaction]:
        """Open an intake transaction."""
        transaction = MemoryIntakeTransaction(self._tables)
        yield transaction
        transaction.commit()

    async def append(self, events: Sequence[NewEvent]) -> list[Appended]:
        """Journal events alone, all of them or none."""
        async with self.intake() as transaction:
            return await transaction.append(events)

    async def outcome(self, org_id: str, event_id: str) -> EventOutcome | None:
        """Where an event stands, or None when it was never accepted."""
        row = self._tables.journal.get((org_id, event_id))
        if row is None:
            return None
        found = EventOutcome(event_id, row.event.type, row.event.case_id, "accepted")
        if row.placed is None:
            return found
        part, position = row.placed.partition, row.placed.position
        refusals = tuple(
            self._tables.rejections[key] for key in sorted(self._tables.rejections) if key[:2] == (part, position)
        )
        reached = self._tables.reached(part)
        passed = reached is not None and reached >= position
        return msgspec.structs.replace(
            found,
            state="refused" if refusals else "applied" if passed else "placed",
            partition=part,
            position=position,
            rejections=refusals,
        )

    async def rejected(self, org_id: str, event_ids: Sequence[str]) -> frozenset[str]:
        """Those of these events that an agent refused."""
        refused = {row.event_id for row in self._tables.rejections.values() if row.org_id == org_id}
        return frozenset(refused.intersection(event_ids))

    async def messages(
        self,
        org_id: str,
        *,
        feed: str | None = None,
        control_id: str | None = None,
        outcome: str | None = None,
        limit: int = 100,
    ) -> list[Message]:
        """Messages, newest first, without raw text."""
        found = [
            msgspec.structs.replace(message, raw=b"")
            for message in reversed(self._tables.messages.values())
            if message.org_id == org_id
            and feed in (None, message.feed)
            and control_id in (None, message.control_id)
            and outcome in (None, message.outcome)
        ]
        return found[:limit]

    async def message(self, org_id: str, message_id: str) -> Message | None:
        """One message with its raw text (empty when its patient was forgotten)."""
        found = self._tables.messages.get((org_id, message_id))
        if found is not None and (org_id, found.patient_id or "") in self._tables.forgotten_patients:
            return msgspec.structs.replace(found, raw=b"")
        return found

    async def message_counts(self, org_id: str) -> dict[str, int]:
        """Messages per outcome and ``received`` in all."""
        counts: dict[str, int] = {}
        for message in self._tables.messages.values():
            if message.org_id == org_id:
                counts[message.outcome] = counts.get(message.outcome, 0) + 1
        return {"received": sum(counts.values()), **counts}

    async def forget_patient(self, org_id: str, patient_id: str) -> None:
        """Delete a patient's values for ever."""
        self._tables.forgotten_patients.add((org_id, patient_id))
        self._tables.personal.pop((org_id, patient_id), None)
