"""Spreading the work of somebody who is away: each task to a person who may do it and holds the least."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from clinicflow.core.requests import Setting, may_do, too_busy
from clinicflow.core.rules import PRIORITIES
from clinicflow.core.scope import Person
from clinicflow.core.task import Task
from clinicflow.core.task_table import Refused
from clinicflow.core.workload import weight_of


class Share(msgspec.Struct, frozen=True):
    """Where a task goes: to a member of staff, or back to the pool (None), with the reasons why nobody took it."""

    task: Task
    to: str | None
    reasons: tuple[str, ...] = ()


def spread(setting: Setting, tasks: Sequence[Task], people: Sequence[Person]) -> list[Share]:
    """Deal out open tasks, the most urgent first, to those of ``people`` who may do them, by what each holds so far.

    ``people`` say in ``open_weight`` what they hold now. A task that nobody may take goes back to its pool.
    """
    policy = setting.bundle.table("workload", setting.clinic_id)
    held = {person.id: person.open_weight or 0 for person in people}
    shares = []
    for task in sorted(tasks, key=_urgency):
        fit, reasons = _fit(setting, task, people, held)
        if not fit:
            shares.append(Share(task, None, tuple(dict.fromkeys(reasons))))
            continue
        chosen = min(fit, key=lambda name: (held[name], name))
        held[chosen] += weight_of(task, policy)
        shares.append(Share(task, chosen))
    return shares


def _fit(
    setting: Setting, task: Task, people: Sequence[Person], held: Mapping[str, int]
) -> tuple[list[str], list[str]]:
    fit, reasons = [], []
    for person in people:
        now: Any = msgspec.structs.replace(person, open_weight=held[person.id])
        answer = may_do(setting, task, now)
        refused = answer if isinstance(answer, Refused) else too_busy(setting, task, now)
        if refused is None:
            fit.append(person.id)
        else:
            reasons.append(refused.code)
    return fit, reasons


def _urgency(task: Task) -> tuple[int, int, str]:
    return -PRIORITIES.index(task.priority), task.due_at, task.task_id
