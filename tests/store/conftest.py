"""Every test that takes ``store`` runs on memory and on PostgreSQL: the same promises, twice."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from clinicflow.embedded.postgres import EmbeddedPostgres, grant_connect
from clinicflow.embedded.providers import role_name
from clinicflow.store.crypto import KeyRing
from clinicflow.store.memory import MemoryStore
from clinicflow.store.postgres import PostgresStore, connect
from tests.support.database import Database, drop_database, run_statements

PARTITIONS = 4
_numbers = itertools.count(1)


@pytest.fixture
def ring(tmp_path: Path) -> KeyRing:
    """A key file of this test."""
    return KeyRing(tmp_path / "keys" / "master.key", create=True)


@pytest_asyncio.fixture
async def pg(database: Database, ring: KeyRing) -> AsyncIterator[PostgresStore]:
    """The store in PostgreSQL, as services open it."""
    opened = await connect(database.dsn("app"), partitions=PARTITIONS, keys=ring)
    yield opened
    await opened.close()


@pytest.fixture(params=["memory", pytest.param("postgres", marks=pytest.mark.embedded)])
def address(request: pytest.FixtureRequest) -> str | None:
    """Where the store under test is: an address of PostgreSQL, or None for memory."""
    if request.param == "memory":
        return None
    database: Database = request.getfixturevalue("database")  # not in the async fixture: it runs a loop of its own
    return database.dsn("app")


@pytest_asyncio.fixture
async def store(address: str | None, ring: KeyRing) -> AsyncIterator[MemoryStore | PostgresStore]:
    """The store under test."""
    if address is None:
        yield MemoryStore(PARTITIONS)
        return
    opened = await connect(address, partitions=PARTITIONS, keys=ring)
    yield opened
    await opened.close()


@pytest.fixture
def empty_database(postgres: EmbeddedPostgres) -> Iterator[Database]:
    """A database with the roles' rights to connect, and nothing in it."""
    name = f"clinicflow_empty_{next(_numbers)}"
    run_statements(postgres.superuser_dsn(), f"create database {name} owner {role_name('owner')}")
    asyncio.run(grant_connect(postgres.superuser_dsn(name), name))
    made = Database(postgres, name)
    yield made
    drop_database(made)
