"""What persons ask of tasks, and what they may: an event becomes a question to the table, its answer is recorded."""

from collections.abc import Callable
from functools import partial
from typing import Any

import msgspec
from msgspec.structs import replace

from clinicflow.core import task_table as table
from clinicflow.core.bundle import Bundle
from clinicflow.core.derive import derive
from clinicflow.core.outcome import Rejection
from clinicflow.core.rules import REVIEW
from clinicflow.core.scope import Person
from clinicflow.core.supervising import stamped, supervisor_of
from clinicflow.core.task import Task
from clinicflow.core.task_table import Ask, Permit, Refused, Result
from clinicflow.core.work import KEPT, Work
from clinicflow.core.workload import weight_of

ROWS: dict[str, Callable[[Task, Ask], Result]] = {
    "task-claim-requested": table.claim,
    "task-start-requested": table.start,
    "task-pause-requested": table.pause,
    "task-resume-requested": table.resume,
    "task-release-requested": table.release,
    "task-decline-requested": table.decline,
    "task-delegate-requested": table.delegate,
    "task-completion-requested": table.complete,
    "task-fail-requested": table.fail,
}
"""The row of the table that each request asks for."""

TAKES = frozenset({"task-claim-requested", "task-start-requested", "task-delegate-requested"})
"""Requests by which a person takes on work."""

LICENSED = frozenset({"RN", "LPN", "PRV", "PHY"})
"""Roles whose licence stands for an assistant's site competency (the ``ma-`` tags); their scope is still asked."""


class Setting(msgspec.Struct, frozen=True, gc=False):
    """Where and when it is asked who may: the bundle, the clinic, the instant (UTC microseconds)."""

    bundle: Bundle
    clinic_id: str
    at: int


def answer_to(work: Work) -> Result:
    """What the table says to the request at hand."""
    event = work.event
    task = work.task(event.task_id)
    return _of_ended(work) if task is None else ROWS[work.kind](task, ask_of(work, task))


def refuse(work: Work, refused: Refused | Rejection) -> Rejection:
    """A refusal is a rejection, and a derived event for the person who asked."""
    event, agent = work.event, work.agent.name
    fields = {
        "request_event": event.event_id,
        "request": work.kind,
        "task_id": event.task_id,
        "agent": agent,
        "code": refused.code,
        "reason": refused.reason,
    }
    work.refused = (*work.refused, event.event_id)[-KEPT:]
    work.derive(derive(work.source(), "task-request-refused", fields, f"{agent}/refused"))
    return Rejection(refused.code, refused.reason)


def ask_of(work: Work, task: Task) -> Ask:
    """The question that a request puts to the table."""
    event = work.event
    completes = work.kind == "task-completion-requested"
    return Ask(
        asking(event),
        event.occurred_at,
        event.event_id,
        partial(permitted, work),
        getattr(event, "reason", None),
        named(event) if work.kind == "task-delegate-requested" else None,
        event.closing_event_id if completes else None,
        work.bundle.closers(work.agent.name, task.rule) if completes else (),
    )


def asking(event: Any) -> Person:
    """The person who asks, as intake stamped the request."""
    return Person(
        event.actor_id or "",
        event.actor_role or "",
        tuple(event.actor_credentials),
        event.on_shift and event.clinic_assigned,
        tuple(event.on_site_supervisors),
        event.lead,
        tuple(event.staff_languages),
        getattr(event, "open_weight", None),
        getattr(event, "break_overdue", None) or False,
        getattr(event, "on_break", None) or False,
        tuple(getattr(event, "credentials_ending", ())),
        stamped(event),
    )


def named(event: Any) -> Person:
    """The person to whom a request wants to give a task."""
    return Person(
        id=event.to_staff,
        role=event.to_role or "",
        credentials=tuple(event.to_credentials),
        on_shift=event.to_on_shift and event.to_clinic_assigned,
        supervisors=tuple(event.on_site_supervisors),
        languages=tuple(event.to_languages),
        open_weight=event.to_open_weight,
        break_overdue=event.to_break_overdue or False,
        on_break=event.to_on_break or False,
        ending=tuple(event.to_credentials_ending),
        present=stamped(event),
    )


def permitted(work: Work, task: Task, person: Person, as_lead: bool = False) -> Permit | Refused:
    """Whether a person may do a task now: shift, role, credential, scope of practice. A lead who acts for another needs
    not be of the task's roles, but never leaves the scope."""
    setting = Setting(work.bundle, work.event.clinic_id, work.placed.logged_at)
    answer = may_do(setting, task, person, as_lead)
    if isinstance(answer, Refused) or work.kind not in TAKES:
        return answer
    ends = None if work.kind == "task-start-requested" else ends_before(setting, task, person)
    return ends or too_busy(setting, task, person) or answer


def may_complete(setting: Setting, task: Task, event: Any) -> Permit | Refused:
    """Whether the person who asks to count a task as done by a closing event may do it: for intake, which stores both
    together or neither, as the closing event alone would end the task."""
    person = asking(event)
    return may_do(setting, task, person, person.lead and task.status in table.HELD)


