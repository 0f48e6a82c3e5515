"""One message from bytes to journal: read, mapped, its cases found, its events stored, all in one transaction."""

import uuid
from collections.abc import Sequence
from typing import Any, Literal

import msgspec

from clinicflow import codec, telemetry
from clinicflow.core.event import Event
from clinicflow.errors import InvalidEvent, MessageRefused, StoreUnavailable, UnknownBundle
from clinicflow.gateway import personal
from clinicflow.gateway.hl7 import charset, er7
from clinicflow.gateway.hl7.ack import Header, Verdict, codes, header_of
from clinicflow.gateway.hl7.feeds import Feed
from clinicflow.gateway.hl7.mapping import map_message
from clinicflow.gateway.hl7.mapping.base import Draft, Key, Mapped, Patient, Source
from clinicflow.gateway.identity import USED, Identities, visit_of
from clinicflow.gateway.ids import named, raw_hash
from clinicflow.gateway.metrics import MESSAGES
from clinicflow.gateway.services import InForce, Services
from clinicflow.store.ports import IntakeTransaction
from clinicflow.store.rows import DeadLetter, Message, NewEvent, Personal

OutcomeOfMessage = Literal["events", "duplicate", "unmatched", "no-effect", "dead-letter"]
_LOG = telemetry.log("gateway.hl7")
_ID_LIMIT = 200


class Receipt(msgspec.Struct, frozen=True):
    """What became of a message. ``outcome`` is None when nothing was stored."""

    verdict: Verdict
    header: Header
    message_id: str
    outcome: OutcomeOfMessage | None
    reason: str = ""
    event_ids: tuple[str, ...] = ()

    @property
    def codes(self) -> list[str]:
        """The acknowledgement codes that the sender asked for."""
        return codes(self.header, self.verdict)


class Receiver:
    """Takes messages of feeds."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def receive(self, feed: Feed, raw: bytes) -> Receipt:
        """Store a message and what it means. Never raises for anything in the message or the store's absence."""
        header = header_of(raw)
        work = _Work(self._services, feed, raw, header, str(uuid.uuid4()), self._services.clock())
        receipt = await self._settle(work, check_duplicate=True)
        MESSAGES.labels(feed=feed.id, outcome=receipt.outcome or "unavailable").inc()
        return receipt

    async def again(self, feed: Feed, message: Message) -> Receipt:
        """Work through a stored message once more, in its own place: after a feed file or an identifier has changed."""
        work = _Work(self._services, feed, message.raw, header_of(message.raw), message.message_id, message.received_at)
        return await self._settle(work, check_duplicate=False)

    async def refuse(self, feed: Feed, raw: bytes, reason: str) -> Receipt:
        """Store something that is no message (a broken frame) as a dead letter."""
        work = _Work(self._services, feed, raw, header_of(raw), str(uuid.uuid4()), self._services.clock())
        try:
            receipt = await work.dead(reason)
        except StoreUnavailable:
            receipt = work.unavailable()
        MESSAGES.labels(feed=feed.id, outcome=receipt.outcome or "unavailable").inc()
        return receipt

    async def sweep(self, org_id: str, feeds: dict[str, Feed], limit: int = 1000) -> int:
        """Try every unmatched message again; the number that found its case."""
        found = 0
        for listed in reversed(await self._services.store.messages(org_id, outcome="unmatched", limit=limit)):
            found += await self._retry(org_id, feeds, listed.message_id)
        return found

    async def _settle(self, work: "_Work", *, check_duplicate: bool) -> Receipt:
        try:
            receipt = await work.run(check_duplicate=check_duplicate)
        except MessageRefused as refused:
            receipt = await self._dead(work, str(refused))
        except InvalidEvent as invalid:
            receipt = await self._dead(work, f"Expected values that events can hold: {invalid}"[:400])
        except (StoreUnavailable, UnknownBundle) as away:
            _LOG.warning("message not stored", feed=work.feed.id, error=type(away).__name__)
            return work.unavailable()
        for message_id in work.freed:
            await self._retry(work.feed.org_id, work.feeds, message_id)
        return receipt

    async def _dead(self, work: "_Work", reason: str) -> Receipt:
        try:
            return await work.dead(reason)
        except StoreUnavailable:
            return work.unavailable()

    async def _retry(self, org_id: str, feeds: dict[str, Feed], message_id: str) -> bool:
        """A later failure leaves the message unmatched, to be tried with the next identifier or at the next start."""
        try:
            message = await self._services.store.message(org_id, message_id)
        except StoreUnavailable:
            return False
        if message is None or message.outcome != "unmatched" or message.feed not in feeds:
            return False
        receipt = await self.again(feeds[message.feed], message)
        return receipt.outcome == "events"


