"""Whose case it is, as intake remembers it: every door asks the same before it takes an event about a patient."""

import json

from clinicflow.events import EVENT_TYPES
from clinicflow.store.ports import IntakeTransaction

AUTHORITY = "clinicflow"
"""The authority of identifiers that intake gives itself."""

OPENERS = frozenset(name for name, event in EVENT_TYPES.items() if event.OPENS)
"""Events that may begin a case; the patient whom the first of them names is the case's."""


async def root(transaction: IntakeTransaction, org_id: str, patient_id: str) -> str:
    """The patient that this one was merged into, through any number of merges."""
    while (survivor := await transaction.resolve(org_id, AUTHORITY, "merged-into", patient_id)) is not None:
        patient_id = survivor
    return patient_id


async def owner(transaction: IntakeTransaction, org_id: str, case_id: str) -> str | None:
    """The patient whose case this is, after all merges; None when intake does not know it."""
    visitor = await transaction.resolve(org_id, AUTHORITY, "visitor", case_id)
    patient = json.loads(visitor)[0] if visitor else await transaction.resolve(org_id, AUTHORITY, "patient-of", case_id)
    return await root(transaction, org_id, patient) if patient else None


async def belongs(transaction: IntakeTransaction, org_id: str, case_id: str, patient_id: str) -> None:
    """Remember whose case this is."""
    await transaction.bind(org_id, AUTHORITY, "patient-of", case_id, patient_id)
