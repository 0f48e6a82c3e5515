"""Connections: opened with patience, never given back inside a transaction, their errors told as ours."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Sequence
from typing import Any

import asyncpg

from clinicflow.errors import StoreRefused, StoreUnavailable
from clinicflow.store.sql import Queries

_SERVER_SETTINGS = {
    "application_name": "clinicflow",
    "synchronous_commit": "on",
    # Statements here are few and prepared, and find rows by index. The planner must not choose otherwise for a table
    # that is small today: the plan is kept while the table grows.
    "plan_cache_mode": "force_generic_plan",
    "enable_seqscan": "off",
    "enable_hashjoin": "off",
    "enable_mergejoin": "off",
    "jit": "off",
    "timezone": "UTC",
}
_TRANSIENT: tuple[type[BaseException], ...] = (
    OSError,
    TimeoutError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # when the server ended the session while a statement was being sent
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.TransactionRollbackError,
    asyncpg.LockNotAvailableError,
    asyncpg.PostgresIOError,
    asyncpg.ReadOnlySQLTransactionError,
    asyncpg.exceptions.IdleInTransactionSessionTimeoutError,
)
_READY_WITHIN = 30.0


@contextlib.contextmanager
def told_as_ours() -> Any:
    """Wrap the driver's errors, without values: StoreUnavailable when trying again can help, else StoreRefused."""
    try:
        yield
    except asyncpg.DataError as failure:  # also an InterfaceError when the driver finds it before the server
        raise StoreRefused("A value does not have the form that its column expects (ids are UUID text)") from failure
    except _TRANSIENT as failure:
        raise StoreUnavailable(
            f"The database did not answer ({type(failure).__name__}); trying again can help"
        ) from failure
    except asyncpg.PostgresError as failure:
        raise StoreRefused(
            f"The database refused the statement: {failure.sqlstate} {type(failure).__name__}"
        ) from failure


async def _as_it_was(_connection: Any) -> None:
    """Nothing to undo between callers: roles and settings end with their transaction, and an open one is rolled back.

    The driver's own clean-up would cost a round trip for each use.
    """


class Pool:
    """Connections to one database as one role. All statements go through here."""

    def __init__(self, raw: Any) -> None:
        self._raw = raw

    @classmethod
    async def open(cls, dsn: str, min_size: int, max_size: int, wait_s: float = _READY_WITHIN) -> "Pool":
        """Connect; while the server starts or restarts, try again for ``wait_s`` seconds. Raises StoreUnavailable."""
        deadline = time.monotonic() + wait_s
        while True:
            try:
                with told_as_ours():
                    raw = await asyncpg.create_pool(
                        dsn,
                        min_size=min_size,
                        max_size=max_size,
                        timeout=10.0,
                        command_timeout=60.0,
                        max_inactive_connection_lifetime=0,
                        max_cached_statement_lifetime=0,  # few statements; planning the largest again costs 5 ms
                        max_cacheable_statement_size=0,
                        server_settings=_SERVER_SETTINGS,
                        reset=_as_it_was,
                    )
                return cls(raw)
            except StoreUnavailable:
                if time.monotonic() > deadline:
                    raise
                await asyncio.sleep(0.2)

    @contextlib.asynccontextmanager
    async def session(self) -> AsyncIterator["Session"]:
        """A connection. It is closed, not given back, when the block is cancelled: its state is unknown then."""
        with told_as_ours():
            connection = await self._raw.acquire(timeout=20.0)
        try:
            yield Session(connection)
        except BaseException as failure:
            _end_unless_clean(connection, failure)
            raise
        finally:
            with contextlib.suppress(*_TRANSIENT):
                await self._raw.release(connection)

    @contextlib.asynccontextmanager
    async def transaction(self) -> AsyncIterator["Session"]:
        """A connection inside a transaction that commits when the block ends and rolls back on an exception."""
        async with self.session() as session:
            transaction = session.raw.transaction()
            with told_as_ours():
                await transaction.start()
            try:
                yield session
            except Exception:
                with contextlib.suppress(*_TRANSIENT):  # the connection is closed then, which rolls back as well
                    await transaction.rollback()
                raise
            with told_as_ours():
                await transaction.commit()

    async def rows(self, queries: Queries, name: str, /, **values: Any) -> Sequence[Any]:
        """Rows of a named query, in autocommit."""
        async with self.session() as session:
            return await session.rows(queries, name, **values)

    async def value(self, queries: Queries, name: str, /, **values: Any) -> Any:
        """The first column of the first row, or None."""
        rows = await self.rows(queries, name, **values)
        return rows[0][0] if rows else None

    async def close(self) -> None:
        """Close all connections; those in use get two seconds."""
        try:
            await asyncio.wait_for(self._raw.close(), timeout=2.0)
        except TimeoutError:
            self._raw.terminate()


def _end_unless_clean(connection: Any, failure: BaseException) -> None:
    """Close a connection that failed, was cancelled or is in a transaction; one that was lost is gone already."""
    with contextlib.suppress(asyncpg.InterfaceError):
        broken = isinstance(failure, StoreUnavailable) or not isinstance(failure, Exception)
        if broken or connection.is_in_transaction():
            connection.terminate()


class Session:
    """A connection in use: named queries, and errors told as ours."""

    def __init__(self, raw: Any) -> None:
        self.raw = raw

    async def rows(self, queries: Queries, name: str, /, **values: Any) -> Sequence[Any]:
        """All rows."""
        with told_as_ours():
            found: Sequence[Any] = await self.raw.fetch(queries.text(name), *queries.args(name, values))
            return found

    async def row(self, queries: Queries, name: str, /, **values: Any) -> Any:
        """The first row, or None."""
        with told_as_ours():
            return await self.raw.fetchrow(queries.text(name), *queries.args(name, values))

    async def value(self, queries: Queries, name: str, /, **values: Any) -> Any:
        """The first column of the first row, or None."""
        with told_as_ours():
            return await self.raw.fetchval(queries.text(name), *queries.args(name, values))

    async def run(self, queries: Queries, name: str, /, **values: Any) -> None:
        """Nothing is answered."""
        with told_as_ours():
            await self.raw.execute(queries.text(name), *queries.args(name, values))
