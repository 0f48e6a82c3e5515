"""What the batch transport hands out and what it calls: raw records, settings and handlers. No Faust in sight."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import msgspec


class Record(msgspec.Struct, frozen=True, gc=False):
    """One Kafka record as it came. ``timestamp``: milliseconds since 1970; ``headers``: (name, value) pairs."""

    offset: int
    timestamp: int
    key: bytes | None
    headers: Sequence[tuple[str, bytes]]
    value: bytes | None


class Batch(msgspec.Struct, frozen=True, gc=False):
    """The records of one partition that one fetch brought, in order; valid while ``era`` is the partition's era.

    A partition's era changes with each assignment and each seek, so that records read before are never handed out
    after: what is handed out is exactly the log from the place that was asked for.
    """

    partition: int
    era: int
    records: list[Record]


class Handlers(Protocol):
    """What the worker does. Calls never overlap per method; ``on_batch`` gets the batches of a partition in order.

    None of them should raise: ``on_batch`` and ``on_assigned`` are called again with the same arguments until they
    return (an error is logged); an error of ``on_revoked`` is logged only.
    """

    async def on_batch(self, partition: int, records: list[Record]) -> None:
        """Take the records. While it runs no other batch is handed out; the next ones wait, so return when stored
        in a buffer of your own, and wait here when that is full.
        """

    async def on_assigned(self, partitions: frozenset[int]) -> Mapping[int, int]:
        """All partitions that this worker has from now on -> offset to read next; left out: from the start.

        An offset beyond the log's end (a broker that lost its log) is read from the start too.
        """

    async def on_revoked(self, partitions: frozenset[int]) -> None:
        """These partitions are taken away; ``on_batch`` may be busy with one of their batches at this moment."""


@dataclass(frozen=True, slots=True)
class PartitionStatus:
    """Where the reading of one partition stands. Offsets; ``answered_ms``: last answer of the broker, clock time."""

    position: int | None
    end: int | None
    answered_ms: int | None

    @property
    def lag(self) -> int | None:
        """Records not read yet; None while not known."""
        return None if self.end is None or self.position is None else max(0, self.end - self.position)


@dataclass(frozen=True, slots=True)
class TransportSettings:
    """How one worker reads. Times in milliseconds, sizes in bytes."""

    bootstrap: str
    topic: str
    group: str
    fetch_max_wait_ms: int = 100
    """How long the broker may hold a fetch without records: 20 suits the embedded broker, 100 Kafka."""
    metadata_max_age_ms: int = 3_000
    """How soon a topic that appears later is noticed."""
    group_instance_id: str | None = None
    """A fixed name makes a restart keep its partitions, without a rebalance, within the session timeout."""
    session_timeout_ms: int = 6_000
    """How long a killed worker's partitions wait for another; the embedded broker lets a joiner wait half of it."""
    heartbeat_interval_ms: int = 1_000
    max_poll_records: int = 4_000
    """Largest batch."""
    max_fetch_bytes: int = 1_048_576
    """A fetch of one partition."""
    max_waiting_records: int = 16_000
    """So many records may be fetched and not yet taken by ``on_batch``; then fetching waits."""
    hint_interval_s: float = 5.0
    """How often offsets go to the broker, as a hint for people who look at the group from outside."""

    @classmethod
    def embedded(cls, bootstrap: str, topic: str, group: str) -> TransportSettings:
        """For the embedded broker, where joining a group takes half of the session timeout."""
        return cls(bootstrap, topic, group, fetch_max_wait_ms=20, session_timeout_ms=3_000, heartbeat_interval_ms=500)
