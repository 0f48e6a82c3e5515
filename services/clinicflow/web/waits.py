"""How long patients of one clinic have waited today, read from the visits as they change."""

from collections.abc import Iterable

from clinicflow.core.durations import DAY
from clinicflow.core.hours import Zone
from clinicflow.core.line import QUEUE, waits_from
from clinicflow.core.view import VisitView


class Waits:
    """Arrivals and delays of a clinic-local day; begins anew at midnight."""

    def __init__(self, zone: Zone) -> None:
        self._zone = zone
        self._day = -1
        self._arrived: set[str] = set()
        self._taken: dict[str, tuple[int, int]] = {}

    def note(self, view: VisitView, now: int) -> None:
        """Look at a visit as it is now; ``now`` in UTC microseconds."""
        self._begin_day(now)
        if self._zone.local(view.arrived_at) // DAY == self._day:
            self._arrived.add(view.case_id)
            if view.stage == "roomed" and view.case_id not in self._taken:
                self._taken[view.case_id] = (view.since, max(0, view.since - waits_from(view)))

    def patients(self, now: int) -> int:
        """How many came today."""
        self._begin_day(now)
        return len(self._arrived)

    def last_delay(self) -> int | None:
        """The wait of the patient taken in last (microseconds)."""
        return max(self._taken.values())[1] if self._taken else None

    def _begin_day(self, now: int) -> None:
        day = self._zone.local(now) // DAY
        if day != self._day:
            self._day, self._arrived, self._taken = day, set(), {}


def head_wait(views: Iterable[VisitView], now: int) -> int | None:
    """The longest wait among those who still wait (microseconds)."""
    return max(
        (now - waits_from(view) for view in views if view.stage in QUEUE and waits_from(view) <= now), default=None
    )