class _Work:
    """The handling of one message."""

    def __init__(
        self, services: Services, feed: Feed, raw: bytes, header: Header, message_id: str, received_at: int
    ) -> None:
        self.feed = feed
        self.feeds: dict[str, Feed] = {}
        self.freed: list[str] = []
        self._services = services
        self._raw = raw
        self._header = header
        self._id = message_id
        self._at = received_at
        self._kind = ""
        self._system = header.application[:_ID_LIMIT] or feed.id
        self._patient: str | None = None

    def unavailable(self) -> Receipt:
        """Nothing was stored; sending again can help."""
        return Receipt("retry", self._header, self._id, None, "The store is not available; send again later")

    async def run(self, *, check_duplicate: bool) -> Receipt:
        """Map and store; raises ``MessageRefused``, ``InvalidEvent`` or ``StoreUnavailable``."""
        message = er7.parse(charset.decode(self._raw, self.feed.charset))
        self._kind = message.kind[:40]
        in_force = await self._services.bundles.in_force(self.feed.org_id)
        self.feeds = in_force.feeds
        source = Source(message, self.feed, self._at)
        merges = await self._open_cases(source) if message.get("MRG") else []
        async with self._services.store.intake() as transaction:
            if check_duplicate and await self._seen(transaction):
                return await self._store(transaction, "duplicate", "The same message was stored before")
            mapped = map_message(source)
            return await _Placing(self, source, mapped, transaction, in_force, merges).run()

    async def dead(self, reason: str) -> Receipt:
        """Keep a message that cannot be used."""
        async with self._services.store.intake() as transaction:
            letter = DeadLetter(
                dead_letter_id=self._id,
                org_id=self.feed.org_id,
                kind="message",
                reason=reason,
                at=self._at,
                payload_hash=raw_hash(self._raw).hex(),
            )
            await transaction.dead_letter(letter)
            return await self._store(transaction, "dead-letter", reason, verdict="refused")

    async def _seen(self, transaction: IntakeTransaction) -> bool:
        """A repeat of a message that was of no use is looked at again: the feed file may have changed."""
        earlier = await transaction.message_by_hash(
            self.feed.org_id, self.feed.id, self._header.control_id[:_ID_LIMIT], self._raw
        )
        return earlier is not None and earlier.outcome != "dead-letter"

    async def _store(
        self,
        transaction: IntakeTransaction,
        outcome: OutcomeOfMessage,
        reason: str = "",
        event_ids: Sequence[str] = (),
        verdict: Verdict = "accepted",
    ) -> Receipt:
        receipt = Receipt(verdict, self._header, self._id, outcome, reason, tuple(event_ids))
        message = Message(
            message_id=self._id,
            org_id=self.feed.org_id,
            feed=self.feed.id,
            control_id=self._header.control_id[:_ID_LIMIT],
            message_type=self._kind,
            received_at=self._at,
            outcome=outcome,
            acknowledgement=" ".join(receipt.codes),
            reason=reason,
            event_ids=tuple(event_ids),
            patient_id=self._patient,
            raw=self._raw,
        )
        await transaction.save_message(message)
        return receipt

    async def _open_cases(self, source: Source) -> list[tuple[str, str, str]]:
        """(case, clinic, patient) of all that is open, to tell both patients' cases of a merge."""
        store, org = self._services.store, self.feed.org_id
        found = [(v.case_id, v.clinic_id, v.patient_id or "") for v in await store.visits(org, None)]
        rows = await store.tasks(org, limit=1_000_000)
        return sorted({*found, *((row.case_id, row.clinic_id, row.patient_id or "") for row in rows)})


