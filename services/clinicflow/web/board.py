"""Tasks and visits as staff screens show them, without names: those are read apart, and each reading is audited."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from clinicflow.core.bundle import Bundle
from clinicflow.core.ids import room_case
from clinicflow.core.staffing import is_lead
from clinicflow.core.view import VisitView
from clinicflow.core.visit import ended
from clinicflow.core.waiting import Waiting, waiting
from clinicflow.events import EVENT_TYPES
from clinicflow.store.rows import Change, TaskRow
from clinicflow.web.mirror import Mirror


class BoardTask(msgspec.Struct, frozen=True, kw_only=True):
    """One task. Times are UTC microseconds; ``titles`` by language; ``closing`` is the event that shows it was done."""

    task_id: str
    clinic_id: str
    case_id: str
    patient_id: str | None
    agent: str
    rule: str
    activity: str
    titles: dict[str, str]
    roles: tuple[str, ...]
    credential: str
    priority: str
    status: str
    level: int
    owner: str | None
    created_at: int
    due_at: int
    changed_at: int
    closing: str | None
    room_id: str | None
    """The room that a task without a patient is about."""
    critical: bool
    two_person: bool
    doers: tuple[str, ...]
    declined_by: tuple[str, ...]
    reason: str | None
    cause_voided: bool
    kind: str
    """What happened to it last."""
    told: str | None = None
    """The member of staff who must be told of it."""
    about: tuple[str, ...] = ()
    """Which one of several it is about: the lot, the specimen."""
    meant_for: str | None = None
    reserved: bool = False
    """Whether nobody but the member of staff it is meant for is asked."""
    supervisor: str | None = None
    """On whom it rests, where its scope of practice asks for supervision."""


class BoardVisit(msgspec.Struct, frozen=True, kw_only=True):
    """One visit. ``waiting`` says for whom it waits; None once it has ended."""

    case_id: str
    clinic_id: str
    patient_id: str | None
    stage: str
    since: int
    arrived_at: int
    appointment_at: int | None
    ticket: str | None
    room_id: str | None
    called_at: int | None
    call_no: int
    language: str | None
    acuity: str
    ready_for_provider: bool
    over: bool
    ended_at: int | None
    waiting: Waiting | None
    incomplete: bool = False


def task_of(row: TaskRow, mirror: Mirror) -> BoardTask:
    """A task in the words of the rule that made it, with what ends it by the rules that its case goes by."""
    task, rules = row.task, mirror.rules_of(row)
    return BoardTask(
        task_id=task.task_id,
        clinic_id=row.clinic_id,
        case_id=row.case_id,
        patient_id=row.patient_id,
        agent=task.agent,
        rule=task.rule,
        activity=task.activity,
        titles=titles_of(mirror.made_by(row), task.agent, task.rule),
        roles=task.roles,
        credential=task.credential,
        priority=task.priority,
        status=task.status,
        level=task.level,
        owner=task.owner,
        created_at=task.created_at,
        due_at=task.due_at,
        changed_at=row.changed_at,
        closing=closing_event(rules, task.agent, task.rule),
        room_id=None if row.patient_id else room_of(rules, row.org_id, row.clinic_id, row.case_id),
        critical=task.critical,
        two_person=task.two_person,
        doers=task.doers,
        declined_by=task.declined_by,
        reason=task.reason,
        cause_voided=task.cause_voided,
        kind=row.kind,
        told=row.told,
        about=tuple([value for _, value in task.about]),
        meant_for=task.meant_for,
        reserved=task.reserved,
        supervisor=task.supervisor,
    )


def visit_of(view: VisitView, mirror: Mirror, now: int) -> BoardVisit:
    """A visit with what it waits for, as its open tasks say. A running timer alone is not known here: then None."""
    waits = waiting(view, [row.task for row in mirror.tasks_of(view.case_id)], (), now)
    return BoardVisit(
        case_id=view.case_id,
        clinic_id=view.clinic_id,
        patient_id=view.patient_id,
        stage=view.stage,
        since=view.since,
        arrived_at=view.arrived_at,
        appointment_at=view.appointment_at,
        ticket=view.ticket,
        room_id=view.room_id,
        called_at=view.called_at,
        call_no=view.call_no,
        language=view.language,
        acuity=view.acuity,
        ready_for_provider=view.ready_for_provider,
        over=ended(view.stage),
        ended_at=view.ended_at,
        waiting=None if waits is None or waits.reason == "forgotten" else waits,
        incomplete=view.case_id in mirror.incomplete,
    )


def titles_of(bundle: Bundle, agent: str, rule: str) -> dict[str, str]:
    """The titles of a rule's tasks by language; empty when the bundle does not know the rule any more."""
    if not bundle.has_rule(agent, rule):
        return {}
    task = bundle.rule(agent, rule).task
    return dict(task.titles) if task else {}


def room_of(bundle: Bundle, org_id: str, clinic_id: str, case_id: str) -> str | None:
    """The room of a clinic that a case is about, if it is a room's case."""
    rooms = bundle.clinic(clinic_id).get("rooms", ())
    return next((room["id"] for room in rooms if room_case(org_id, room["id"]) == case_id), None)


def closing_event(bundle: Bundle, agent: str, rule: str) -> str | None:
    """The event that a person sends to show that a task is done: the first of its facts that comes from outside; None
    when a person's word is enough."""
    if not bundle.has_rule(agent, rule):
        return None
    task = bundle.rule(agent, rule).task
    facts = task.done_by if task and not task.plain else ()
    return next((fact.event for fact in facts if EVENT_TYPES[fact.event].BY in ("person", "feed")), None)


def snapshot(mirror: Mirror, clinic_id: str, now: int) -> tuple[list[BoardTask], list[BoardVisit]]:
    """All open tasks and all visits on the lists of a clinic."""
    tasks = [task_of(row, mirror) for row in mirror.clinic_tasks(clinic_id)]
    return tasks, [visit_of(view, mirror, now) for _, view in sorted(mirror.visits(clinic_id).items())]


def changed(change: Change, mirror: Mirror, clinic_id: str, now: int) -> tuple[list[BoardTask], list[BoardVisit]]:
    """What one change means for a clinic's board; a visit is sent again when one of its tasks changed."""
    mine = [row for row in change.tasks if (row.org_id, row.clinic_id) == (mirror.org_id, clinic_id)]
    views = {
        view.case_id: view for view in change.visits if (view.org_id, view.clinic_id) == (mirror.org_id, clinic_id)
    }
    for row in mine:
        known = mirror.visits(clinic_id).get(row.case_id)
        if known is not None:
            views[row.case_id] = known
    tasks = [task_of(row, mirror) for row in mine]
    return tasks, [visit_of(view, mirror, now) for _, view in sorted(views.items())]


def staff_names(bundle: Bundle, clinic_id: str) -> dict[str, dict[str, Any]]:
    """The members of staff of a clinic as its own screens show them."""
    return {
        staff_id: {"name": display_name(staff_id, person), "role": person["role"], "lead": is_lead(person, clinic_id)}
        for staff_id, person in sorted(bundle.staff_all.items())
        if clinic_id in person.get("clinics", [clinic_id])
    }


def display_name(staff_id: str, person: Mapping[str, Any]) -> str:
    """How colleagues call somebody."""
    return str(person.get("display_name") or person.get("name") or person.get("name_ref") or staff_id)


def patients_of(tasks: Iterable[BoardTask], visits: Iterable[BoardVisit]) -> set[str | None]:
    """Whose tasks and visits these are."""
    return {task.patient_id for task in tasks} | {visit.patient_id for visit in visits}
