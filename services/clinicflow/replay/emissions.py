"""Derived events: those that a fold causes beside those that the journal has."""

from __future__ import annotations

from hashlib import blake2b
from typing import TypeVar

from clinicflow.codec import decode, encode
from clinicflow.core.event import Event, Placed
from clinicflow.replay.sources import Source

T = TypeVar("T")
At = tuple[T, int, int, str]
"""Something with a partition, a position and the case of that place."""


class Emissions:
    """What was caused and what was journaled, without the pairs that are equal: nearly all are, and are let go at once.

    The events themselves are compared, which costs a tenth of encoding them; what is left over at the end is told by a
    digest of its bytes, since its other half may be in another process.
    """

    def __init__(self) -> None:
        self._caused: dict[str, At[Event]] = {}
        self._journaled: dict[str, At[Event]] = {}
        self._agreed: set[str] = set()
        self._again: list[At[Event]] = []

    def cause(self, placed: Placed, derived: Event) -> None:
        """The fold of ``placed`` has derived an event."""
        event_id = derived.event_id
        at = (derived, placed.partition, placed.position, placed.event.case_id)
        if event_id in self._agreed:
            self._again.append(at)
        elif (journaled := self._journaled.get(event_id)) is not None and journaled[0] == derived:
            self._agree(event_id)
        else:
            self._caused[event_id] = at

    def journal(self, placed: Placed) -> None:
        """A row of the journal holds a derived event."""
        event = placed.event
        caused = self._caused.get(event.event_id)
        if caused is not None and caused[0] == event:
            self._agree(event.event_id)
        else:
            self._journaled[event.event_id] = (event, placed.partition, placed.position, event.case_id)

    def _agree(self, event_id: str) -> None:
        self._agreed.add(event_id)
        self._caused.pop(event_id, None)
        self._journaled.pop(event_id, None)

    async def left(self, source: Source) -> tuple[dict[str, At[bytes]], dict[str, At[bytes]]]:
        """By event id what is caused, at the place of its cause, and what is journaled, at its own: digests."""
        for derived, partition, position, case_id in self._again:  # what was caused last counts
            journaled = await _journaled(source, derived)
            if journaled is not None and journaled[0] != derived:
                self._caused[derived.event_id] = (derived, partition, position, case_id)
                self._journaled[derived.event_id] = journaled
        self._again.clear()
        return _digests(self._caused), _digests(self._journaled)


async def _journaled(source: Source, derived: Event) -> At[Event] | None:
    """The row of an event that was seen before, read once more: an event is caused twice only now and then."""
    rows = await source.case_rows(derived.case_id)
    found = next((row for row in rows if (row.org_id, row.event_id) == (derived.org_id, derived.event_id)), None)
    return None if found is None else (decode(found.payload), found.partition, found.position, found.case_id)


def _digests(events: dict[str, At[Event]]) -> dict[str, At[bytes]]:
    return {key: (digest(one[0]), one[1], one[2], one[3]) for key, one in events.items()}


def digest(event: Event) -> bytes:
    """Eight bytes that stand for an event's bytes."""
    return blake2b(encode(event), digest_size=8).digest()
