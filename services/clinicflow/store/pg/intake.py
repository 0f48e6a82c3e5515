"""Intake in PostgreSQL: events, identifiers, messages and personal values in one transaction."""

import contextlib
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from typing import Any

import msgspec

from clinicflow.errors import Forgotten, InvalidEvent
from clinicflow.store.crypto import KeyRing
from clinicflow.store.partition import partition_of
from clinicflow.store.pg import decode, keys
from clinicflow.store.pg.pool import Pool, Session
from clinicflow.store.rows import (
    Appended,
    AuditRow,
    DeadLetter,
    EventOutcome,
    Message,
    NewEvent,
    Personal,
    RejectionRow,
)
from clinicflow.store.sql import Queries

_SQL = Queries("intake")
_CANONICAL = frozenset("0123456789abcdef-")


class PgIntakeTransaction:
    """One transaction of intake."""

    def __init__(self, session: Session, ring: KeyRing | None, partitions: int) -> None:
        self._session = session
        self._ring = ring
        self._partitions = partitions

    async def append(self, events: Sequence[NewEvent]) -> list[Appended]:
        """Journal events with their ``unplaced`` rows; answers in the order given."""
        return await append(self._session, events, self._partitions)

    async def resolve(self, org_id: str, authority: str, kind: str, value: str) -> str | None:
        """What this identifier stands for, or None."""
        found: str | None = await self._session.value(
            _SQL, "resolve", **self._identifier(org_id, authority, kind, value)
        )
        return found

    async def bind(self, org_id: str, authority: str, kind: str, value: str, target_id: str) -> None:
        """Make an identifier stand for a case or patient from now on."""
        await self._session.run(_SQL, "bind", **self._identifier(org_id, authority, kind, value), target=target_id)

    async def unbind(self, org_id: str, authority: str, kind: str, value: str) -> None:
        """Forget an identifier."""
        await self._session.run(_SQL, "unbind", **self._identifier(org_id, authority, kind, value))

    async def save_message(self, message: Message) -> None:
        """Store a message, its raw text under the key of its patient or else of the organization."""
        ring, raw, owner = keys.needed(self._ring), None, message.patient_id or keys.ORGANIZATION
        if message.raw:
            ref = _raw_ref(message.message_id)
            raw = await keys.encrypt(self._session, ring, message.org_id, owner, ref, message.raw)
        await self._session.run(
            _SQL,
            "save_message",
            org=message.org_id,
            message=message.message_id,
            feed=message.feed,
            control=message.control_id,
            message_type=message.message_type,
            received_at=message.received_at,
            outcome=message.outcome,
            acknowledgement=message.acknowledgement,
            reason=message.reason,
            event_ids=list(message.event_ids),
            patient=message.patient_id,
            raw_hash=ring.keyed_hash("raw", message.org_id, message.raw),
            raw_owner=owner,
            raw=raw,
        )

    async def message_by_hash(self, org_id: str, feed: str, control_id: str, raw: bytes) -> Message | None:
        """An earlier message with the same control id and the same bytes, if any."""
        raw_hash = keys.needed(self._ring).keyed_hash("raw", org_id, raw)
        found = await self._session.row(
            _SQL, "message_by_hash", org=org_id, feed=feed, control=control_id, raw_hash=raw_hash
        )
        return decode.message(found, raw) if found is not None else None

    async def control_id_used(self, org_id: str, feed: str, control_id: str) -> bool:
        """Whether any message of this feed came with this control id before."""
        return bool(await self._session.value(_SQL, "control_id_used", org=org_id, feed=feed, control=control_id))

    async def put_personal(self, values: Sequence[Personal]) -> None:
        """Store personal values encrypted under their patient's key."""
        ring, wrapped, sealed = keys.needed(self._ring), {}, []
        for value in values:
            owner = (value.org_id, value.patient_id)
            if owner not in wrapped:
                wrapped[owner] = await keys.wrapped_key(self._session, ring, *owner)
            sealed.append(ring.encrypt(wrapped[owner], value.value.encode(), *owner, value.ref))
        latest = {(value.org_id, value.patient_id, value.ref): at for at, value in enumerate(values)}
        last = sorted(latest.values())  # of one reference the last value, at its place in the order
        rows = [values[at] for at in last]
        names = {
            "orgs": [value.org_id for value in rows],
            "patients": [value.patient_id for value in rows],
            "refs": [value.ref for value in rows],
        }
        await self._session.run(_SQL, "replace_personal", **names)
        await self._session.run(
            _SQL,
            "put_personal",
            **names,
            fields=[value.field for value in rows],
            values=[sealed[at] for at in last],
        )

    async def dead_letter(self, letter: DeadLetter) -> None:
        """Keep something that could not be used; its payload encrypted under the organization's key."""
        await self._session.run(_SQL, "add_dead_letter", **await letter_values(self._session, self._ring, letter))

    async def audit(self, rows: Sequence[AuditRow]) -> None:
        """Append audit rows to their organizations' chains."""
        await append_audit(self._session, rows)

    def _identifier(self, org_id: str, authority: str, kind: str, value: str) -> dict[str, Any]:
        hashed = keys.needed(self._ring).keyed_hash("identifier", org_id, authority, kind, value)
        return {"org": org_id, "authority": authority, "kind": kind, "value_hash": hashed}


