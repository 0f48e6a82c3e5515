"""A task as simulated staff know it, and whom it is about."""

from __future__ import annotations

import msgspec

from clinicflow.core.event import Micros
from clinicflow.core.task import Task
from clinicflow.simulate.agenda import Agenda
from clinicflow.simulate.chance import chance_of
from clinicflow.simulate.closing import Doing
from clinicflow.simulate.course import Course, Order
from clinicflow.simulate.patients import TESTS, Finding, Patient, patient


class Known(msgspec.Struct):
    """A task as last seen. ``mine`` is the simulated person who has it; ``planned`` whether something is to come."""

    task: Task
    case: str
    clinic: str
    patient_id: str | None
    mine: str | None = None
    planned: bool = False
    tries: int = 0
    checks: int = 0
    finished: int = 0
    finding: Finding | None = None
    room: str | None = None
    refused: tuple[str, ...] = ()
    """Whose claim was refused, or lost to somebody else's."""


class About:
    """Finds the patient and the order of a task; of a case that an earlier run has left, it makes them up."""

    def __init__(self, agenda: Agenda, course: Course) -> None:
        self._agenda = agenda
        self._course = course

    def doing(self, known: Known, room: str | None, now: Micros) -> Doing:
        """The task as it is finished; ``room`` is where the patient is brought, if that is the work."""
        who = self.patient(known)
        appointment = None if who.appointment is None else self._agenda.at_minute(who.appointment)
        return Doing(
            task=known.task,
            case=known.case,
            patient=who,
            chance=chance_of(self._agenda.seed, known.task.task_id, f"finish {known.finished}"),
            finding=known.finding or (who.finding if known.task.rule == "take-vitals" else "normal"),
            room=room,
            appointment_at=appointment,
            collected=self._course.collected[known.case],
            observed=self._course.observed(known.case),
            now=now,
        )

    def patient(self, known: Known) -> Patient:
        """Whom the task is about."""
        found = self._course.patients.get(known.case)
        if found is None and (order := self._course.orders.get(known.case)) is not None:
            return order.patient
        if found is None:
            found = patient(f"{self._agenda.seed}|{known.case}", 0, known.clinic, 0.0, self._agenda.bundle.languages)
            found = msgspec.structs.replace(
                found, visit=known.case, patient_id=known.patient_id or found.patient_id, appointment=None, tests=()
            )
            self._course.patients[known.case] = found
        return found

    def order(self, known: Known) -> Order:
        """The order that the task is about."""
        chance = chance_of(known.case, "order")
        return self._course.orders.get(known.case) or Order(
            self.patient(known), chance.randrange(len(TESTS)), known.case, chance
        )
