"""A clinic in memory for stories: events go in, what follows goes round all agents in virtual time.

After every event, also the derived ones, it looks that no patient in the clinic is forgotten.
"""

from functools import cache
from itertools import count
from typing import Any, TypeVar

from clinicflow.agents import all_agents
from clinicflow.core.bundle import Bundle, compile_bundle
from clinicflow.core.event import Event, Placed
from clinicflow.core.ids import named, room_case
from clinicflow.core.outcome import AgentCase, Outcome, Rejection
from clinicflow.core.task import Task
from clinicflow.core.view import VisitView
from clinicflow.core.visit import in_clinic
from clinicflow.core.waiting import forgotten
from clinicflow.core.whatif import VirtualWorld
from clinicflow.events import EVENT_TYPES
from tests.support.bundles import shipped

E = TypeVar("E", bound=Event)

MINUTE = 60_000_000
HOUR = 60 * MINUTE
START = 1_795_453_200_000_000
"""Monday 2026-11-23, 17:00 UTC: 09:00 at the north clinic, the day shift is in."""

VISIT = named("story|visit")
ORDER = named("story|order")
REFILL = named("story|refill")
UNMATCHED = named("story|unmatched")
PATIENT = "patient-1"

FIELDS: dict[str, dict[str, Any]] = {
    "patient-arrived": {"mode": "appointment"},
    "ticket-issued": {"ticket": "HK47", "display_consent": True},
    "checked-in": {"identifiers_matched": 2, "patient_age": 40, "patient_age_unit": "a"},
    "patient-called": {"call_no": 1, "channel": "display"},
    "room-assigned": {"room_id": "n-1"},
    "roomed": {"room_id": "n-1"},
    "room-vacated": {"precautions": "standard"},
    "visit-cancelled": {"reason": "patient_request"},
    "event-voided": {"reason": "entered_in_error"},
    "checkout-reversed": {"reason": "came_back"},
    "lab-test-ordered": {
        "order_number": "A-1",
        "test_code": "58410-2",
        "test_system": "loinc",
        "specimen_class": "blood",
        "priority": "routine",
        "visit_case_id": VISIT,
    },
    "order-cancelled": {"reason": "not_needed"},
    "collection-failed": {"tries": 2, "reason": "difficult_access"},
    "specimen-collected": {"specimen_id": "tube-1", "two_ids_checked": True},
    "specimen-labelled": {
        "specimen_id": "tube-1",
        "two_ids": True,
        "time_on_label": True,
        "collector_on_label": True,
    },
    "specimen-logged": {"specimen_id": "tube-1"},
    "specimen-sent": {"specimen_id": "tube-1"},
    "specimen-rejected": {"reason": "RH"},
    "result-received": {"result_id": "r-1", "status": "F", "abnormal": False},
    "result-corrected": {"result_id": "r-1", "status": "C", "abnormal": False},
    "critical-result-received": {"result_id": "r-1", "code": "2823-3", "system": "loinc", "value": "6.8"},
    "critical-result-acknowledged": {"read_back": True},
    "refill-requested": {
        "drug_code": "860975",
        "drug_system": "rxnorm",
        "controlled_schedule": "none",
        "dose_changed": False,
        "quantity_changed": False,
        "frequency_changed": False,
        "requested_by": "patient",
        "on_protocol": True,
        "on_active_list": True,
        "days_supply_left": 5,
        "last_visit_at": START - 30 * 24 * HOUR,
        "lab_overdue": False,
        "lab_abnormal": False,
        "alert": False,
        "high_alert": False,
        "weight_based": False,
        "duplicate": False,
        "patient_age": 50,
        "patient_age_unit": "a",
    },
    "refill-denied": {"reason": "visit_needed"},
    "refill-failed": {"reason": "unreachable"},
    "unmatched-received": {"identifier_kind": "mrn", "message_ref": "m-1"},
    "unmatched-resolved": {"resolved_case_id": VISIT},
    "case-merged": {"surviving_patient_id": "patient-1", "other_patient_id": "patient-2"},
    "critical-vitals-acknowledged": {"action": "assessed"},
}
"""The least that each event needs, unless a story says more."""

NORMAL = {
    "systolic": 122,
    "diastolic": 78,
    "heart_rate": 72,
    "resp_rate": 15,
    "spo2": 98,
    "on_oxygen": False,
    "temp": 368,
    "consciousness": "A",
}
"""Vital signs of a healthy adult."""

NEXT_STEPS = frozenset(
    name + again
    for name in ("check-in", "room-patient", "prepare-patient", "see-patient", "complete-orders", "checkout")
    for again in ("", "-again")
) | {
    "provider-still-in",
    "provider-back-in",
    "check-on-visit-again",
    "resolve-mismatch",
    "resolve-mismatch-again",
    "room-patient-after-identity",
}
"""Rules that bring a visit to its next step; side work such as a copayment keeps nobody from being forgotten. While it
is in doubt who the patient is, settling that is the next step."""


@cache
def demo_bundle() -> Bundle:
    """The demo network, compiled."""
    document = shipped()
    return compile_bundle(document, 1, all_agents())


