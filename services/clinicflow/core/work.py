"""What one event does to one agent's side of a case, gathered while it is folded, and its end as an ``Outcome``."""

from typing import Any

import msgspec
from msgspec.structs import replace

from clinicflow.core.agent import Agent, Facts
from clinicflow.core.bundle import Bundle
from clinicflow.core.cel import NAMELESS, Prepared
from clinicflow.core.derive import Source
from clinicflow.core.event import Event, Placed
from clinicflow.core.hashing import digest
from clinicflow.core.kinds import IMPERSONAL, WITH_END
from clinicflow.core.outcome import AgentCase, Ended, Outcome, PatientFacts, Rejection, RuleError, Timer
from clinicflow.core.plans import NOTHING
from clinicflow.core.task import OPEN, Task, TaskChange

GRACE = 60_000_000
"""A timer fires at the earliest so many microseconds after its cause was placed, so that a feed that catches up after
an outage does not page everybody."""

KEPT = 20
"""How many ended tasks (by id and status) and refused requests a case remembers."""

BLANK = AgentCase()
"""A case that the agent has not heard of."""


class Work:
    """What one event does to one agent's side of a case, while it is folded. Tuples: most steps add to few of them."""

    __slots__ = (
        "_prepared",
        "agent",
        "bundle",
        "case",
        "changes",
        "cleared",
        "derived",
        "ended",
        "errors",
        "event",
        "kind",
        "patient",
        "phase",
        "placed",
        "plan",
        "refused",
        "set",
        "state",
        "tasks",
        "timers",
    )

    def __init__(self, agent: Agent[Any], case: AgentCase, placed: Placed, bundle: Bundle) -> None:
        event: Any = placed.event
        self.agent = agent
        self.bundle = bundle
        self.case = case
        self.placed = placed
        self.event = event
        self.kind = kind = event.TYPE
        self.plan = bundle.plans[agent.name].get(kind, NOTHING)
        data = case.data
        self.state: Any = data if type(data) is agent.state else state_of(agent, case)
        self.phase = case.phase
        self.patient = case.patient
        self.tasks = case.tasks
        self.timers = case.timers
        self.ended = case.ended
        self.refused = case.refused
        self.changes: tuple[TaskChange, ...] = ()
        self.derived: tuple[Event, ...] = ()
        self.set: tuple[Timer, ...] = ()
        self.cleared: tuple[str, ...] = ()
        self.errors: tuple[RuleError, ...] = ()
        self._prepared: Prepared | None = None

    def prepared(self) -> Prepared:
        """What all conditions on this event are asked on, made at the first that asks."""
        if self._prepared is None:
            fields = self.plan.fields
            if fields is None:
                self._prepared = NAMELESS
                return NAMELESS
            clinic, tables = self.bundle.place(self.event.clinic_id)
            case = self.agent.exposed(self.state) if fields.case else {}
            self._prepared = fields.prepared(self.placed, case, self.patient, clinic, tables)
        return self._prepared

    def facts(self) -> Facts:
        """What a handler may know beside state and event."""
        clinic, tables = self.bundle.place(self.event.clinic_id)
        tasks = self.tasks
        for task in tasks:
            if task.status not in OPEN:
                tasks = tuple([task for task in tasks if task.status in OPEN])
                break
        return Facts(self.placed.logged_at, self.patient, self.phase, tasks, tables, clinic)

    def source(self, cause: str | None = None) -> Source:
        """What events are derived from; ``cause`` when it is another event than the one at hand."""
        return Source(self.agent.name, self.placed, cause or self.event.event_id, self.case.patient_id)

    def task(self, identity: str | None) -> Task | None:
        """The task of this id that the case has."""
        for task in self.tasks:
            if task.task_id == identity:
                return task
        return None

    def put(self, change: TaskChange | None) -> None:
        """Take over a change of a task that the case has, or had."""
        if change is None:
            return
        task, held = change.task, self._held(change.task.task_id)
        self.changes += (change,)
        if held is None or self.tasks[held].status not in OPEN:  # else it is not among the ended ones
            self.ended = _without(self.ended, task.task_id)
        kept: tuple[Task, ...] = (task,)
        if task.status not in OPEN:
            self.ended = remember(self.ended, task)
            kept = (task,) if task.cause_voided else ()
        before, after = (self.tasks, ()) if held is None else (self.tasks[:held], self.tasks[held + 1 :])
        self.tasks = (*before, *kept, *after)

    def _held(self, identity: str) -> int | None:
        for index, task in enumerate(self.tasks):
            if task.task_id == identity:
                return index
        return None

    def add(self, change: TaskChange) -> None:
        """Take over a task that is new to the case."""
        self.changes += (change,)
        self.tasks += (change.task,)

    def derive(self, event: Event) -> None:
        """Take over an event that follows."""
        self.derived += (event,)

    def start(self, timer: Timer) -> None:
        """Set a timer."""
        self.timers += (timer,)
        self.set += (timer,)

    def stop(self, timer: Timer) -> None:
        """Clear a running timer."""
        self.timers = tuple([other for other in self.timers if other.timer_id != timer.timer_id])
        self.cleared += (timer.timer_id,)

    def outcome(self, rejection: Rejection | None = None) -> Outcome:
        """Everything gathered, with the new side of the case and its running hash."""
        case, placed, event = self.case, self.placed, self.event
        kind = case.kind or (event.CASE if event.CASE != "any" else "")
        view = case.view
        if self.agent.view is not None and kind == "visit" and rejection is None and event.corrects is None:
            view = self.agent.view(self.state, event)
        changes, derived, timers, cleared, errors = self.changes, self.derived, self.set, self.cleared, self.errors
        state, phase, patient, position = self.state, self.phase, self.patient, placed.position
        told = (case.hash, position, state, phase, patient, changes, derived, timers, cleared, rejection, errors)
        after = replace(
            case,
            data=state,
            tasks=self.tasks,
            timers=self.timers,
            patient=patient,
            phase=phase,
            bundle=case.bundle or (placed.bundle if kind in WITH_END else 0),
            hash=digest(told),  # in the order that ``next_hash`` says
            position=position,
            ended=self.ended,
            refused=self.refused,
            kind=kind,
            patient_id=case.patient_id or (event.patient_id if kind not in IMPERSONAL else None),
            view=view,
        )
        return Outcome(after, changes, derived, timers, cleared, rejection, errors)


