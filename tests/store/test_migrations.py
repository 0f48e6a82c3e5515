"""Migrations: step by step or from the file of today, the database is the same."""

from __future__ import annotations

import asyncio
import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import asyncpg
import pytest

from clinicflow.errors import StoreRefused, StoreUnavailable
from clinicflow.store import migrate as migrations
from clinicflow.store.migrate import FOLDER, migrate, steps
from tests.store.given import uid
from tests.support.database import Database, run_statements

_CATALOG = """
select 'column' as kind, a.attrelid::regclass || '.' || a.attname as name, concat_ws(' ', a.attnum,
    format_type(a.atttypid, a.atttypmod), a.attnotnull, pg_get_expr(d.adbin, d.adrelid), a.attidentity::text,
    a.attstorage::text, a.attcompression::text, a.attacl) as meaning
from pg_attribute a join pg_class c on c.oid = a.attrelid
    left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and a.attnum > 0
union all select 'table', relname, concat_ws(' ', relkind::text, relowner::regrole, relacl, reloptions, relrowsecurity,
    relforcerowsecurity)
from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'v', 'S')
union all select 'index', indexname, indexdef from pg_indexes where schemaname = 'public'
union all select 'constraint', conrelid::regclass || '.' || conname, pg_get_constraintdef(oid)
from pg_constraint where connamespace = 'public'::regnamespace
union all select 'policy', tablename || '.' || policyname, concat_ws(' ', roles, cmd, permissive, qual, with_check)
from pg_policies where schemaname = 'public'
union all select 'function', oid::regprocedure::text, concat_ws(' ', pg_get_functiondef(oid), proacl, proowner::regrole)
from pg_proc where pronamespace = 'public'::regnamespace
union all select 'trigger', tgname, pg_get_triggerdef(oid) from pg_trigger where not tgisinternal
order by 1, 2
"""


def catalog(dsn: str) -> list[tuple[Any, ...]]:
    """Everything that makes a database what it is, without its rows."""

    async def read() -> list[tuple[Any, ...]]:
        connection = await asyncpg.connect(dsn)
        try:
            return [tuple(row) for row in await connection.fetch(_CATALOG)]
        finally:
            await connection.close()

    return [row for row in asyncio.run(read()) if "alembic_version" not in row[1]]


def test_steps_are_numbered_pre_or_post_and_have_their_sql() -> None:
    assert steps() == sorted(steps())
    assert all(re.fullmatch(r"\d{4}_(pre|post)_[a-z0-9_]+", step) for step in steps())
    assert [int(step[:4]) for step in steps()] == list(range(1, len(steps()) + 1))
    assert sorted(path.stem for path in (FOLDER / "sql").glob("*.sql")) == steps()
    assert sorted(path.stem for path in (FOLDER / "versions").glob("*.py")) == steps()


@pytest.mark.embedded
def test_the_file_of_today_and_all_steps_give_the_same_database(database: Database, empty_database: Database) -> None:
    run_statements(empty_database.dsn("owner"), FOLDER.with_name("schema.sql").read_text())
    today, stepwise = catalog(empty_database.superuser_dsn()), catalog(database.superuser_dsn())
    assert len(today) > 200
    assert stepwise == today


@pytest.mark.embedded
def test_several_processes_may_migrate_at_once(empty_database: Database) -> None:
    with ThreadPoolExecutor(3) as pool:
        applied = list(pool.map(migrate, [empty_database.dsn("owner")] * 3))
    assert sorted(applied) == [[], [], steps()]


@pytest.mark.embedded
def test_a_step_that_fails_changes_nothing(empty_database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    before = catalog(empty_database.superuser_dsn())
    run_statements(empty_database.dsn("owner"), "create table audit_head (in_the_way int)")
    with pytest.raises(StoreRefused):
        migrate(empty_database.dsn("owner"))
    run_statements(empty_database.dsn("owner"), "drop table audit_head")
    assert catalog(empty_database.superuser_dsn()) == before
    assert migrate(empty_database.dsn("owner")) == steps()


@pytest.mark.embedded
def test_missing_roles_are_named(empty_database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migrations, "_NEEDED_ROLES", ("clinicflow_app", "clinicflow_nobody"))
    with pytest.raises(StoreRefused, match="the server has no clinicflow_nobody"):
        migrate(empty_database.dsn("owner"))


@pytest.mark.embedded
def test_only_the_owner_migrates(empty_database: Database) -> None:
    with pytest.raises(StoreRefused):
        migrate(empty_database.dsn("app"))


def test_a_database_that_is_not_there_is_unavailable() -> None:
    with pytest.raises(StoreUnavailable):
        migrate(f"postgresql://nobody@127.0.0.1:1/{uid()}")
