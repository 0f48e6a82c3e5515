"""What one event does to one agent's side of a case, gathered while it is folded, and its end as an ``Outcome``."""

from typing import Any

import msgspec
from cel import Context

from clinicflow.core.agent import Agent, Facts
from clinicflow.core.bundle import Bundle
from clinicflow.core.cel import context
from clinicflow.core.derive import Source
from clinicflow.core.event import Event, Placed
from clinicflow.core.hashing import digest
from clinicflow.core.outcome import AgentCase, Ended, Outcome, Rejection, RuleError, Timer
from clinicflow.core.task import OPEN, Task, TaskChange

GRACE = 60_000_000
"""A timer fires at the earliest so many microseconds after its cause was placed, so that a feed that catches up after
an outage does not page everybody."""

KEPT = 20
"""How many ended tasks (by id and status) and refused requests a case remembers."""

PINNED = frozenset({"visit", "order", "refill", "unmatched"})
"""Kinds of case with an end: they keep the bundle of their first row."""

BLANK = AgentCase()
"""A case that the agent has not heard of."""


class Work:
    """What one event does to one agent's side of a case, while it is folded."""

    __slots__ = (
        "_context",
        "agent",
        "bundle",
        "case",
        "changes",
        "cleared",
        "derived",
        "ended",
        "errors",
        "event",
        "patient",
        "phase",
        "placed",
        "refused",
        "set",
        "state",
        "tasks",
        "timers",
    )

    def __init__(self, agent: Agent[Any], case: AgentCase, placed: Placed, bundle: Bundle) -> None:
        self.agent = agent
        self.bundle = bundle
        self.case = case
        self.placed = placed
        self.event: Any = placed.event
        self.state: Any = state_of(agent, case)
        self.phase = case.phase
        self.patient = case.patient
        self.tasks = case.tasks
        self.timers = case.timers
        self.ended = case.ended
        self.refused = case.refused
        self.changes: list[TaskChange] = []
        self.derived: list[Event] = []
        self.set: list[Timer] = []
        self.cleared: list[str] = []
        self.errors: list[RuleError] = []
        self._context: Context | None = None

    def context(self) -> Context:
        """The context of all conditions on this event, built at the first that asks."""
        if self._context is None:
            fields = self.bundle.fields_on(self.agent.name, self.event.TYPE)
            if fields is None:
                self._context = Context(variables={})
                return self._context
            clinic = self.event.clinic_id
            case = self.agent.exposed(self.state) if fields.case else {}
            self._context = context(
                fields, self.placed, case, self.patient, self.bundle.clinic(clinic), self.bundle.tables(clinic)
            )
        return self._context

    def facts(self) -> Facts:
        """What a handler may know beside state and event."""
        clinic = self.event.clinic_id
        return Facts(
            self.placed.logged_at,
            self.patient,
            self.phase,
            tuple([task for task in self.tasks if task.status in OPEN]),
            self.bundle.tables(clinic),
            self.bundle.clinic(clinic),
        )

    def source(self, cause: str | None = None) -> Source:
        """What events are derived from; ``cause`` when it is another event than the one at hand."""
        return Source(self.agent.name, self.placed, cause or self.event.event_id, self.case.patient_id)

    def put(self, change: TaskChange | None) -> None:
        """Take over a change of a task that the case has, or had."""
        if change is None:
            return
        task = change.task
        self.changes.append(change)
        identity = task.task_id
        if task.status not in OPEN:
            self.ended = remember(self.ended, task)
            if not task.cause_voided:
                self.tasks = tuple([other for other in self.tasks if other.task_id != identity])
                return
        elif self.ended:
            self.ended = tuple([ended for ended in self.ended if ended.task_id != identity])
        if identity in [other.task_id for other in self.tasks]:
            self.tasks = tuple([task if other.task_id == identity else other for other in self.tasks])
        else:
            self.tasks = (*self.tasks, task)

    def add(self, change: TaskChange) -> None:
        """Take over a task that is new to the case."""
        self.changes.append(change)
        self.tasks = (*self.tasks, change.task)

    def start(self, timer: Timer) -> None:
        """Set a timer."""
        self.timers = (*self.timers, timer)
        self.set.append(timer)

    def stop(self, timer: Timer) -> None:
        """Clear a running timer."""
        self.timers = tuple([other for other in self.timers if other.timer_id != timer.timer_id])
        self.cleared.append(timer.timer_id)

    def outcome(self, rejection: Rejection | None = None) -> Outcome:
        """Everything gathered, with the new side of the case and its running hash."""
        case, placed, event = self.case, self.placed, self.event
        kind = case.kind or (event.CASE if event.CASE != "any" else "")
        bundle = case.bundle or (placed.bundle if kind in PINNED else 0)
        changes, derived = tuple(self.changes), tuple(self.derived)
        set_, cleared, errors = tuple(self.set), tuple(self.cleared), tuple(self.errors)
        patient = case.patient_id or (event.patient_id if kind != "room" else None)
        view = case.view
        if self.agent.view is not None and kind == "visit" and rejection is None and event.corrects is None:
            view = self.agent.view(self.state, event)
        told = (self.state, self.phase, self.patient, changes, derived, set_, cleared, rejection, errors)
        after = AgentCase(
            data=self.state,
            tasks=self.tasks,
            timers=self.timers,
            emitted=case.emitted,
            waiting=case.waiting,
            patient=self.patient,
            phase=self.phase,
            bundle=bundle,
            hash=digest(case.hash, placed.position, told),
            position=placed.position,
            code=self.agent.version,
            incomplete=case.incomplete,
            ended=self.ended,
            refused=self.refused,
            kind=kind,
            patient_id=patient,
            view=view,
        )
        return Outcome(after, changes, derived, set_, cleared, rejection, errors)


def state_of(agent: Agent[Any], case: AgentCase) -> Any:
    """The agent's own struct: made anew for a new case, from builtin types for a stored one."""
    data = case.data
    if type(data) is agent.state:
        return data
    return agent.state() if data is None else msgspec.convert(data, agent.state)


def remember(ended: tuple[Ended, ...], task: Task) -> tuple[Ended, ...]:
    """The last ended tasks, with this one as the newest."""
    others = [other for other in ended if other.task_id != task.task_id]
    closing = task.closing if task.status == "completed" else None
    return (*others, Ended(task.task_id, task.status, closing))[-KEPT:]
