"""A case comes under another bundle: who holds a task that they may not do any more gives it back, to a wider pool."""

from msgspec.structs import replace

from clinicflow.core.requests import Setting, has_credential, in_scope
from clinicflow.core.task import Task, TaskChange
from clinicflow.core.task_table import HELD, Refused
from clinicflow.core.timers import climbed
from clinicflow.core.work import Work


def check_again(work: Work) -> None:
    """Release what its owner may not do under the bundle of ``work``, the new one, and offer it more widely."""
    for task in work.tasks:
        if task.status not in HELD or task.owner is None:
            continue
        code = _objection(work, task, task.owner)
        if code is not None:
            released = replace(task, status="requested", owner=None, reason=code)
            work.put(TaskChange("released", released, task.owner))
            work.put(climbed(work, released))


def _objection(work: Work, task: Task, owner: str) -> str | None:
    """Why the owner may not do it: no longer on the staff, without the credential, outside the scope of practice. Who
    is only off shift keeps it."""
    at = work.placed.logged_at
    person = work.bundle.person(owner, work.event.clinic_id, at)
    if person is None:
        return "unknown-staff"
    if not has_credential(task, person):
        return "credential"
    answer = in_scope(Setting(work.bundle, work.event.clinic_id, at), task, person)
    return answer.code if isinstance(answer, Refused) and answer.code != "supervision-missing" else None
