"""A fact told by somebody who should not have done it: it is kept, as it happened, but it does not count as done."""

from typing import Any

from msgspec.structs import replace

from clinicflow.core.derive import derive
from clinicflow.core.ids import endless_case
from clinicflow.core.requests import Setting, qualified
from clinicflow.core.rules import ROLES
from clinicflow.core.scope import Person
from clinicflow.core.task import Task, TaskChange
from clinicflow.core.task_table import Permit, Refused
from clinicflow.core.work import Work


def exceeds(work: Work, task: Task) -> Refused | None:
    """Why the actor of a fact should not have done it: credential or scope of practice; a program is believed.

    A fact says nothing of shift and supervision, so neither is held against it. One that shows several kinds of work
    (a good label: that it was made, and that it need not be looked at) is asked of each: who may do one has done that.
    """
    event = work.event
    if event.actor_id is None or event.actor_role is None:
        return None
    person = Person(event.actor_id, event.actor_role, tuple(event.actor_credentials), supervisors=ROLES)
    here = Setting(work.bundle, event.clinic_id, work.placed.logged_at)
    why = qualified(here, task, person)
    if isinstance(why, Permit):
        return None
    shown = (rule.task for found in work.plan.facts.values() for rule, how, _ in found if how == "done")
    may = (isinstance(qualified(here, spec.blank, person), Permit) for spec in shown if spec is not None)
    return None if any(may) else why


def mark_exceeded(work: Work, task: Task, why: Refused) -> None:
    """The task stays open and says why; a lead is told at the clinic's own case, to have it looked at."""
    event: Any = work.event
    if task.status != "on-hold":  # its reason says why it waits
        work.put(TaskChange("marked", replace(task, reason=why.code, scope_rule=why.rule), task.owner))
    fields = {
        "act_event": event.event_id,
        "task_id": task.task_id,
        "agent": task.agent,
        "task_case_id": event.case_id,
        "activity": task.activity,
        "staff_id": event.actor_id,
        "code": why.code,
        "scope_rule": why.rule,
    }
    case = endless_case("clinic", event.org_id, event.clinic_id)
    name = f"{task.agent}/exceeded/{task.task_id}"
    work.derive(derive(work.source(), "scope-exceeded", fields, name, case=case))
