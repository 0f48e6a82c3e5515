"""What goes wrong with the telling of a measurement: it is told twice, corrected, or taken back."""

from __future__ import annotations

from typing import Any

import msgspec

from clinicflow.core.event import Event, Micros
from clinicflow.simulate.about import Known
from clinicflow.simulate.agenda import Agenda, Batch
from clinicflow.simulate.patients import Patient


class Mishaps:
    """Plans them, by the quirk of the patient."""

    def __init__(self, agenda: Agenda) -> None:
        self._agenda = agenda

    def plan(self, now: Micros, known: Known, staff: str, event: Event, who: Patient) -> None:
        """After the first measurement of a visit."""
        if who.quirk == "twice":
            self._agenda.after(now, 0.4, lambda at: [Batch((event,))])
        elif who.quirk == "replaced":
            self._agenda.after(now, 2.0, lambda at: [Batch((self._replacement(at, known, staff, event),))])
        elif who.quirk == "voided":
            self._agenda.after(now, 1.5, lambda at: [Batch((self._void(at, known, staff, event),))])

    def _replacement(self, now: Micros, known: Known, staff: str, event: Event) -> Event:
        number = self._of_case("vitals-taken", now, known, staff).event_id
        systolic = getattr(event, "systolic", None) or 120
        return msgspec.structs.replace(
            event, event_id=number, recorded_at=now, corrects=event.event_id, systolic=systolic - 2
        )

    def _void(self, now: Micros, known: Known, staff: str, event: Event) -> Event:
        return self._of_case("event-voided", now, known, staff, corrects=event.event_id, reason="wrong_patient")

    def _of_case(self, kind: str, now: Micros, known: Known, staff: str, **fields: Any) -> Event:
        return self._agenda.event(kind, now, known.case, known.clinic, known.patient_id, by=staff, **fields)