class Clinic(VirtualWorld):
    """One clinic with all agents. ``minute`` of every event counts from ``START``."""

    def __init__(self, clinic: str = "north") -> None:
        super().__init__(all_agents(), demo_bundle())
        self.clinic = clinic
        self.numbers = count()
        self.forgotten_after: list[str] = []

    def happens(self, kind: str, /, minute: float = 0, case: str | None = None, **fields: Any) -> Event:
        """Something happens at a minute and is told at once, or at ``logged`` if it comes late."""
        event = self.event(kind, minute, case, **fields)
        self.feed(event, event.recorded_at)
        return event

    def event(self, kind: str, /, minute: float = 0, case: str | None = None, **fields: Any) -> Event:
        """An event with everything that this kind of event needs. ``by`` is the actor, ``logged`` when it is told."""
        at = START + round(minute * MINUTE)
        logged = fields.pop("logged", None)
        told = at if logged is None else START + round(logged * MINUTE)
        by = fields.pop("by", None)
        person = self.bundle.person(by, self.clinic, at) if by else None
        actor = (
            {"actor_id": by, "actor_role": person.role, "actor_credentials": list(person.credentials)} if person else {}
        )
        envelope = {
            "event_id": named(f"story|{next(self.numbers)}"),
            "org_id": "demo",
            "clinic_id": self.clinic,
            "case_id": case or case_of(kind),
            "patient_id": PATIENT,
            "occurred_at": at,
            "recorded_at": told,
            "source_system": "test",
        }
        return EVENT_TYPES[kind](**{**FIELDS.get(kind, {}), **envelope, **actor, **fields})

    def asks(self, staff: str, what: str, task: Task, minute: float, **fields: Any) -> Event:
        """A person asks something of a task, stamped as intake would."""
        at = START + round(minute * MINUTE)
        person = self.bundle.person(staff, self.clinic, at)
        assert person is not None, staff
        return self.happens(
            f"task-{what}-requested",
            minute,
            self.case_of_task(task),
            by=staff,
            task_id=task.task_id,
            agent=task.agent,
            on_shift=person.on_shift,
            on_site_supervisors=list(person.supervisors),
            clinic_assigned=True,
            lead=person.lead,
            **fields,
        )

    def case_of_task(self, task: Task) -> str:
        """The case that a task is about."""
        return next(
            case
            for case, sides in self.result.cases.items()
            if any(own.task_id == task.task_id for side in sides.values() for own in side.tasks)
        )

    def tasks(self, case: str = VISIT) -> list[Task]:
        """Open tasks of a case, oldest first."""
        sides = self.result.cases.get(case, {})
        return [task for name in sorted(sides) for task in sides[name].tasks if task.open]

    def open(self, case: str = VISIT) -> set[str]:
        """Rules of the open tasks of a case."""
        return {task.rule for task in self.tasks(case)}

    def task(self, rule: str) -> Task:
        """The last task of a rule, open or ended."""
        found = [task for task in self.result.tasks.values() if task.rule == rule]
        assert found, f"no task of {rule}; there are {sorted({t.rule for t in self.result.tasks.values()})}"
        return found[-1]

    def made(self, rule: str) -> bool:
        """Whether a rule has ever made a task."""
        return any(task.rule == rule for task in self.result.tasks.values())

    def happened(self, kind: str) -> list[Event]:
        """All events of a kind, in order."""
        return [placed.event for placed in self.result.events if kind == placed.event.TYPE]

    def refusals(self, event: Event) -> dict[str, Rejection]:
        """Which agents refused an event, and why."""
        return {agent: why for event_id, agent, why in self.result.rejections if event_id == event.event_id}

    def view(self, case: str = VISIT) -> VisitView:
        """The visit as boards show it."""
        view = self.result.cases[case]["flow"].view
        assert view is not None
        return view

    def wait(self, minute: float) -> None:
        """Let time pass until a minute."""
        self.pass_time(START + round(minute * MINUTE))

    def _apply(self, placed: Placed) -> list[Outcome]:
        outcomes = super()._apply(placed)
        for outcome in outcomes:
            assert not outcome.rule_errors, outcome.rule_errors
        sides = self.result.cases[placed.event.case_id]
        if forgotten(sides) or (_here(sides) and not NEXT_STEPS & self._promised(sides)):
            self.forgotten_after.append(placed.event.TYPE)
        return outcomes

    def _promised(self, sides: dict[str, AgentCase]) -> set[str]:
        """Rules of all open tasks and running timers of a visit."""
        tasks = {task.rule for side in sides.values() for task in side.tasks if task.open}
        return tasks | {timer.rule for side in sides.values() for timer in side.timers}


def _here(sides: dict[str, AgentCase]) -> bool:
    return any(in_clinic(side.phase) for side in sides.values() if side.kind == "visit")


def happened(world: VirtualWorld, kind: type[E]) -> list[E]:
    """All events of a class, in order, as events of that class."""
    return [placed.event for placed in world.result.events if isinstance(placed.event, kind)]


def case_of(kind: str) -> str:
    """The case of the story that an event of this kind is about."""
    return {
        "order": ORDER,
        "refill": REFILL,
        "unmatched": UNMATCHED,
        "room": room_case("demo", "n-1"),
    }.get(EVENT_TYPES[kind].CASE, VISIT)


ROOM = room_case("demo", "n-1")
