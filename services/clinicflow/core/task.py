"""A task: one piece of follow-on work, as data. What may happen to it is the table in ``task_table``."""

from typing import Literal

import msgspec

from clinicflow.core.event import Micros

Status = Literal[
    "requested", "accepted", "in-progress", "on-hold", "completed", "failed", "cancelled", "entered-in-error"
]
"""FHIR Task.status, the part that clinicflow uses."""

Priority = Literal["routine", "urgent", "asap", "stat"]
"""FHIR request-priority, lowest first."""

UNSIGNED = "awaiting-signature"
"""Why a task is on hold that a trainee has done."""

OPEN: frozenset[str] = frozenset({"requested", "accepted", "in-progress", "on-hold"})

ChangeKind = Literal[
    "created",
    "claimed",
    "started",
    "paused",
    "resumed",
    "released",
    "declined",
    "delegated",
    "completed",
    "failed",
    "cancelled",
    "escalated",
    "entered-in-error",
    "reopened",
    "marked",
    "co-signed",
    "rescheduled",
    "supervised",
]


class Task(msgspec.Struct, frozen=True, array_like=True, kw_only=True, gc=False):
    """One task of one agent about one case. Times are UTC microseconds.

    ``cause`` is the event that made it, ``rule`` the rule of protocol bundle number ``bundle``.
    ``escalate_at`` is when ``escalation_timer`` fires next; None when the ladder is climbed or the task has ended.
    """

    task_id: str
    agent: str
    rule: str
    activity: str
    roles: tuple[str, ...]
    credential: str
    priority: Priority
    status: Status
    created_at: Micros
    due_at: Micros
    cause: str
    bundle: int
    level: int = 0
    owner: str | None = None
    escalate_at: Micros | None = None
    escalation_timer: str | None = None
    critical: bool = False
    two_person: bool = False
    survives: bool = False
    closing: str | None = None
    """The event that ended it (a fact, a completion request, a withdrawal)."""
    closed_at: Micros | None = None
    doers: tuple[str, ...] = ()
    declined_by: tuple[str, ...] = ()
    reason: str | None = None
    scope_rule: str | None = None
    """The scope-of-practice rule by which the doer was allowed to claim it."""
    cause_voided: bool = False
    before_closing: Status = "requested"
    """The status to go back to when the fact that closed it is voided."""
    owner_before_closing: str | None = None
    language: str | None = None
    """The language that whoever does it must speak; None when any will do."""
    about: tuple[tuple[str, str], ...] = ()
    """Which one of several it is about (a lot, a specimen): what its cause told, by the names that its rule matches."""
    meant_for: str | None = None
    """The member of staff it is meant for: theirs alone until it escalates, or for good when ``only`` is set."""
    only: bool = False
    supervisor: str | None = None
    """On whom it rests while somebody holds it, and rested when it ended: None when its scope of practice asks for no
    supervision, or lets it go on without somebody on site."""
    held_since: Micros | None = None
    """Since when an event has put it on hold; None when none did, or another one has let it go on."""

    @property
    def open(self) -> bool:
        """Whether somebody still has to do it."""
        return self.status in OPEN

    @property
    def waits(self) -> bool:
        """Whether it cannot be begun now: it is on hold until an event comes, and nobody holds it."""
        return self.status == "on-hold" and self.owner is None

    def late(self, now: Micros) -> bool:
        """Whether its time is over at ``now``; that of a task that waits does not run."""
        return now > self.due_at and not self.waits

    @property
    def reserved(self) -> bool:
        """Whether it is kept for whom it is meant: nobody else is asked."""
        if self.meant_for is None:
            return False
        return self.only or (self.level == 0 and self.meant_for not in self.declined_by)


class TaskChange(msgspec.Struct, frozen=True, gc=False):
    """What one event did to one task: the kind of change and the task after it. ``told`` is who must be told."""

    kind: ChangeKind
    task: Task
    told: str | None = None
