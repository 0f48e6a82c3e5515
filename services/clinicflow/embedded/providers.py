"""Where the database and the broker come from: two small interfaces, so that another kind can take their place."""

from __future__ import annotations

import asyncio
from typing import Any, Protocol

from clinicflow.errors import ProviderNotStarted

ROLES: tuple[str, ...] = ("owner", "app", "web", "read")
"""What a process may do in the database; the name of the role there is ``clinicflow_`` + this."""


class PostgresProvider(Protocol):
    """A PostgreSQL server with the database and the roles of clinicflow."""

    async def start(self) -> None:
        """Bring it up (or check that it is up). Raises EmbeddedFailure."""

    async def stop(self) -> None:
        """End what ``start`` began; data stay."""

    def dsn(self, role: str) -> str:
        """Address with credentials for ``owner`` (migrations), ``app``, ``web`` or ``read``."""

    def version(self) -> str:
        """The server's version, as it says it."""

    async def healthy(self) -> bool:
        """True when a query was answered within two seconds."""


class BrokerProvider(Protocol):
    """A broker that speaks Kafka's protocol."""

    async def start(self) -> None:
        """Bring it up (or check that it is up). Raises EmbeddedFailure."""

    async def stop(self) -> None:
        """End what ``start`` began."""

    def bootstrap(self) -> str:
        """``host:port`` (or several, by comma) for clients."""

    def version(self) -> str:
        """Kind and version in words."""

    async def healthy(self) -> bool:
        """True when a metadata request was answered within two seconds."""

    def rss_bytes(self) -> int:
        """Memory that the broker's process holds; 0 when it is not ours."""


def role_name(role: str) -> str:
    """``app`` or ``clinicflow_app`` -> ``clinicflow_app``. Raises ValueError for another role."""
    short = role.removeprefix("clinicflow_")
    if short not in ROLES:
        raise ValueError(f"expected one of the roles {', '.join(ROLES)}, but got {role!r}")
    return f"clinicflow_{short}"


async def query_answered(dsn: str, within: float = 2.0) -> str | None:
    """The server's version when it answered within so many seconds, else None."""
    import asyncpg

    connection: Any = None
    try:
        async with asyncio.timeout(within):
            connection = await asyncpg.connect(dsn, timeout=within)
            return str(await connection.fetchval("show server_version"))
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
        return None
    finally:
        if connection is not None:
            connection.terminate()


# Metadata (3) version 4, correlation 1, no client id, an empty list of topics, no making of topics.
_METADATA = b"\x00\x03\x00\x04\x00\x00\x00\x01\xff\xff\x00\x00\x00\x00\x00"


async def metadata_answered(bootstrap: str, within: float = 2.0) -> bool:
    """True when a broker of ``host:port[,host:port]`` answered a metadata request (plaintext) in so many seconds.

    The request names no topic: some brokers make a topic of each name that a client asks for.
    """
    for address in bootstrap.split(","):
        try:
            async with asyncio.timeout(within):
                if await _ask(*address.strip().rsplit(":", 1)):
                    return True
        except (OSError, TimeoutError, asyncio.IncompleteReadError):
            continue
    return False


async def _ask(host: str, port: str) -> bool:
    reader, writer = await asyncio.open_connection(host, int(port))
    try:
        writer.write(len(_METADATA).to_bytes(4, "big") + _METADATA)
        length = int.from_bytes(await reader.readexactly(4), "big")
        return (await reader.readexactly(length))[:4] == b"\x00\x00\x00\x01"
    finally:
        writer.close()


class ExternalPostgres:
    """A PostgreSQL that somebody else runs: its addresses come from the settings."""

    def __init__(self, dsns: dict[str, str]) -> None:
        """``dsns``: role (``app`` at least) -> address; a role left out uses the address of ``app``."""
        if "app" not in dsns:
            raise ValueError("expected at least the address for the role app")
        self._dsns = dict(dsns)
        self._version: str | None = None

    async def start(self) -> None:
        """Check that it answers."""
        self._version = await query_answered(self.dsn("app"), within=10.0)
        if self._version is None:
            raise ProviderNotStarted("expected the PostgreSQL of the settings to answer, but it did not")

    async def stop(self) -> None:
        """Nothing: it is not ours."""

    def dsn(self, role: str) -> str:
        """The address for a role."""
        return self._dsns.get(role_name(role).removeprefix("clinicflow_"), self._dsns["app"])

    def version(self) -> str:
        """The version seen at the start."""
        if self._version is None:
            raise ProviderNotStarted()
        return self._version

    async def healthy(self) -> bool:
        """True when it answers now."""
        return await query_answered(self.dsn("app")) is not None


class ExternalBroker:
    """A Kafka cluster that somebody else runs."""

    def __init__(self, bootstrap: str) -> None:
        self._bootstrap = bootstrap

    async def start(self) -> None:
        """Check that it answers."""
        if not await metadata_answered(self._bootstrap, within=10.0):
            raise ProviderNotStarted(f"expected a broker at {self._bootstrap}, but none answered")

    async def stop(self) -> None:
        """Nothing: it is not ours."""

    def bootstrap(self) -> str:
        """As given."""
        return self._bootstrap

    def version(self) -> str:
        """Not known to a client."""
        return "external"

    async def healthy(self) -> bool:
        """True when it answers now."""
        return await metadata_answered(self._bootstrap)

    def rss_bytes(self) -> int:
        """Not ours, so nothing."""
        return 0
