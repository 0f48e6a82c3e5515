"""Rules as data: what a protocol says, with its conditions compiled (see ``rule_forms`` for its YAML).

A rule says on which events it looks, under which condition it acts, and which task it makes or which event it raises.
"""

from collections.abc import Sequence

import msgspec

from clinicflow.core.cel import Condition, Expression, Fields, context
from clinicflow.core.durations import HOUR
from clinicflow.core.task import Task
from clinicflow.errors import RuleFailed

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
    "Span",
    "TaskSpec",
    "Wait",
    "context",
    "rung",
]

PRIORITIES = ("routine", "urgent", "asap", "stat")
"""FHIR request-priority, lowest first."""

ROLES = ("FD", "MA", "RN", "LPN", "PRV", "PHY", "BIL", "REF", "LAB", "IPC", "MGR", "EVS", "LEAD")
"""Front desk, assistant, nurse, licensed practical nurse, prescriber, physician, billing, referrals, laboratory,
infection control, manager, cleaning, lead of a clinic."""


class Fact(msgspec.Struct, frozen=True):
    """An event that completes or withdraws a task, under a condition if there is one.

    ``match`` names pairs of a field of the event and what the task is about (see ``Rule.about``): it concerns only the
    task for which they are the same.
    """

    event: str
    when: Condition | None = None
    match: tuple[tuple[str, str], ...] = ()


class Span(msgspec.Struct, frozen=True):
    """A length of time from some moment on: microseconds, by clinic when a table or its hours say so; below zero it
    lies before that moment. ``hours`` is clinic (only opening hours count) or wall."""

    after: int
    by_clinic: dict[str, int] = {}
    hours: str = "wall"

    def micros(self, clinic_id: str) -> int:
        """The length at this clinic."""
        return self.by_clinic.get(clinic_id, self.after)


class Wait(Span, frozen=True):
    """A rule acts only after this span, unless one of these events came before.

    It counts from when the event happened, or from the time (UTC microseconds) that ``since`` gives; with ``closing``
    from when the clinic closes on that day.
    """

    unless: tuple[Fact, ...] = ()
    since: Expression | None = None
    closing: bool = False


class DueSpec(Span, frozen=True):
    """When a task is due: the span from ``since``, which is occurred, appointment (the later of both, when it is the
    time after it) or an expression that gives a time; with ``closing`` as the clinic closes on its day of work."""

    since: str | Expression = "occurred"
    closing: bool = False

    @property
    def ahead(self) -> bool:
        """Whether it is a moment of its own, as the clinic closes or counted back, and not a length of time from the
        start."""
        return self.closing or self.after < 0


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
    waits_for: tuple[Fact, ...] = ()
    """Events of which one lets it begin; until then it is on hold and nobody holds it."""
    held_by: tuple[Fact, ...] = ()
    """Events that put it on hold again, whoever has it."""
    resumed_by: tuple[Fact, ...] = ()
    """Events of which one offers it again when it was held."""
    survives: bool = False
    critical: bool = False
    two_person: bool = False
    language: bool = False
    """Whether it is done in the patient's language."""
    plain: bool = False
    """Whether a person may also say that it is done, without an event that shows it."""
    meant: Expression | None = None
    """Says for which member of staff it is meant, until it escalates or (``only``) for good."""
    only: bool = False
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
                only=self.only,
                survives=self.survives,
                status="on-hold" if self.waits_for else "requested",
                reason=self.waits_for[0].event if self.waits_for else None,
            ),
        )


TASK_FACTS = ("done_by", "cancelled_by", "waits_for", "held_by", "resumed_by")
"""What a task says of events that change it, first the one that counts when an event is several."""


class RaiseSpec(msgspec.Struct, frozen=True):
    """The event that a rule raises: its own fields, and the case it is about (None: the same case)."""

    event: str
    fields: tuple[tuple[str, Expression], ...] = ()
    case: Expression | None = None


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """One rule of one agent. With ``wait``, ``when`` is evaluated as the timer fires and sees that event.

    ``clinics`` are those of the bundle where it holds, when it says jurisdictions or settings; None is everywhere.
    """

    id: str
    agent: str
    on: tuple[str, ...]
    when: Condition | None = None
    after_end: bool = False
    wait: Wait | None = None
    task: TaskSpec | None = None
    raises: RaiseSpec | None = None
    clinics: frozenset[str] | None = None
    about: tuple[str, ...] = ()
    """What its facts match: names of fields of the event that it looks at, or ``case.name``."""


REVIEW = Rule(
    id="review-rule-error",
    agent="",
    on=(),
    task=TaskSpec(
        activity="review-rule-error",
        roles=("LEAD", "MGR"),
        credential="any",
        due=DueSpec(after=HOUR, hours="clinic"),
        priority="urgent",
        titles={
            "en": "A rule failed: check this case by hand",
            "es": "Falló una regla: revise este caso a mano",
            "id": "Sebuah aturan gagal: periksa kasus ini secara manual",
        },
    ),
)
"""The rule of the task that is made when a condition fails; every agent has it without a protocol saying so."""