class PgIntake:
    """The intake port."""

    _pool: Pool
    _ring: KeyRing | None
    _partitions: int

    @contextlib.asynccontextmanager
    async def intake(self) -> AsyncIterator[PgIntakeTransaction]:
        """Open an intake transaction."""
        async with self._pool.transaction() as session:
            yield PgIntakeTransaction(session, self._ring, self._partitions)

    async def append(self, events: Sequence[NewEvent]) -> list[Appended]:
        """Journal events alone, all of them or none, without a transaction around what is one statement."""
        at_once = len(_apart(list(events))) == 1
        async with self._pool.session() if at_once else self._pool.transaction() as session:
            return await append(session, events, self._partitions)

    async def outcome(self, org_id: str, event_id: str) -> EventOutcome | None:
        """Where an event stands, or None when it was never accepted."""
        found = await self._pool.rows(_SQL, "outcome", org=org_id, event=event_id)
        if not found:
            return None
        row = found[0]
        common = {"event_id": row["event_id"], "type": row["type"], "case_id": row["case_id"]}
        if row["position"] is None:
            return EventOutcome(**common, state="accepted")
        place = {"partition": row["partition"], "position": row["position"]}
        refusals = tuple(RejectionRow(**dict(r)) for r in await self._pool.rows(_SQL, "rejections", **place))
        if refusals:
            return EventOutcome(**common, **place, state="refused", rejections=refusals)
        passed = row["reached"] is not None and row["reached"] >= row["position"]
        return EventOutcome(**common, **place, state="applied" if passed else "placed")

    async def rejected(self, org_id: str, event_ids: Sequence[str]) -> frozenset[str]:
        """Those of these events that an agent refused."""
        found = await self._pool.rows(_SQL, "rejected", org=org_id, events=list(event_ids))
        return frozenset(row["event_id"] for row in found)

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
        rows = await self._pool.rows(
            _SQL, "messages", org=org_id, feed=feed, control=control_id, outcome=outcome, limit=limit
        )
        return [decode.message(row) for row in rows]

    async def message(self, org_id: str, message_id: str) -> Message | None:
        """One message with its raw text (empty when its patient was forgotten)."""
        async with self._pool.transaction() as session:
            row = await session.row(_SQL, "message", org=org_id, message=message_id)
            if row is None:
                return None
            return decode.message(row, await _raw_text(session, keys.needed(self._ring), row))

    async def message_counts(self, org_id: str) -> dict[str, int]:
        """Messages per outcome and ``received`` in all."""
        rows = await self._pool.rows(_SQL, "message_counts", org=org_id)
        counts = {row["outcome"]: row["messages"] for row in rows}
        return {"received": sum(counts.values()), **counts}

    async def forget_patient(self, org_id: str, patient_id: str) -> None:
        """Delete a patient's key and values for ever: nothing that it protected can be read again."""
        async with self._pool.transaction() as session:
            for name in ("forget", "forget_values"):
                await session.run(_SQL, name, org=org_id, patient=patient_id)


async def append(session: Session, events: Sequence[NewEvent], partitions: int) -> list[Appended]:
    """Journal events in one statement; a second one only when some were there already."""
    first: dict[tuple[str, str], NewEvent] = {}
    for event in events:
        _check(event)
        first.setdefault((event.org_id, event.event_id), event)
    stored: set[tuple[str, str]] = set()
    for part in _apart(list(first.values())):
        stored |= await _store(session, part, partitions)
    if len(stored) == len(events):
        return [Appended(event.event_id, "stored") for event in events]
    hashes = {key: first[key].body_hash for key in stored}
    if len(stored) < len(first):
        hashes |= await _known_hashes(session, [key for key in first if key not in stored])
    return [_answer(event, event is first[event.org_id, event.event_id], stored, hashes) for event in events]


async def _store(session: Session, events: list[NewEvent], partitions: int) -> set[tuple[str, str]]:
    """Organization and id of those that were stored."""
    row = await session.row(_SQL, "append", **_columns(events, partitions))
    if row["stored"] == len(events):
        return {(event.org_id, event.event_id) for event in events}
    return {(org, event_id) for org, event_id in (text.rsplit(" ", 1) for text in row["which"] or ())}


