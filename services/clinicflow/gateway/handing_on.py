"""Work that goes to others in one step: of somebody who is away, and at the change of a shift."""

from collections.abc import Sequence
from typing import Any

import msgspec

from clinicflow.auth import Principal
from clinicflow.core.bundle import Bundle
from clinicflow.core.requests import Setting
from clinicflow.core.scope import Person
from clinicflow.core.spreading import Share, spread
from clinicflow.core.workload import weight_held
from clinicflow.errors import Problem, Refused
from clinicflow.events import ShiftHandoverOffered
from clinicflow.gateway.services import Services
from clinicflow.store import knowledge
from clinicflow.store.rows import TaskRow

Doc = dict[str, Any]


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One task of a sheet. Times are UTC microseconds; ``reason`` is what was done, where it was put on hold;
    ``supervisor`` is on whom it rests."""

    task_id: str
    case_id: str
    patient_id: str | None
    activity: str
    rule: str
    priority: str
    status: str
    due_at: int
    reason: str | None
    supervisor: str | None


async def sheet(services: Services, org_id: str, clinic_id: str, staff_id: str) -> list[TaskRow]:
    """The open tasks that a person holds at a clinic, the most urgent first."""
    return [row for row in await services.store.held_tasks(org_id, clinic_id) if row.task.owner == staff_id]


def line_of(row: TaskRow) -> Line:
    """A task as the sheet shows it."""
    task = row.task
    return Line(
        task_id=task.task_id,
        case_id=row.case_id,
        patient_id=row.patient_id,
        activity=task.activity,
        rule=task.rule,
        priority=task.priority,
        status=task.status,
        due_at=task.due_at,
        reason=task.reason,
        supervisor=task.supervisor,
    )


async def absence(
    services: Services, principal: Principal, bundle: Bundle, clinic_id: str, staff_id: str, reason: str
) -> tuple[list[Doc], list[Share]]:
    """Events that say that a person is away and give each of the open tasks to whoever may do it and holds the least.

    Raises ``Refused`` when who asks is no lead of the clinic.
    """
    now = services.clock()
    await _must_lead(services, bundle, principal, clinic_id, now)
    rows = await sheet(services, principal.org_id, clinic_id, staff_id)
    people = await _colleagues(services, bundle, clinic_id, staff_id, now)
    shares = spread(Setting(bundle, clinic_id, now), [row.task for row in rows], people)
    docs: list[Doc] = [{"type": "staff-unavailable", "clinic_id": clinic_id, "staff_id": staff_id, "reason": reason}]
    return [*docs, *(_request(share, "other") for share in shares)], shares


async def offer(services: Services, principal: Principal, clinic_id: str, to_staff: str, note: str | None) -> Doc:
    """The event by which a person offers the open tasks of a shift to a colleague."""
    rows = await sheet(services, principal.org_id, clinic_id, principal.id)
    doc: Doc = {"type": "shift-handover-offered", "clinic_id": clinic_id, "staff_id": principal.id}
    doc |= {"to_staff": to_staff, "task_ids": [row.task.task_id for row in rows]}
    return doc | ({"note": note} if note else {})


async def acceptance(services: Services, principal: Principal, offered: ShiftHandoverOffered) -> tuple[Doc, list[Doc]]:
    """The event by which the colleague takes over, and the requests of the person who offered that follow from it.

    Only what that person still holds is handed on. Raises ``Refused`` for anybody but that colleague.
    """
    if offered.to_staff != principal.id:
        problem = Problem("offer_event", "was made to somebody else", "the colleague whom the offer names")
        raise Refused(403, "Another colleague", [problem])
    rows = await sheet(services, principal.org_id, offered.clinic_id, offered.staff_id)
    wanted = [row.task for row in rows if row.task.task_id in offered.task_ids]
    doc: Doc = {"type": "shift-handover-accepted", "clinic_id": offered.clinic_id, "staff_id": offered.staff_id}
    doc["offer_event"] = offered.event_id
    return doc, [_request(Share(task, principal.id), "end_of_shift") for task in wanted]


def _request(share: Share, reason: str) -> Doc:
    doc: Doc = {"task_id": share.task.task_id}
    if share.to is None:
        return doc | {"type": "task-release-requested", "reason": reason}
    return doc | {"type": "task-delegate-requested", "to_staff": share.to, "reason": reason}


async def _colleagues(services: Services, bundle: Bundle, clinic_id: str, staff_id: str, now: int) -> list[Person]:
    """Everybody else on shift, with what each holds."""
    held = [row.task for row in await services.store.held_tasks(bundle.org_id, clinic_id)]
    policy = bundle.table("workload", clinic_id)
    found: list[Person] = []
    here = bundle.people(clinic_id, await knowledge.at_clinic(services.store, bundle, clinic_id))
    for name in here.on_site(now):
        person = here.person(name, now) if name != staff_id else None
        if person is not None:
            found.append(msgspec.structs.replace(person, open_weight=weight_held(held, name, policy)))
    return found


async def _must_lead(services: Services, bundle: Bundle, principal: Principal, clinic_id: str, now: int) -> None:
    people = bundle.people(clinic_id, await knowledge.of_staff(services.store, bundle.org_id, [principal.id]))
    person = people.person(principal.id, now) if principal.kind == "staff" else None
    if person is None or not person.lead:
        raise Refused(403, "Not a lead", [Problem("", "comes from somebody else", "a lead of the clinic, signed in")])


def taken(shares: Sequence[Share]) -> list[dict[str, Any]]:
    """Shares as the answer shows them."""
    return [{"task_id": share.task.task_id, "to": share.to, "reasons": list(share.reasons)} for share in shares]
