"""What the in-memory store holds: the tables of the database as dictionaries, and the clock."""

import time
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import NamedTuple, TypeVar

import msgspec

from clinicflow.core.view import VisitView
from clinicflow.errors import InvalidEvent
from clinicflow.store.regrouping import CaseCut
from clinicflow.store.rows import (
    AuditRow,
    Change,
    DeadLetter,
    Message,
    NewEvent,
    PlacedRow,
    RejectionRow,
    StoredBundle,
    TaskRow,
    TimerRow,
)

EventKey = tuple[str, str]
IdentityKey = tuple[str, str, str, str]
T = TypeVar("T")
_BATCH = 5000


class Kept(NamedTuple):
    """A personal value under its reference."""

    field: str
    value: str


class JournalRow(msgspec.Struct):
    """A journal row and, once placed, its place."""

    jid: int
    received_at: int
    event: NewEvent
    placed: PlacedRow | None = None


class Mark(msgspec.Struct):
    """A checkpoint."""

    epoch: int = 0
    position: int = -1
    koffset: int | None = None


class Tables:
    """All rows. Everything happens in one event loop without awaiting in between, so each method is a transaction."""

    def __init__(self, partitions: int, clock: Callable[[], int] | None) -> None:
        self.partitions = partitions
        self.clock = clock or (lambda: time.time_ns() // 1000)
        self.journal_id = str(uuid.uuid4())
        self.jids = 0
        self.journal: dict[EventKey, JournalRow] = {}
        self.unplaced: dict[int, JournalRow] = {}
        self.places: list[list[PlacedRow]] = [[] for _ in range(partitions)]
        self.by_case: dict[str, list[JournalRow]] = defaultdict(list)
        self.lease: tuple[int, str, int] | None = None
        self.resends: dict[int, int] = {}
        self.sent_cursor = ""
        self.agent_groups: dict[str, str] = {}
        self.marks: dict[tuple[str, int], Mark] = {}
        self.cases: dict[tuple[str, str], CaseCut] = {}
        self.tasks: dict[str, TaskRow] = {}
        self.timers: dict[str, TimerRow] = {}
        self.changes: list[tuple[int, Change]] = []
        self.change_number = 0
        self.rejections: dict[tuple[int, int, str], RejectionRow] = {}
        self.letters: dict[str, DeadLetter] = {}
        self.bundles: dict[str, list[StoredBundle]] = defaultdict(list)
        self.in_force: dict[str, int] = {}
        self.identities: dict[IdentityKey, str] = {}
        self.messages: dict[tuple[str, str], Message] = {}
        self.personal: dict[tuple[str, str], dict[str, Kept]] = defaultdict(dict)
        self.forgotten_patients: set[tuple[str, str]] = set()
        self.audit: list[AuditRow] = []
        self.callbacks: list[Callable[[], None]] = []

    def number(self) -> int:
        """The next journal number; drawn when an event is appended, like a sequence, so it may appear late."""
        self.jids += 1
        return self.jids

    def add_journal(self, jid: int, event: NewEvent) -> None:
        """Commit an event unless its id came in meanwhile."""
        key = (event.org_id, event.event_id)
        if key not in self.journal:
            row = JournalRow(jid, self.clock(), event)
            self.journal[key] = self.unplaced[jid] = row
            self.by_case[event.case_id].append(row)

    def add_change(self, tasks: tuple[TaskRow, ...], visits: tuple[VisitView, ...]) -> None:
        """Number a change, keep it with its moment, and wake the screens."""
        self.change_number += 1
        self.changes.append((self.clock(), Change(str(self.change_number), tasks, visits)))
        for callback in list(self.callbacks):
            callback()

    def groups(self) -> list[str]:
        """Groups that run an agent."""
        return sorted(set(self.agent_groups.values()))

    def reached(self, partition: int) -> int | None:
        """Where the slowest group stands in a partition; None without groups."""
        return min((self.position(group, partition) for group in self.groups()), default=None)

    def position(self, group: str, partition: int) -> int:
        """Where a group stands (-1: at the start)."""
        mark = self.marks.get((group, partition))
        return -1 if mark is None else mark.position


def check_event(event: NewEvent) -> None:
    """Refuse ids that are not canonical UUID text, as the database does."""
    for name, value in (("event_id", event.event_id), ("case_id", event.case_id)):
        if not canonical(value):
            raise InvalidEvent(f"Expected {name} as UUID text in lower case with hyphens, but it has another form")


def canonical(value: str) -> bool:
    """Whether ``value`` is a UUID as PostgreSQL writes it."""
    try:
        return str(uuid.UUID(value)) == value
    except ValueError:
        return False


def batches(rows: list[T]) -> Iterator[list[T]]:
    """Rows in order, so many at a time."""
    for start in range(0, len(rows), _BATCH):
        yield rows[start : start + _BATCH]
