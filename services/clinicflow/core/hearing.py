"""What an agent only hears of a case: where the visit stands and who the patient is, with nothing of its own to do.

Every agent of visits is told of arrivals, check-in and endings, and most have nothing to do with most visits. Such a
step is the plain course without what would find nothing: a third of its cost, with the same outcome.
"""

from typing import Any

import msgspec

from clinicflow.core.agent import Agent
from clinicflow.core.event import Event, Placed
from clinicflow.core.outcome import AgentCase, Outcome, PatientFacts, Rejection
from clinicflow.core.plans import TELLS_PATIENT
from clinicflow.core.visit import LAW, next_phase
from clinicflow.core.work import nothing_done, state_of
from clinicflow.events import EVENT_TYPES

_PATIENT_FIELDS = {
    "age": "patient_age",
    "age_unit": "patient_age_unit",
    "language": "patient_language",
    "visit_type": "visit_type",
    "pregnant": "pregnant",
    "postpartum_days": "postpartum_days",
}
_TOLD = {
    name: tuple(
        (fact, field) for fact, field in _PATIENT_FIELDS.items() if field in EVENT_TYPES[name].__struct_fields__
    )
    for name in sorted(TELLS_PATIENT)
}


def patient_after(patient: PatientFacts, event: Event) -> PatientFacts:
    """The facts about the patient with those that an event of ``TELLS_PATIENT`` tells; a null tells nothing."""
    told = {}
    for fact, field in _TOLD[event.TYPE]:
        value = getattr(event, field)
        if value is not None:
            told[fact] = value
    return msgspec.structs.replace(patient, **told) if told else patient


def heard(agent: Agent[Any], case: AgentCase, placed: Placed) -> Outcome | None:
    """The outcome of one of the bundle's ``heard`` types on a case where the agent has no task and no timer; None when
    the law of visits refuses the event, which is told by the plain course."""
    event, phase, patient = placed.event, case.phase, case.patient
    if event.TYPE in LAW:
        lawful = next_phase(phase, event)
        if isinstance(lawful, Rejection):
            return None
        phase = lawful
    if event.TYPE in TELLS_PATIENT:
        patient = patient_after(patient, event)
    return nothing_done(agent, case, placed, state_of(agent, case), phase, patient)
