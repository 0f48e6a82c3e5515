"""Which case and which patient an identifier of another system stands for, kept in intake's own transaction.

An identifier is (assigning authority, kind, value). Nothing is guessed: what no identifier resolves is unmatched, and
is tried again when the identifier arrives. The store keeps keyed hashes of values only.
"""

import json
import uuid
from collections.abc import Mapping, Sequence

from clinicflow.core.event import Event
from clinicflow.core.visit import REVERSED
from clinicflow.gateway.ids import named
from clinicflow.store import owners
from clinicflow.store.ports import IntakeTransaction

Key = tuple[str, str, str]
"""(assigning authority, kind of identifier, value)"""

_OWN = owners.AUTHORITY
_WAITING_LIMIT = 100
USED = ("name", "birth_date", "record_number", "language")
"""What of a patient's data labels, screens and rules use: only a change of these is worth an event."""


class Identities:
    """The identifiers of one organization within one intake transaction."""

    def __init__(self, transaction: IntakeTransaction, org_id: str) -> None:
        self._transaction = transaction
        self._org = org_id

    async def patient(self, keys: Sequence[Key]) -> str:
        """The opaque id of the patient with these record numbers; numbers seen for the first time are bound to it."""
        found = [await self._resolve(key) for key in keys]
        known = next((target for target in found if target), None)
        patient = await self.root(known) if known else named("patient", self._org, keys[0][0], keys[0][2])
        for key, target in zip(keys, found, strict=True):
            if target is None:
                await self._bind(key, patient)
        return patient

    async def root(self, patient_id: str) -> str:
        """The patient that this one was merged into, through any number of merges."""
        return await owners.root(self._transaction, self._org, patient_id)

    async def merge(self, surviving: str, other: str, clinics: Sequence[str]) -> bool:
        """Make two patients one; False when they are already. Neither argument may be merged itself (see ``root``)."""
        if surviving == other:
            return False
        await self._bind((_OWN, "merged-into", other), surviving)
        for clinic in clinics:
            visit = await self.current_visit(other, clinic)
            if visit and await self.current_visit(surviving, clinic) is None:
                await self.begin_visit(surviving, clinic, visit)
        return True

    async def case(self, keys: Sequence[Key]) -> str | None:
        """The case that one of these identifiers stands for."""
        for key in keys:
            found = await self._resolve(key)
            if found:
                return found
        return None

    async def bind_case(self, keys: Sequence[Key], case_id: str) -> None:
        """Make identifiers stand for a case, each unless it stands for one already."""
        for key in keys:
            if await self._resolve(key) is None:
                await self._bind(key, case_id)

    async def current_visit(self, patient_id: str, clinic_id: str) -> str | None:
        """The patient's visit at this clinic that has not ended as far as intake knows."""
        return await self._resolve(visit_of(patient_id, clinic_id))

    async def visit_for(self, event_type: str, patient_id: str, clinic_id: str) -> str | None:
        """The patient's visit that an event without a case is about: the current one; for a reversal, without a current
        one, the last that ended."""
        current = await self.current_visit(patient_id, clinic_id)
        if current is None and event_type in REVERSED:
            return await self._resolve(_left(patient_id, clinic_id))
        return current

    async def begin_visit(self, patient_id: str, clinic_id: str, case_id: str) -> None:
        """Remember a visit as the patient's current one at this clinic."""
        await self._bind(visit_of(patient_id, clinic_id), case_id)
        await self._bind((_OWN, "visitor", case_id), json.dumps([patient_id, clinic_id]))

    async def belongs(self, case_id: str, patient_id: str) -> None:
        """Remember whose case this is (of a visit, ``begin_visit`` does)."""
        await owners.belongs(self._transaction, self._org, case_id, patient_id)

    async def owner(self, case_id: str) -> str | None:
        """The patient whose case this is, after all merges; None when intake does not know it."""
        return await owners.owner(self._transaction, self._org, case_id)

    async def end_visit(self, ending: Event) -> None:
        """The visit has ended: the next arrival begins another. The first ending counts, as it does for agents."""
        case_id = ending.case_id
        if await self.last_event(case_id, "ending") is None:
            await self.remember_event(case_id, "ending", ending.event_id)
            await self.remember_event(case_id, "ended-by", ending.TYPE)
        await self._leave(case_id)

    async def _leave(self, case_id: str) -> None:
        visitor = await self._resolve((_OWN, "visitor", case_id))
        if visitor is None:
            return
        patient_id, clinic_id = json.loads(visitor)
        key = visit_of(await self.root(patient_id), clinic_id)
        if await self._resolve(key) == case_id:
            await self._transaction.unbind(self._org, *key)
            await self._bind(_left(await self.root(patient_id), clinic_id), case_id)

    async def ended_by(self, case_id: str) -> str | None:
        """The type of the ending of a visit; None while it goes on, as far as intake knows."""
        ended = await self.last_event(case_id, "ending")
        return await self.last_event(case_id, "ended-by") if ended else None

    async def reopen_visit(self, case_id: str) -> list[Key]:
        """The visit goes on: it is the patient's current one again, unless another has begun; the key that it has now.

        What waited for the patient's visit can be tried again under that key.
        """
        await self._transaction.unbind(self._org, _OWN, "last:ending", case_id)
        visitor = await self._resolve((_OWN, "visitor", case_id))
        if visitor is None:
            return []
        patient_id, clinic_id = json.loads(visitor)
        key = visit_of(await self.root(patient_id), clinic_id)
        if await self._resolve(key) is None:
            await self._bind(key, case_id)
        return [key]

    async def reverse_checkout(self, reversal: Event) -> list[Key]:
        """The patient is back; the keys under which the visit is found again, none if no check-out stands."""
        case_id = reversal.case_id
        if await self.ended_by(case_id) != REVERSED[reversal.TYPE]:
            return []
        checkout = str(await self.last_event(case_id, "ending"))
        await self.remember_event(case_id, "reversed-by", reversal.event_id)
        await self.remember_event(case_id, "reversed", checkout)
        return await self.reopen_visit(case_id)

    async def voided(self, case_id: str, event_id: str) -> list[Key]:
        """An event does not stand: an ending, or the reversal of one. The keys of a visit that goes on again."""
        if await self.last_event(case_id, "ending") == event_id:
            return await self.reopen_visit(case_id)
        reversed_before = await self.last_event(case_id, "reversed")
        if reversed_before and await self.last_event(case_id, "reversed-by") == event_id:
            await self.remember_event(case_id, "ending", reversed_before)
            await self._leave(case_id)
        return []

    async def decide(self, unmatched_case: str, case_id: str) -> str | None:
        """A person has said which case a waiting message belongs to; the message's id, if intake knows it."""
        message_id = await self.last_event(unmatched_case, "unmatched-received")
        if message_id is not None:
            await self._bind((_OWN, "decided", message_id), case_id)
        return message_id

    async def decided(self, message_id: str) -> str | None:
        """The case that a person has named for a message."""
        return await self._resolve((_OWN, "decided", message_id))

    async def last_event(self, case_id: str, event_type: str) -> str | None:
        """The last event of a type that a feed gave for a case."""
        return await self._resolve((_OWN, f"last:{event_type}", case_id))

    async def remember_event(self, case_id: str, event_type: str, event_id: str) -> None:
        """Keep it for the message that may take it back."""
        await self._bind((_OWN, f"last:{event_type}", case_id), event_id)

    async def facts_changed(self, patient_id: str, facts: Mapping[str, str]) -> list[str] | None:
        """Which facts differ from those last seen (and are kept from now on); None for a patient not seen before."""
        whole = json.dumps(facts, sort_keys=True)
        now = await self._resolve((_OWN, "facts-now", patient_id))
        if now is not None and now == await self._resolve((_OWN, "facts-value", f"{patient_id} {whole}")):
            return []
        token = str(uuid.uuid4())
        await self._bind((_OWN, "facts-now", patient_id), token)
        await self._bind((_OWN, "facts-value", f"{patient_id} {whole}"), token)
        changed = [field for field in sorted(facts) if await self._fact_changed(patient_id, field, facts[field])]
        return None if now is None else changed

    async def _fact_changed(self, patient_id: str, field: str, value: str) -> bool:
        """Only keyed hashes are kept: a value is the last one if both of its rows hold the same token."""
        now_key: Key = (_OWN, f"fact-now:{field}", patient_id)
        value_key: Key = (_OWN, f"fact-value:{field}", f"{patient_id} {value}")
        now = await self._resolve(now_key)
        if now is not None and now == await self._resolve(value_key):
            return False
        token = str(uuid.uuid4())
        await self._bind(now_key, token)
        await self._bind(value_key, token)
        return True

    async def wait(self, keys: Sequence[Key], message_id: str) -> None:
        """Remember that a message waits for one of these identifiers."""
        for key in keys:
            for place in range(_WAITING_LIMIT):
                waiting = _waiting(key, place)
                if await self._resolve(waiting) in (None, message_id):
                    await self._bind(waiting, message_id)
                    break

    async def take_waiting(self, keys: Sequence[Key]) -> list[str]:
        """The messages that waited for these identifiers, oldest first; they wait no more."""
        found: list[str] = []
        for key in keys:
            for place in range(_WAITING_LIMIT):
                message_id = await self._resolve(_waiting(key, place))
                if message_id is None:
                    break
                await self._transaction.unbind(self._org, *_waiting(key, place))
                if message_id not in found:
                    found.append(message_id)
        return found

    async def _resolve(self, key: Key) -> str | None:
        return await self._transaction.resolve(self._org, *key)

    async def _bind(self, key: Key, target: str) -> None:
        await self._transaction.bind(self._org, *key, target)


def visit_of(patient_id: str, clinic_id: str) -> Key:
    """The key under which a patient's current visit at a clinic is found."""
    return _OWN, "visit-of", f"{patient_id} {clinic_id}"


def _left(patient_id: str, clinic_id: str) -> Key:
    return _OWN, "left-visit-of", f"{patient_id} {clinic_id}"


def _waiting(key: Key, place: int) -> Key:
    authority, kind, value = key
    return authority, f"waiting:{place}:{kind}", value
