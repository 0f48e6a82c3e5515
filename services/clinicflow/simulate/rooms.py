"""Exam rooms of the simulated clinics: which is free, which is held for a patient who is being brought there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from clinicflow.core.bundle import Bundle
from clinicflow.core.ids import room_case
from clinicflow.simulate.course import Course

_HERE = ("arrived", "checked-in", "roomed", "with-provider")


class Rooms:
    """Rooms by clinic. ``busy`` says whether work on a room's case is open: turning it over, cleaning it."""

    def __init__(self, bundle: Bundle, course: Course, busy: Callable[[str], bool]) -> None:
        self._course = course
        self._busy = busy
        self._rooms: dict[str, dict[str, str]] = {
            clinic: {room["id"]: room_case(bundle.org_id, room["id"]) for room in _exam_rooms(bundle, clinic)}
            for clinic in bundle.clinics
        }
        self._held: dict[str, str] = {}

    def free(self, clinic: str) -> str | None:
        """A clean room that nobody has."""
        views = self._course.views.values()
        taken = {view.room_id for view in views if view.clinic_id == clinic and view.stage in _HERE}
        for room, case in self._rooms.get(clinic, {}).items():
            if room not in taken and room not in self._held and not self._busy(case):
                return room
        return None

    def any(self, clinic: str) -> str | None:
        """A free room, else the first one."""
        return self.free(clinic) or next(iter(self._rooms.get(clinic, {})), None)

    def hold(self, clinic: str, visit: str) -> str | None:
        """Choose a free room for a visit."""
        room = self.free(clinic)
        if room is not None:
            self._held[room] = visit
        return room

    def let_go(self, room: str | None, visit: str) -> None:
        """The visit is in its room, or will not come."""
        if room is not None and self._held.get(room) == visit:
            del self._held[room]


def _exam_rooms(bundle: Bundle, clinic: str) -> list[dict[str, Any]]:
    return [room for room in bundle.clinic(clinic).get("rooms", ()) if room.get("type", "exam") == "exam"]
