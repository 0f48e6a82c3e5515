"""In which order open tasks are shown to a person, and for each why it stands where it does.

First the class: the task's priority, or the patient's triaged urgency where that is higher, and in it what is critical.
Then what has waited too long or is being escalated, longest overdue first, so that nobody is overtaken for ever. Then
patients by max(appointment, arrival): who comes early does not overtake, who comes after the grace time queues from the
arrival; what has no patient in the clinic queues by its due time. What suits the person who looks (same patient, same
language, same place) decides between tasks that are a few minutes apart only. Nothing else of a patient counts.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Literal

import msgspec

from clinicflow.core.durations import MINUTE
from clinicflow.core.event import Micros
from clinicflow.core.rules import PRIORITIES
from clinicflow.core.task import Task
from clinicflow.core.view import VisitView
from clinicflow.core.visit import ended

ReasonKind = Literal[
    "stat",
    "asap",
    "urgent",
    "patient-urgent",
    "critical",
    "too-long",
    "escalated",
    "overdue",
    "due-soon",
    "late-arrival",
    "waits",
    "for-you",
    "same-patient",
    "same-language",
    "same-place",
]
"""Why a task stands where it does. ``patient-urgent``: triage says so; ``too-long``: overdue for so long that it is at
the head of its class; ``same-...``: as the tasks that the reader holds, or speaks. None names a person."""

_CLASS: dict[str, ReasonKind] = {"stat": "stat", "asap": "asap", "urgent": "urgent"}


class Reason(msgspec.Struct, frozen=True, gc=False):
    """One reason. ``at`` (UTC microseconds): due, or waiting since; ``level``: how far the task was escalated."""

    kind: ReasonKind
    at: Micros | None = None
    level: int = 0


class Ranked(msgspec.Struct, frozen=True):
    """The place of a task is its place in the list; ``reasons`` say why, the weightiest first."""

    task_id: str
    reasons: tuple[Reason, ...]


class Standing(msgspec.Struct, frozen=True):
    """An open task of a case, with the visit of its patient if that patient is in the clinic."""

    task: Task
    case_id: str
    visit: VisitView | None = None


class Reader(msgspec.Struct, frozen=True):
    """Who looks: nobody in particular (a pool), or a member of staff with the languages that the person speaks."""

    id: str | None = None
    languages: tuple[str, ...] = ()


POOL = Reader()


def standing(tasks: Iterable[tuple[Task, str, str | None]], visits: Iterable[VisitView]) -> list[Standing]:
    """Tasks, each with its case and patient, beside the visit of that patient: the case itself, or the one going on."""
    by_case = {view.case_id: view for view in visits}
    here = sorted((view for view in by_case.values() if not ended(view.stage)), key=lambda view: view.case_id)
    by_patient: dict[str | None, VisitView] = {view.patient_id: view for view in here if view.patient_id is not None}
    return [Standing(task, case, by_case.get(case) or by_patient.get(patient)) for task, case, patient in tasks]


class Policy(msgspec.Struct, frozen=True):
    """The table ``ranking`` in microseconds: until when who comes late keeps the appointment's place, when what is
    overdue goes to the head of its class, how far apart what suits the reader may overtake, what "due soon" is."""

    grace: Micros
    head_after: Micros
    fit: Micros
    soon: Micros


def policy_of(table: Mapping[str, Any]) -> Policy:
    """The policy of a clinic's table, with the shipped values for what it does not say."""
    minutes = {"late_grace_min": 15, "head_after_min": 15, "fit_min": 5, "soon_min": 5} | dict(table)
    grace, head, fit, soon = (
        int(minutes[name]) * MINUTE for name in ("late_grace_min", "head_after_min", "fit_min", "soon_min")
    )
    return Policy(grace, head, max(fit, 1), soon)


