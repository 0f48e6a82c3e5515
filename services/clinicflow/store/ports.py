"""The ports of the store. ``MemoryStore`` and ``PostgresStore`` fulfil them and pass the same contract tests."""

from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol

from clinicflow.core.view import VisitView
from clinicflow.store.rows import (
    Appended,
    AuditRow,
    CaseRows,
    Change,
    Checkpoint,
    DeadLetter,
    DueTimer,
    EventOutcome,
    Forgotten,
    Health,
    Message,
    NewEvent,
    Personal,
    PlacedRow,
    Round,
    StoredBundle,
    TaskRow,
    TimerRow,
)


class IntakeTransaction(Protocol):
    """One transaction of intake: all of it is stored or nothing."""

    async def append(self, events: Sequence[NewEvent]) -> list[Appended]:
        """Journal events with their ``unplaced`` rows; answers in the order given."""

    async def resolve(self, org_id: str, authority: str, kind: str, value: str) -> str | None:
        """The case id (or patient id, by kind) that this identifier stands for, or None."""

    async def bind(self, org_id: str, authority: str, kind: str, value: str, target_id: str) -> None:
        """Make an identifier stand for a case or patient from now on (replaces)."""

    async def unbind(self, org_id: str, authority: str, kind: str, value: str) -> None:
        """Forget an identifier."""

    async def save_message(self, message: Message) -> None:
        """Store a foreign message, raw text encrypted. The same ``message_id`` again replaces outcome and reason."""

    async def message_by_hash(self, org_id: str, feed: str, control_id: str, raw: bytes) -> Message | None:
        """An earlier message with the same control id and the same bytes, if any."""

    async def control_id_used(self, org_id: str, feed: str, control_id: str) -> bool:
        """Whether any message of this feed came with this control id before."""

    async def put_personal(self, values: Sequence[Personal]) -> None:
        """Store personal values encrypted under their patient's key."""

    async def dead_letter(self, letter: DeadLetter) -> None:
        """Keep something that could not be used."""

    async def audit(self, rows: Sequence[AuditRow]) -> None:
        """Append audit rows."""


class IntakeStore(Protocol):
    """What intake needs."""

    def intake(self) -> AbstractAsyncContextManager[IntakeTransaction]:
        """Open an intake transaction; it commits when the block ends, rolls back on an exception."""

    async def append(self, events: Sequence[NewEvent]) -> list[Appended]:
        """Journal events alone, all of them or none: the same as a transaction of one append, in one round trip."""

    async def forget_patient(self, org_id: str, patient_id: str) -> None:
        """Delete a patient's key for ever: nothing that it protected can be read again."""

    async def outcome(self, org_id: str, event_id: str) -> EventOutcome | None:
        """Where an event stands, or None when it was never accepted."""

    async def rejected(self, org_id: str, event_ids: Sequence[str]) -> frozenset[str]:
        """Those of these events that an agent refused."""

    async def messages(
        self,
        org_id: str,
        *,
        feed: str | None = None,
        control_id: str | None = None,
        outcome: str | None = None,
        limit: int = 100,
    ) -> list[Message]:
        """Messages, newest first, without raw text."""

    async def message(self, org_id: str, message_id: str) -> Message | None:
        """One message with its raw text."""

    async def message_counts(self, org_id: str) -> dict[str, int]:
        """Messages per outcome and ``received`` in all; the law of counts is that they add up."""


class RelayStore(Protocol):
    """What the sequencer-relay needs. Every call checks the lease in its own transaction."""

    async def take_lease(self, holder: str) -> tuple[int, str] | None:
        """Take or renew the one lease: (epoch, journal uuid), or None while another holds it."""

    async def place(self, epoch: int, now: int, limit: int) -> list[PlacedRow] | None:
        """Place up to ``limit`` unplaced rows in order; None when the lease is lost. ``now`` in UTC microseconds."""

    async def heads(self) -> dict[int, int]:
        """The last placed position of each partition (-1: none)."""

    async def rows_from(self, partition: int, position: int, limit: int) -> list[PlacedRow]:
        """Placed rows of a partition from ``position`` on."""

    async def take_resends(self) -> dict[int, int]:
        """Open requests to send again: partition -> from position; taking them closes them."""

    async def tasks_cursor(self) -> str:
        """The cursor of the last change that was sent to the tasks topic ("" at first)."""

    async def set_tasks_cursor(self, epoch: int, cursor: str) -> bool:
        """Remember it; False when the lease is lost."""


class WorkerStore(Protocol):
    """What a worker of one group needs."""

    async def register_group(self, group: str, agents: Sequence[str]) -> None:
        """Make ``group`` the one that runs these agents; raises ``GroupConflict`` naming the group that does."""

    async def regroup(self, group: str, agents: Sequence[str]) -> None:
        """Hand agents over to ``group`` (``clinicflow regroup``): their states and positions move with them."""

    async def assign(self, group: str, partitions: Iterable[int]) -> dict[int, Checkpoint]:
        """Raise the epoch of these partitions for this worker and read where the group stands."""

    async def load_states(self, group: str, case_ids: Sequence[str]) -> dict[str, bytes]:
        """The stored states of these cases."""

    async def states_by_agent(self, agent: str, case_ids: Sequence[str]) -> dict[str, bytes]:
        """The same, of the group that runs an agent now; empty when none does."""

    async def case_histories(self, wanted: Sequence[CaseRows]) -> list[PlacedRow]:
        """The placed rows of cases, each up to a position of its own; those of a case in order."""

    async def commit_round(self, round_: Round) -> frozenset[int]:
        """Write a round in one statement; the partitions whose epoch and position matched.

        Sent again after a lost answer it writes nothing twice, and counts what the first call wrote as matched.
        """

    async def request_resend(self, partition: int, from_position: int) -> None:
        """Ask the relay to send a partition again from a position (one open request a partition)."""

    async def due(self, now: int, limit: int) -> list[DueTimer]:
        """Timers and task escalations with ``fires_at`` <= now, oldest first."""


