"""Events on the inbox topic that name a patient: a case is one patient's, whoever began it."""

from __future__ import annotations

from typing import Any

import pytest

from clinicflow.codec import encode
from clinicflow.live.inbox import Inbox
from clinicflow.store import owners
from clinicflow.store.memory import MemoryStore
from tests.live import clinic
from tests.live.test_inbox import Put

pytestmark = pytest.mark.asyncio


async def told(store: MemoryStore, *events: Any) -> tuple[int, list[str]]:
    """What is in the journal after these records, and the reasons of dead letters."""
    await clinic.apply_bundle(store)
    inbox = Inbox(store, "nowhere:1", lambda: clinic.START)
    await inbox._journal([Put(encode(event), at) for at, event in enumerate(events)])
    return (await store.health()).unplaced, [letter.reason for letter in await store.dead_letters()]


async def test_another_patient_than_the_one_who_checked_in_is_a_dead_letter() -> None:
    arrived, roomed = clinic.a_visit(1)[:2]
    other = clinic.an_event("vitals-taken", 1, patient_id="p-2")

    journaled, [reason] = await told(MemoryStore(2), arrived, roomed, other)

    assert journaled == 2
    assert "patient of the case" in reason
    assert "p-2" not in reason


async def test_whose_case_it_is_is_remembered_from_one_batch_to_the_next() -> None:
    store = MemoryStore(2)
    await told(store, clinic.a_visit(1)[0])

    journaled, reasons = await told(store, clinic.an_event("roomed", 1, patient_id="p-2"), clinic.a_visit(1)[1])

    assert (journaled, len(reasons)) == (2, 1)
    assert {letter.kind for letter in await store.dead_letters()} == {"foreign"}


async def test_the_case_of_a_visit_that_another_door_began_is_that_patients() -> None:
    store = MemoryStore(2)
    visit = clinic.a_visit(1)[0]
    async with store.intake() as transaction:
        await transaction.bind("demo", owners.AUTHORITY, "visitor", visit.case_id, '["p-9", "north"]')

    journaled, reasons = await told(store, visit)

    assert (journaled, len(reasons)) == (0, 1)


async def test_a_patient_merged_into_the_cases_patient_is_the_same_patient() -> None:
    store = MemoryStore(2)
    await told(store, clinic.a_visit(1)[0])
    async with store.intake() as transaction:
        await transaction.bind("demo", owners.AUTHORITY, "merged-into", "p-1", "p-7")

    merged = clinic.an_event("vitals-taken", 1, patient_id="p-7")
    assert await told(store, clinic.a_visit(1)[1], merged) == (3, [])


async def test_events_without_a_patient_and_corrections_are_not_asked_for_one() -> None:
    arrived, roomed = clinic.a_visit(1)[:2]
    nobody = clinic.an_event("vitals-taken", 1, patient_id=None)
    voided = clinic.an_event("event-voided", 1, corrects=roomed.event_id, patient_id="p-2")

    assert await told(MemoryStore(2), arrived, roomed, nobody, voided) == (4, [])


async def test_a_record_read_again_is_no_other_patient() -> None:
    arrived = clinic.a_visit(1)[0]
    assert await told(MemoryStore(2), arrived, arrived, arrived) == (1, [])
