"""Rules as data: what a protocol's YAML says, parsed and with its conditions compiled.

A rule says on which events it looks, under which condition it acts, and which task it makes or which event it raises.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from clinicflow.core.cel import Condition, Expression, Fields, context
from clinicflow.core.durations import HOUR, parse_duration, parse_fraction
from clinicflow.core.hours import opening_day
from clinicflow.core.task import Task
from clinicflow.errors import InvalidBundle, RuleFailed
from clinicflow.events import EVENT_TYPES

__all__ = [
    "PRIORITIES",
    "ROLES",
    "Condition",
    "DueSpec",
    "EscalationStep",
    "Expression",
    "Fact",
    "Fields",
    "RaiseSpec",
    "Rule",
    "RuleFailed",
    "TaskSpec",
    "Wait",
    "context",
    "parse_rule",
    "rung",
]

PRIORITIES = ("routine", "urgent", "asap", "stat")
"""FHIR request-priority, lowest first."""

ROLES = ("FD", "MA", "RN", "LPN", "PRV", "PHY", "BIL", "REF", "LAB", "IPC", "MGR", "EVS", "LEAD")
"""Front desk, assistant, nurse, licensed practical nurse, prescriber, physician, billing, referrals, laboratory,
infection control, manager, cleaning, lead of a clinic."""


class Fact(msgspec.Struct, frozen=True):
    """An event that completes or withdraws a task, under a condition if there is one."""

    event: str
    when: Condition | None = None


class Wait(msgspec.Struct, frozen=True):
    """A rule acts only after so many microseconds, unless one of these events came before.

    They count from when the event happened, or from the time (UTC microseconds) that ``since`` gives.
    """

    after: int
    unless: tuple[str, ...] = ()
    since: Expression | None = None


class DueSpec(msgspec.Struct, frozen=True):
    """When a task is due: ``after`` (microseconds, or by clinic when a table says so) from ``since``.

    ``since`` is occurred or appointment (the later of both); ``hours`` is clinic (only opening hours count) or wall.
    """

    after: int
    by_clinic: dict[str, int] = {}
    since: str = "occurred"
    hours: str = "clinic"

    def micros(self, clinic_id: str) -> int:
        """The time allowed at this clinic."""
        return self.by_clinic.get(clinic_id, self.after)


class EscalationStep(msgspec.Struct, frozen=True):
    """One rung: at a fraction of the time allowed, or ``after`` so many microseconds, the pool widens to ``roles``.

    The last one may come again each ``repeat`` microseconds, until somebody has answered.
    """

    fraction: float | None
    after: int | None
    roles: tuple[str, ...]
    by_clinic: dict[str, int] = {}
    repeat: int | None = None

    def micros(self, allowed: int, clinic_id: str) -> int:
        """When this rung comes at a clinic where the task is allowed so much time, counted from the same start."""
        if self.fraction is not None:
            return round(self.fraction * allowed)
        return self.by_clinic.get(clinic_id, self.after or 0)


BLANK = Task(
    task_id="",
    agent="",
    rule="",
    activity="",
    roles=(),
    credential="any",
    priority="routine",
    status="requested",
    created_at=0,
    due_at=0,
    cause="",
    bundle=0,
)
"""A task that says nothing yet."""


def rung(steps: Sequence[EscalationStep], level: int) -> EscalationStep | None:
    """The step by which a task leaves ``level``; None at the top of a ladder whose last step does not repeat."""
    if level < len(steps):
        return steps[level]
    return steps[-1] if steps and steps[-1].repeat else None


class TaskSpec(msgspec.Struct, frozen=True, kw_only=True):
    """The task that a rule makes."""

    activity: str
    roles: tuple[str, ...]
    credential: str
    due: DueSpec
    priority: str | Expression
    done_by: tuple[Fact, ...] = ()
    cancelled_by: tuple[Fact, ...] = ()
    survives: bool = False
    critical: bool = False
    two_person: bool = False
    language: bool = False
    """Whether it is done in the patient's language."""
    escalation: tuple[EscalationStep, ...] = ()
    titles: dict[str, str] = {}
    blank: Task = BLANK
    """What of the task follows from this alone; filled in by itself."""

    def __post_init__(self) -> None:
        msgspec.structs.force_setattr(
            self,
            "blank",
            msgspec.structs.replace(
                BLANK,
                activity=self.activity,
                roles=self.roles,
                credential=self.credential,
                critical=self.critical,
                two_person=self.two_person,
                survives=self.survives,
            ),
        )


class RaiseSpec(msgspec.Struct, frozen=True):
    """The event that a rule raises: its own fields, and the case it is about (None: the same case)."""

    event: str
    fields: tuple[tuple[str, Expression], ...] = ()
    case: Expression | None = None


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """One rule of one agent. With ``wait``, ``when`` is evaluated as the timer fires and sees that event."""

    id: str
    agent: str
    on: tuple[str, ...]
    when: Condition | None = None
    after_end: bool = False
    wait: Wait | None = None
    task: TaskSpec | None = None
    raises: RaiseSpec | None = None


REVIEW = Rule(
    id="review-rule-error",
    agent="",
    on=(),
    task=TaskSpec(
        activity="review-rule-error",
        roles=("LEAD", "MGR"),
        credential="any",
        due=DueSpec(after=HOUR),
        priority="urgent",
        titles={
            "en": "A rule failed: check this case by hand",
            "es": "Falló una regla: revise este caso a mano",
            "id": "Sebuah aturan gagal: periksa kasus ini secara manual",
        },
    ),
)
"""The rule of the task that is made when a condition fails; every agent has it without a protocol saying so."""


