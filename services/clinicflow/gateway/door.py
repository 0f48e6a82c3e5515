"""The public door: one or many events, all of them journaled or none, every problem said at once."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import msgspec

from clinicflow import codec
from clinicflow.auth import Principal
from clinicflow.core.event import Event
from clinicflow.errors import Problem, Refused
from clinicflow.events import CheckoutReversed, EventVoided, UnmatchedResolved
from clinicflow.gateway.check import Check, Prepared
from clinicflow.gateway.hl7.receive import Receiver
from clinicflow.gateway.identifiers import Identifiers
from clinicflow.gateway.identity import Identities, Key, visit_of
from clinicflow.gateway.ids import body_hash, named
from clinicflow.gateway.metrics import EVENTS
from clinicflow.gateway.services import Services
from clinicflow.store.owners import OPENERS
from clinicflow.store.ports import IntakeTransaction
from clinicflow.store.rows import Appended, NewEvent, Personal

MAX_EVENTS = 1000
_OWNERS = 50_000


class Accepted(msgspec.Struct, frozen=True):
    """One event that the journal holds now; ``duplicate`` when it did before. ``corrects``: the event it corrects."""

    event_id: str
    type: str
    case_id: str
    status: Literal["accepted", "duplicate"]
    corrects: str | None = None


class Door:
    """Takes events from clients and staff."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._receiver = Receiver(services)
        self._owners: dict[str, str] = {}
        """Whose cases these are, as seen of late: case id to patient id. It saves looking, and settles nothing."""

    async def accept(
        self, principal: Principal, docs: Sequence[Any], key: str | None, *, batch: bool
    ) -> list[Accepted]:
        """Journal these events for the principal.

        ``key`` is the client's idempotency key: with it a repeat gives the same events, and another body under it is
        refused. Raises ``Refused`` with the status and all problems; ``StoreUnavailable`` when nothing was stored.
        """
        principal.needs("events:write")
        _check_number(len(docs))
        in_force = await self._services.bundles.in_force(principal.org_id)
        now = self._services.clock()
        prepared: list[Prepared] = []
        refusals: list[tuple[int, list[Problem]]] = []
        for ordinal, doc in enumerate(docs):
            line = f"[{ordinal}]." if batch else ""
            try:
                check = Check(self._services, principal, in_force.bundle, now)
                prepared.append(await check.prepare(doc, _key(key, ordinal, batch)))
            except Refused as refused:
                if not batch:
                    EVENTS.labels(answer="refused").inc()
                    raise
                refusals.append(
                    (refused.status, [Problem((line + path).rstrip("."), *rest) for path, *rest in refused.problems])
                )
        if refusals:
            EVENTS.labels(answer="refused").inc(len(docs))
            raise Refused(
                max(status for status, _ in refusals), "Refused", [one for _, problems in refusals for one in problems]
            )
        if batch and key is not None:
            _bind(prepared, docs)
        return await self._store(principal, prepared, in_force.feeds)

    async def _store(self, principal: Principal, prepared: list[Prepared], feeds: Mapping[str, Any]) -> list[Accepted]:
        opened: list[Key] = []
        async with self._services.store.intake() as transaction:
            placing = _Placing(transaction, principal.org_id, opened, self._owners)
            for item in prepared:
                await placing.add(item)
            await placing.finish()
        events, answers = placing.events, placing.answers
        accepted = [
            Accepted(
                event.event_id,
                event.TYPE,
                event.case_id,
                "accepted" if answer.status == "stored" else "duplicate",
                event.corrects,
            )
            for event, answer in zip(events, answers, strict=True)
        ]
        for one in accepted:
            EVENTS.labels(answer=one.status).inc()
        if opened:
            await self._receiver.arrived(principal.org_id, dict(feeds), opened)
        for message_id in placing.decided:
            await self._receiver.retry(principal.org_id, dict(feeds), message_id)
        return accepted


