"""The sequencer-relay's port in memory."""

from clinicflow.store.mem.tables import JournalRow, Tables
from clinicflow.store.partition import partition_of
from clinicflow.store.rows import PlacedRow

LEASE_US = 5_000_000


class MemoryRelay:
    """Every call checks the lease."""

    _tables: Tables

    async def take_lease(self, holder: str) -> tuple[int, str] | None:
        """Take or renew the one lease: (epoch, journal uuid), or None while another holds it."""
        now = self._tables.clock()
        epoch, owner, expires = self._tables.lease or (0, "", -1)
        if owner != holder and expires >= now:
            return None
        epoch += owner != holder
        self._tables.lease = (epoch, holder, now + LEASE_US)
        return epoch, self._tables.journal_id

    async def place(self, epoch: int, now: int, limit: int) -> list[PlacedRow] | None:
        """Place up to ``limit`` unplaced rows in order; None when the lease is lost."""
        if not self._holds(epoch):
            return None
        taken = sorted(self._tables.unplaced)[:limit]
        placed = [self._place(self._tables.unplaced.pop(jid), now) for jid in taken]
        return sorted(placed, key=lambda row: (row.partition, row.position))

    async def heads(self) -> dict[int, int]:
        """The last placed position of each partition (-1: none)."""
        return {partition: len(rows) - 1 for partition, rows in enumerate(self._tables.places)}

    async def rows_from(self, partition: int, position: int, limit: int) -> list[PlacedRow]:
        """Placed rows of a partition from ``position`` on."""
        return self._tables.places[partition][max(0, position) : max(0, position) + limit]

    async def take_resends(self) -> dict[int, int]:
        """Open requests to send again; taking them closes them."""
        taken, self._tables.resends = self._tables.resends, {}
        return taken

    async def tasks_cursor(self) -> str:
        """The cursor of the last change that was sent to the tasks topic ("" at first)."""
        return self._tables.sent_cursor

    async def set_tasks_cursor(self, epoch: int, cursor: str) -> bool:
        """Remember it; False when the lease is lost."""
        if not self._holds(epoch):
            return False
        self._tables.sent_cursor = cursor
        return True

    def _holds(self, epoch: int) -> bool:
        return self._tables.lease is not None and self._tables.lease[0] == epoch

    def _place(self, row: JournalRow, now: int) -> PlacedRow:
        event = row.event
        partition = partition_of(event.case_id, self._tables.partitions)
        before = self._tables.places[partition]
        row.placed = PlacedRow(
            partition=partition,
            position=len(before),
            logged_at=max(now, before[-1].logged_at if before else 0),
            bundle=self._tables.in_force.get(event.org_id, 0),
            org_id=event.org_id,
            event_id=event.event_id,
            case_id=event.case_id,
            type=event.type,
            payload=event.payload,
            target_agent=event.target_agent,
        )
        before.append(row.placed)
        return row.placed
