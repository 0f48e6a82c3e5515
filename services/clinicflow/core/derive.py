"""Derived events: the envelope and the id that an agent's wish for an event gets."""

from collections.abc import Mapping
from typing import Any

import msgspec

from clinicflow.core.event import Event, Placed
from clinicflow.core.ids import derived_id
from clinicflow.core.kinds import IMPERSONAL
from clinicflow.errors import InvalidEvent
from clinicflow.events import EVENT_TYPES

SOURCE = "agent:"
"""Source systems of derived events begin so; the rest is the agent's name."""


def is_primary(event: Event) -> bool:
    """Whether the event came from outside: neither derived by an agent nor fired by a timer."""
    return event.BY not in ("derived", "timer") and not event.source_system.startswith(SOURCE)


class Source(msgspec.Struct, frozen=True, gc=False):
    """What an event is derived from: agent and placed event. ``cause`` is the event that its id follows from: the event
    itself, or the one whose timer it is that has fired. ``patient_id`` is the case's, for events that name none."""

    agent: str
    placed: Placed
    cause: str
    patient_id: str | None = None


def derive(
    source: Source, type_: str, fields: Mapping[str, Any], rule: str, *, case: str | None = None, nth: int = 0
) -> Event:
    """A derived event of type ``type_``; ``rule`` and ``nth`` tell it from others of the same cause.

    It happened when its cause happened and was entered when that was placed. The event of an endless case names no
    patient.
    Raises ``InvalidEvent`` when the fields do not fit the type.
    """
    event_type = EVENT_TYPES.get(type_)
    if event_type is None:
        raise InvalidEvent(f"Expected a known type of event from {rule}, but got {type_!r}")
    values = own_fields(event_type, fields, rule)
    values.update(envelope_of(source, case))
    values["event_id"] = derived_id(source.placed.event.case_id, source.cause, rule, nth)
    if event_type.CASE in IMPERSONAL:
        values["patient_id"] = None
    try:
        return msgspec.convert(values, event_type, from_attributes=True)
    except msgspec.ValidationError as error:
        raise InvalidEvent(f"Expected the fields of {event_type.TYPE} from {rule}, but: {error}") from error


def envelope_of(source: Source, case: str | None) -> dict[str, Any]:
    """The envelope without the id."""
    event = source.placed.event
    return {
        "org_id": event.org_id,
        "clinic_id": event.clinic_id,
        "case_id": case or event.case_id,
        "patient_id": event.patient_id or source.patient_id,
        "occurred_at": event.occurred_at,
        "recorded_at": source.placed.logged_at,
        "source_system": SOURCE + source.agent,
        "caused_by": event.event_id,
        "sensitivity": event.sensitivity,
    }


def own_fields(event_type: type[Event], fields: Mapping[str, Any], rule: str) -> dict[str, Any]:
    """The event's own fields, checked against the names of its type and the symbols of its coded fields."""
    whole = {name: _whole(value) for name, value in fields.items()}
    if not whole.keys() <= _FIELDS[event_type.TYPE]:
        unknown = sorted(whole.keys() - _FIELDS[event_type.TYPE])
        raise InvalidEvent(f"Expected fields of {event_type.TYPE} from {rule}, but it has no {', '.join(unknown)}")
    for name, symbols in event_type.ENUMS.items():
        if whole.get(name) is not None and whole[name] not in symbols:
            raise InvalidEvent(f"Expected one of {', '.join(symbols)} in {event_type.TYPE}.{name} from {rule}")
    return whole


def _whole(value: Any) -> Any:
    """Expressions count in doubles: a whole one is an integer again."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def content(event: Event) -> tuple[Any, ...]:
    """What makes a derived event what it is, beside its id: to tell whether a correction has changed it."""
    return tuple(getattr(event, name) for name in event.__struct_fields__ if name not in _NOT_CONTENT)


_FIELDS = {name: frozenset(event_type.__struct_fields__) for name, event_type in EVENT_TYPES.items()}
_NOT_CONTENT = frozenset({"event_id", "recorded_at", "caused_by", "corrects"})
