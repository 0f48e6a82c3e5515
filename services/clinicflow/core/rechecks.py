"""An open task looked at again when rules or people have changed: what becomes of it?

There is one answer, whatever has changed: a credential, a supervisor, a roster, the bundle in force, or the bundle that
a case goes by. Who holds a task and may no longer do it gives it up (not begun) or stops (begun); nurses and
prescribers are offered it as well. When that which was missing is back, the work goes on. When the supervisor whom it
names has left and another one is on site, it names that one. A task that nobody holds is offered to them while no role
of its own may do it. One that waits for an event that its rule knows no more is offered.
"""

from typing import Any

from msgspec.structs import replace

from clinicflow.core.awaiting import still_waits
from clinicflow.core.bundle import Bundle
from clinicflow.core.derive import derive
from clinicflow.core.event import Event, Micros
from clinicflow.core.ids import endless_case, named
from clinicflow.core.people import People
from clinicflow.core.requests import Setting, has_role, in_scope, still_may
from clinicflow.core.rules import rung
from clinicflow.core.scope import Person
from clinicflow.core.staffing import CREDENTIALS
from clinicflow.core.supervising import changed_supervisor, stamped
from clinicflow.core.task import UNSIGNED, Task, TaskChange
from clinicflow.core.task_table import HELD, Permit, Refused
from clinicflow.core.work import Work
from clinicflow.events import TaskPermissionChecked

OFFERED = ("RN", "PRV")
"""Roles that are offered what others may not do now."""

UNSUPERVISED = "supervision-missing"
STOPPED = frozenset(
    {
        UNSUPERVISED,
        "credential",
        "credential-missing",
        "no-scope-rule",
        "prohibited",
        "role",
        "unknown-activity",
        "unknown-clinic",
        "unknown-person",
    }
)
"""Reasons for which a task was stopped or offered to others. None of them is a reason that a person may give."""

SOURCE = "clinicflow.rechecker"


def rechecked(work: Work) -> None:
    """Fold a re-check: what was known of who held the task then decides, if that person holds it still."""
    event = work.event
    task = work.task(event.task_id)
    if task is None or task.owner != event.holder:
        return
    setting = Setting(work.bundle, event.clinic_id, work.placed.logged_at)
    change = recheck(setting, task, _stamped(event), tuple(event.on_site_supervisors))
    if change is None:
        return
    work.put(change)
    if change.kind == "paused":
        _tell_lead(work, task, change.task)


def recheck(setting: Setting, task: Task, holder: Person | None, on_site: tuple[str, ...]) -> TaskChange | None:
    """What becomes of a task by the rules of ``setting``. ``holder`` is who holds it, None for nobody or somebody of
    whom the bundle knows nothing; ``on_site`` are the roles at the clinic."""
    if not task.open:
        return None
    if task.waits:
        return still_waits(setting, task)
    if task.status not in HELD:
        return _offered(setting, task, on_site)
    answer = _unknown() if holder is None else still_may(setting, task, holder)
    if holder is not None and isinstance(answer, Permit):
        return _goes_on(setting, task, holder, answer) or _rests_on(task, answer.supervisor)
    why = _unknown() if isinstance(answer, Permit) else answer
    if holder is not None and why.code == UNSUPERVISED and not holder.on_shift:
        return None  # the work of who is away is handed over by name, and needs no supervisor until then
    return _given_up(setting, task, why, on_site)


def check_of(
    task: Task, change: TaskChange, envelope: dict[str, Any], people: People, at: Micros, nth: str
) -> TaskPermissionChecked:
    """The event that asks for a re-check, stamped with what is known; ``nth`` tells it from others of a task."""
    person = None if task.owner is None else people.person(task.owner, at)
    known: dict[str, Any] = {"holder_on_shift": False, "holder_lead": False}
    if person is not None:
        known = {
            "holder_role": person.role,
            "holder_credentials": list(person.credentials),
            "holder_on_shift": person.on_shift,
            "holder_lead": person.lead,
        }
    return TaskPermissionChecked(
        event_id=named(f"recheck|{task.task_id}|{nth}|{change.kind}|{change.task.reason}|{change.task.supervisor}"),
        occurred_at=at,
        recorded_at=at,
        source_system=SOURCE,
        task_id=task.task_id,
        agent=task.agent,
        holder=task.owner,
        on_site_supervisors=list(supervisors_of(task, people, at)),
        supervisors=list(people.present(task.owner or "", at)),
        **envelope,
        **known,
    )


def supervisors_of(task: Task, people: People, at: Micros) -> tuple[str, ...]:
    """The roles on site beside who holds the task; all of them when nobody does."""
    return people.supervisors(task.owner or "", at)


def wanted(setting: Setting, task: Task, people: People) -> TaskChange | None:
    """What a re-check would change now."""
    holder = None if task.owner is None else people.person(task.owner, setting.at)
    return recheck(setting, task, holder, supervisors_of(task, people, setting.at))


