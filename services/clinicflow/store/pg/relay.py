"""The sequencer-relay's port in PostgreSQL."""

from clinicflow.store.pg import decode
from clinicflow.store.pg.pool import Pool
from clinicflow.store.rows import PlacedRow
from clinicflow.store.sql import Queries

_SQL = Queries("relay")
LEASE_S = 5.0
"""How long a relay that died keeps others out; it renews well before."""


class PgRelay:
    """Every call checks the lease in its own transaction."""

    _pool: Pool
    _journal: str

    async def take_lease(self, holder: str) -> tuple[int, str] | None:
        """Take or renew the one lease: (epoch, journal uuid), or None while another holds it."""
        epoch: int | None = await self._pool.value(_SQL, "take_lease", holder=holder, ttl=int(LEASE_S * 1_000_000))
        return None if epoch is None else (epoch, self._journal)

    async def place(self, epoch: int, now: int, limit: int) -> list[PlacedRow] | None:
        """Place up to ``limit`` unplaced rows in order; None when the lease is lost. ``now`` in UTC microseconds."""
        records = await self._pool.rows(_SQL, "place", epoch=epoch, now=now, limit=limit)
        if not records:
            return None
        return decode.placed_rows(records) if records[0][0] is not None else []

    async def heads(self) -> dict[int, int]:
        """The last placed position of each partition (-1: none)."""
        return {row["partition"]: row["position"] for row in await self._pool.rows(_SQL, "heads")}

    async def rows_from(self, partition: int, position: int, limit: int) -> list[PlacedRow]:
        """Placed rows of a partition from ``position`` on."""
        records = await self._pool.rows(_SQL, "rows_from", partition=partition, position=position, limit=limit)
        return decode.placed_rows(records)

    async def take_resends(self) -> dict[int, int]:
        """Open requests to send again: partition -> from position; taking them closes them."""
        return {row["partition"]: row["from_position"] for row in await self._pool.rows(_SQL, "take_resends")}

    async def tasks_cursor(self) -> str:
        """The cursor of the last change that was sent to the tasks topic ("" at first)."""
        return await self._pool.value(_SQL, "tasks_cursor") or ""

    async def set_tasks_cursor(self, epoch: int, cursor: str) -> bool:
        """Remember it; False when the lease is lost."""
        return bool(await self._pool.value(_SQL, "set_tasks_cursor", epoch=epoch, cursor=cursor))
