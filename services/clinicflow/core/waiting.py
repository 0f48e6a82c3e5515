"""For whom a patient waits, since when and why; and whether anybody has forgotten the patient."""

from collections.abc import Iterable, Mapping
from typing import Literal

import msgspec

from clinicflow.core.event import Micros
from clinicflow.core.outcome import AgentCase, Timer
from clinicflow.core.rules import PRIORITIES
from clinicflow.core.task import Task
from clinicflow.core.view import VisitView
from clinicflow.core.visit import ended, in_clinic

Reason = Literal["not-taken", "taken", "being-done", "on-hold", "timer", "forgotten"]
"""Why a visit stands: nobody took the task, somebody did, it is being done, it is on hold, a timer runs, or nothing."""

ALARM_AFTER = 5_000_000
"""Microseconds after which it is alarmed that a patient is forgotten: what is on its way has arrived by then."""

_REASONS: dict[str, Reason] = {
    "requested": "not-taken",
    "accepted": "taken",
    "in-progress": "being-done",
    "on-hold": "on-hold",
}


class Waiting(msgspec.Struct, frozen=True, gc=False):
    """What a visit waits for. ``since`` is in UTC microseconds; ``roles``, ``activity``, ``task_id`` tell the task."""

    reason: Reason
    since: Micros
    roles: tuple[str, ...] = ()
    activity: str | None = None
    task_id: str | None = None
    owner: str | None = None
    overdue: bool = False
    until: Micros | None = None
    """When the timer that is waited for fires."""


def waiting(view: VisitView, tasks: Iterable[Task], timers: Iterable[Timer], now: Micros) -> Waiting | None:
    """For whom the visit waits at ``now``: its most urgent open task, else its next timer; None once it has ended."""
    if ended(view.stage):
        return None
    task = min((task for task in tasks if task.open), key=_urgency, default=None)
    if task is not None:
        return Waiting(
            reason=_REASONS[task.status],
            since=task.created_at,
            roles=task.roles,
            activity=task.activity,
            task_id=task.task_id,
            owner=task.owner,
            overdue=task.late(now),
        )
    running = (timer for timer in timers if timer.looks_after)
    timer = min(running, key=lambda timer: (timer.fires_at, timer.timer_id), default=None)
    if timer is not None:
        return Waiting("timer", view.since, overdue=now > timer.fires_at, until=timer.fires_at)
    return Waiting("forgotten", view.since, overdue=True)


def _urgency(task: Task) -> tuple[bool, int, Micros, str]:
    """What cannot be begun yet comes last: the patient waits for whoever can do something."""
    return task.waits, -PRIORITIES.index(task.priority), task.due_at, task.task_id


def forgotten(cases: Mapping[str, AgentCase]) -> bool:
    """Whether a patient is in the clinic and no agent has an open task or a running timer for the visit. One that only
    asks at closing time whether the visit was forgotten does not count."""
    sides = [cases[name] for name in sorted(cases)]
    here = any(side.kind == "visit" and in_clinic(side.phase) for side in sides)
    return here and not any(_looked_after(side) for side in sides)


def _looked_after(side: AgentCase) -> bool:
    return any(timer.looks_after for timer in side.timers) or any(task.open for task in side.tasks)
