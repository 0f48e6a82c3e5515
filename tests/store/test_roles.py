"""Rights in the database: what a role cannot do holds even when the program above is wrong."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest
import pytest_asyncio

from clinicflow.store.postgres import PostgresStore
from clinicflow.store.rows import AuditRow, DeadLetter, Message, Personal, RejectionRow
from tests.store.given import NOW, a_round, event, placed, state, task, task_row, timer_row, uid, worker
from tests.support.database import Database

pytestmark = [pytest.mark.embedded, pytest.mark.asyncio]
ORGS = ("one", "two")


@pytest_asyncio.fixture
async def filled(pg: PostgresStore) -> PostgresStore:
    """Two organizations with a row in every table."""
    marks = await worker(pg)
    for org in ORGS:
        await pg.apply_bundle(org, "hash", {}, NOW)
        async with pg.intake() as transaction:
            await transaction.bind(org, "clinic", "mrn", "1", "patient")
            await transaction.put_personal([Personal(org, "patient", "r", "name", f"name of {org}")])
            raw = Message(uid(org), org, "lab", "c", "ADT", NOW, "events", "AA", patient_id="patient", raw=b"MSH")
            await transaction.save_message(raw)
            await transaction.dead_letter(DeadLetter(uid(f"letter {org}"), org, "message", "no", NOW, payload=b"MSH"))
            await transaction.audit([AuditRow(org, NOW, "who", "did", {})])
        [row] = await placed(pg, event(f"event {org}", org=org, case=f"visit of {org}"))
        mark = marks[row.partition]
        round_ = a_round(
            type(mark)(mark.partition, mark.epoch, row.position - 1, None),
            row.position,
            states=(state(row),),
            tasks=(task_row(row, task(f"task {org}")),),
            timers_set=(timer_row(row, f"timer {org}"),),
            rejections=(RejectionRow(row.partition, row.position, org, row.event_id, "flow", "no", "no"),),
        )
        assert await pg.commit_round(round_) == {row.partition}
    return pg


@pytest_asyncio.fixture
async def superuser(database: Database) -> AsyncIterator[Any]:
    """Looks behind every policy."""
    connection = await asyncpg.connect(database.superuser_dsn())
    yield connection
    await connection.close()


async def tables_with_org(superuser: Any) -> list[str]:
    rows = await superuser.fetch(
        "select table_name from information_schema.columns where table_schema = 'public' and column_name = 'org_id'"
    )
    return sorted(row[0] for row in rows)


async def foreign_rows(database: Database, org: str | None, tables: list[str]) -> dict[str, int]:
    """How many rows of other organizations the screens' role sees in each table that it may read."""
    seen = {}
    connection = await asyncpg.connect(database.dsn("web"))
    try:
        for table in tables:
            if await connection.fetchval("select has_table_privilege($1, 'select')", table):
                async with connection.transaction():
                    if org is not None:
                        await connection.execute("select set_config('app.org', $1, true)", org)
                    query = f"select count(*) from {table} where org_id is distinct from $1"
                    seen[table] = await connection.fetchval(query, org)
    finally:
        await connection.close()
    return seen


async def test_every_table_of_an_organization_forces_row_security(filled: PostgresStore, superuser: Any) -> None:
    tables = await tables_with_org(superuser)
    assert len(tables) >= 14
    secured = await superuser.fetch(
        "select relname from pg_class "
        "where relnamespace = 'public'::regnamespace and relrowsecurity and relforcerowsecurity"
    )
    assert sorted(row[0] for row in secured) == tables
    web = await superuser.fetch("select tablename, qual from pg_policies where roles = '{clinicflow_web}'")
    assert sorted(row["tablename"] for row in web) == tables
    assert all("app.org" in row["qual"] for row in web)


async def test_a_screen_of_one_organization_sees_no_row_of_another(
    filled: PostgresStore, database: Database, superuser: Any
) -> None:
    tables = await tables_with_org(superuser)
    for org in (*ORGS, "", "one'--", None):
        seen = await foreign_rows(database, org, tables)
        assert len(seen) >= 10
        assert set(seen.values()) == {0}


async def test_the_check_notices_when_row_security_is_off(
    filled: PostgresStore, database: Database, superuser: Any
) -> None:
    await superuser.execute("alter table task disable row level security")
    assert (await foreign_rows(database, "one", ["task", "personal"])) == {"task": 1, "personal": 0}


