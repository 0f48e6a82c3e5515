"""Patients' keys in the database, and what is encrypted under them."""

from typing import Any

from clinicflow.errors import Forgotten, KeyFileError
from clinicflow.store.crypto import KeyRing
from clinicflow.store.pg.pool import Session
from clinicflow.store.sql import Queries

_SQL = Queries("intake")
ORGANIZATION = ""
"""The patient id under which an organization keeps the key of what belongs to no known patient."""
SYSTEM = ""
"""The organization id of what belongs to no known organization."""


def needed(keys: KeyRing | None) -> KeyRing:
    """The key ring, or a clear error when this process was started without one."""
    if keys is None:
        raise KeyFileError(
            "Expected a key file: this process was started without one and may not read or write personal data"
        )
    return keys


async def wrapped_key(session: Session, keys: KeyRing, org_id: str, patient_id: str) -> bytes:
    """The wrapped key of a patient, made at first use inside the caller's transaction. Raises Forgotten."""
    known = await _find(session, org_id, patient_id)
    if known is None:
        fresh = keys.new_key(org_id, patient_id)
        await session.run(_SQL, "add_key", org=org_id, patient=patient_id, wrapped=fresh)
        known = await _find(session, org_id, patient_id)  # another process may have been first
    if known is None or known["forgotten_at"] is not None:
        raise Forgotten()
    wrapped: bytes = known["wrapped"]
    return wrapped


async def encrypt(session: Session, keys: KeyRing, org_id: str, patient_id: str, ref: str, value: bytes) -> bytes:
    """``value`` under the patient's key."""
    return keys.encrypt(await wrapped_key(session, keys, org_id, patient_id), value, org_id, patient_id, ref)


async def decrypt(session: Session, keys: KeyRing, org_id: str, patient_id: str, ref: str, sealed: bytes) -> bytes:
    """The clear value. Raises Forgotten."""
    return keys.decrypt(await wrapped_key(session, keys, org_id, patient_id), sealed, org_id, patient_id, ref)


async def _find(session: Session, org_id: str, patient_id: str) -> Any:
    return await session.row(_SQL, "wrapped_key", org=org_id, patient=patient_id)
