"""What a trainee has done counts when a preceptor has signed it: until then the task waits, with who did it and how."""

from typing import Any

from msgspec.structs import replace

from clinicflow.core.derive import derive
from clinicflow.core.ids import endless_case
from clinicflow.core.people import TRAINEE
from clinicflow.core.task import Task, TaskChange
from clinicflow.core.task_table import done
from clinicflow.core.work import Work

UNSIGNED = "awaiting-signature"
"""Why a task is on hold that a trainee has done."""


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
    """A preceptor has signed: the task is done, by both, through the event that showed it."""
    event = work.event
    task = work.task(event.task_id)
    if task is None or task.reason != UNSIGNED or task.closing is None or event.signed_by in task.doers:
        return
    work.put(done(replace(task, two_person=False), task.closing, event.occurred_at, event.signed_by))
