"""Connections: opened with patience, never given back inside a transaction, their errors told as ours."""

import asyncio
import contextlib
import select
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Any, TypeVar

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
_Found = TypeVar("_Found")


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
        connection = await self._take()
        try:
            yield Session(connection)
        except BaseException as failure:
            _end_unless_clean(connection, failure)
            raise
        finally:
            await self._give_back(connection)

    async def _take(self) -> Any:
        """A connection, passing over those that the server has ended while they waited here."""
        tries = self._raw.get_max_size()
        while True:
            with told_as_ours():
                connection = await self._raw.acquire(timeout=20.0)
            if not tries or not _was_ended(connection):
                return connection
            tries -= 1
            connection.terminate()
            await self._give_back(connection)

    async def _give_back(self, connection: Any) -> None:
        with contextlib.suppress(*_TRANSIENT):
            await self._raw.release(connection)

    @contextlib.asynccontextmanager
    async def transaction(self) -> AsyncIterator["Session"]:
        """A connection inside a transaction that commits when the block ends and rolls back on an exception."""
        async with contextlib.AsyncExitStack() as held:
            session, transaction = await self._unless_ended(lambda: self._begin(held))
            try:
                yield session
            except Exception:
                with contextlib.suppress(*_TRANSIENT):  # the connection is closed then, which rolls back as well
                    await transaction.rollback()
                raise
            with told_as_ours():
                await transaction.commit()

    async def _begin(self, held: contextlib.AsyncExitStack) -> tuple["Session", Any]:
        """A connection and its open transaction; ``held`` gives the connection back."""
        async with contextlib.AsyncExitStack() as unless_begun:
            session = await unless_begun.enter_async_context(self.session())
            transaction = session.raw.transaction()
            with told_as_ours():
                await transaction.start()
            await held.enter_async_context(unless_begun.pop_all())
        return session, transaction

    async def rows(self, queries: Queries, name: str, /, **values: Any) -> Sequence[Any]:
        """Rows of a named query, in autocommit."""
        return await self._unless_ended(lambda: self._rows(queries, name, values))

    async def _rows(self, queries: Queries, name: str, values: dict[str, Any]) -> Sequence[Any]:
        async with self.session() as session:
            return await session.rows(queries, name, **values)

    async def _unless_ended(self, ask: Callable[[], Awaitable[_Found]]) -> _Found:
        """What ``ask`` gives, asked again for each connection that had ended before anything was sent on it."""
        for _ in range(self._raw.get_max_size()):
            try:
                return await ask()
            except StoreUnavailable as failure:
                if not _was_never_sent(failure):
                    raise
        return await ask()

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


def _was_ended(connection: Any) -> bool:
    """Whether something waits to be read on a connection that has asked nothing: the server's last word, or its end.

    The event loop sees it a moment later, when a statement is lost already; here nothing was sent yet.
    """
    transport = connection._transport
    if transport.is_closing():
        return True
    unread = select.poll()
    unread.register(transport.get_extra_info("socket"), select.POLLIN)
    return bool(unread.poll(0))


def _was_never_sent(failure: StoreUnavailable) -> bool:
    """Whether the driver had read the server's last word, and refused to send: then nothing can have been done."""
    cause = failure.__cause__
    return isinstance(cause, asyncpg.InternalClientError) and str(cause).startswith("cannot switch to state")


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
