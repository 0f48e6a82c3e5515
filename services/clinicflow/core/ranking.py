"""In which order open tasks are shown to a person, and for each why it stands where it does.

First the class: the task's priority, or the patient's triaged urgency where that is higher, and in it what is critical.
Then what has waited too long or is being escalated, longest overdue first, so that nobody is overtaken for ever. Then
patients by their place in the line, of whom who has waited too long to be taken in goes first; what has no patient in
the clinic queues by its due time. What suits the person who looks (same patient, same language, same place) decides
between tasks that are a few minutes apart only. Nothing else of a patient counts.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, Literal

import msgspec

from clinicflow.core.durations import MINUTE
from clinicflow.core.event import Micros
from clinicflow.core.line import QUEUE, Line, came_late, line_of, place, too_long, waits_from
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
    "waited-long",
    "waits",
    "for-you",
    "same-patient",
    "same-language",
    "same-place",
]
"""Why a task stands where it does. ``patient-urgent``: triage says so; ``too-long``: overdue for so long that it is at
the head of its class; ``waited-long``: its patient has waited so long; ``same-...``: as the tasks that the reader
holds, or speaks. None names a person."""

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
    """How a clinic ranks, in microseconds: the line of its patients, when what is overdue goes to the head of its
    class, how far apart what suits the reader may overtake, what "due soon" is."""

    line: Line
    head_after: Micros
    fit: Micros
    soon: Micros


def policy_of(table: Mapping[str, Any], queue: Mapping[str, Any] = MappingProxyType({})) -> Policy:
    """The policy of a clinic's table ``ranking`` and its ``queue``, with the shipped values where they say nothing."""
    minutes = {"head_after_min": 15, "fit_min": 5, "soon_min": 5} | dict(table)
    head, fit, soon = (int(minutes[name]) * MINUTE for name in ("head_after_min", "fit_min", "soon_min"))
    return Policy(line_of(table, queue), head, max(fit, 1), soon)


class InLine(msgspec.Struct, frozen=True):
    """A patient who waits to be taken in; ``reasons`` say why there, the weightiest first."""

    case_id: str
    reasons: tuple[Reason, ...]


def line_up(visits: Iterable[VisitView], policy: Policy, now: Micros) -> list[InLine]:
    """Who waits to be taken in, the next one first: by class of urgency, then who has waited longer than others may go
    before, then by place in the line."""
    keyed = []
    for visit in visits:
        if visit.stage in QUEUE:
            urgency, stands = _triaged(visit), _stands(visit, policy, now)
            told = (Reason("patient-urgent"), stands) if urgency else (stands,)
            key = (-urgency, stands.kind != "waited-long", stands.at, visit.case_id)
            keyed.append((key, InLine(visit.case_id, told)))
    return [each for _, each in sorted(keyed, key=lambda pair: pair[0])]


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
    return one.task.due_at if visit is None or ended(visit.stage) else place(visit, policy.line)


def urgency(one: Standing) -> int:
    """The class: the higher of the task's priority and the urgency of a patient who is in the clinic."""
    return max(PRIORITIES.index(one.task.priority), _acuity(one))


def at_head(one: Standing, policy: Policy, now: Micros) -> bool:
    """Whether a task goes before all others of its class: it is being escalated, long overdue, or of a patient who has
    waited too long to be taken in."""
    task = one.task
    if one.visit is not None and too_long(one.visit, policy.line, now):
        return True
    return task.level > 0 or (task.late(now) and now - task.due_at >= policy.head_after)


def _acuity(one: Standing) -> int:
    return 0 if one.visit is None or ended(one.visit.stage) else _triaged(one.visit)


def _triaged(visit: VisitView) -> int:
    return PRIORITIES.index(visit.acuity) if visit.acuity in PRIORITIES else 0


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
    return found + _queue(one, policy, now)


def _queue(one: Standing, policy: Policy, now: Micros) -> list[Reason]:
    return [] if one.visit is None or ended(one.visit.stage) else [_stands(one.visit, policy, now)]


def _stands(visit: VisitView, policy: Policy, now: Micros) -> Reason:
    if too_long(visit, policy.line, now):
        return Reason("waited-long", waits_from(visit))
    return Reason("late-arrival" if came_late(visit, policy.line) else "waits", place(visit, policy.line))


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
