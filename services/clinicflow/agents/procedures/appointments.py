"""Appointments for procedures: each has a case of its own, in which the instruments are set up."""

from collections.abc import Sequence

from clinicflow.agents.procedures.state import ProceduresState
from clinicflow.core.agent import Agent, Facts, Raise
from clinicflow.core.event import Micros
from clinicflow.core.ids import named
from clinicflow.events import AppointmentBooked, AppointmentCancelled, AppointmentRescheduled

KINDS = ("procedure", "surgery")
"""Kinds of visit for which instruments are set up."""


def register(agent: Agent[ProceduresState]) -> None:
    """Let the agent hear of appointments."""
    agent.derives(AppointmentBooked)(plan)
    agent.derives(AppointmentRescheduled)(plan)
    agent.derives(AppointmentCancelled)(drop)


def procedure_case(appointment: str) -> str:
    """The case of the procedure that is done at an appointment."""
    return named(f"procedure|{appointment}")


def plan(
    before: ProceduresState,
    after: ProceduresState,
    event: AppointmentBooked | AppointmentRescheduled,
    facts: Facts,
) -> Sequence[Raise]:
    """Plan the procedure, or plan it anew for another time."""
    return (_planned(event.case_id, event.start, facts),) if facts.patient.visit_type in KINDS else ()


def _planned(appointment: str, start: Micros, facts: Facts) -> Raise:
    patient = facts.patient
    fields = {
        "appointment_case_id": appointment,
        "start": start,
        "surgery": patient.visit_type == "surgery",
        "patient_age": patient.age,
        "patient_age_unit": patient.age_unit,
        "patient_language": patient.language,
        "visit_type": patient.visit_type,
    }
    return Raise("procedure-planned", fields, case_id=procedure_case(appointment))


def drop(before: ProceduresState, after: ProceduresState, event: AppointmentCancelled, facts: Facts) -> Sequence[Raise]:
    """Nothing is set up for a procedure that is not to be."""
    if facts.patient.visit_type not in KINDS:
        return ()
    return (Raise("order-cancelled", {"reason": "not_needed"}, case_id=procedure_case(event.case_id)),)
