"""Finding the cases of a message's drafts and journaling the events, within one transaction."""

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from clinicflow import codec
from clinicflow.core.event import Event
from clinicflow.core.visit import REVERSED
from clinicflow.errors import MessageRefused
from clinicflow.gateway import personal
from clinicflow.gateway.diary import Diary
from clinicflow.gateway.hl7.mapping.base import Draft, Key, Mapped, Patient, Source
from clinicflow.gateway.hl7.work import ID_LIMIT, Receipt, Work
from clinicflow.gateway.identity import USED, Identities, visit_of
from clinicflow.gateway.ids import named, raw_hash
from clinicflow.gateway.services import InForce
from clinicflow.store.ports import IntakeTransaction
from clinicflow.store.rows import NewEvent, Personal


class Placing:
    """Finds the cases of a message's drafts and stores the events, within one transaction."""

    def __init__(
        self,
        work: Work,
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
        self._stored: list[str] = []
        self._personal: list[Personal] = []
        self._clinic = ""
        self._patient: Patient | None = source.patient()
        self._patient_id: str | None = None
        self._missing: list[Key] = []
        self._resolved: str | None = None

    async def run(self) -> Receipt:
        self._clinic = self._known_clinic()
        if self._patient:
            self._patient_id = self._work.patient_id = await self._ids.patient(self._patient.keys)
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
        await self._ids.remember_event(self._patient_id, "facts", self._work.message_id)
        org, patient = self._work.feed.org_id, self._patient_id
        values = [Personal(org, patient, field, field, value) for field, value in sorted(facts.items())]
        await self._transaction.put_personal(values)
        return [field for field in changed or () if field in USED]

    async def _place(self, draft: Draft, ordinal: int) -> None:
        case = await self._case(draft)
        if case is None and not draft.opens and (case := await self._ids.decided(self._work.message_id)):
            await self._ids.bind_case(draft.keys, case)
        event_id = self._event_id(draft.type, str(ordinal))
        if case is None and not draft.opens:
            self._unmatched(draft)
            return
        if case is None:
            case = named("case", self._work.feed.org_id, *(draft.keys[0] if draft.keys else ("event", "id", event_id)))
        else:
            await self._same_patient(case)
        self._resolved = self._resolved or case
        fields = await self._fields(draft, case)
        if fields is None:
            return
        event, stored = await self._add(draft.type, event_id, case, draft.occurred_at, fields)
        if stored:
            await self._remember(draft, event)

    async def _remember(self, draft: Draft, event: Event) -> None:
        """Only for events that are new: a message that is worked through again changes nothing twice."""
        case = event.case_id
        if draft.opens:
            await self._open(draft, case)
        await self._ids.remember_event(case, draft.type, event.event_id)
        if draft.version_of:
            await self._ids.remember_event(draft.version_of, "result", event.event_id)
        if draft.kind == "appointment":
            await self._note(draft, case)
        if draft.type in REVERSED:
            self._work.opened += await self._ids.reverse_checkout(event)
        elif event.ENDS == "visit":
            await self._ids.end_visit(event)

    async def _note(self, draft: Draft, case: str) -> None:
        """When the patient is expected: a missed time stays, as the patient may still come."""
        if self._patient_id and "start" in draft.fields:
            await self._diary().expect(self._patient_id, case, draft.fields["start"])
        elif draft.type in ("appointment-cancelled", "event-voided"):
            await self._diary().forget(case)

    def _diary(self) -> Diary:
        zone = ZoneInfo(self._bundle.clinics[self._clinic]["zone"])
        return Diary(self._transaction, self._work.feed.org_id, self._clinic, zone)

    async def _case(self, draft: Draft) -> str | None:
        """By number when the message has one, else a visit is the patient's current one at the clinic."""
        if draft.keys or draft.kind != "visit":
            return await self._ids.case(draft.keys)
        return await self._ids.visit_for(draft.type, self._patient_id, self._clinic) if self._patient_id else None

    async def _same_patient(self, case: str) -> None:
        """A number of one patient's case in a message about another: one is wrong, and nobody guesses which."""
        owner = await self._ids.owner(case) if self._patient_id else None
        if owner is not None and owner != self._patient_id:
            raise MessageRefused(
                "patient", "Expected PID-3 to name the patient of the visit or order that the message names"
            )

    async def _open(self, draft: Draft, case: str) -> None:
        keys = list(draft.keys)
        await self._ids.bind_case(draft.keys, case)
        if draft.kind == "visit" and self._patient_id:
            await self._ids.begin_visit(self._patient_id, self._clinic, case)
            keys.append(visit_of(self._patient_id, self._clinic))
        elif self._patient_id:
            await self._ids.belongs(case, self._patient_id)
        self._work.opened += keys

    async def _fields(self, draft: Draft, case: str) -> dict[str, Any] | None:
        """The event's own fields; None when it takes back something that never was, or does not stand any more."""
        fields = dict(draft.fields)
        if draft.type in REVERSED and await self._ids.ended_by(case) != REVERSED[draft.type]:
            return None
        if draft.kind == "visit" and draft.opens and self._patient_id:
            expected = await self._diary().expected(self._patient_id, draft.occurred_at)
            fields |= {"appointment_at": expected} if expected is not None else {}
        if draft.voids:
            earlier = await self._ids.last_event(case, draft.voids)
            if earlier is None:
                return None
            fields["corrects"] = earlier
        if draft.version_of and draft.type == "result-corrected":
            earlier = await self._ids.last_event(draft.version_of, "result")
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
                await self._add("case-merged", self._event_id("case-merged", case), case, at, fields, clinic)

    async def _demographics(self, changed: list[str]) -> None:
        case = await self._case(
            Draft(type="demographics-updated", occurred_at=0, kind="visit", keys=self._source.visit_keys())
        )
        if case is None or any(new.type in ("checked-in", "patient-arrived") for new in self._events):
            return
        at = self._source.happened_at()
        fields = {"changed": changed, **self._source.facts(self._patient, at)}
        await self._add("demographics-updated", self._event_id("demographics-updated"), case, at, fields)

    def _event_id(self, event_type: str, ordinal: str = "") -> str:
        """From what the message is, never from when it came: a repeat makes no second event."""
        work = self._work
        body = raw_hash(work.raw).hex()
        return named("event", work.system, work.header.control_id, body, event_type, ordinal)

    async def _add(
        self, event_type: str, event_id: str, case: str, at: int, fields: dict[str, Any], clinic: str | None = None
    ) -> tuple[Event, bool]:
        """Journal an event; also whether it is new."""
        work = self._work
        doc = {"type": event_type, **fields}
        envelope = {
            "event_id": event_id,
            "org_id": work.feed.org_id,
            "clinic_id": clinic or self._clinic,
            "case_id": case,
            "patient_id": self._patient_id,
            "occurred_at": at,
            "recorded_at": work.received_at,
            "source_system": work.system,
            "source_message_id": work.header.control_id[:ID_LIMIT] or work.message_id,
        }
        event, kept = personal.withdraw(codec.from_json(doc, defaults=envelope), self._patient_id)
        body = raw_hash(work.raw + event_id.encode())
        row = NewEvent(event.org_id, event_id, case, event_type, codec.encode(event), body)
        (answer,) = await self._transaction.append([row])
        self._events.append(row)
        self._personal += kept
        if answer.status == "stored":
            self._stored.append(event_id)
        return event, answer.status == "stored"

    async def _finish(self) -> Receipt:
        work = self._work
        unmatched_case = named("unmatched", work.feed.org_id, work.message_id)
        if self._missing:
            await self._report_unmatched(unmatched_case)
            await self._ids.wait(self._missing, work.message_id)
        elif self._resolved and await self._awaited(unmatched_case):
            fields = {"resolved_case_id": self._resolved}
            event_id = named("event", unmatched_case, "resolved")
            await self._add("unmatched-resolved", event_id, unmatched_case, work.services.clock(), fields)
        await self._transaction.put_personal(self._personal)
        stored = self._stored
        if self._missing:
            await self._ids.remember_event(unmatched_case, "unmatched-received", work.message_id)
            return await work.store(self._transaction, "unmatched", "No case is known for its identifiers", stored)
        if not self._events:
            return await work.store(self._transaction, "no-effect", self._mapped.reason)
        if not stored:
            return await work.store(self._transaction, "duplicate", "Its events were stored before")
        return await work.store(self._transaction, "events", "", [event.event_id for event in self._events])

    async def _awaited(self, unmatched_case: str) -> bool:
        """Whether the case of the waiting message is to be closed: it waited, and nobody has closed it by hand."""
        waited = await self._ids.last_event(unmatched_case, "unmatched-received")
        return waited is not None and await self._ids.decided(self._work.message_id) is None

    async def _report_unmatched(self, case: str) -> None:
        kind = self._missing[0][1]
        fields = {"identifier_kind": kind, "message_ref": self._work.message_id}
        event_id = named("event", case, "received")
        await self._add("unmatched-received", event_id, case, self._work.received_at, fields)
