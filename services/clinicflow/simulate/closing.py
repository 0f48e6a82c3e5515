"""What shows that a task was done: the fact that a person records when it is finished."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import msgspec

from clinicflow.core.ids import named
from clinicflow.core.task import Task
from clinicflow.simulate.patients import Finding, Patient, vitals

PREFERRED: dict[str, str] = {
    "see-patient": "provider-entered",
    "find-provider": "provider-entered",
    "prepare-patient": "ready-for-provider",
    "check-on-visit": "provider-exited",
    "trace-specimen": "specimen-received",
}
"""Where several facts end a task: the one that the simulated person records."""

LEFT_TO_PEOPLE = frozenset({"resolve-identity", "review-rule-error"})
"""Work that needs a real look: no simulated person takes it."""

MINUTES: dict[str, float] = {
    "check-in": 1.5, "collect-copay": 0.8, "verify-identity": 1.0, "room-patient": 1.5, "take-vitals": 2.5,
    "record-symptoms": 1.2, "reconcile-medications-list": 1.2, "review-allergies": 0.8, "prepare-patient": 0.8,
    "complete-orders": 1.0, "checkout": 1.5, "turn-over-room": 0.6, "clean-room": 1.5, "collect-blood": 2.0,
    "collect-specimen": 1.5, "label-specimen": 0.4, "log-specimen": 0.5, "hand-to-courier": 0.5,
    "prepare-specimen": 1.0, "review-result": 1.0, "acknowledge-critical-vitals": 1.0, "take-critical-call": 1.0,
    "act-on-critical-result": 1.5,
}  # fmt: skip
"""How long it takes; two minutes unless said."""

PATIENCE: dict[str, float] = {
    "hand-to-courier": 6.0, "review-result": 8.0, "acknowledge-refill": 5.0, "sign-off-refill": 9.0, "book-visit": 20.0,
    "decide-refill": 12.0, "tell-patient": 10.0, "tell-normal-result": 12.0, "follow-up-lwbs-call": 30.0,
    "call-back-for-specimen": 240.0, "recollect": 30.0, "tell-patient-denied": 15.0,
}  # fmt: skip
"""After how many minutes somebody turns to it, on average; at once unless said."""


SAID_BY: dict[str, str] = {"concerns-acknowledged": "PRV", "credential-granted": "MGR", "competency-signed": "RN"}
"""Facts that another role records than the one that did the work: who was told says so, nobody signs for themselves."""


class Doing(msgspec.Struct, frozen=True):
    """A task as it is finished. ``finding`` is what a measurement will show, ``room`` the room that was chosen."""

    task: Task
    case: str
    patient: Patient
    chance: random.Random
    finding: Finding = "normal"
    room: str | None = None
    appointment_at: int | None = None
    collected: int = 0
    """How many specimens of the order were taken before."""
    observed: str = "unknown"
    """Code of what the order's test observes (LOINC)."""
    now: int = 0


def checked_in(doing: Doing) -> dict[str, Any]:
    """Fields of the arrival at the desk."""
    who = doing.patient
    return {
        "identifiers_matched": 1 if doing.chance.random() < 0.03 else 2,
        "appointment_at": doing.appointment_at,
        "patient_age": who.age,
        "patient_age_unit": who.age_unit,
        "patient_language": who.language,
        "visit_type": who.visit_type,
        "pregnant": who.pregnant,
        "acuity": who.acuity,
    }


def _specimen(doing: Doing) -> str:
    """The specimen in hand: the last one that was taken (one at least, also when an earlier run has taken it)."""
    return named(f"{doing.case}|specimen|{max(1, doing.collected)}")[:13]


def _collected(doing: Doing) -> dict[str, Any]:
    taken = msgspec.structs.replace(doing, collected=doing.collected + 1)
    return {"specimen_id": _specimen(taken), "two_ids_checked": True, "tubes": 1}


def _label(doing: Doing) -> dict[str, Any]:
    good = doing.task.activity == "check-label" or doing.chance.random() > 0.03
    return {"specimen_id": _specimen(doing), "two_ids": True, "time_on_label": good, "collector_on_label": True}


def _reviewed(doing: Doing) -> dict[str, Any]:
    outcome = doing.chance.choice(("no_action", "tell_patient", "tell_patient", "follow_up"))
    return {"result_event": doing.task.cause, "outcome": outcome}


def _looked_at(doing: Doing) -> dict[str, Any]:
    told = {"result_id": f"R-{doing.case[:8]}", "code": doing.observed, "system": "loinc"}
    return told | {"critical": doing.chance.random() < 0.2}


def _signer(doing: Doing) -> str:
    """Who comes with a child signs for it."""
    return "patient" if doing.patient.age_unit == "a" and doing.patient.age >= 16 else "parent"


FIELDS: dict[str, Callable[[Doing], dict[str, Any]]] = {
    "checked-in": checked_in,
    "roomed": lambda doing: {"room_id": doing.room},
    "vitals-taken": lambda doing: vitals(doing.patient, doing.chance, doing.finding),
    "symptoms-recorded": lambda doing: {"red_flags": [], "red_flags_denied": ["chest_pain", "breathing_trouble"]},
    "medication-list-reviewed": lambda doing: {"changed": []},
    "allergies-reviewed": lambda doing: {"changed": [], "new_allergens": []},
    "consent-signed": lambda doing: {"consent_type": "treatment", "signed_by": _signer(doing), "interpreter": False},
    "concerns-acknowledged": lambda doing: {},
    "ready-for-provider": lambda doing: {},
    "provider-entered": lambda doing: {},
    "provider-exited": lambda doing: {},
    "visit-ended": lambda doing: {},
    "checked-out": lambda doing: {},
    "room-vacated": lambda doing: {"precautions": doing.chance.choices(("standard", "contact"), (9, 1))[0]},
    "room-cleaned": lambda doing: {},
    "specimen-collected": _collected,
    "specimen-labelled": _label,
    "specimen-logged": lambda doing: {"specimen_id": _specimen(doing)},
    "specimen-sent": lambda doing: {"specimen_id": _specimen(doing), "temperature_band": "ambient"},
    "specimen-received": lambda doing: {"specimen_id": _specimen(doing)},
    "result-reviewed": _reviewed,
    "result-looked-at": _looked_at,
    "result-communicated": lambda doing: {"how": doing.chance.choice(("phone", "portal")), "by_script": True},
    "critical-vitals-acknowledged": lambda doing: {
        "flag_event": None if doing.task.cause_voided else doing.task.cause,
        "action": "assessed",
    },
    "critical-result-acknowledged": lambda doing: {"read_back": True, "result_event": doing.task.cause},
    "refill-approved": lambda doing: {},
    "refill-denied": lambda doing: {"reason": doing.chance.choice(("visit_needed", "lab_needed", "too_early"))},
    "refill-sent": lambda doing: {"pharmacy_id": "pharmacy-1"},
}
"""The fields of each fact that ends a task."""


def fact_of(doing: Doing, facts: list[str]) -> str | None:
    """The type of the fact that ends the task; None when saying so is enough, or nobody here can record it."""
    if "refill-denied" in facts and "refill-approved" in facts:
        denied = doing.task.activity == "decide-refill" and doing.chance.random() < 0.4
        return "refill-denied" if denied else "refill-approved"
    wanted = PREFERRED.get(doing.task.activity)
    if wanted in facts:
        return wanted
    return next((name for name in facts if name in FIELDS), None)
