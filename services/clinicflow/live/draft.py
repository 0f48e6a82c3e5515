"""What a round will write, gathered event by event; rows of a partition that is lost meanwhile are left out."""

from hashlib import blake2b

import msgspec

from clinicflow.code_version import signed
from clinicflow.codec import encode
from clinicflow.core.event import Event, Placed
from clinicflow.core.outcome import Outcome, Timer
from clinicflow.core.pack import pack
from clinicflow.core.step import case_open, case_view
from clinicflow.live.cases import CaseCache, Entry
from clinicflow.live.feeds import Feed
from clinicflow.store.rows import (
    DeadLetter,
    NewEvent,
    PartitionMove,
    RejectionRow,
    Round,
    StateRow,
    TaskRow,
    TimerRow,
)


class _Timers:
    """Timers set and cleared in one round, netted: the database writes both in one statement, in no order."""

    def __init__(self) -> None:
        self.set: dict[str, TimerRow] = {}
        self.cleared: dict[str, int] = {}

    def add(self, placed: Placed, agent: str, timer: Timer) -> None:
        event = placed.event
        self.cleared.pop(timer.timer_id, None)
        self.set[timer.timer_id] = TimerRow(
            placed.partition, event.org_id, event.clinic_id, event.case_id, agent, timer
        )

    def clear(self, partition: int, timer_id: str) -> None:
        self.set.pop(timer_id, None)
        self.cleared[timer_id] = partition


class Draft:
    """The rows of one round. ``feeds`` are the partitions that take part, as they were when it began."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.feeds: dict[int, Feed] = {}
        self.froms: dict[int, int] = {}
        self.events = 0
        self._touched: dict[str, tuple[Entry, Placed]] = {}
        self._tasks: list[TaskRow] = []
        self._timers = _Timers()
        self._derived: list[tuple[int, NewEvent]] = []
        self._rejections: list[RejectionRow] = []
        self._letters: list[DeadLetter] = []
        self._states: list[StateRow] = []
        self._moves: dict[int, PartitionMove] = {}

    def begin(self, feed: Feed, since: int) -> None:
        """A partition takes part, from the position ``since`` on."""
        if feed.partition not in self.feeds:
            self.feeds[feed.partition] = feed
            self.froms[feed.partition] = since

    def moved(self) -> None:
        """Every record of the round is taken: remember where each partition ends."""
        for number, feed in self.feeds.items():
            self._moves[number] = PartitionMove(number, feed.epoch, self.froms[number], feed.head, feed.offset)

    def add(self, entry: Entry, placed: Placed, agent: str, outcome: Outcome) -> None:
        """What one agent made of one event."""
        event, partition = placed.event, placed.partition
        # First what can fail: nothing of an outcome that cannot be written may stay.
        if outcome.derived:
            self._derived += [(partition, journaled(derived)) for derived in outcome.derived]
        entry.cases[agent] = signed(entry.cases.get(agent), outcome.case)
        if event.patient_id is not None:
            entry.patient_id = event.patient_id
        if entry.last is not placed:  # else another agent has looked at the same event
            self.touch(entry, placed)
        for change in outcome.tasks:
            self._tasks.append(
                TaskRow(
                    org_id=event.org_id,
                    clinic_id=event.clinic_id,
                    case_id=event.case_id,
                    patient_id=entry.patient_id,
                    partition=partition,
                    position=placed.position,
                    changed_at=placed.logged_at,
                    kind=change.kind,
                    task=change.task,
                    told=change.told,
                    rules=outcome.case.bundle,
                )
            )
        for timer in outcome.timers_set:
            self._timers.add(placed, agent, timer)
        for timer_id in outcome.timers_cleared:
            self._timers.clear(partition, timer_id)
        if outcome.rejection is not None:
            code, reason = outcome.rejection.code, outcome.rejection.reason
            self._rejections.append(
                RejectionRow(partition, placed.position, event.org_id, event.event_id, agent, code, reason)
            )

    def touch(self, entry: Entry, placed: Placed) -> None:
        """The case's row must be written; ``placed`` is its last event so far."""
        entry.last = placed
        self._touched[placed.event.case_id] = (entry, placed)

    def letter(self, letter: DeadLetter) -> None:
        """An event could not be applied by one agent."""
        self._letters.append(letter)

    def seal(self, cache: CaseCache) -> None:
        """Encode the states; nothing is added after that."""
        for case_id, (entry, placed) in self._touched.items():
            row = _state_row(case_id, entry, placed)
            cache.changed(entry, len(row.state), self.number)
            self._states.append(row)
        self._touched = {}

    @property
    def letters(self) -> list[DeadLetter]:
        """Dead letters of this round."""
        return self._letters

    def round(self, group: str) -> Round | None:
        """The round without the partitions that are not ours any more; None when none is left."""
        live = {number for number, feed in self.feeds.items() if feed.live}
        moves = tuple(msgspec.structs.replace(self._moves[n], epoch=self.feeds[n].epoch) for n in sorted(live))
        if not moves:
            return None
        whole = len(live) == len(self.feeds)
        return Round(
            group=group,
            moves=moves,
            states=tuple([row for row in self._states if whole or row.partition in live]),
            tasks=tuple([row for row in self._tasks if whole or row.partition in live]),
            timers_set=tuple(row for row in self._timers.set.values() if row.partition in live),
            timers_cleared=tuple((p, timer_id) for timer_id, p in self._timers.cleared.items() if p in live),
            derived=tuple(row for row in self._derived if row[0] in live),
            rejections=tuple(row for row in self._rejections if row.partition in live),
            dead_letters=tuple(row for row in self._letters if row.partition in live),
        )


def journaled(event: Event) -> NewEvent:
    """A derived event as a journal row; its id says which event it is, so a repeat of the round adds nothing."""
    payload = encode(event)
    return NewEvent(
        event.org_id,
        event.event_id,
        event.case_id,
        event.TYPE,
        payload,
        blake2b(payload, digest_size=16).digest(),
    )


def _state_row(case_id: str, entry: Entry, placed: Placed) -> StateRow:
    event, cases = placed.event, entry.cases
    kind = next((side.kind for _, side in sorted(cases.items()) if side.kind), event.CASE)
    return StateRow(
        partition=placed.partition,
        org_id=event.org_id,
        case_id=case_id,
        clinic_id=event.clinic_id,
        kind=kind,
        open=case_open(cases),
        position=placed.position,
        state=pack(cases),
        view=case_view(cases, placed),
        incomplete=any(side.incomplete for side in cases.values()),
    )
