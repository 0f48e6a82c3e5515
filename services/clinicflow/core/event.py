"""The envelope that every event carries, and an event with its place in the journal."""

from typing import Any, ClassVar

import msgspec

Micros = int
"""Microseconds since 1970-01-01T00:00:00Z."""


class Event(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """An immutable fact about one case. Subclasses are generated from ``schemas/avro/events``.

    ``occurred_at`` is when it happened, ``recorded_at`` when it was entered; both in UTC microseconds.
    """

    TYPE: ClassVar[str] = ""
    """Wire name: the stem of the schema's file."""
    CASE: ClassVar[str] = ""
    """Kind of case (see ``kinds``), or any."""
    AREA: ClassVar[str] = ""
    BY: ClassVar[str] = ""
    """Who normally emits it: person, feed, derived or timer; the last two are refused at the public door."""
    ENDS: ClassVar[str | None] = None
    """Kind of case that it ends, if it ends one."""
    OPENS: ClassVar[bool] = False
    """Whether it may be the first event of its case."""
    REQUIRES: ClassVar[tuple[str, ...]] = ()
    """Envelope fields that may not be null for this event."""
    PERSONAL: ClassVar[tuple[str, ...]] = ()
    """Fields that hold free text, names or contacts."""
    STAMPED: ClassVar[tuple[str, ...]] = ()
    """Fields that intake writes itself, whatever the sender says."""
    UNITS: ClassVar[dict[str, tuple[str, int]]] = {}
    """Quantities: UCUM unit and number of decimal digits of the scaled integer."""
    ENUMS: ClassVar[dict[str, tuple[str, ...]]] = {}
    """Symbols of the coded fields."""

    event_id: str
    org_id: str
    clinic_id: str
    case_id: str
    patient_id: str | None = None
    occurred_at: Micros
    recorded_at: Micros
    actor_id: str | None = None
    actor_role: str | None = None
    actor_credentials: list[str] = []
    on_behalf_of: str | None = None
    source_system: str
    source_message_id: str | None = None
    caused_by: str | None = None
    corrects: str | None = None
    sensitivity: str = "normal"


ENVELOPE: tuple[str, ...] = Event.__struct_fields__


class Placed(msgspec.Struct, frozen=True, gc=False):
    """An event at its place in the journal: dense position within its partition, when placed, bundle in force."""

    event: Event
    partition: int
    position: int
    logged_at: Micros
    bundle: int
    target_agent: str | None = None
    """Only this agent applies it (a re-submitted dead letter); None for all."""


def body(event: Event) -> dict[str, Any]:
    """The event's own fields, without the envelope."""
    return {name: getattr(event, name) for name in event.__struct_fields__ if name not in ENVELOPE_SET}


ENVELOPE_SET = frozenset(ENVELOPE)