class _Placing:
    """Journals prepared events in order within one transaction, and keeps intake's memory of cases and visits.

    Events that change this memory are journaled one by one, so that a repeat does not change it again.
    """

    def __init__(self, transaction: IntakeTransaction, org_id: str, opened: list[Key], owners: dict[str, str]) -> None:
        self.events: list[Event] = []
        self.answers: list[Appended] = []
        self.decided: list[str] = []
        """Messages of which a person has now said where they belong."""
        self._transaction = transaction
        self._ids = Identities(transaction, org_id)
        self._opened = opened
        self._owners = owners
        self._pending: list[NewEvent] = []
        self._personal: list[Personal] = []

    async def add(self, item: Prepared) -> None:
        """Find case and patient, and journal the event now or with the next ones."""
        event = await self._resolved(item)
        self.events.append(event)
        self._pending.append(
            NewEvent(event.org_id, event.event_id, event.case_id, event.TYPE, codec.encode(event), item.body)
        )
        owner = event.patient_id or ""
        self._personal += [msgspec.structs.replace(value, patient_id=owner) for value in item.personal]
        if item.person and event.patient_id:
            values = sorted(item.person.items())
            self._personal += [Personal(event.org_id, owner, name, name, text) for name, text in values]
        remembered = isinstance(event, EventVoided | UnmatchedResolved | CheckoutReversed)
        if event.TYPE in OPENERS or event.ENDS == "visit" or remembered:
            await self._flush()
            if self.answers[-1].status == "stored":
                await self._remember(event, item.identifiers)

    async def finish(self) -> None:
        """Journal what is left; raises ``Refused`` when an id was used for another body before."""
        await self._flush()
        if any(answer.status == "conflict" for answer in self.answers):
            problem = Problem("", "is another body under a key or event_id that was used before", "a fresh key")
            raise Refused(422, "Key used for another body", [problem])
        if self._personal:
            await self._transaction.put_personal(self._personal)

    async def _flush(self) -> None:
        if self._pending:
            self.answers += await self._transaction.append(self._pending)
            self._pending = []

    async def _resolved(self, item: Prepared) -> Event:
        event, identifiers = item.event, item.identifiers
        patient = await self._ids.patient(identifiers.patient) if identifiers.patient else event.patient_id
        case = event.case_id
        if item.derive_case:
            case = await self._case(event, identifiers, patient)
        if patient is None and item.person:
            patient = await self._ids.owner(case) or named("patient", event.org_id, "event", event.event_id)
        elif patient is not None and event.corrects is None:
            await self._same_patient(case, patient)
        return msgspec.structs.replace(event, case_id=case, patient_id=patient)

    async def _same_patient(self, case: str, patient: str) -> None:
        """One patient's case and another patient: one of the two is wrong, and nobody guesses which.

        Of a correction the agents say so, when they see what it corrects.
        """
        if self._owners.get(case) == patient:
            return
        owner = await self._ids.owner(case)
        if owner is None:
            return
        if owner != await self._ids.root(patient):
            problem = Problem("patient_id", "is another patient than the case's", "the patient of the case, or none")
            raise Refused(422, "Another patient", [problem])
        if len(self._owners) >= _OWNERS:
            self._owners.clear()
        self._owners[case] = patient

    async def _case(self, event: Event, identifiers: Identifiers, patient: str | None) -> str:
        found = await self._ids.case(identifiers.case)
        if found is None and event.CASE == "visit" and patient and not identifiers.case:
            found = await self._ids.visit_for(event.TYPE, patient, event.clinic_id)
        if found is not None:
            return found
        if event.TYPE not in OPENERS:
            problem = Problem("identifiers", "stand for no known case", "those of a case that an earlier event began")
            raise Refused(422, "Unknown case", [problem])
        key = identifiers.case[0] if identifiers.case else ("event", "id", event.event_id)
        return named("case", event.org_id, *key)

    async def _remember(self, event: Event, identifiers: Identifiers) -> None:
        """An ended visit is not the patient's current one; one whose ending is voided or reversed is again."""
        if event.TYPE in OPENERS:
            await self._ids.bind_case(identifiers.case, event.case_id)
            self._opened += identifiers.case
            if event.CASE == "visit" and event.patient_id:
                await self._ids.begin_visit(event.patient_id, event.clinic_id, event.case_id)
                self._opened.append(visit_of(event.patient_id, event.clinic_id))
            elif event.patient_id:
                await self._ids.belongs(event.case_id, event.patient_id)
        elif event.ENDS == "visit":
            await self._ids.end_visit(event)
        elif isinstance(event, CheckoutReversed):
            self._opened += await self._ids.reverse_checkout(event)
        elif isinstance(event, UnmatchedResolved):
            message_id = await self._ids.decide(event.case_id, event.resolved_case_id)
            self.decided += [message_id] if message_id else []
        elif event.corrects is not None:
            self._opened += await self._ids.voided(event.case_id, event.corrects)


def _check_number(events: int) -> None:
    """Raises ``Refused`` for an empty or too large batch."""
    if events == 0:
        raise Refused(422, "No events", [Problem("", "holds no event", f"1 to {MAX_EVENTS}")])
    if events > MAX_EVENTS:
        raise Refused(413, "Too many events", [Problem("", f"holds {events} events", f"1 to {MAX_EVENTS}")])


def _bind(prepared: Sequence[Prepared], docs: Sequence[Any]) -> None:
    """A key stands for a whole batch: each body tells of the batch, so that a longer or shorter one is another body."""
    whole = body_hash(list(docs)).hex()
    for item in prepared:
        item.body = body_hash([item.body.hex(), whole])


def _key(key: str | None, ordinal: int, batch: bool) -> str | None:
    return key if key is None or not batch else f"{key}:{ordinal}"
