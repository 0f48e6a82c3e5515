"""The rows that cross the store's ports. Times are UTC microseconds, ids are uuid text unless said otherwise."""

from typing import Any, Literal

import msgspec

from clinicflow.core.outcome import Timer
from clinicflow.core.task import Task
from clinicflow.core.view import VisitView


class NewEvent(msgspec.Struct, frozen=True, gc=False):
    """An event to be journaled. ``body_hash`` (16 bytes) tells a repeat from another body under the same id."""

    org_id: str
    event_id: str
    case_id: str
    type: str
    payload: bytes
    body_hash: bytes
    resubmits: str | None = None
    target_agent: str | None = None


class Appended(msgspec.Struct, frozen=True, gc=False):
    """What became of one appended event.

    ``conflict``: the same id with another body, or a case that belongs to another organization; nothing is stored.
    """

    event_id: str
    status: Literal["stored", "duplicate", "conflict"]


class PlacedRow(msgspec.Struct, frozen=True, gc=False):
    """A journal row with its place."""

    partition: int
    position: int
    logged_at: int
    bundle: int
    org_id: str
    event_id: str
    case_id: str
    type: str
    payload: bytes
    target_agent: str | None = None


class CaseRows(msgspec.Struct, frozen=True, gc=False):
    """Which rows of a case are wanted: those up to and including position ``upto``."""

    org_id: str
    case_id: str
    partition: int
    upto: int


class Checkpoint(msgspec.Struct, frozen=True, gc=False):
    """Where a group stands in a partition. ``position`` is the last applied (-1: none); ``koffset`` is a hint."""

    partition: int
    epoch: int
    position: int
    koffset: int | None


class PartitionMove(msgspec.Struct, frozen=True, gc=False):
    """The compare-and-set of one partition in a round."""

    partition: int
    epoch: int
    from_position: int
    to_position: int
    koffset: int | None


class StateRow(msgspec.Struct, frozen=True, gc=False):
    """One case of one group, whole. ``state`` is msgpack of {agent name: AgentCase}; ``view`` of a visit or None."""

    partition: int
    org_id: str
    case_id: str
    clinic_id: str
    kind: str
    open: bool
    position: int
    state: bytes
    view: VisitView | None = None
    incomplete: bool = False


