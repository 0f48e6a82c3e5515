"""Free text and names leave an event before it is journaled: the event carries a reference instead."""

from clinicflow.codec import personal
from clinicflow.core.event import Event
from clinicflow.gateway.ids import named
from clinicflow.store.rows import Personal

PREFIX = personal.PREFIX


def withdraw(event: Event, patient_id: str | None) -> tuple[Event, list[Personal]]:
    """The event with references in place of personal values, and the values to be stored encrypted.

    It works on the event that was read, not on what was sent: JSON has several forms of one value. Without a patient
    the values are stored under the organization's key.
    """
    kept: list[Personal] = []

    def refer(path: str, field: str, text: str) -> str:
        ref = named("personal", event.event_id, path)
        kept.append(Personal(event.org_id, patient_id or "", ref, field, text))
        return PREFIX + ref

    return personal.referred(event, refer), kept
