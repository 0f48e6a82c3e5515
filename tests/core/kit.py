"""A story of one case: events in, outcomes out, through one small agent under a small bundle."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import msgspec

from clinicflow.core.agent import Agent, Facts
from clinicflow.core.bundle import Bundle, compile_bundle
from clinicflow.core.event import Event, Placed
from clinicflow.core.outcome import AgentCase, Outcome, Rejection
from clinicflow.core.step import applies, step
from clinicflow.core.task import Task
from clinicflow.errors import HistoryNeeded
from clinicflow.events import (
    EVENT_TYPES,
    CheckedIn,
    ProviderEntered,
    ReadyForProvider,
    Roomed,
    VitalsTaken,
)
from tests.core.bundle.small import document

MINUTE = 60_000_000
START = 1_767_960_000_000_000
"""2026-01-09T12:00:00Z, in microseconds."""

VISIT = str(uuid5(NAMESPACE_URL, "visit"))
PATIENT = "patient-1"


class Seen(msgspec.Struct, frozen=True, array_like=True):
    """What the test agent remembers."""

    room: str | None = None
    temp: int | None = None
    vitals: int = 0


def nurse_agent(name: str = "nurse") -> Agent[Seen]:
    """An agent that remembers the room and the last temperature, and refuses a room while vitals run hot."""
    agent: Agent[Seen] = Agent(name, Seen, ["visit", "order", "room"])

    @agent.on(Roomed)
    def roomed(state: Seen, event: Roomed, facts: Facts) -> Seen | Rejection:
        if state.room == event.room_id:
            return Rejection("same-room", f"Expected another room than {state.room}, but got it again.")
        return msgspec.structs.replace(state, room=event.room_id)

    @agent.on(VitalsTaken)
    def vitals(state: Seen, event: VitalsTaken, facts: Facts) -> Seen:
        return msgspec.structs.replace(state, temp=event.temp, vitals=state.vitals + 1)

    @agent.on(CheckedIn, ProviderEntered, ReadyForProvider)
    def noted(state: Seen, event: Event, facts: Facts) -> Seen:
        return state

    @agent.expose
    def expose(state: Seen) -> dict[str, Any]:
        return {"room": state.room, "temp": state.temp, "vitals": state.vitals or None}

    return agent


FIELDS: dict[str, dict[str, Any]] = {
    "patient-arrived": {"mode": "walk_in"},
    "ticket-issued": {"ticket": "A1", "display_consent": True},
    "checked-in": {"identifiers_matched": 2},
    "roomed": {"room_id": "n-1"},
    "room-assigned": {"room_id": "n-1"},
    "visit-cancelled": {"reason": "patient_request"},
    "event-voided": {"reason": "entered_in_error"},
    "checkout-reversed": {"reason": "came_back"},
    "lab-test-ordered": {
        "order_number": "1",
        "test_code": "24323-8",
        "test_system": "loinc",
        "priority": "routine",
    },
    "room-vacated": {"precautions": "standard"},
}


def an_event(type_: str, key: str = "", *, at: int = 0, case: str = VISIT, **fields: Any) -> Event:
    """An event that happened ``at`` minutes after the start; ``key`` tells it from others of its type."""
    event_type = EVENT_TYPES[type_]
    when = START + at * MINUTE
    values = {
        "event_id": str(uuid5(NAMESPACE_URL, f"{type_}/{key}")),
        "org_id": "demo",
        "clinic_id": "north",
        "case_id": case,
        "patient_id": PATIENT,
        "occurred_at": when,
        "recorded_at": when,
        "source_system": "test",
    }
    return event_type(**{**values, **FIELDS.get(type_, {}), **fields})


def asks(
    type_: str, task: Task | str, person: str = "ana", role: str = "MA", *, key: str = "", at: int = 1, **over: Any
) -> Event:
    """A person's request about a task, stamped as intake does it: on shift, at the clinic, no lead."""
    fields: dict[str, Any] = {
        "task_id": task if isinstance(task, str) else task.task_id,
        "agent": "nurse",
        "actor_id": person,
        "actor_role": role,
        "on_shift": True,
        "clinic_assigned": True,
        "lead": False,
    }
    if "reason" in EVENT_TYPES[f"task-{type_}-requested"].__struct_fields__:
        fields["reason"] = {"decline": "busy", "pause": "break"}.get(type_, "other")
    if type_ == "delegate":
        fields |= {"to_staff": "ben", "to_role": "MA", "to_on_shift": True, "to_clinic_assigned": True}
    return an_event(f"task-{type_}-requested", f"{key}/{person}", at=at, **{**fields, **over})


class Story:
    """A case as one agent sees it. ``tasks`` are all tasks as last told, ``outcomes`` one per event given."""

    def __init__(
        self,
        rules: Sequence[Mapping[str, Any]] = (),
        *,
        agent: Agent[Any] | None = None,
        bundle: Bundle | None = None,
        **parts: Any,
    ) -> None:
        self.agent = agent or nurse_agent()
        agents = {self.agent.name: self.agent}
        self.bundle = bundle or compile_bundle(document({self.agent.name: rules}, **parts), 1, agents)
        self.case: AgentCase | None = None
        self.history: list[Placed] = []
        self.tasks: dict[str, Task] = {}
        self.outcomes: list[Outcome] = []
        self.derived: list[Event] = []

    def given(self, *events: Event) -> "Story":
        """Events that happened before."""
        for event in events:
            self.when(event)
        return self

    def when(self, event: Event, *, logged: int | None = None) -> Outcome:
        """One event; ``logged`` is when it was placed, else as it was recorded (never going back)."""
        last = self.history[-1].logged_at if self.history else 0
        position = len(self.history)
        placed = Placed(event, 0, position, max(last, event.recorded_at if logged is None else logged), 1)
        outcome = self._step(placed)
        self.history.append(placed)
        self.outcomes.append(outcome)
        self.case = outcome.case
        self.derived.extend(outcome.derived)
        self.tasks.update({change.task.task_id: change.task for change in outcome.tasks})
        return outcome

    def _step(self, placed: Placed) -> Outcome:
        if not applies(self.agent, self.bundle, placed):
            return Outcome(self.case or AgentCase())
        try:
            return step(self.agent, self.case, placed, self.bundle)
        except HistoryNeeded:
            return step(self.agent, self.case, placed, self.bundle, tuple(self.history))

    def the_task(self, activity: str | None = None) -> Task:
        """The only task (of an activity)."""
        found = [task for task in self.tasks.values() if activity in (None, task.activity)]
        assert len(found) == 1, [task.activity for task in found]
        return found[0]

    def statuses(self) -> dict[str, str]:
        """Status of every task by activity."""
        return {task.activity: task.status for task in self.tasks.values()}


def kinds(outcome: Outcome) -> list[str]:
    """The kinds of change that an outcome brings, in order."""
    return [change.kind for change in outcome.tasks]
