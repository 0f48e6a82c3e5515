"""The waits that a forecaster publishes for an organization's clinics, as the journal has them.

A clinic that has a forecaster shows what that says, and nothing while it is silent: an old number is worse than none.
Only when nothing was heard of it for a quarter of an hour does the screen's own calculation count again.
"""

import msgspec

from clinicflow import codec
from clinicflow.core.durations import MINUTE, SECOND
from clinicflow.errors import UndecodableEvent
from clinicflow.events import WaitEstimatePublished, WaitEstimateWithdrawn
from clinicflow.store.ports import ScreenStore
from clinicflow.store.rows import PlacedRow

TYPES = (WaitEstimatePublished.TYPE, WaitEstimateWithdrawn.TYPE)
RELIES = 15 * MINUTE
"""For how long after its last word (microseconds) a clinic relies on its forecaster."""
OVERLAP = 10 * SECOND
"""Looks overlap so much: a place may become visible after a later one."""


class Estimate(msgspec.Struct, frozen=True):
    """What was said last, and when it was made (UTC microseconds); ``minutes`` is None when it was withdrawn."""

    at: int
    minutes: tuple[int, int] | None
    """Half of the patients, and nine of ten, wait no longer."""


class Estimates:
    """The last word for each clinic of an organization."""

    def __init__(self, org_id: str) -> None:
        self._org_id = org_id
        self._looked_at: int | None = None
        self._last: dict[str, tuple[tuple[int, int], Estimate]] = {}

    async def look(self, store: ScreenStore, now: int) -> None:
        """Read what was placed since the last look. Raises what the store raises."""
        since = now - RELIES if self._looked_at is None else self._looked_at - OVERLAP
        for row in await store.events_since(self._org_id, TYPES, since):
            self._hear(row)
        self._looked_at = now

    def of(self, clinic_id: str, now: int) -> Estimate | None:
        """The last word for a clinic; None for a clinic without a forecaster."""
        found = self._last.get(clinic_id)
        return None if found is None or now - found[1].at > RELIES else found[1]

    def _hear(self, row: PlacedRow) -> None:
        try:
            event = codec.decode(row.payload)
        except UndecodableEvent:
            return
        at = min(event.occurred_at, row.logged_at)
        if isinstance(event, WaitEstimatePublished) and event.p50_min <= event.p90_min:
            found = Estimate(at, (event.p50_min, event.p90_min))
        elif isinstance(event, WaitEstimateWithdrawn):
            found = Estimate(at, None)
        else:
            return
        place = (row.logged_at, row.position)
        known = self._last.get(event.clinic_id)
        if known is None or known[0] < place:
            self._last[event.clinic_id] = (place, found)