def rank(standing: Iterable[Standing], reader: Reader, policy: Policy, now: Micros) -> list[Ranked]:
    """Open tasks in the order in which the reader should look at them, each with its reasons."""
    every = [one for one in standing if one.task.open]
    mine = [one for one in every if reader.id is not None and one.task.owner == reader.id]
    keyed = []
    for one in every:
        suits = _suits(one, reader, mine)
        told = (*_reasons(one, policy, now), *suits)
        keyed.append((_key(one, policy, now, len(suits)), Ranked(one.task.task_id, told)))
    return [ranked for _, ranked in sorted(keyed, key=lambda pair: pair[0])]


def position(one: Standing, policy: Policy) -> Micros:
    """Where a task queues: its patient's max(appointment, arrival), else its due time."""
    visit = one.visit
    if visit is None or ended(visit.stage):
        return one.task.due_at
    appointment = visit.appointment_at
    on_time = appointment is not None and visit.arrived_at <= appointment + policy.grace
    return appointment if on_time and appointment is not None else visit.arrived_at


def urgency(one: Standing) -> int:
    """The class: the higher of the task's priority and the urgency of a patient who is in the clinic."""
    return max(PRIORITIES.index(one.task.priority), _acuity(one))


def at_head(one: Standing, policy: Policy, now: Micros) -> bool:
    """Whether a task goes before all others of its class: it is being escalated, or long overdue."""
    task = one.task
    return task.level > 0 or (task.late(now) and now - task.due_at >= policy.head_after)


def _acuity(one: Standing) -> int:
    visit = one.visit
    if visit is None or ended(visit.stage) or visit.acuity not in PRIORITIES:
        return 0
    return PRIORITIES.index(visit.acuity)


def _key(
    one: Standing, policy: Policy, now: Micros, suits: int
) -> tuple[bool, int, bool, bool, int, int, int, int, str]:
    task = one.task
    head = at_head(one, policy, now)
    where = task.due_at if head else position(one, policy)
    near, fit = (where, 0) if head else (where // policy.fit, -suits)
    return task.waits, -urgency(one), not task.critical, not head, near, fit, where, task.due_at, task.task_id


def _reasons(one: Standing, policy: Policy, now: Micros) -> list[Reason]:
    task = one.task
    found = [Reason(_CLASS[task.priority])] if task.priority in _CLASS else []
    if _acuity(one) > PRIORITIES.index(task.priority):
        found.append(Reason("patient-urgent"))
    if task.critical:
        found.append(Reason("critical"))
    if task.level:
        found.append(Reason("escalated", level=task.level))
    if task.late(now):
        long = now - task.due_at >= policy.head_after
        found.append(Reason("too-long" if long else "overdue", task.due_at))
    elif task.due_at - now <= policy.soon and not task.waits:
        found.append(Reason("due-soon", task.due_at))
    return found + _queue(one, policy)


def _queue(one: Standing, policy: Policy) -> list[Reason]:
    visit = one.visit
    if visit is None or ended(visit.stage):
        return []
    late = visit.appointment_at is not None and visit.arrived_at > visit.appointment_at + policy.grace
    return [Reason("late-arrival" if late else "waits", position(one, policy))]


def _suits(one: Standing, reader: Reader, mine: list[Standing]) -> list[Reason]:
    """What makes a task fit for a reader who does not hold it. A language counts where the task asks for it."""
    if reader.id is None or one.task.owner == reader.id:
        return []
    found = [Reason("for-you")] if one.task.meant_for == reader.id else []
    if any(one.case_id == each.case_id or _same_visit(one, each) for each in mine):
        found.append(Reason("same-patient"))
    elif any(_same_room(one, each) for each in mine):
        found.append(Reason("same-place"))
    wanted = one.task.language
    if wanted is not None and (wanted in reader.languages or wanted.partition("-")[0] in reader.languages):
        found.append(Reason("same-language"))
    return found


def _same_visit(one: Standing, other: Standing) -> bool:
    return one.visit is not None and other.visit is not None and one.visit.case_id == other.visit.case_id


def _same_room(one: Standing, other: Standing) -> bool:
    room = one.visit.room_id if one.visit else None
    return room is not None and other.visit is not None and other.visit.room_id == room