def _apart(events: list[NewEvent]) -> list[list[NewEvent]]:
    """All at once; one by one when two organizations name the same case, as a statement does not see its own rows."""
    owners = {event.case_id: event.org_id for event in events}
    if all(owners[event.case_id] == event.org_id for event in events):
        return [events]
    return [[event] for event in events]


def _answer(
    event: NewEvent, is_first: bool, stored: set[tuple[str, str]], hashes: dict[tuple[str, str], bytes]
) -> Appended:
    key = (event.org_id, event.event_id)
    if is_first and key in stored:
        return Appended(event.event_id, "stored")
    return Appended(event.event_id, "duplicate" if hashes.get(key) == event.body_hash else "conflict")


async def _known_hashes(session: Session, wanted: list[tuple[str, str]]) -> dict[tuple[str, str], bytes]:
    values = {"orgs": [org for org, _ in wanted], "events": [event for _, event in wanted]}
    rows = await session.rows(_SQL, "body_hashes", **values)
    return {(row["org_id"], row["event_id"]): row["body_hash"] for row in rows}


def _check(event: NewEvent) -> None:
    """Ids go into the partition's hash as text, so two spellings of one UUID must not pass."""
    for name, value in (("event_id", event.event_id), ("case_id", event.case_id)):
        if len(value) != 36 or not _CANONICAL.issuperset(value):
            raise InvalidEvent(f"Expected {name} as UUID text in lower case with hyphens, but it has another form")


def _columns(events: Sequence[NewEvent], partitions: int) -> dict[str, Any]:
    return {
        "orgs": [event.org_id for event in events],
        "events": [event.event_id for event in events],
        "cases": [event.case_id for event in events],
        "partitions": [partition_of(event.case_id, partitions) for event in events],
        "types": [event.type for event in events],
        "hashes": [event.body_hash for event in events],
        "resubmits": [event.resubmits for event in events],
        "targets": [event.target_agent for event in events],
        "payloads": [event.payload for event in events],
    }


async def append_audit(session: Session, rows: Sequence[AuditRow]) -> None:
    """Append audit rows, organization by organization in the same order everywhere (no deadlock)."""
    by_org: dict[str, list[AuditRow]] = defaultdict(list)
    for row in rows:
        by_org[row.org_id].append(row)
    for org_id in sorted(by_org):
        part = by_org[org_id]
        values = {
            "org": org_id,
            "ats": [row.at for row in part],
            "actors": [row.actor_id for row in part],
            "actions": [row.action for row in part],
            "whats": [msgspec.json.encode(row.what, order="sorted").decode() for row in part],
        }
        await session.run(_SQL, "audit", **values)


async def letter_values(session: Session, ring: KeyRing | None, letter: DeadLetter) -> dict[str, Any]:
    """The columns of a dead letter. A payload is kept only where the journal does not hold it, and only encrypted."""
    kept = None
    if letter.payload and not in_journal(letter):
        org, ref = letter.org_id or keys.SYSTEM, letter_ref(letter.dead_letter_id)
        kept = await keys.encrypt(session, keys.needed(ring), org, keys.ORGANIZATION, ref, letter.payload)
    return {
        "id": letter.dead_letter_id,
        "org": letter.org_id,
        "kind": letter.kind,
        "reason": letter.reason,
        "at": letter.at,
        "partition": letter.partition,
        "position": letter.position,
        "agent": letter.agent,
        "event": letter.event_id,
        "case": letter.case_id,
        "event_type": letter.event_type,
        "attempts": letter.attempts,
        "resubmitted_as": letter.resubmitted_as,
        "payload_hash": letter.payload_hash,
        "payload": kept,
    }


def in_journal(letter: DeadLetter) -> bool:
    """Whether the letter is about a placed journal row, whose payload the journal keeps."""
    return letter.kind in ("decode", "step") and letter.partition is not None and letter.position is not None


def letter_ref(dead_letter_id: str) -> str:
    """What the payload of a dead letter is bound to."""
    return f"dead-letter:{dead_letter_id}"


def _raw_ref(message_id: str) -> str:
    return f"message:{message_id}"


async def _raw_text(session: Session, ring: KeyRing, row: Any) -> bytes:
    """The clear text of a message; empty when there is none or its patient was forgotten."""
    if row["raw"] is None:
        return b""
    try:
        return await keys.decrypt(session, ring, row["org_id"], row["raw_owner"], _raw_ref(row["id"]), row["raw"])
    except Forgotten:
        return b""
