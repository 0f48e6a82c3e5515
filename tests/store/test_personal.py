"""Personal values: readable by patient while the patient's key is there, every read on record."""

from __future__ import annotations

import pytest

from clinicflow.errors import Forgotten
from clinicflow.store.memory import MemoryStore
from clinicflow.store.postgres import PostgresStore
from clinicflow.store.rows import AuditRow, Message, Personal
from tests.store.given import NOW, ORG, uid

pytestmark = pytest.mark.asyncio
AnyStore = MemoryStore | PostgresStore


async def kept(store: AnyStore, *values: tuple[str, str, str, str]) -> None:
    async with store.intake() as transaction:
        await transaction.put_personal([Personal(ORG, *value) for value in values])


async def read(store: AnyStore, *patients: str, org: str = ORG) -> dict[str, dict[str, str]]:
    return await store.read_personal(org, "ma-ana", patients, "board", NOW)


async def test_values_are_read_by_patient_and_the_newest_of_a_field_counts(store: AnyStore) -> None:
    await kept(store, ("p1", "r1", "name", "Jane Doe"), ("p1", "r2", "phone", "555"), ("p2", "r1", "name", "Li Wei 李"))
    await kept(store, ("p1", "r3", "name", "Jane Roe"))
    assert await read(store, "p1", "p2", "p3") == {
        "p1": {"name": "Jane Roe", "phone": "555"},
        "p2": {"name": "Li Wei 李"},
    }
    by_ref = await store.read_personal_refs(ORG, "ma-ana", "p1", ["r1", "r3", "r9"], "task", NOW)
    assert by_ref == {"r1": "Jane Doe", "r3": "Jane Roe"}


async def test_a_reference_written_again_holds_the_new_value(store: AnyStore) -> None:
    await kept(store, ("p1", "r1", "name", "Jane"), ("p1", "r2", "name", "Janet"), ("p1", "r1", "name", "Jo"))
    assert await read(store, "p1") == {"p1": {"name": "Jo"}}


async def test_another_organization_reads_nothing(store: AnyStore) -> None:
    await kept(store, ("p1", "r1", "name", "Jane"))
    assert await read(store, "p1", org="other") == {}


async def test_a_forgotten_patient_cannot_be_read_and_gets_no_new_key(store: AnyStore) -> None:
    raw = Message(uid("m"), ORG, "lab", "c", "ADT^A04", NOW, "events", "AA", patient_id="p1", raw=b"MSH|DOE")
    async with store.intake() as transaction:
        await transaction.save_message(raw)
    await kept(store, ("p1", "r1", "name", "Jane"), ("p2", "r1", "name", "Li"))
    await store.forget_patient(ORG, "p1")
    assert await read(store, "p1", "p2") == {"p2": {"name": "Li"}}
    found = await store.message(ORG, uid("m"))
    assert found is not None
    assert found.raw == b""
    with pytest.raises(Forgotten):
        await kept(store, ("p1", "r2", "name", "Jane"))


async def test_every_read_is_on_record_even_of_what_is_not_there(pg: PostgresStore) -> None:
    await read(pg, "p2", "p1")
    async with pg.intake() as transaction:
        await transaction.audit([AuditRow(ORG, NOW + 1, "lead", "bundle-applied", {"number": 2})])
    rows = await pg.audit_rows(ORG)
    assert rows == [
        AuditRow(ORG, NOW, "ma-ana", "read-personal", {"patients": ["p1", "p2"], "purpose": "board"}),
        AuditRow(ORG, NOW + 1, "lead", "bundle-applied", {"number": 2}),
    ]
    assert await pg.broken_audit(ORG) is None
    assert await pg.audit_rows("other") == []