def nothing_done(
    agent: Agent[Any], case: AgentCase, placed: Placed, state: Any, phase: str, patient: PatientFacts
) -> Outcome:
    """The outcome of an event of which only phase and patient are taken over, as ``Work.outcome`` would tell it."""
    event, position = placed.event, placed.position
    kind = case.kind or (event.CASE if event.CASE != "any" else "")
    told = (case.hash, position, state, phase, patient, (), (), (), (), None, ())
    after = replace(
        case,
        data=state,
        patient=patient,
        phase=phase,
        bundle=case.bundle or (placed.bundle if kind in WITH_END else 0),
        hash=digest(told),
        position=position,
        kind=kind,
        patient_id=case.patient_id or (event.patient_id if kind not in IMPERSONAL else None),
    )
    return Outcome(after)


def state_of(agent: Agent[Any], case: AgentCase) -> Any:
    """The agent's own struct: made anew for a new case, from builtin types for a stored one."""
    data = case.data
    if type(data) is agent.state:
        return data
    return agent.state() if data is None else msgspec.convert(data, agent.state)


def remember(ended: tuple[Ended, ...], task: Task) -> tuple[Ended, ...]:
    """The last ended tasks, with this one as the newest, which is not among them."""
    closing = task.closing if task.status == "completed" else None
    return (*ended, Ended(task.task_id, task.status, closing))[-KEPT:]


def _without(ended: tuple[Ended, ...], identity: str) -> tuple[Ended, ...]:
    """All but the one of this id; most often it is not there and nothing has to be made."""
    for index, other in enumerate(ended):
        if other.task_id == identity:
            return ended[:index] + ended[index + 1 :]
    return ended