class _Placing:
    """Finds the cases of a message's drafts and stores the events, within one transaction."""

    def __init__(
        self,
        work: _Work,
        source: Source,
        mapped: Mapped,
        transaction: IntakeTransaction,
        in_force: InForce,
        open_cases: Sequence[tuple[str, str, str]],
    ) -> None:
        self._work = work
        self._source = source
        self._mapped = mapped
        self._transaction = transaction
        self._bundle = in_force.bundle
        self._open_cases = open_cases
        self._ids = Identities(transaction, work.feed.org_id)
        self._events: list[NewEvent] = []
        self._personal: list[Personal] = []
        self._clinic = ""
        self._patient: Patient | None = source.patient()
        self._patient_id: str | None = None
        self._missing: list[Key] = []
        self._resolved: str | None = None

    async def run(self) -> Receipt:
        self._clinic = self._known_clinic()
        if self._patient:
            self._patient_id = self._work._patient = await self._ids.patient(self._patient.keys)
        changed = await self._patient_facts()
        for ordinal, draft in enumerate(self._mapped.drafts):
            await self._place(draft, ordinal)
        if self._mapped.merged:
            await self._merge()
        if changed:
            await self._demographics(changed)
        return await self._finish()

    def _known_clinic(self) -> str:
        """Messages that only tell of patients need no clinic; everything else does."""
        clinic = self._source.feed.clinic(self._source.message)
        if clinic is None:
            if not self._mapped.drafts and not self._mapped.updates:
                return ""
            raise MessageRefused(
                "clinic", "Expected PV1-3 or MSH-4 to name a place that the feed file maps to a clinic"
            )
        if clinic not in self._bundle.clinics:
            raise MessageRefused("clinic", f"Expected a clinic of the bundle, but the feed file names {clinic}")
        return clinic

    async def _patient_facts(self) -> list[str]:
        """Store what is personal when it is new; the fields that changed of those that are used."""
        if self._patient is None or self._patient_id is None:
            return []
        facts = dict(self._patient.personal)
        if self._patient.language:
            facts["language"] = self._patient.language
        if not self._mapped.updates and await self._ids.last_event(self._patient_id, "facts"):
            return []
        changed = await self._ids.facts_changed(self._patient_id, facts)
        if changed == []:
            return []
        await self._ids.remember_event(self._patient_id, "facts", self._work._id)
        org, patient = self._work.feed.org_id, self._patient_id
        values = [Personal(org, patient, field, field, value) for field, value in sorted(facts.items())]
        await self._transaction.put_personal(values)
        return [field for field in changed or () if field in USED]

    async def _place(self, draft: Draft, ordinal: int) -> None:
        case = await self._case(draft)
        event_id = self._event_id(draft.type, str(ordinal))
        if case is None and not draft.opens:
            self._unmatched(draft)
            return
        if case is None:
            case = named("case", self._work.feed.org_id, *(draft.keys[0] if draft.keys else ("event", "id", event_id)))
        if draft.opens:
            await self._open(draft, case)
        fields = await self._fields(draft, case)
        if fields is None:
            return
        event = self._add(draft.type, event_id, case, draft.occurred_at, fields)
        self._resolved = self._resolved or case
        await self._ids.remember_event(case, draft.type, event_id)
        if draft.type == "event-voided" and draft.voids == "checked-out":
            await self._ids.reopen_visit(case)
        elif event.ENDS == "visit":
            await self._ids.end_visit(case)

    async def _case(self, draft: Draft) -> str | None:
        """By number when the message has one, else a visit is the patient's current one at the clinic."""
        if draft.keys or draft.kind != "visit":
            return await self._ids.case(draft.keys)
        return await self._ids.current_visit(self._patient_id, self._clinic) if self._patient_id else None

    async def _open(self, draft: Draft, case: str) -> None:
        keys = list(draft.keys)
        await self._ids.bind_case(draft.keys, case)
        if draft.kind == "visit" and self._patient_id:
            await self._ids.begin_visit(self._patient_id, self._clinic, case)
            keys.append(visit_of(self._patient_id, self._clinic))
        self._work.freed += await self._ids.take_waiting(keys)

    async def _fields(self, draft: Draft, case: str) -> dict[str, Any] | None:
        """The event's own fields; None when it takes back something that never was."""
        fields = dict(draft.fields)
        if draft.voids:
            earlier = await self._ids.last_event(case, draft.voids)
            if earlier is None:
                return None
            fields["corrects"] = earlier
        if draft.replaces:
            earlier = await self._ids.last_event(case, "result-received")
            fields |= {"replaces": earlier} if earlier else {}
        if draft.links_visit:
            visit = await self._ids.case(self._source.visit_keys())
            if visit is None and self._patient_id:
                visit = await self._ids.current_visit(self._patient_id, self._clinic)
            fields |= {"visit_case_id": visit} if visit else {}
        return fields

    def _unmatched(self, draft: Draft) -> None:
        if draft.keys:
            self._missing += [key for key in draft.keys if key not in self._missing]
        elif self._patient_id:
            self._missing.append(visit_of(self._patient_id, self._clinic))
        else:
            raise MessageRefused("patient", f"Expected an identifier from which the case of {draft.type} can be found")

    async def _merge(self) -> None:
        other = await self._ids.patient(self._mapped.merged)
        if self._patient_id is None or not await self._ids.merge(self._patient_id, other, sorted(self._bundle.clinics)):
            return
        for case, clinic, patient in self._open_cases:
            if patient in (self._patient_id, other):
                fields = {"surviving_patient_id": self._patient_id, "other_patient_id": other}
                at = self._source.happened_at()
                self._add("case-merged", self._event_id("case-merged", case), case, at, fields, clinic)

    async def _demographics(self, changed: list[str]) -> None:
        case = await self._case(
            Draft(type="demographics-updated", occurred_at=0, kind="visit", keys=self._source.visit_keys())
        )
        if case is None or any(new.type in ("checked-in", "patient-arrived") for new in self._events):
            return
        at = self._source.happened_at()
        fields = {"changed": changed, **self._source.facts(self._patient, at)}
        self._add("demographics-updated", self._event_id("demographics-updated"), case, at, fields)

    def _event_id(self, event_type: str, ordinal: str = "") -> str:
        """From what the message is, never from when it came: a repeat makes no second event."""
        work = self._work
        body = raw_hash(work._raw).hex()
        return named("event", work._system, work._header.control_id, body, event_type, ordinal)

    def _add(
        self, event_type: str, event_id: str, case: str, at: int, fields: dict[str, Any], clinic: str | None = None
    ) -> Event:
        work = self._work
        doc = {"type": event_type, **fields}
        clean, kept = personal.withdraw(doc, work.feed.org_id, self._patient_id, event_id)
        envelope = {
            "event_id": event_id,
            "org_id": work.feed.org_id,
            "clinic_id": clinic or self._clinic,
            "case_id": case,
            "patient_id": self._patient_id,
            "occurred_at": at,
            "recorded_at": work._at,
            "source_system": work._system,
            "source_message_id": work._header.control_id[:_ID_LIMIT] or work._id,
        }
        event = codec.from_json(clean, defaults=envelope)
        body = raw_hash(work._raw + event_id.encode())
        self._events.append(NewEvent(event.org_id, event_id, case, event_type, codec.encode(event), body))
        self._personal += kept
        return event

    async def _finish(self) -> Receipt:
        work = self._work
        unmatched_case = named("unmatched", work.feed.org_id, work._id)
        if self._missing:
            self._report_unmatched(unmatched_case)
            await self._ids.wait(self._missing, work._id)
        elif self._resolved and await self._ids.last_event(unmatched_case, "unmatched-received"):
            fields = {"resolved_case_id": self._resolved}
            event_id = named("event", unmatched_case, "resolved")
            self._add("unmatched-resolved", event_id, unmatched_case, work._services.clock(), fields)
        await self._transaction.put_personal(self._personal)
        stored = [
            answer.event_id for answer in await self._transaction.append(self._events) if answer.status == "stored"
        ]
        if self._missing:
            await self._ids.remember_event(unmatched_case, "unmatched-received", work._id)
            return await work._store(self._transaction, "unmatched", "No case is known for its identifiers", stored)
        if not self._events:
            return await work._store(self._transaction, "no-effect", self._mapped.reason)
        if not stored:
            return await work._store(self._transaction, "duplicate", "Its events were stored before")
        return await work._store(self._transaction, "events", "", [event.event_id for event in self._events])

    def _report_unmatched(self, case: str) -> None:
        kind = self._missing[0][1]
        fields = {"identifier_kind": kind, "message_ref": self._work._id}
        event_id = named("event", case, "received")
        self._add("unmatched-received", event_id, case, self._work._at, fields)