def _stamped(event: Any) -> Person | None:
    """Who held the task, as the re-check tells."""
    if event.holder is None or event.holder_role is None:
        return None
    return Person(
        id=event.holder,
        role=event.holder_role,
        credentials=tuple(event.holder_credentials),
        on_shift=event.holder_on_shift,
        supervisors=tuple(event.on_site_supervisors),
        lead=event.holder_lead,
        present=stamped(event),
    )


def _given_up(setting: Setting, task: Task, why: Refused, on_site: tuple[str, ...]) -> TaskChange | None:
    roles = _wider(setting, task, on_site)
    fields: dict[str, Any] = {"roles": roles, "reason": why.code, "scope_rule": why.rule, "supervisor": None}
    if task.status == "accepted":
        released = replace(task, status="requested", owner=None, **fields)
        return TaskChange("released", released, task.owner)
    if task.status == "on-hold" and (task.reason not in STOPPED or task.reason == why.code):
        return _rests_on(task, None)  # who paused it resumes it, and what a trainee did is to be signed
    return TaskChange("paused", replace(task, status="on-hold", **fields), task.owner)


def _rests_on(task: Task, supervisor: str | None) -> TaskChange | None:
    """What is done and waits for its signature rests on whom it rested then."""
    return None if task.reason == UNSIGNED else changed_supervisor(task, supervisor)


def _goes_on(setting: Setting, task: Task, holder: Person, permit: Permit) -> TaskChange | None:
    """Only what was stopped here goes on; who paused the work resumes it. It is no longer offered to others, unless it
    is one of these who holds it."""
    if task.status != "on-hold" or task.reason not in STOPPED:
        return None
    narrowed = replace(task, roles=own_roles(setting.bundle, task) or task.roles)
    roles = narrowed.roles if has_role(narrowed, holder) else task.roles
    on = replace(task, status="in-progress", roles=roles, reason=None)
    return TaskChange("resumed", replace(on, scope_rule=permit.scope_rule, supervisor=permit.supervisor), task.owner)


def _offered(setting: Setting, task: Task, on_site: tuple[str, ...]) -> TaskChange | None:
    if not on_site:  # where nobody is, there is nobody to offer it to
        return None
    own = own_roles(setting.bundle, task)
    refusals = [_role_may(setting, task, role, on_site) for role in own or task.roles]
    if None in refusals:
        if own is None or task.reason != UNSUPERVISED or task.roles == own:
            return None
        return TaskChange("released", replace(task, roles=own, reason=None, scope_rule=None))
    why = next((each for each in refusals if each is not None and each.code == UNSUPERVISED), refusals[0])
    roles = _wider(setting, task, on_site)
    if why is None or roles == task.roles:
        return None
    return TaskChange("released", replace(task, roles=roles, reason=why.code, scope_rule=why.rule))


def own_roles(bundle: Bundle, task: Task) -> tuple[str, ...] | None:
    """The roles to which its rule offers a task at its level; None for a task of a rule that is gone."""
    spec = bundle.rule(task.agent, task.rule).task if bundle.has_rule(task.agent, task.rule) else None
    if spec is None:
        return None
    roles = list(spec.roles)
    for level in range(task.level):
        step = rung(spec.escalation, level)
        roles += [role for role in (step.roles if step else ()) if role not in roles]
    return tuple(roles)


def _wider(setting: Setting, task: Task, on_site: tuple[str, ...]) -> tuple[str, ...]:
    """The roles with those of nurses and prescribers that may do it."""
    more = [role for role in OFFERED if role not in task.roles and _role_may(setting, task, role, on_site) is None]
    return (*task.roles, *more)


def _role_may(setting: Setting, task: Task, role: str, on_site: tuple[str, ...]) -> Refused | None:
    """Why nobody of a role, with whatever credential, may do it now; None when somebody may."""
    if role == "LEAD":
        return None
    everything = tuple(sorted(CREDENTIALS))
    answer = in_scope(setting, task, Person(id="", role=role, credentials=everything, supervisors=on_site))
    return answer if isinstance(answer, Refused) else None


def _unknown() -> Refused:
    return Refused("unknown-person", "Expected a member of staff of the bundle, but it has none of this id.")


def _tell_lead(work: Work, task: Task, after: Task) -> None:
    """Work that was begun has stopped: a lead sees to it, at the clinic's own case."""
    event: Event = work.event
    fields = {
        "task_id": task.task_id,
        "agent": task.agent,
        "task_case_id": event.case_id,
        "activity": task.activity,
        "staff_id": task.owner,
        "code": after.reason,
        "scope_rule": after.scope_rule,
    }
    case = endless_case("clinic", event.org_id, event.clinic_id)
    work.derive(derive(work.source(), "task-stopped", fields, f"{task.agent}/stopped", case=case))
