"""The line of patients who wait to be taken in: where each stands, and who has waited so long that nobody goes before.

A place in the line is max(appointment, arrival): who comes early does not overtake, who comes within the grace time
keeps the place of the appointment, who comes later stands from the arrival.
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from clinicflow.core.durations import MINUTE
from clinicflow.core.event import Micros
from clinicflow.core.view import VisitView
from clinicflow.errors import InvalidBundle

QUEUE = frozenset({"arrived", "checked-in"})
"""Stages in which a patient waits to be taken to a room."""


class Line(msgspec.Struct, frozen=True):
    """What a clinic says of its line, in microseconds: until when who comes late keeps the appointment's place, and
    after which wait a patient goes to the head of the class."""

    grace: Micros
    cap: Micros


def line_of(table: Mapping[str, Any], queue: Mapping[str, Any]) -> Line:
    """The clinic's ``queue`` (minutes), where it says nothing the table ``ranking``, then the shipped values."""
    grace = queue.get("grace_minutes", table.get("late_grace_min", 15))
    cap = queue.get("overtake_cap_minutes", table.get("overtake_cap_min", 45))
    return Line(int(grace) * MINUTE, int(cap) * MINUTE)


def parse_minutes(value: Any) -> int:
    """A time of ``queue`` in minutes, none or more; raises ``InvalidBundle``."""
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise InvalidBundle(f"Expected whole minutes, 0 or more, but got {value!r}")
    return value


def waits_from(visit: VisitView) -> Micros:
    """When the wait begins: at the arrival, but not before the appointment."""
    return max(visit.arrived_at, visit.appointment_at or 0)


def came_late(visit: VisitView, line: Line) -> bool:
    """Whether the patient came after the grace time and lost the place of the appointment."""
    return visit.appointment_at is not None and visit.arrived_at > visit.appointment_at + line.grace


def place(visit: VisitView, line: Line) -> Micros:
    """Where a patient stands in the line."""
    if visit.appointment_at is None or came_late(visit, line):
        return visit.arrived_at
    return visit.appointment_at


def too_long(visit: VisitView, line: Line, now: Micros) -> bool:
    """Whether a patient who is not taken in yet has waited longer than others may go before."""
    return visit.stage in QUEUE and now - waits_from(visit) > line.cap
