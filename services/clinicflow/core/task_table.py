"""What may happen to a task: one function per row of the table, a column being the task's status.

A function returns the change, or ``Refused`` with a reason, or None when nothing changes. None of them knows of events'
types, rules or bundles: who may do a task is asked through ``Ask.may``.
"""

from collections.abc import Callable
from typing import Any

import msgspec
from msgspec.structs import replace

from clinicflow.core.event import Micros
from clinicflow.core.scope import Person
from clinicflow.core.task import UNSIGNED, ChangeKind, Task, TaskChange

HELD = frozenset({"accepted", "in-progress", "on-hold"})
"""Statuses of a task that somebody holds."""


class Refused(msgspec.Struct, frozen=True, gc=False):
    """Why a request changes nothing: a code for programs, a sentence for people."""

    code: str
    reason: str
    rule: str | None = None
    """The rule of the scope of practice that says so, if it is one."""


class Permit(msgspec.Struct, frozen=True, gc=False):
    """A person may do the task, by this rule of the scope of practice and under this member of staff."""

    scope_rule: str | None = None
    supervisor: str | None = None


class Ask(msgspec.Struct, frozen=True, gc=False):
    """Who asks for what. ``at`` is when, in UTC microseconds; ``event_id`` is the request.

    ``may(task, person, as_lead)`` decides whether a person may do the task; ``closers`` are the events that end it.
    """

    person: Person
    at: Micros
    event_id: str
    may: Callable[[Task, Person, bool], Permit | Refused]
    reason: str | None = None
    other: Person | None = None
    closing: str | None = None
    closers: tuple[str, ...] = ()

    def manages(self, task: Task) -> bool:
        """Whether the person holds the task or may act for who does."""
        return self.person.lead or task.owner == self.person.id


Result = TaskChange | Refused | None


def claim(task: Task, ask: Ask) -> Result:
    """Take the task."""
    if not task.open:
        return _ended(task.status)
    if task.waits:
        return _waits(task)
    if task.status in HELD:
        return None if task.owner == ask.person.id else _held(task)
    return _granted(task, ask, "claimed", "accepted")


def start(task: Task, ask: Ask) -> Result:
    """Begin the work, taking the task at once when nobody holds it."""
    if not task.open:
        return _ended(task.status)
    if task.waits:
        return _waits(task)
    if task.status in HELD and task.owner != ask.person.id:
        return _held(task)
    if task.status == "in-progress":
        return None
    return _granted(task, ask, "started", "in-progress")


def pause(task: Task, ask: Ask) -> Result:
    """Put the work on hold; ``reason`` says why."""
    refused = _not_owner(task, ask)
    if refused is not None:
        return refused
    return None if task.status == "on-hold" else _changed(task, "paused", ask, status="on-hold", reason=ask.reason)


def resume(task: Task, ask: Ask) -> Result:
    """Go on with the work, if the person still may."""
    refused = _not_owner(task, ask)
    if refused is not None:
        return refused
    if task.status == "in-progress":
        return None
    permit = ask.may(task, ask.person, False)
    if isinstance(permit, Refused):
        return permit
    return _changed(task, "resumed", ask, status="in-progress", reason=None, **_by(permit))


def release(task: Task, ask: Ask) -> Result:
    """Give the task back."""
    if not task.open:
        return _ended(task.status)
    if task.waits:
        return _waits(task)
    if task.status not in HELD:
        return Refused("not-held", "Expected a task that somebody holds, but nobody does.")
    if not ask.manages(task):
        return _held(task)
    return _changed(task, "released", ask, status="requested", owner=None, supervisor=None, reason=ask.reason)


def decline(task: Task, ask: Ask) -> Result:
    """Say no to the task: it is not offered to this person again."""
    if not task.open:
        return _ended(task.status)
    if task.waits:
        return _waits(task)
    if task.status in HELD and not ask.manages(task):
        return _held(task)
    if task.status == "requested" and ask.person.id in task.declined_by:
        return None
    declined = task.declined_by if ask.person.id in task.declined_by else (*task.declined_by, ask.person.id)
    fields = {"owner": None, "supervisor": None, "declined_by": declined}
    return _changed(task, "declined", ask, status="requested", reason=ask.reason, **fields)


def delegate(task: Task, ask: Ask) -> Result:
    """Give the task to another person, who must be one who may do it."""
    if not task.open:
        return _ended(task.status)
    if task.waits:
        return _waits(task)
    if not ask.manages(task):
        return _held(task) if task.owner else _not_lead()
    if ask.other is None or ask.other.id == task.owner:
        return None
    permit = ask.may(task, ask.other, False)
    if isinstance(permit, Refused):
        return permit
    status = "accepted"
    told = ask.other.id if ask.other.id != ask.person.id else task.owner
    changed = replace(task, status=status, owner=ask.other.id, reason=ask.reason, **_by(permit))
    return TaskChange("delegated", changed, told)


def complete(task: Task, ask: Ask) -> Result:
    """Count the task as done, by the event that shows it where the rule names such events."""
    if task.closing is not None and task.closing == ask.closing and task.status != "cancelled":
        return None
    if not task.open:
        return _ended(task.status)
    if ask.closers:
        return _no_closer(task, ask)
    as_lead = ask.person.lead and task.status in HELD
    permit = ask.may(task, ask.person, as_lead)
    if isinstance(permit, Refused):
        return permit
    if task.two_person and ask.person.id in task.doers:
        return Refused("same-person", "Expected a second person, but this person has confirmed it already.")
    supervised = replace(task, supervisor=permit.supervisor or task.supervisor)
    return done(supervised, ask.event_id, ask.at, ask.person.id, permit.scope_rule)


