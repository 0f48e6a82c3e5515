"""The store in memory, for tests and small experiments: the same promises as in PostgreSQL until the process ends."""

from collections.abc import Callable

from clinicflow.store.mem.intake import MemoryIntake
from clinicflow.store.mem.relay import MemoryRelay
from clinicflow.store.mem.screens import MemoryBundles, MemoryOperators, MemoryScreens
from clinicflow.store.mem.tables import Tables
from clinicflow.store.mem.worker import MemoryWorker


class MemoryStore(MemoryIntake, MemoryRelay, MemoryWorker, MemoryBundles, MemoryScreens, MemoryOperators):
    """All ports together, in one process. ``clock`` gives UTC microseconds (default: the system's)."""

    def __init__(self, partitions: int = 8, *, clock: Callable[[], int] | None = None) -> None:
        self._tables = Tables(partitions, clock)

    @property
    def partitions(self) -> int:
        """How many partitions the journal has."""
        return self._tables.partitions

    @property
    def journal(self) -> str:
        """The journal's id."""
        return self._tables.journal_id

    async def close(self) -> None:
        """Nothing to give back; the rows stay for whoever looks at them."""