class BundleStore(Protocol):
    """Bundles of organizations."""

    async def apply_bundle(self, org_id: str, hash_: str, document: Mapping[str, Any], now: int) -> StoredBundle:
        """Bring a bundle into force; the same hash as the one in force changes nothing and returns it."""

    async def bundle(self, org_id: str, number: int | None = None) -> StoredBundle | None:
        """A bundle by number, or the one in force."""

    async def orgs(self) -> list[str]:
        """Organizations that have a bundle."""


class ScreenStore(Protocol):
    """What screens read."""

    async def visits(self, org_id: str, clinic_id: str | None, *, open_only: bool = True) -> list[VisitView]:
        """Visits as boards show them."""

    async def ended_visits(self, org_id: str, since: int) -> list[VisitView]:
        """Visits that have ended, by an event placed since then (UTC microseconds), by case."""

    async def events_since(self, org_id: str, types: Sequence[str], since: int) -> list[PlacedRow]:
        """Events of these types placed since then (UTC microseconds), in order within each partition."""

    async def tasks(
        self,
        org_id: str,
        *,
        clinic_id: str | None = None,
        case_id: str | None = None,
        open_only: bool = True,
        limit: int = 1000,
    ) -> list[TaskRow]:
        """Tasks, most urgent first (priority, then due)."""

    async def held_tasks(self, org_id: str, clinic_id: str) -> list[TaskRow]:
        """Open tasks of a clinic that somebody holds, most urgent first."""

    def open_tasks(self, org_id: str, clinic_id: str) -> AsyncIterator[list[TaskRow]]:
        """All open tasks of a clinic, in batches; what changes meanwhile may be told as before or after it."""

    async def task(self, org_id: str, task_id: str) -> TaskRow | None:
        """One task."""

    async def cursor(self) -> str:
        """The cursor of the newest change (take it before a snapshot)."""

    async def changes(self, after: str, limit: int = 500) -> list[Change]:
        """Change rows after a cursor, in an order in which none can appear late."""

    def wake(self, callback: Callable[[], None]) -> AbstractAsyncContextManager[None]:
        """Call ``callback`` when there may be new changes (NOTIFY)."""

    async def journal_event(self, org_id: str, event_id: str) -> PlacedRow | None:
        """One placed event (for "why do I have this task?")."""

    async def read_personal(
        self, org_id: str, viewer: str, patient_ids: Sequence[str], purpose: str, now: int
    ) -> dict[str, dict[str, str]]:
        """Personal values by patient and field; the read is audited in the same transaction."""

    async def read_personal_refs(
        self, org_id: str, viewer: str, patient_id: str, refs: Sequence[str], purpose: str, now: int
    ) -> dict[str, str]:
        """Personal values of a patient by the reference that events carry; audited in the same transaction."""

    async def incomplete_cases(self, org_id: str) -> list[str]:
        """Cases where an agent missed an event (a dead letter waits)."""

    async def forgotten(self, org_id: str) -> list[Forgotten]:
        """Visits of patients in the clinic that have neither an open task nor a running timer, by case."""


class OperatorStore(Protocol):
    """What operators and replay need."""

    async def dead_letters(self, *, open_only: bool = True, limit: int = 100) -> list[DeadLetter]:
        """Dead letters, newest first, without payload."""

    async def find_dead_letter(self, dead_letter_id: str) -> DeadLetter | None:
        """One dead letter with its payload."""

    async def resubmit(self, dead_letter_id: str, event: NewEvent) -> Appended:
        """Journal the re-submission and mark the letter, in one transaction."""

    async def health(self) -> Health:
        """Counts for doctor and metrics."""

    async def audit_rows(self, org_id: str) -> list[AuditRow]:
        """The audit rows of an organization, oldest first."""

    async def prune_changes(self, before: int) -> int:
        """Drop change rows older than ``before`` that were sent to the tasks topic; how many."""

    def scan(
        self, *, partition: int | None = None, as_of: int | None = None, case_id: str | None = None
    ) -> AsyncIterator[list[PlacedRow]]:
        """Placed rows in batches, in position order within each partition; ``as_of`` bounds logged_at."""

    def states(self, group: str) -> AsyncIterator[list[tuple[str, bytes]]]:
        """All stored (case id, state) of a group, in batches."""

    def all_tasks(self) -> AsyncIterator[list[TaskRow]]:
        """All tasks, in batches."""

    def all_timers(self) -> AsyncIterator[list[TimerRow]]:
        """All running timers, in batches."""


class Store(IntakeStore, RelayStore, WorkerStore, BundleStore, ScreenStore, OperatorStore, Protocol):
    """All ports together."""

    async def close(self) -> None:
        """Give connections back."""
