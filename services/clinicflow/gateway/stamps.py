"""What intake writes into events about the people in them, from the bundle in force: never what the sender claims."""

from typing import Any

from clinicflow.core.bundle import Bundle
from clinicflow.core.event import Event
from clinicflow.errors import Problem


def actor(bundle: Bundle, staff_id: str, clinic_id: str, at: int) -> dict[str, Any] | None:
    """The actor's fields of the envelope at an instant (UTC microseconds); None for an unknown person."""
    person = bundle.person(staff_id, clinic_id, at)
    if person is None:
        return None
    return {"actor_id": staff_id, "actor_role": person.role, "actor_credentials": list(person.credentials)}


def request(bundle: Bundle, staff_id: str, clinic_id: str, at: int) -> dict[str, Any]:
    """What a request for a task says of the person who asks."""
    person = bundle.person(staff_id, clinic_id, at)
    if person is None:
        return {}
    return {
        "on_shift": person.on_shift,
        "on_site_supervisors": list(person.supervisors),
        "lead": person.lead,
        "jurisdiction": bundle.clinic(clinic_id).get("jurisdiction"),
        **_known(bundle, staff_id, clinic_id, ""),
    }


def delegate(bundle: Bundle, staff_id: str, clinic_id: str, at: int) -> dict[str, Any] | None:
    """What a delegation says of the person who is to do the task; None for an unknown person."""
    person = bundle.person(staff_id, clinic_id, at)
    if person is None:
        return None
    return {
        "to_role": person.role,
        "to_credentials": list(person.credentials),
        "to_on_shift": person.on_shift,
        **_known(bundle, staff_id, clinic_id, "to_"),
    }


def of(
    kind: type[Event], doc: dict[str, Any], bundle: Bundle, staff_id: str, clinic_id: str, at: int
) -> dict[str, Any]:
    """All stamped fields that this event type has; raises ``ValueError`` with a ``Problem`` for an unknown delegate."""
    if not kind.STAMPED:
        return {}
    stamped = request(bundle, staff_id, clinic_id, at)
    if "to_staff" in kind.__struct_fields__:
        to = delegate(bundle, str(doc.get("to_staff")), clinic_id, at)
        if to is None:
            raise ValueError(Problem("to_staff", "is unknown", "a member of staff of the bundle"))
        stamped |= to
    return {name: value for name, value in stamped.items() if name in kind.STAMPED}


def _known(bundle: Bundle, staff_id: str, clinic_id: str, prefix: str) -> dict[str, Any]:
    entry = bundle.staff(staff_id) or {}
    language, assigned = ("staff_languages" if not prefix else "to_languages"), f"{prefix}clinic_assigned"
    return {language: list(entry.get("languages", ())), assigned: clinic_id in entry.get("clinics", ())}
