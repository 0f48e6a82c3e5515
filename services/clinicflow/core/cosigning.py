"""What a trainee has done counts when a preceptor has signed it: until then the task waits, with who did it and how.

Trainee and preceptor are one of the two persons of a task that takes two: who signs saw it through the trainee's eyes.
"""

from typing import Any

from msgspec.structs import replace

from clinicflow.core.derive import derive
from clinicflow.core.ids import endless_case
from clinicflow.core.people import TRAINEE
from clinicflow.core.task import UNSIGNED, Task, TaskChange
from clinicflow.core.task_table import done
from clinicflow.core.work import Work


def learns(event: Any) -> bool:
    """Whether the actor of an event is a trainee."""
    return event.actor_id is not None and TRAINEE in event.actor_credentials


def await_signature(work: Work, task: Task, scope_rule: str | None, supervisor: str | None = None) -> None:
    """Let a task wait that a trainee has done, and write the act into the trainee's own case, where it is signed."""
    event: Any = work.event
    if task.status == "on-hold" and task.reason == UNSIGNED:
        return
    waits = replace(
        task,
        status="on-hold",
        owner=task.owner or event.actor_id,
        closing=getattr(event, "closing_event_id", None) or event.event_id,
        doers=(*(doer for doer in task.doers if doer != event.actor_id), event.actor_id),
        reason=UNSIGNED,
        scope_rule=scope_rule or task.scope_rule,
        supervisor=supervisor or task.supervisor,
    )
    work.put(TaskChange("co-signed", waits, None if waits.owner == event.actor_id else waits.owner))
    fields = {
        "staff_id": event.actor_id,
        "credential": task.credential,
        "task_id": task.task_id,
        "task_agent": task.agent,
        "task_case_id": event.case_id,
    }
    case = endless_case("staff", event.org_id, event.actor_id)
    name = f"{task.agent}/act/{task.task_id}"
    work.derive(derive(work.source(), "supervised-act-performed", fields, name, case=case))


def cosigned(work: Work) -> None:
    """A preceptor has signed: the task is done, by both, through the event that showed it; one that takes two persons
    when somebody else than these two has confirmed it."""
    event = work.event
    task = work.task(event.task_id)
    if task is None or task.reason != UNSIGNED or task.closing is None:
        return
    if event.signed_by in task.doers and not task.two_person:
        return
    if task.two_person and len({*task.doers} - {event.signed_by}) < 2:
        work.put(_needs_another(task, event.signed_by))
        return
    change = done(replace(task, two_person=False), task.closing, event.occurred_at, event.signed_by)
    work.put(change and replace(change, task=replace(change.task, two_person=task.two_person)))


def _needs_another(task: Task, signer: str) -> TaskChange:
    """It is offered to a second person, who is neither of the two that it names."""
    doers = (*(doer for doer in task.doers if doer != signer), signer)
    free = replace(task, status="requested", owner=None, supervisor=None, reason=None, doers=doers)
    return TaskChange("co-signed", free, task.owner)
