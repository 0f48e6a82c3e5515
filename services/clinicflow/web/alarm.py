"""The alarm of a clinic's board: patients whom nobody looks after, once it is sure that nothing is on its way."""

from typing import Any

from clinicflow.core.waiting import ALARM_AFTER
from clinicflow.web.mirror import Mirror


def alarmed(mirror: Mirror, clinic_id: str, now: int) -> list[dict[str, Any]]:
    """The forgotten visits of a clinic for longer than ``ALARM_AFTER``: case and since when (UTC microseconds)."""
    return [
        {"case_id": visit.case_id, "since": visit.since}
        for visit in mirror.forgotten
        if visit.clinic_id == clinic_id and now - visit.since > ALARM_AFTER
    ]


class Alarm:
    """Tells a board's stream when the alarm is another one than it has told."""

    def __init__(self, mirror: Mirror, clinic_id: str) -> None:
        self._mirror = mirror
        self._clinic_id = clinic_id
        self._told: list[dict[str, Any]] | None = None

    def news(self, now: int) -> dict[str, Any] | None:
        """The alarm as it is at ``now``; None when it was told already."""
        found = alarmed(self._mirror, self._clinic_id, now)
        if found == self._told:
            return None
        self._told = found
        return {"visits": found, "now": now}