async def test_screen_reads_go_through_row_security_even_with_a_wrong_query(filled: PostgresStore) -> None:
    async with filled._as_web("one") as session:
        rows = await session.raw.fetch("select org_id from task union all select org_id from case_state")
        assert {row["org_id"] for row in rows} <= {"one"}
        assert await session.raw.fetchval("select current_user") == "clinicflow_web"
    async with filled._pool.session() as session:
        assert await session.raw.fetchval("select current_user") == "clinicflow_app"
        assert not await session.raw.fetchval("select current_setting('app.org', true)")


@pytest.mark.parametrize(
    "statement",
    [
        "update journal set type = 'x'",
        "delete from journal",
        "truncate journal",
        "update place set position = position + 1",
        "delete from place",
        "insert into audit values ('one', 99, 0, '', '', '', '')",
        "update audit set what = '{}'",
        "delete from audit",
        "update audit_head set seq = 0",
        "update bundle set document = '{}'",
        "delete from bundle",
        "delete from dead_letter",
        "delete from message",
        "delete from patient_key",
        "delete from rejection",
        "select value from personal",
        "update installation set partitions = 9",
        "alter table journal add column x int",
        "alter table task disable row level security",
        "create table mine (x int)",
        "drop table change",
        "create policy more on task using (true)",
        "set role clinicflow_owner",
        "set role clinicflow_read",
    ],
)
async def test_the_services_role_may_not(filled: PostgresStore, database: Database, statement: str) -> None:
    await refused(database, "app", statement)


@pytest.mark.parametrize(
    "statement",
    [
        "select * from personal",
        "select * from patient_key",
        "select * from message",
        "select * from identity",
        "select * from audit",
        "insert into unplaced values (1)",
        "delete from change",
        "update checkpoint set position = 0",
        "set role clinicflow_web",
    ],
)
async def test_the_replay_role_may_not(filled: PostgresStore, database: Database, statement: str) -> None:
    await refused(database, "read", statement)


@pytest.mark.parametrize(
    "statement",
    ["update task set status = 4", "delete from personal", "insert into unplaced values (1)", "select * from audit"],
)
async def test_the_screens_role_may_not(filled: PostgresStore, database: Database, statement: str) -> None:
    await refused(database, "web", statement)


async def refused(database: Database, role: str, statement: str) -> None:
    connection = await asyncpg.connect(database.dsn(role))
    try:
        await connection.execute("set default_transaction_read_only = off")  # rights must hold without it
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute(statement)
    finally:
        await connection.close()


async def test_replay_reads_all_organizations(filled: PostgresStore, database: Database) -> None:
    connection = await asyncpg.connect(database.dsn("read"))
    rows = await connection.fetch("select distinct org_id from journal")
    await connection.close()
    assert {row[0] for row in rows} == set(ORGS)


async def test_nothing_personal_is_stored_in_clear(filled: PostgresStore, superuser: Any) -> None:
    tables = [row[0] for row in await superuser.fetch("select tablename from pg_tables where schemaname = 'public'")]
    for table in tables:
        text = str(await superuser.fetchval(f"select string_agg(t::text, ' ') from {table} t"))
        for secret in (b"name of one", b"MSH"):
            assert secret.decode() not in text
            assert secret.hex() not in text


@pytest.mark.parametrize(
    ("damage", "found"),
    [
        ("update audit set actor_id = 'other' where seq = 2", 2),
        ("delete from audit where seq = 2", 3),
        ("update audit set seq = 5 - seq where seq in (2, 3)", 2),
        ("delete from audit where seq = 4", 0),
        ("truncate audit", 0),
        ("delete from audit_head", 0),
        ("insert into audit select org_id, 5, at, actor_id, action, what, hash from audit where seq = 4", 5),
    ],
)
async def test_a_changed_audit_is_noticed(pg: PostgresStore, superuser: Any, damage: str, found: int) -> None:
    async with pg.intake() as transaction:
        await transaction.audit([AuditRow("one", NOW + n, "who", "did", {"n": n}) for n in range(4)])
    assert await pg.broken_audit("one") is None
    await superuser.execute("alter table audit drop constraint audit_pkey")
    await superuser.execute(damage)
    assert await pg.broken_audit("one") == found
