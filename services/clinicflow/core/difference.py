"""The difference that a correction makes, between two folds of a case: changes of tasks, timers and derived events."""

from typing import Any

import msgspec

from clinicflow.core.derive import SOURCE, content
from clinicflow.core.event import Event
from clinicflow.core.ids import derived_id
from clinicflow.core.outcome import AgentCase, Emitted, Outcome, Timer
from clinicflow.core.task import ChangeKind, Task, TaskChange
from clinicflow.core.task_table import void_cause, void_fact
from clinicflow.core.work import GRACE, Work, state_of
from clinicflow.events import EventVoided

_CLOSED: dict[str, ChangeKind] = {"completed": "completed", "cancelled": "cancelled", "failed": "failed"}


class Folded(msgspec.Struct):
    """What folding rows gave: the case, every task and derived event as it stands."""

    case: AgentCase
    tasks: dict[str, Task]
    derived: dict[str, Event]


def apply_difference(work: Work, before: Folded, after: Folded, void: str | None) -> Outcome:
    """Bring the case from where it stands to ``after``. ``void`` is the event that stands no more, if there is one."""
    held = {task.task_id: task for task in work.tasks}
    known = held.keys() | {ended.task_id for ended in work.ended}
    for identity in dict.fromkeys((*before.tasks, *after.tasks)):
        was, now = before.tasks.get(identity), after.tasks.get(identity)
        if was != now:
            work.put(_change(work, held.get(identity, was), now, identity in known))
    for task in held.values():
        if void is not None and task.closing == void and task.task_id not in before.tasks:
            work.put(_retained(work, task))
    _timers(work, after.case.timers)
    withdrawn = _derived(work, before.derived, after.derived)
    work.state = state_of(work.agent, after.case)
    work.phase, work.patient = after.case.phase, after.case.patient
    kind = after.case.kind or work.case.kind
    work.case = msgspec.structs.replace(work.case, emitted=withdrawn, kind=kind, view=after.case.view)
    return work.outcome()


def _change(work: Work, have: Task | None, now: Task | None, known: bool) -> TaskChange | None:
    if now is None:
        return void_cause(have, work.event.event_id, work.event.occurred_at) if have is not None else None
    now = _rearmed(work, have, now)
    if have is None:
        kind: ChangeKind = "created" if not known else "reopened" if now.open else "marked"
        return TaskChange(kind, now, now.owner)
    if now == have:
        return None
    if now.open and have.open:
        return TaskChange("marked" if have.cause_voided else "rescheduled", now, now.owner or have.owner)
    if now.open:
        return TaskChange("reopened", now, now.owner)
    return TaskChange(_CLOSED[now.status] if have.open else "marked", now, have.owner)


def _rearmed(work: Work, have: Task | None, task: Task) -> Task:
    """An open task whose escalation was not running gets the usual grace, so that it does not page at once."""
    if not task.open or task.escalate_at is None:
        return task
    if have is not None and have.open and have.escalation_timer == task.escalation_timer:
        same_due = have.due_at == task.due_at
        return msgspec.structs.replace(task, escalate_at=have.escalate_at) if same_due else task
    return msgspec.structs.replace(task, escalate_at=max(task.escalate_at, work.placed.logged_at + GRACE))


def _retained(work: Work, task: Task) -> TaskChange | None:
    """A task kept although its cause is void loses the fact that completed it: a critical one opens again."""
    if task.critical:
        return void_fact(task)
    ended = msgspec.structs.replace(task, status="entered-in-error", closing=work.event.event_id, cause_voided=False)
    return TaskChange("entered-in-error", ended, task.owner) if task.status == "completed" else None


def _timers(work: Work, wanted: tuple[Timer, ...]) -> None:
    running = {timer.timer_id: timer for timer in work.timers}
    ids = {timer.timer_id for timer in wanted}
    for timer in work.timers:
        if timer.timer_id not in ids:
            work.stop(timer)
    for timer in wanted:
        same = running.get(timer.timer_id)
        if same is None or same.due_at != timer.due_at:
            fires_at = max(timer.fires_at, work.placed.logged_at + GRACE)
            work.timers = tuple(other for other in work.timers if other.timer_id != timer.timer_id)
            work.start(msgspec.structs.replace(timer, fires_at=fires_at))


def _derived(work: Work, before: dict[str, Event], after: dict[str, Event]) -> tuple[Emitted, ...]:
    withdrawn = {emitted.event_id: emitted for emitted in work.case.emitted}
    for identity in dict.fromkeys((*before, *after)):
        was, now = before.get(identity), after.get(identity)
        if (was or now).TYPE == "task-request-refused":  # type: ignore[union-attr]
            continue
        if now is None and was is not None:
            withdrawn[identity] = Emitted(identity, was.TYPE, was.case_id, "")
            work.derive(_void(work, was))
        elif now is not None and was is None and identity not in withdrawn:
            work.derive(now)
        elif now is not None and (was is None or content(was) != content(now)):
            withdrawn.pop(identity, None)
            work.derive(_replacement(work, now))
    return tuple(withdrawn.values())


def _void(work: Work, event: Event) -> Event:
    envelope = _envelope(work, event, "void")
    return EventVoided(**envelope, reason="entered_in_error")


def _replacement(work: Work, event: Event) -> Event:
    return msgspec.structs.replace(event, **_envelope(work, event, "replace"))


def _envelope(work: Work, event: Event, how: str) -> dict[str, Any]:
    """Envelope of a derived correction of ``event``: keyed by its case, caused by the correction at hand."""
    cause, agent = work.event, work.agent.name
    return {
        "event_id": derived_id(cause.case_id, cause.event_id, f"{agent}/{how}/{event.event_id}"),
        "org_id": event.org_id,
        "clinic_id": event.clinic_id,
        "case_id": event.case_id,
        "patient_id": event.patient_id,
        "occurred_at": cause.occurred_at if how == "void" else event.occurred_at,
        "recorded_at": work.placed.logged_at,
        "source_system": SOURCE + agent,
        "caused_by": cause.event_id,
        "corrects": event.event_id,
        "sensitivity": event.sensitivity,
    }
