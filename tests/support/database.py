"""Databases for tests: one embedded server a session, one fresh database a test, copied from a migrated template."""

from __future__ import annotations

import asyncio
import inspect
import itertools
from collections.abc import Callable
from typing import Any

import asyncpg

from clinicflow.embedded.postgres import EmbeddedPostgres, grant_connect
from clinicflow.embedded.providers import role_name

TEMPLATE = "clinicflow_template"
_numbers = itertools.count(1)


class Database:
    """A database of one test: ``dsn("owner" | "app" | "web" | "read")``, and the superuser's address."""

    def __init__(self, server: EmbeddedPostgres, name: str) -> None:
        self.server = server
        self.name = name

    def dsn(self, role: str = "app") -> str:
        """Address for a role."""
        return self.server.dsn(role, self.name)

    def superuser_dsn(self) -> str:
        """Address of the superuser, for looking behind row security and for damage."""
        return self.server.superuser_dsn(self.name)


def run_statements(dsn: str, *statements: str) -> None:
    """Run statements one by one, outside of a transaction."""

    async def run() -> None:
        connection = await asyncpg.connect(dsn)
        try:
            for statement in statements:
                await connection.execute(statement)
        finally:
            await connection.close()

    asyncio.run(run())


def make_template(server: EmbeddedPostgres, migrate: Callable[[str], Any]) -> None:
    """Make the template with the newest schema; ``migrate`` gets the address of the owner."""
    run_statements(server.superuser_dsn(), f"create database {TEMPLATE} owner {role_name('owner')}")
    asyncio.run(grant_connect(server.superuser_dsn(TEMPLATE), TEMPLATE))
    done = migrate(server.dsn("owner", TEMPLATE))
    if inspect.iscoroutine(done):
        asyncio.run(done)


def make_database(server: EmbeddedPostgres) -> Database:
    """A fresh copy of the template."""
    name = f"clinicflow_test_{next(_numbers)}"
    run_statements(server.superuser_dsn(), f"create database {name} template {TEMPLATE} owner {role_name('owner')}")
    asyncio.run(grant_connect(server.superuser_dsn(name), name))
    return Database(server, name)


def drop_database(database: Database) -> None:
    """Remove it, cutting sessions that a test forgot."""
    run_statements(database.server.superuser_dsn(), f"drop database if exists {database.name} with (force)")
