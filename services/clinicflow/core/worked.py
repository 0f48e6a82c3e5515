"""How work is shared out by kind: tasks done and time worked, from recorded tasks and events alone."""

from collections.abc import Iterable, Mapping

import msgspec

from clinicflow.core.event import Event, Micros
from clinicflow.core.task import Task
from clinicflow.events import (
    ProviderEntered,
    ProviderExited,
    TaskClaimRequested,
    TaskPauseRequested,
    TaskResumeRequested,
    TaskStartRequested,
)

KINDS_OF_WORK = ("clinical", "administrative", "other")

PUBLISHED = {"clinical": 50, "administrative": 35, "other": 15}
"""Percent of a medical assistant's time as a published career card divides it: clinical, administrative, and
telephone, supplies and coordination."""

NOT_SAID = "not said"
"""The kind of an activity of which the bundle says none."""


class Amount(msgspec.Struct):
    """Tasks done, and time worked on them in microseconds; ``timed`` of the tasks have a known begin."""

    tasks: int = 0
    timed: int = 0
    time: Micros = 0


Shares = dict[str, dict[str, Amount]]
"""Amounts by role and kind of work."""


class Worked:
    """Adds up what is told of it: first all events in order, then the tasks as they are in the end.

    A task is worked on from the claim (or start) by the person who ended it until what ended it was told, without
    pauses. A prescriber works on a visit while being with the patient. What nobody claimed is counted, and has no time.
    """

    def __init__(self, kinds: Mapping[str, str]) -> None:
        """``kinds``: the kind of work of each activity."""
        self._kinds = kinds
        self.shares: Shares = {}
        self._begun: dict[tuple[str, str], tuple[Micros, str]] = {}
        self._paused: dict[tuple[str, str], Micros] = {}
        self._away: dict[tuple[str, str], Micros] = {}
        self._inside: dict[tuple[str, str], tuple[Micros, str]] = {}
        self._told: dict[str, tuple[str | None, str, Micros]] = {}

    def event(self, event: Event) -> None:
        """Something that happened."""
        who, role, at = event.actor_id or "", event.actor_role or "", event.occurred_at
        if isinstance(event, TaskClaimRequested | TaskStartRequested):
            self._begun.setdefault((event.task_id, who), (at, role))
        elif isinstance(event, TaskPauseRequested):
            self._paused.setdefault((event.task_id, who), at)
        elif isinstance(event, TaskResumeRequested):
            key = (event.task_id, who)
            since = self._paused.pop(key, at)
            self._away[key] = self._away.get(key, 0) + at - since
        elif isinstance(event, ProviderEntered):
            self._inside[event.case_id, who] = (at, role)
        elif isinstance(event, ProviderExited) and (since_role := self._inside.pop((event.case_id, who), None)):
            self._amount(since_role[1], "see-patient").time += at - since_role[0]
        self._told[event.event_id] = (event.actor_id, role, event.recorded_at)

    def task(self, task: Task) -> None:
        """A task as it ended up; only completed ones count."""
        if task.status != "completed" or task.closed_at is None:
            return
        closer, closer_role, shown_at = self._told.get(task.closing or "", (None, "", task.closed_at))
        doer = task.owner_before_closing or task.owner or closer or ""
        begun = self._begun.get((task.task_id, doer))
        amount = self._amount(begun[1] if begun else closer_role or task.roles[0], task.activity)
        amount.tasks += 1
        if begun is not None:
            amount.timed += 1
            ended = min(task.closed_at, shown_at)  # what a trainee has done is signed later
            amount.time += max(0, ended - begun[0] - self._away.get((task.task_id, doer), 0))

    def _amount(self, role: str, activity: str) -> Amount:
        kind = self._kinds.get(activity, NOT_SAID)
        return self.shares.setdefault(role, {}).setdefault(kind, Amount())


def worked(tasks: Iterable[Task], events: Iterable[Event], kinds: Mapping[str, str]) -> Shares:
    """The shares of a whole day."""
    found = Worked(kinds)
    for event in events:
        found.event(event)
    for task in tasks:
        found.task(task)
    return found.shares


def together(shares: Shares, roles: Iterable[str]) -> dict[str, Amount]:
    """The amounts of several roles by kind of work."""
    found: dict[str, Amount] = {}
    for role in roles:
        for kind, amount in shares.get(role, {}).items():
            sum_ = found.setdefault(kind, Amount())
            sum_.tasks += amount.tasks
            sum_.timed += amount.timed
            sum_.time += amount.time
    return found