def may_do(setting: Setting, task: Task, person: Person, as_lead: bool = False) -> Permit | Refused:
    """The same as ``permitted``, wherever it is asked."""
    if not person.on_shift:
        return Refused("off-shift", f"Expected a person on shift at this clinic, but {person.id} is not.")
    if person.id in task.declined_by:
        return Refused("declined", f"Expected a person who has not declined this task, but {person.id} has.")
    if task.reserved and person.id != task.meant_for and not as_lead:
        until = "" if task.only else " until it escalates"
        return Refused("meant-for-another", f"Expected {task.meant_for}, for whom it is{until}, but got {person.id}.")
    if not as_lead and not has_role(task, person):
        return _other_role(task, person)
    if not has_credential(task, person):
        return _no_credential(task, person)
    if not as_lead and not speaks(task, person):
        return Refused("language", f"Expected somebody who speaks {task.language}, but {person.id} does not.")
    return in_scope(setting, task, person)


def still_may(setting: Setting, task: Task, person: Person) -> Permit | Refused:
    """Whether who holds a task is still one who may do it: role, credential, scope of practice. A shift that is over
    takes nothing away."""
    if not has_role(task, person):
        return _other_role(task, person)
    return qualified(setting, task, person)


def qualified(setting: Setting, task: Task, person: Person) -> Permit | Refused:
    """Whether a person may do such work at all: credential and scope of practice."""
    return in_scope(setting, task, person) if has_credential(task, person) else _no_credential(task, person)


def ends_before(setting: Setting, task: Task, person: Person) -> Refused | None:
    """Why a person should not take on what is due after a credential that it needs has ended."""
    if not person.ending:
        return None
    left = tuple(tag for tag in person.credentials if tag not in person.ending)
    if isinstance(still_may(setting, task, replace(person, credentials=left)), Permit):
        return None
    tags = ", ".join(person.ending)
    reason = f"Expected credentials that last until the task is due, but {tags} of {person.id} ends before."
    return Refused("credential-ends", reason)


def has_role(task: Task, person: Person) -> bool:
    """Whether the task is offered to the person's role, or to the person by name."""
    return person.id == task.meant_for or person.role in task.roles or (person.lead and "LEAD" in task.roles)


def has_credential(task: Task, person: Person) -> bool:
    """Whether the person has what the task asks for; an assistant's competency is not asked of licensed roles."""
    tag = task.credential
    if tag == "any" or tag in person.credentials:
        return True
    return person.role in LICENSED and tag.startswith("ma-")


def speaks(task: Task, person: Person) -> bool:
    """Whether the person speaks the language of the task: the tag itself, or its first part (es for es-MX)."""
    wanted = task.language
    return wanted is None or wanted in person.languages or wanted.partition("-")[0] in person.languages


def too_busy(setting: Setting, task: Task, person: Person) -> Refused | None:
    """Why a person should not take this on as well, by the clinic's table ``workload``. What is stat never waits."""
    if task.priority == "stat" or task.owner == person.id:
        return None
    if person.on_break:
        return Refused("on-break", f"Expected a person at work, but {person.id} is on a break.")
    policy = setting.bundle.table("workload", setting.clinic_id)
    if person.break_overdue and policy.get("break_first", False):
        return Refused("break-overdue", f"Expected a break first, but {person.id} has worked too long without one.")
    cap, weight = policy.get("cap"), weight_of(task, policy)
    if cap is None or person.open_weight is None or person.open_weight + weight <= cap:
        return None
    held = f"{person.id} holds {person.open_weight} and this one counts {weight}"
    return Refused("workload", f"Expected at most {cap} weighted open tasks, but {held}.")


def in_scope(setting: Setting, task: Task, person: Person) -> Permit | Refused:
    """What scope of practice says. Looking at a failed rule is no care of a patient: its roles alone decide."""
    if task.rule == REVIEW.id:
        return Permit()
    decision = setting.bundle.may(task.activity, person, setting.clinic_id, setting.at)
    if decision.allowed:
        return Permit(decision.rule_id, supervisor_of(task, person, decision.supervisor_roles))
    return Refused(decision.code, decision.reason, decision.rule_id)


def acknowledges(work: Work, task: Task) -> Permit | None:
    """Whether the actor of a fact may end a critical task: a person of its roles, within scope. Else it stays open."""
    event = work.event
    if event.actor_id is None:
        return None
    person = Person(id=event.actor_id, role=event.actor_role or "", credentials=tuple(event.actor_credentials))
    if not has_role(task, person):
        return None
    answer = in_scope(Setting(work.bundle, event.clinic_id, work.placed.logged_at), task, person)
    return answer if isinstance(answer, Permit) else None


def _other_role(task: Task, person: Person) -> Refused:
    wanted = " or ".join(task.roles)
    return Refused("role", f"Expected role {wanted}, but the role is {person.role or 'not known'}.")


def _no_credential(task: Task, person: Person) -> Refused:
    return Refused("credential", f"Expected credential {task.credential}, but {person.id} does not have it.")


def _of_ended(work: Work) -> Refused | None:
    event = work.event
    ended = next((ended for ended in work.ended if ended.task_id == event.task_id), None)
    if ended is None:
        return Refused("unknown-task", "Expected a task of this agent in this case, but there is none of this id.")
    closing = getattr(event, "closing_event_id", None)
    if work.kind == "task-completion-requested" and ended.status == "completed" and closing == ended.closing:
        return None
    return Refused("ended", f"Expected an open task, but it is {ended.status}.")