def parse_rule(
    raw: Mapping[str, Any], agent: str, tables: Mapping[str, Mapping[str, Any]], clinics: Mapping[str, Any]
) -> Rule:
    """A rule from its YAML form. ``tables`` are the due times' tables by clinic id ("" for all), see ``Bundle``.

    Raises ``InvalidBundle`` with what was expected.
    """
    wait = raw.get("wait")
    when = raw.get("when")
    return Rule(
        id=raw["id"],
        agent=agent,
        on=_names(raw["on"]),
        when=Condition(when) if when is not None else None,
        after_end=raw.get("after_end", False),
        wait=_wait(wait) if wait else None,
        task=_task(raw["task"], tables, clinics) if raw.get("task") else None,
        raises=_raise(raw["raise"]) if raw.get("raise") else None,
    )


def _wait(raw: Mapping[str, Any]) -> Wait:
    since = Expression(raw["from"]) if raw.get("from") else None
    return Wait(parse_duration(raw["after"]), _names(raw.get("unless", ())), since)


def _names(value: Any) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def _task(raw: Mapping[str, Any], tables: Mapping[str, Mapping[str, Any]], clinics: Mapping[str, Any]) -> TaskSpec:
    due = parse_due(raw["due"], tables, clinics)
    return TaskSpec(
        activity=raw["activity"],
        roles=_names(raw["roles"]),
        credential=raw.get("credential", "any"),
        due=due,
        priority=parse_priority(raw),
        done_by=_facts(raw.get("done_by", ())),
        cancelled_by=_facts(raw.get("cancelled_by", ())),
        survives=raw.get("survives") == "visit-end",
        critical=raw.get("critical", False),
        two_person=raw.get("two_person", False),
        language=raw.get("language") == "patient",
        escalation=tuple(parse_step(step, due.hours, clinics) for step in raw.get("escalation", ())),
        titles=dict(raw.get("title", {})),
    )


def parse_priority(raw: Mapping[str, Any]) -> str | Expression:
    """A fixed priority, or the expression that says it (``priority_from``, or a ``priority`` that is no fixed one)."""
    if "priority_from" in raw:
        return Expression(raw["priority_from"])
    priority = raw.get("priority", "routine")
    return priority if priority in PRIORITIES else Expression(priority)


def parse_due(raw: Mapping[str, Any], tables: Mapping[str, Mapping[str, Any]], clinics: Mapping[str, Any]) -> DueSpec:
    """The due time, looked up in its table for each clinic when it names one. In clinic hours a day is an open day."""
    since, hours = raw.get("from", "occurred"), raw.get("hours", "clinic")
    table = raw.get("table")
    shared = raw["after"] if table is None else _looked_up(tables[""], table, raw["key"])
    own = {
        clinic: shared if table is None else _looked_up(tables[clinic], table, raw["key"]) for clinic in sorted(clinics)
    }
    by_clinic = {clinic: _length(text, hours, clinics[clinic]) for clinic, text in own.items()}
    return DueSpec(parse_duration(shared), by_clinic, since, hours)


def _length(text: str, hours: str, clinic: Mapping[str, Any]) -> int:
    return parse_duration(text, *opening_day(clinic)) if hours == "clinic" else parse_duration(text)


def _looked_up(tables: Mapping[str, Any], name: str, key: str) -> str:
    """``key`` of a due-times table: directly or under ``times``, a duration or a mapping with ``after``."""
    table = tables.get(name)
    if table is None:
        raise InvalidBundle(f"Expected a table of the bundle, but there is no table {name!r}")
    entry = table.get("times", table).get(key, table.get(key))
    if isinstance(entry, Mapping):
        entry = entry.get("after")
    if entry is None:
        raise InvalidBundle(f"Expected a due time for {key!r} in table {name!r}, but there is none")
    parse_duration(entry)
    return str(entry)


def _facts(raw: Any) -> tuple[Fact, ...]:
    return tuple(parse_fact(item) for item in ((raw,) if isinstance(raw, str | Mapping) else raw))


def parse_fact(raw: Any) -> Fact:
    """An event name, or ``{event, when}``."""
    if isinstance(raw, str):
        return Fact(raw)
    return Fact(raw["event"], Condition(raw["when"]) if raw.get("when") is not None else None)


def parse_step(raw: Mapping[str, Any], hours: str = "wall", clinics: Mapping[str, Any] | None = None) -> EscalationStep:
    """``{at: 50% | PT15M, to: [roles]}``, counted in the same hours as the due time; the last may have ``repeat``."""
    roles = _names(raw["to"])
    fraction = parse_fraction(raw["at"])
    repeat = parse_duration(raw["repeat"]) if raw.get("repeat") else None
    if fraction is not None:
        return EscalationStep(fraction, None, roles, repeat=repeat)
    by_clinic = {name: _length(raw["at"], hours, clinic) for name, clinic in sorted((clinics or {}).items())}
    return EscalationStep(None, parse_duration(raw["at"]), roles, by_clinic, repeat)


def _raise(raw: Mapping[str, Any]) -> RaiseSpec:
    event_type = EVENT_TYPES.get(raw["event"])
    units = event_type.UNITS if event_type else {}
    fields = tuple(
        (name, Expression(source, 10 ** units[name][1] if name in units else None))
        for name, source in raw.get("fields", {}).items()
    )
    return RaiseSpec(raw["event"], fields, Expression(raw["case"]) if raw.get("case") else None)
