"""A clinic in memory on which a scenario is played: all agents, virtual time, requests stamped as intake does."""

from collections.abc import Mapping
from itertools import count
from typing import Any

import msgspec

from clinicflow.core.agent import Agent
from clinicflow.core.bundle import Bundle, compile_bundle
from clinicflow.core.event import Event, Placed
from clinicflow.core.ids import endless_case, named
from clinicflow.core.kinds import KEYS
from clinicflow.core.outcome import AgentCase, Outcome
from clinicflow.core.people import People
from clinicflow.core.task import Task
from clinicflow.core.visit import in_clinic
from clinicflow.core.waiting import forgotten
from clinicflow.core.whatif import VirtualWorld
from clinicflow.core.workload import BREAK_OVERDUE, weight_held
from clinicflow.errors import InvalidScenario
from clinicflow.events import EVENT_TYPES
from clinicflow.least_fields import MINUTE, Defaults, written
from clinicflow.protocols.revised import revised

START = 1_795_453_200_000_000
"""Monday 2026-11-23, 17:00 UTC: 09:00 at the demo's north clinic."""
PATIENT = "patient-1"
SUPERVISED = ("claim", "start", "resume", "completion")
"""Requests that say who may supervise the person who asks."""


class Stage(VirtualWorld):
    """One clinic. ``minute`` counts from ``START``. ``forgotten_after`` are events that left a patient to nobody.

    ``document`` is what the bundle was compiled from; only with it may the bundle change.
    """

    def __init__(
        self,
        agents: Mapping[str, Agent[Any]],
        bundle: Bundle,
        clinic: str,
        defaults: Defaults,
        document: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(agents, bundle)
        self.clinic = clinic
        self._document = document
        self.forgotten_after: list[str] = []
        self.rule_errors: list[str] = []
        self._defaults = defaults
        self._numbers = count()

    def change_bundle(self, minute: float, changes: Mapping[str, Any]) -> None:
        """Let a changed bundle come into force at a minute."""
        if self._document is None:
            raise InvalidScenario("expected the document of the bundle, as it is to change, but there is none")
        self.pass_time(START + round(minute * MINUTE))
        self._document = revised(self._document, changes)
        self.now_under(compile_bundle(self._document, self.bundle.number + 1, self.agents))

    def case_id(self, name: str | None, kind: str, fields: Mapping[str, Any]) -> str:
        """The case of a name: ``stock:gauze`` an endless one, ``@procedure-planned`` that of the newest such event,
        another name one of the story, None that of the kind."""
        if name is not None and name.startswith("@"):
            return self._case_of_newest(name[1:])
        if name is not None and ":" in name:
            of, _, which = name.partition(":")
            return endless_case(of, self.bundle.org_id, which)
        if name is None and kind in KEYS:
            key: Any = self.clinic if kind == "clinic" else fields.get(KEYS[kind])
            if key is None:
                raise InvalidScenario(f"expected {KEYS[kind]} in the fields, or a case such as {kind}:some-id")
            return endless_case(kind, self.bundle.org_id, str(key))
        return named(f"story|{name or ('visit' if kind == 'any' else kind)}")

    def _case_of_newest(self, kind: str) -> str:
        found = self.happened(kind)
        if not found:
            raise InvalidScenario(f"expected an earlier {kind}, whose case is meant, but there is none")
        return found[-1].case_id

    def happens(
        self,
        kind: str,
        minute: float,
        *,
        told: float | None = None,
        case: str | None = None,
        by: str | None = None,
        fields: Mapping[str, Any] | None = None,
        **envelope: Any,
    ) -> Event:
        """Something happens at a minute and is told at ``told``, or at once. ``by`` is a member of staff."""
        event_type = EVENT_TYPES.get(kind)
        if event_type is None:
            raise InvalidScenario(f"expected a known event, but got {kind!r}")
        at = START + round(minute * MINUTE)
        self.time_passes(at)
        logged = at if told is None else START + round(told * MINUTE)
        values = {**self._defaults.get(kind, {}), **(fields or {})}
        values = {name: written(event_type, name, value, START) for name, value in values.items()}
        given = {
            "event_id": named(f"story|{next(self._numbers)}"),
            "org_id": self.bundle.org_id,
            "clinic_id": self.clinic,
            "case_id": self.case_id(case, event_type.CASE, values),
            "patient_id": PATIENT if event_type.CASE not in KEYS else None,
            "occurred_at": at,
            "recorded_at": logged,
            "source_system": "scenario",
        }
        event = _made(event_type, {**given, **self._actor(by, at), **values, **envelope})
        self.feed(event, logged)
        return event

    def asks(self, what: str, task: Task, by: str, minute: float, fields: Mapping[str, Any] | None = None) -> Event:
        """A person asks something of a task, stamped as intake would."""
        at = START + round(minute * MINUTE)
        self.time_passes(at)
        person = self._people().person(by, at, task.due_at)
        if person is None:
            raise InvalidScenario(f"expected a member of staff, but got {by!r}")
        stamps: dict[str, Any] = {
            "task_id": task.task_id,
            "agent": task.agent,
            "on_shift": person.on_shift,
            "on_site_supervisors": list(person.supervisors),
            "clinic_assigned": True,
            "lead": person.lead,
            "staff_languages": self._languages(by),
        }
        word = {"complete": "completion"}.get(what, what)
        values = {**(fields or {})}
        if word in ("claim", "start"):
            stamps |= {**self._busy(by, ""), "on_break": person.on_break}
        if word == "claim":
            stamps["credentials_ending"] = list(person.ending)
        if word in SUPERVISED:
            stamps["supervisors"] = list(person.present)
        if "to_staff" in values:
            stamps |= self._other(str(values["to_staff"]), at, task.due_at)
        return self.happens(
            f"task-{word}-requested", minute, by=by, fields={**values, **stamps}, case_id=self._case_of(task)
        )

    def tasks(self, rule: str) -> list[Task]:
        """All tasks that a rule (its id, or ``agent/id``) has made, oldest first."""
        agent, slash, name = rule.rpartition("/")
        return [task for task in self.result.tasks.values() if task.rule == name and (not slash or task.agent == agent)]

    def newest(self, rule: str) -> Task:
        """The newest open task of a rule, else its newest."""
        found = self.tasks(rule)
        if not found:
            made = sorted({task.rule for task in self.result.tasks.values()})
            raise InvalidScenario(f"expected a task of {rule}, but there are only tasks of {', '.join(made) or 'none'}")
        return next((task for task in reversed(found) if task.open), found[-1])

    def happened(self, kind: str) -> list[Event]:
        """All events of a kind, in order."""
        return [placed.event for placed in self.result.events if kind == placed.event.TYPE]

    def refusals(self, event: Event) -> dict[str, str]:
        """Which agents refused an event, and with which code."""
        return {agent: why.code for event_id, agent, why in self.result.rejections if event_id == event.event_id}

    def time_passes(self, at: int) -> None:
        """Timers fire, and open tasks are looked at again, as shifts and credentials end by themselves."""
        if at > self.now:
            self.pass_time(at)
            self._check_tasks()

    def _people(self) -> People:
        return self.rechecking.people(self.clinic)

    def _actor(self, by: str | None, at: int) -> dict[str, Any]:
        person = self._people().person(by, at) if by else None
        if by and person is None:
            raise InvalidScenario(f"expected a member of staff, but got {by!r}")
        if person is None:
            return {}
        return {"actor_id": by, "actor_role": person.role, "actor_credentials": list(person.credentials)}

    def _other(self, staff: str, at: int, due: int) -> dict[str, Any]:
        other = self._people().person(staff, at, due)
        if other is None:
            raise InvalidScenario(f"expected a member of staff, but got {staff!r}")
        return {
            "to_role": other.role,
            "to_credentials": list(other.credentials),
            "to_on_shift": other.on_shift,
            "to_clinic_assigned": True,
            "to_languages": self._languages(staff),
            "to_on_break": other.on_break,
            "to_credentials_ending": list(other.ending),
            "on_site_supervisors": list(other.supervisors),
            "supervisors": list(other.present),
            **self._busy(staff, "to_"),
        }

    def _languages(self, staff: str) -> list[str]:
        return list((self.bundle.staff(staff) or {}).get("languages", ()))

    def _busy(self, staff: str, prefix: str) -> dict[str, Any]:
        """How much a person holds, as intake counts it."""
        own = endless_case("staff", self.bundle.org_id, staff)
        sides = self.result.cases.get(own, {}).values()
        overdue = any(task.open and task.rule == BREAK_OVERDUE for side in sides for task in side.tasks)
        weight = weight_held(self.result.tasks.values(), staff, self.bundle.table("workload", self.clinic))
        return {f"{prefix}open_weight": weight, f"{prefix}break_overdue": overdue}

    def _case_of(self, task: Task) -> str:
        for case, sides in self.result.cases.items():
            side = sides.get(task.agent)
            if side is not None and task.task_id in _known(side):
                return case
        raise InvalidScenario(f"expected a case that knows the task of {task.rule}, but none does")

    def _apply(self, placed: Placed) -> list[Outcome]:
        outcomes = super()._apply(placed)
        self.rule_errors += [f"{each.rule}: {each.message}" for outcome in outcomes for each in outcome.rule_errors]
        sides = self.result.cases[placed.event.case_id]
        if forgotten(sides) and _here(sides):
            self.forgotten_after.append(placed.event.TYPE)
        return outcomes


def _made(event_type: type[Event], values: Mapping[str, Any]) -> Event:
    """The event, if all its values are of the form that its schema says."""
    for name, symbols in event_type.ENUMS.items():
        value = values.get(name)
        if isinstance(value, str) and value not in symbols:
            raise InvalidScenario(f"{event_type.TYPE}: expected {name} one of {', '.join(symbols)}, but got {value!r}")
    try:
        event = event_type(**values)
        msgspec.convert(msgspec.to_builtins(event), event_type)
    except (TypeError, msgspec.ValidationError) as error:
        raise InvalidScenario(f"{event_type.TYPE}: {error}") from error
    return event


def _known(side: AgentCase) -> set[str]:
    return {task.task_id for task in side.tasks} | {ended.task_id for ended in side.ended}


def _here(sides: Mapping[str, AgentCase]) -> bool:
    return any(in_clinic(side.phase) for side in sides.values() if side.kind == "visit")
