"""The store in PostgreSQL: all ports over one pool of connections."""

from typing import Any

from clinicflow.errors import InstallationMismatch, KeyFileError, StoreRefused
from clinicflow.store.crypto import KeyRing
from clinicflow.store.pg.groups import PgGroups
from clinicflow.store.pg.intake import PgIntake
from clinicflow.store.pg.operators import PgBundles, PgOperators
from clinicflow.store.pg.pool import Pool
from clinicflow.store.pg.relay import PgRelay
from clinicflow.store.pg.screens import PgScreens
from clinicflow.store.pg.waker import Waker
from clinicflow.store.pg.worker import PgWorker
from clinicflow.store.sql import Queries

__all__ = ["PostgresStore", "connect"]

_SQL = Queries("operators")


class PostgresStore(PgIntake, PgRelay, PgWorker, PgGroups, PgBundles, PgScreens, PgOperators):
    """All ports together. Make it with ``connect``."""

    def __init__(
        self, pool: Pool, waker: Waker, ring: KeyRing | None, partitions: int, journal: str, becomes_web: bool
    ) -> None:
        self._pool = pool
        self._waker = waker
        self._ring = ring
        self._partitions = partitions
        self._journal = journal
        self._becomes_web = becomes_web

    @property
    def partitions(self) -> int:
        """How many partitions the journal was installed with."""
        return self._partitions

    @property
    def journal(self) -> str:
        """The journal's id, which every Kafka record carries."""
        return self._journal

    async def close(self) -> None:
        """Give connections back."""
        await self._waker.close()
        await self._pool.close()


async def connect(
    dsn: str,
    *,
    partitions: int | None = 8,
    keys: KeyRing | None = None,
    min_size: int = 1,
    max_size: int = 8,
    wait_s: float = 30.0,
) -> PostgresStore:
    """Open the store as the role of ``dsn``; the first one to write installs ``partitions`` (None: take what is there).

    Raises StoreUnavailable after ``wait_s`` seconds, InstallationMismatch when the number of partitions is another one,
    KeyFileError when the key file is not the one that this installation encrypts by, StoreRefused without a schema or
    when the role may not become the screens' role.
    """
    pool = await Pool.open(dsn, min_size, max_size, wait_s)
    try:
        found = await _installation(pool, partitions)
        if partitions is not None and found["partitions"] != partitions:
            raise InstallationMismatch(
                f"Expected a journal of {partitions} partitions, but it was installed with {found['partitions']}; "
                "the number is fixed for the life of an installation"
            )
        if found["role"] == "clinicflow_app" and not found["may_be_web"]:
            raise StoreRefused("Expected clinicflow_app to be a member of clinicflow_web (with set, without inherit)")
        if keys is not None:
            await _check_keys(pool, keys, found)
    except BaseException:
        await pool.close()
        raise
    may = bool(found["may_be_web"]) and found["role"] != "clinicflow_web"
    return PostgresStore(pool, Waker(dsn), keys, found["partitions"], found["journal"], becomes_web=may)


async def _installation(pool: Pool, partitions: int | None) -> dict[str, Any]:
    try:
        found = (await pool.rows(_SQL, "installation"))[0]
    except StoreRefused as failure:
        raise StoreRefused(
            f"Expected a database with the schema of clinicflow; run: clinicflow migrate ({failure})"
        ) from failure
    if found["journal"] is None and found["writes"] and partitions is not None:
        await pool.rows(_SQL, "install", partitions=partitions)
        found = (await pool.rows(_SQL, "installation"))[0]
    if found["journal"] is None:
        raise InstallationMismatch("Expected an installed journal, but no service has ever written to this database")
    return dict(found)


async def _check_keys(pool: Pool, keys: KeyRing, found: dict[str, Any]) -> None:
    meant = keys.keyed_hash("installation", found["journal"])
    known = found["key_check"] or await pool.value(_SQL, "set_key_check", key_check=meant)
    if known != meant:
        raise KeyFileError(
            f"Expected the key file that this installation encrypts by, but {keys.path} is another one; bring back the "
            "first one from its copy, or personal values stay unreadable"
        )