class TaskRow(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A task as the task table and ``clinicflow.tasks`` hold it after one change.

    ``rules`` is the bundle that its case goes by: 0 for the one in force, None where an earlier version wrote the row.
    """

    org_id: str
    clinic_id: str
    case_id: str
    patient_id: str | None
    partition: int
    position: int
    changed_at: int
    kind: str
    task: Task
    told: str | None = None
    rules: int | None = None


IN_FORCE = 0
"""Stands for the number of the bundle in force."""


def rules_number(row: TaskRow) -> int:
    """The bundle that a task's case goes by, ``IN_FORCE`` for the one in force; by an earlier version's row, which does
    not say it, the bundle that made the task."""
    return row.task.bundle if row.rules is None else row.rules


class TimerRow(msgspec.Struct, frozen=True, gc=False):
    """A timer to be set, with the case it belongs to."""

    partition: int
    org_id: str
    clinic_id: str
    case_id: str
    agent: str
    timer: Timer


class Forgotten(msgspec.Struct, frozen=True, gc=False):
    """A visit of a patient in the clinic that nobody looks after. ``since`` (UTC microseconds) is when what was last
    told of it was placed."""

    case_id: str
    clinic_id: str
    since: int


class DueTimer(msgspec.Struct, frozen=True, gc=False):
    """A timer (or a task's escalation, then ``task_id`` is set) whose time has come."""

    org_id: str
    clinic_id: str
    case_id: str
    agent: str
    timer_id: str
    due_at: int
    fires_at: int
    task_id: str | None = None


class RejectionRow(msgspec.Struct, frozen=True, gc=False):
    """An agent's refusal of one event."""

    partition: int
    position: int
    org_id: str
    event_id: str
    agent: str
    code: str
    reason: str


class DeadLetter(msgspec.Struct, frozen=True, gc=False):
    """Something that failed deterministically; no personal data in ``reason``."""

    dead_letter_id: str
    org_id: str | None
    kind: Literal["decode", "step", "message", "foreign"]
    reason: str
    at: int
    partition: int | None = None
    position: int | None = None
    agent: str | None = None
    event_id: str | None = None
    case_id: str | None = None
    event_type: str | None = None
    attempts: int = 0
    resubmitted_as: str | None = None
    payload_hash: str = ""
    payload: bytes = b""


class Round(msgspec.Struct, frozen=True):
    """Everything one round writes. Rows of partitions that do not match are left out; the others commit."""

    group: str
    moves: tuple[PartitionMove, ...]
    states: tuple[StateRow, ...] = ()
    tasks: tuple[TaskRow, ...] = ()
    timers_set: tuple[TimerRow, ...] = ()
    timers_cleared: tuple[tuple[int, str], ...] = ()
    """(partition, timer id)"""
    derived: tuple[tuple[int, NewEvent], ...] = ()
    """(partition of the causing event, event)"""
    rejections: tuple[RejectionRow, ...] = ()
    dead_letters: tuple[DeadLetter, ...] = ()


class Change(msgspec.Struct, frozen=True, gc=False):
    """One numbered change row: what a round changed for screens. ``cursor`` is opaque, ordered, and the SSE id."""

    cursor: str
    tasks: tuple[TaskRow, ...]
    visits: tuple[VisitView, ...]


class EventOutcome(msgspec.Struct, frozen=True, gc=False):
    """Where an accepted event stands: accepted, placed, applied (by every agent), refused.

    The store itself never says ``waiting``: that is a correction, told beside it, whose event has not come yet.
    """

    event_id: str
    type: str
    case_id: str
    state: Literal["accepted", "placed", "applied", "refused", "waiting"]
    partition: int | None = None
    position: int | None = None
    rejections: tuple[RejectionRow, ...] = ()


class Message(msgspec.Struct, frozen=True, gc=False):
    """A foreign message as received. ``raw`` is stored encrypted; ``outcome`` makes the counts add up."""

    message_id: str
    org_id: str
    feed: str
    control_id: str
    message_type: str
    received_at: int
    outcome: Literal["events", "duplicate", "unmatched", "no-effect", "dead-letter"]
    acknowledgement: str
    reason: str = ""
    event_ids: tuple[str, ...] = ()
    patient_id: str | None = None
    raw: bytes = b""


class Personal(msgspec.Struct, frozen=True, gc=False):
    """A personal value under a reference that events carry instead. ``value`` is clear text outside the store."""

    org_id: str
    patient_id: str
    ref: str
    field: str
    value: str


class AuditRow(msgspec.Struct, frozen=True, gc=False):
    """Who read or did what; ``what`` holds opaque ids only."""

    org_id: str
    at: int
    actor_id: str
    action: str
    what: dict[str, Any]


class StoredBundle(msgspec.Struct, frozen=True):
    """A bundle in the store: its number within the organization, hash, and plain document."""

    org_id: str
    number: int
    hash: str
    document: dict[str, Any]
    applied_at: int


class Health(msgspec.Struct, frozen=True):
    """Counts for doctor, readiness and metrics. ``lag`` is head minus checkpoint per (group, partition).

    ``waits_s`` is, by group, for how many seconds the oldest placed event has not been applied; 0 when all are.
    ``groups`` is the group that runs each agent.
    """

    unplaced: int
    oldest_unplaced_s: float
    placed: int
    lag: dict[str, dict[int, int]]
    dead_letters: int
    timers_overdue: int
    journal_events: int
    waits_s: dict[str, float] = {}
    groups: dict[str, str] = {}

    def behind_s(self, agent: str) -> float:
        """For how many seconds the oldest accepted event has waited for an agent: for its place, or to be applied."""
        return max(self.oldest_unplaced_s, self.waits_s.get(self.groups.get(agent, ""), 0.0))
