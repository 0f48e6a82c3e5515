"""The earlier rows of cases that corrections ask for: those of a whole round in one question."""

from collections.abc import Iterable
from functools import partial

from clinicflow.codec import decode
from clinicflow.core.event import Placed
from clinicflow.errors import UndecodableEvent
from clinicflow.live.asking import Current, insist
from clinicflow.store.ports import WorkerStore
from clinicflow.store.rows import CaseRows, PlacedRow


class Histories:
    """What one round has read. All agents share it: reading a case anew for each costs more than the whole round."""

    def __init__(self, store: WorkerStore, current: Current) -> None:
        self._store = store
        self.current = current
        self._kept: dict[tuple[str, str], tuple[int, list[Placed]]] = {}

    async def load(self, corrections: Iterable[Placed]) -> None:
        """Read for all of these corrections, each case up to the last one."""
        wanted: dict[tuple[str, str], CaseRows] = {}
        for placed in corrections:  # in the order of their positions: the last one of a case reaches furthest
            event = placed.event
            asked = CaseRows(event.org_id, event.case_id, placed.partition, placed.position - 1)
            wanted[event.org_id, event.case_id] = asked
        if not wanted:
            return
        rows = await insist(partial(self._store.case_histories, list(wanted.values())), self.current)
        for key, asked in wanted.items():
            self._kept[key] = (asked.upto, history_of([row for row in rows if (row.org_id, row.case_id) == key]))

    async def before(self, placed: Placed) -> list[Placed]:
        """The rows of the case before this one, in order."""
        key = (placed.event.org_id, placed.event.case_id)
        if key not in self._kept or self._kept[key][0] < placed.position - 1:
            await self.load([placed])
        return [row for row in self._kept[key][1] if row.position < placed.position]

    async def at(self, org_id: str, case_id: str, partition: int, position: int) -> Placed | None:
        """The last row of a case up to a position."""
        rows = CaseRows(org_id, case_id, partition, position)
        found = history_of(await insist(partial(self._store.case_histories, [rows]), self.current))
        return found[-1] if found else None


def history_of(rows: list[PlacedRow]) -> list[Placed]:
    """Decoded earlier rows of a case; those that cannot be decoded are dead letters and were not applied either."""
    history = []
    for row in rows:
        try:
            event = decode(row.payload)
        except UndecodableEvent:
            continue
        history.append(Placed(event, row.partition, row.position, row.logged_at, row.bundle, row.target_agent))
    return history
