"""Bringing a database to the newest schema: numbered SQL files, run in order by Alembic, under a lock.

Each step is a revision ``versions/NNNN_pre_<name>.py`` (before the new code starts: additions only) or
``NNNN_post_<name>.py`` (when no old code runs any more: removals) beside an SQL file of the same name. All pending
steps are one transaction: either the database has the new schema or it has the old one.
"""

import asyncio
import threading
from pathlib import Path
from typing import Any

import asyncpg
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from clinicflow.errors import StoreRefused
from clinicflow.store.pg.pool import told_as_ours

FOLDER = Path(__file__).with_name("migrations")
_LOCK = 7100
_NEEDED_ROLES = ("clinicflow_app", "clinicflow_owner", "clinicflow_read", "clinicflow_web")


def migrate(dsn_owner: str) -> list[str]:
    """Bring the database to the newest schema as its owner; the names of the steps that were applied, in order.

    May be called by several processes at once: one works, the others wait and find nothing to do. Raises
    StoreUnavailable or StoreRefused; then nothing was changed.
    """
    applied: list[str] = []
    failures: list[BaseException] = []

    def work() -> None:
        try:
            with told_as_ours():
                try:
                    applied.extend(asyncio.run(_migrate(dsn_owner)))
                except DBAPIError as failure:
                    raise _of_driver(failure) from failure
        except BaseException as failure:
            failures.append(failure)

    thread = threading.Thread(target=work, name="migrate")  # a loop of its own, also when the caller has one running
    thread.start()
    thread.join()
    if failures:
        raise failures[0]
    return applied


def _of_driver(failure: DBAPIError) -> BaseException:
    """The driver's own error inside the one of the toolkit."""
    return getattr(failure.orig, "__cause__", None) or failure


def steps() -> list[str]:
    """Names of all steps, oldest first."""
    return [step.revision for step in reversed(list(_scripts().walk_revisions()))]


def _scripts() -> ScriptDirectory:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.set_main_option("path_separator", "os")
    return ScriptDirectory.from_config(config)


async def _migrate(dsn: str) -> list[str]:
    async def connect(*_: Any, **__: Any) -> Any:
        return await asyncpg.connect(dsn, timeout=10.0)

    engine = create_async_engine("postgresql+asyncpg://", async_creator=connect, poolclass=NullPool)
    try:
        async with engine.connect() as connection:
            return await connection.run_sync(_upgrade)
    finally:
        await engine.dispose()


def _upgrade(connection: Connection) -> list[str]:
    scripts = _scripts()
    applied: list[str] = []
    with connection.begin():
        connection.exec_driver_sql(f"select pg_advisory_xact_lock({_LOCK})")
        _check_roles(connection)

        def pending(revision: Any, _context: Any) -> Any:
            found = scripts._upgrade_revs("head", revision)
            applied.extend(step.revision.revision for step in found)
            return found

        with EnvironmentContext(Config(), scripts, fn=pending) as context:
            context.configure(connection=connection, transactional_ddl=False)
            context.run_migrations()
    return applied


def _check_roles(connection: Connection) -> None:
    known = {row[0] for row in connection.exec_driver_sql("select rolname from pg_roles")}
    missing = [role for role in _NEEDED_ROLES if role not in known]
    if missing:
        raise StoreRefused(f"Expected the roles {', '.join(_NEEDED_ROLES)}, but the server has no {', '.join(missing)}")
