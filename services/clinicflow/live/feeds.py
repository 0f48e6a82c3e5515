"""Where the reading of each partition stands: what comes next, what is a repeat, what is a gap."""

import time
from collections import deque
from typing import Literal

import msgspec

from clinicflow.live.batches import Record
from clinicflow.live.headers import Stamp, stamp_of
from clinicflow.store.rows import Checkpoint

Verdict = Literal["next", "repeat", "gap", "foreign"]

_ASK_FIRST_S = 1.0
_ASK_LAST_S = 30.0


class Arrived(msgspec.Struct, frozen=True, gc=False):
    """A record that is next in its partition, with its stamp."""

    partition: int
    record: Record
    stamp: Stamp


class Feed:
    """One partition as assigned to this worker.

    ``head`` is the position of the last record taken into a round, ``done`` of the last one committed, ``offset`` the
    Kafka offset beside ``head``. A feed that is not ``live`` is not ours any more: nothing of it may be written.
    """

    def __init__(self, checkpoint: Checkpoint) -> None:
        self.partition = checkpoint.partition
        self.epoch = checkpoint.epoch
        self.head = self.done = checkpoint.position
        self.offset = checkpoint.koffset
        self.live = True
        self.records: deque[Record] = deque()
        self.read_from_start = False
        self.verified = False
        """Whether the place where reading began has been seen to fit the checkpoint."""
        self.gap_at: int | None = None
        """The position that came although an earlier one was due."""
        self.last_seen = time.monotonic()
        self.turn = 0
        """The last round in which it had the room that others wait for."""
        self._ask_at = 0.0
        self._ask_delay = _ASK_FIRST_S

    def judge(self, stamp: Stamp | None, journal: str) -> Verdict:
        """What the record with this stamp is. ``next`` moves the head."""
        if stamp is None or stamp.log != journal:
            return "foreign"
        if stamp.position <= self.head:
            self.verified = True
            return "repeat"
        if stamp.position > self.head + 1:
            self.gap_at = stamp.position
            return "gap"
        self.head = stamp.position
        self.verified = True
        self.gap_at = None
        self._ask_at, self._ask_delay = 0.0, _ASK_FIRST_S
        return "next"

    def may_ask(self, now: float) -> bool:
        """Whether the relay may be asked (again) to send from ``head + 1``: one request at a time, ever rarer."""
        if now < self._ask_at:
            return False
        self._ask_at = now + self._ask_delay
        self._ask_delay = min(_ASK_LAST_S, self._ask_delay * 2)
        return True


class Taken(msgspec.Struct):
    """What one look into the buffers gave: records to fold, strangers, and partitions with a gap."""

    arrived: list[Arrived]
    foreign: list[tuple[int, Record]]
    gaps: set[int]
    dropped: int = 0


def take(feeds: dict[int, Feed], journal: str, limit: int, turn: int) -> Taken:
    """Take up to ``limit`` records out of the buffers in round number ``turn``.

    A partition with no more than its share waits for no other one. Those that lag have what room is left in turn, one
    whole before the next: a case is written once a round, so many records of few cases make few rows.
    """
    taken = Taken([], [], set())
    waiting = [feeds[number] for number in sorted(feeds) if feeds[number].records]
    share = limit // len(waiting) if waiting else 0
    lagging = [feed for feed in waiting if len(feed.records) > share]
    for feed in waiting:
        if len(feed.records) <= share:
            _take_from(feed, journal, share, taken)
    for feed in sorted(lagging, key=lambda one: one.turn):
        if len(taken.arrived) < limit:
            feed.turn = turn
            _take_from(feed, journal, limit - len(taken.arrived), taken)
    return taken


def _take_from(feed: Feed, journal: str, share: int, taken: Taken) -> None:
    records = feed.records
    while records and share > 0:
        record = records.popleft()
        stamp = stamp_of(record.headers) if record.key is not None else None
        verdict = feed.judge(stamp, journal)
        if verdict == "next" and stamp is not None:
            feed.offset = record.offset
            taken.arrived.append(Arrived(feed.partition, record, stamp))
            share -= 1
        elif verdict == "repeat":
            taken.dropped += 1
        elif verdict == "gap":
            taken.gaps.add(feed.partition)
        else:
            taken.foreign.append((feed.partition, record))
