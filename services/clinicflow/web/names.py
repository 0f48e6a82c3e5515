"""Patients' names for staff screens. Each reading names who reads, whose names, and why, in the audit."""

from collections.abc import Iterable

from clinicflow.auth import Principal
from clinicflow.web.services import Services

FIELD = "name"


async def names_of(
    services: Services, reader: Principal, patient_ids: Iterable[str | None], purpose: str
) -> dict[str, str]:
    """The names of these patients as far as they are known. Nothing is read, and nothing audited, for nobody."""
    wanted = sorted({patient for patient in patient_ids if patient})
    if not wanted:
        return {}
    viewer = f"{reader.kind}:{reader.id}"
    found = await services.store.read_personal(reader.org_id, viewer, wanted, purpose, services.clock())
    return {patient: values[FIELD] for patient, values in found.items() if FIELD in values}
