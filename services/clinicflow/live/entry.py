"""How events of the inbox enter the journal: one transaction, and none about another patient than the case's."""

from typing import Any

from clinicflow.core.event import Event
from clinicflow.errors import EventRefused
from clinicflow.store import owners
from clinicflow.store.ports import IntakeTransaction
from clinicflow.store.rows import Appended, NewEvent

_KEPT = 50_000

Owners = dict[str, str]
"""Whose cases these are, as seen of late: case id to patient id. It saves looking, and settles nothing."""


class Entry:
    """Journals events in order within one transaction.

    An event that may begin a case is journaled before the next is looked at, and its patient is the case's from then
    on: so a batch is judged as its events would be one by one, and a repeat changes nothing.
    """

    def __init__(self, transaction: IntakeTransaction, known: Owners) -> None:
        """``known`` outlives the transaction."""
        self.records: list[Any] = []
        """The record of each answer."""
        self.answers: list[Appended] = []
        self._transaction = transaction
        self._known = known
        self._pending: list[NewEvent] = []

    async def add(self, record: Any, event: Event, row: NewEvent) -> None:
        """Journal it now or with the next ones. Raises ``EventRefused``: another patient than the case's."""
        of_a_patient = event.patient_id is not None and event.corrects is None
        unknown = of_a_patient and not await self._is_of_its_case(event)
        self.records.append(record)
        self._pending.append(row)
        if unknown and event.TYPE in owners.OPENERS:
            await self.finish()
            if self.answers[-1].status != "conflict":
                await owners.belongs(self._transaction, event.org_id, event.case_id, str(event.patient_id))

    async def finish(self) -> None:
        """Journal what is left."""
        if self._pending:
            self.answers += await self._transaction.append(self._pending)
            self._pending = []

    async def _is_of_its_case(self, event: Event) -> bool:
        """False when nobody knows yet whose case it is. Of a correction the agents say so, when they see its target."""
        patient = str(event.patient_id)
        if self._known.get(event.case_id) == patient:
            return True
        owner = await owners.owner(self._transaction, event.org_id, event.case_id)
        if owner is None:
            return False
        if owner != await owners.root(self._transaction, event.org_id, patient):
            raise EventRefused("Expected the patient of the case in patient_id, or none, but it is another patient")
        if len(self._known) >= _KEPT:
            self._known.clear()
        self._known[event.case_id] = patient
        return True