def fail(task: Task, ask: Ask) -> Result:
    """Say that the task cannot be done; ``reason`` says why."""
    if not task.open:
        return _ended(task.status)
    if not ask.manages(task):
        return _held(task) if task.owner else _not_lead()
    if task.critical:
        return Refused("critical", "Expected an acknowledgement: a critical task ends in no other way.")
    return _closed(task, "failed", "failed", ask.event_id, ask.at, ask.person.id, ask.reason)


def done(task: Task, closing: str, at: Micros, doer: str | None, scope_rule: str | None = None) -> TaskChange | None:
    """A fact (or a request without need of one) shows that it was done; two-person tasks need a second doer."""
    if not task.open or (task.two_person and (doer is None or doer in task.doers)):
        return None
    doers = task.doers if doer is None or doer in task.doers else (*task.doers, doer)
    told = task.owner if task.owner != doer else None
    rule = scope_rule or task.scope_rule
    if task.two_person and task.reason == UNSIGNED:  # one of them is a trainee, whose part does not count yet
        return TaskChange("co-signed", replace(task, doers=doers, scope_rule=rule), told)
    if task.two_person and len(doers) < 2:
        return TaskChange("co-signed", replace(task, doers=doers, closing=closing, scope_rule=rule), told)
    return _closed(replace(task, doers=doers, scope_rule=rule), "completed", "completed", closing, at, doer, None)


def withdraw(task: Task, closing: str, at: Micros, reason: str) -> TaskChange | None:
    """An event makes the task needless; a critical one stays."""
    if not task.open or task.critical:
        return None
    return _closed(task, "cancelled", "cancelled", closing, at, None, reason)


def escalate(task: Task, roles: tuple[str, ...], next_at: Micros | None, next_timer: str | None) -> TaskChange | None:
    """Nobody has done it in time: one level up, the pool widens by ``roles``, the next step is set."""
    if not task.open:
        return None
    wider = (*task.roles, *(role for role in roles if role not in task.roles))
    changed = replace(task, level=task.level + 1, roles=wider, escalate_at=next_at, escalation_timer=next_timer)
    return TaskChange("escalated", changed, task.owner)


def void_cause(task: Task, closing: str, at: Micros) -> TaskChange | None:
    """The event that made the task is void: an open task was an error, an ended or critical one stays, marked."""
    if task.status == "entered-in-error" or (task.cause_voided and (task.critical or not task.open)):
        return None
    if task.critical or not task.open:
        return TaskChange("marked", replace(task, cause_voided=True), task.owner)
    return _closed(task, "entered-in-error", "entered-in-error", closing, at, None, "cause-voided")


def void_fact(task: Task) -> TaskChange | None:
    """The event that completed the task is void: it is open again, as before."""
    if task.status != "completed":
        return None
    before, owner = task.before_closing, task.owner_before_closing
    changed = replace(task, status=before, owner=owner, closing=None, closed_at=None, doers=(), reason=None)
    return TaskChange("reopened", changed if owner else replace(changed, supervisor=None), owner)


def _granted(task: Task, ask: Ask, kind: ChangeKind, status: str) -> TaskChange | Refused:
    permit = ask.may(task, ask.person, False)
    if isinstance(permit, Refused):
        return permit
    return TaskChange(kind, replace(task, status=status, owner=ask.person.id, reason=None, **_by(permit)))


def _by(permit: Permit) -> dict[str, Any]:
    """What a task keeps of why somebody may do it."""
    return {"scope_rule": permit.scope_rule, "supervisor": permit.supervisor}


def _changed(task: Task, kind: ChangeKind, ask: Ask, **fields: Any) -> TaskChange:
    told = task.owner if task.owner != ask.person.id else None
    return TaskChange(kind, replace(task, **fields), told)


def _closed(
    task: Task, kind: ChangeKind, status: str, closing: str, at: Micros, by: str | None, reason: str | None
) -> TaskChange:
    closed = replace(
        task,
        status=status,
        closing=closing,
        closed_at=at,
        reason=reason,
        before_closing=task.status,
        owner_before_closing=task.owner,
        escalate_at=None,
        escalation_timer=None,
    )
    return TaskChange(kind, closed, task.owner if task.owner != by else None)


def _not_owner(task: Task, ask: Ask) -> Refused | None:
    if not task.open:
        return _ended(task.status)
    if task.waits:
        return _waits(task)
    if task.status not in HELD:
        return Refused("not-held", "Expected a task that this person holds, but nobody holds it.")
    return None if task.owner == ask.person.id else _held(task)


def _no_closer(task: Task, ask: Ask) -> Refused:
    expected = " or ".join(ask.closers)
    if task.critical:
        return Refused("critical", f"Expected {expected} by a permitted person: a critical task ends in no other way.")
    if ask.closing is None:
        return Refused("closing-event-expected", f"Expected the event that shows it ({expected}), but none was named.")
    return Refused("closing-event-unfit", f"Expected {expected}, but the event named did not complete this task.")


def _held(task: Task) -> Refused:
    return Refused("held", f"Expected a task that this person holds or nobody holds, but {task.owner} holds it.")


def _waits(task: Task) -> Refused:
    told = task.reason or "its event"
    why = f"waits until {told} is told" if task.held_since is None else f"is on hold since {told}"
    return Refused("waits", f"Expected a task that can be begun, but it {why}.")


def _not_lead() -> Refused:
    return Refused("not-lead", "Expected a lead of the clinic, as nobody holds the task, but this person is none.")


def _ended(status: str) -> Refused:
    return Refused("ended", f"Expected an open task, but it is {status}.")
