"""What intake writes into events about the people in them, from the bundle in force and from what
events have told of them since: never what the sender claims.
"""

from typing import Any

import msgspec

from clinicflow.core.bundle import Bundle
from clinicflow.core.event import Event, Micros
from clinicflow.core.people import People
from clinicflow.errors import Problem
from clinicflow.events import SiteSupervisor


class Stamping(msgspec.Struct, frozen=True):
    """Where and when an event is stamped: ``at`` is when it happened, ``due`` when the task is that it asks for."""

    bundle: Bundle
    people: People
    clinic_id: str
    at: Micros
    due: Micros | None = None


def actor(people: People, staff_id: str, at: Micros) -> dict[str, Any] | None:
    """The actor's fields of the envelope at an instant; None for an unknown person."""
    person = people.person(staff_id, at)
    if person is None:
        return None
    return {"actor_id": staff_id, "actor_role": person.role, "actor_credentials": list(person.credentials)}


def request(here: Stamping, staff_id: str) -> dict[str, Any]:
    """What a request for a task says of the person who asks."""
    person = here.people.person(staff_id, here.at, here.due)
    if person is None:
        return {}
    return {
        "on_shift": person.on_shift,
        "on_site_supervisors": list(person.supervisors),
        "lead": person.lead,
        "jurisdiction": here.bundle.clinic(here.clinic_id).get("jurisdiction"),
        "staff_languages": list(person.languages),
        "clinic_assigned": here.people.assigned(staff_id, here.at),
        "on_break": person.on_break,
        "credentials_ending": list(person.ending),
        "supervisors": _present(person.present),
    }


def delegate(here: Stamping, staff_id: str) -> dict[str, Any] | None:
    """What a delegation says of the person who is to do the task, and of who is on site beside that person; None for an
    unknown person."""
    person = here.people.person(staff_id, here.at, here.due)
    if person is None:
        return None
    return {
        "to_role": person.role,
        "to_credentials": list(person.credentials),
        "to_on_shift": person.on_shift,
        "to_languages": list(person.languages),
        "to_clinic_assigned": here.people.assigned(staff_id, here.at),
        "to_on_break": person.on_break,
        "to_credentials_ending": list(person.ending),
        "on_site_supervisors": list(person.supervisors),
        "supervisors": _present(person.present),
    }


def _present(supervisors: tuple[SiteSupervisor, ...]) -> list[dict[str, str]]:
    return [msgspec.structs.asdict(each) for each in supervisors]


def of(kind: type[Event], doc: dict[str, Any], here: Stamping, staff_id: str) -> dict[str, Any]:
    """All stamped fields that this event type has; raises ``ValueError`` with a ``Problem`` for an unknown delegate."""
    if not kind.STAMPED:
        return {}
    stamped = request(here, staff_id)
    stamped["previous_role"] = (here.bundle.staff(str(doc.get("staff_id"))) or {}).get("role")
    if "to_staff" in kind.__struct_fields__:
        to = delegate(here, str(doc.get("to_staff")))
        if to is None:
            raise ValueError(Problem("to_staff", "is unknown", "a member of staff of the bundle"))
        stamped |= to
    return {name: value for name, value in stamped.items() if name in kind.STAMPED}
