"""SIU: an appointment is booked, moved, changed, cancelled, deleted as entered in error, or missed."""

from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal, InvalidOperation
from typing import Any

from clinicflow.errors import MessageRefused
from clinicflow.gateway.hl7.er7 import Segment
from clinicflow.gateway.hl7.mapping.base import Draft, Key, Mapped, Source, entity_key
from clinicflow.gateway.hl7.times import instant

_NOT_BOOKED = frozenset({"PENDING", "WAITLIST", "BLOCKED"})
"""Statuses of HL7 table 0278 (SCH-25) in which the patient has no time yet."""

_STARTS = (("TQ1", 7, 1), ("SCH", 11, 4), ("AIS", 4, 1), ("AIP", 6, 1), ("AIL", 6, 1), ("AIG", 8, 1))
_ENDS = (("TQ1", 8, 1), ("SCH", 11, 5))
_DURATIONS = (("SCH", 9, 10), ("AIS", 7, 8))
"""Segment, field of the amount, field of its unit."""

_SECONDS = {
    "s": 1, "sec": 1, "second": 1, "seconds": 1,
    "m": 60, "min": 60, "mins": 60, "minute": 60, "minutes": 60,
    "h": 3600, "hr": 3600, "hour": 3600, "hours": 3600,
}  # fmt: skip

_RESOURCES = (("AIS", (3,)), ("AIG", (3, 4)), ("AIL", (3, 4)), ("AIP", (3, 4)))
"""What is booked for an appointment: services, things, places and people, each with the fields of its codes."""


def booked(source: Source) -> Mapped:
    """S12: the patient has an appointment, unless SCH-25 says that it is not booked yet."""
    status = source.message.value("SCH", 25).upper()
    if status in _NOT_BOOKED:
        return Mapped(updates=True, reason=f"The appointment is not booked yet: SCH-25 says {status.lower()}")
    fields = {
        **_span(source),
        "visit_type": _visit_type(source),
        "needs": _needs(source),
        **_provider(source),
        **source.facts(source.patient(), _sent_at(source)),
    }
    return _one(source, "appointment-booked", fields, opens=True)


def moved(source: Source) -> Mapped:
    """S13: the appointment is at another time. Who asked for it, no field tells for sure."""
    return _one(source, "appointment-rescheduled", {**_span(source), "initiator": "other"})


def changed(source: Source) -> Mapped:
    """S14: something other than the time changed. Without the feed's word for needs, an interpreter stays booked."""
    if not source.feed.needs:
        return Mapped(updates=True, reason="The feed file says of no resource which need it stands for (needs)")
    kinds = {"visit_type": _visit_type(source)} if any(_kinds(source)) else {}
    return _one(source, "appointment-modified", {**kinds, "needs": _needs(source), **_provider(source)})


def cancelled(source: Source) -> Mapped:
    """S15 and S16: the appointment does not take place, or not to its end."""
    notice = _minutes_to_start(source)
    told = {"notice_min": notice} if notice is not None and notice >= 0 else {}
    return _one(source, "appointment-cancelled", {"cancelled_by": "other", **told})


def deleted(source: Source) -> Mapped:
    """S17: there was no such appointment; its booking is taken back."""
    draft = _draft(source, "event-voided", {"reason": "entered_in_error"}, voids="appointment-booked")
    return Mapped(drafts=(draft,), reason="No booking of this appointment stands that could be taken back")


def missed(source: Source) -> Mapped:
    """S26: the patient did not come."""
    notice = _minutes_to_start(source)
    told = {"minutes_late": -notice} if notice is not None and notice <= 0 else {}
    return _one(source, "appointment-no-show", told)


def _one(source: Source, event_type: str, fields: dict[str, Any], *, opens: bool = False) -> Mapped:
    return Mapped(drafts=(_draft(source, event_type, fields, opens=opens),), updates=True)


def _draft(
    source: Source, event_type: str, fields: dict[str, Any], *, opens: bool = False, voids: str | None = None
) -> Draft:
    if source.patient() is None:
        raise MessageRefused("patient", "Expected a medical record number in PID-3")
    return Draft(
        type=event_type,
        occurred_at=_sent_at(source),
        kind="appointment",
        keys=_keys(source),
        fields=fields,
        opens=opens,
        voids=voids,
    )


def _sent_at(source: Source) -> int:
    return source.at((source.message.value("MSH", 7), "MSH-7"))


def _keys(source: Source) -> tuple[Key, ...]:
    """Placer's and filler's number of the appointment."""
    sch = source.message.get("SCH")
    if sch is None:
        raise MessageRefused("segment", "Expected an SCH segment")
    sides = ((2, "appointment-filler"), (1, "appointment-placer"))
    found = tuple(key for field, kind in sides if (key := entity_key(source, sch.first(field), kind)))
    if not found:
        raise MessageRefused("appointment", "Expected the number of the appointment in SCH-1 or SCH-2")
    return found


def _span(source: Source) -> dict[str, Any]:
    """From when to when; the end is sent, or follows from how long it takes."""
    start = _first(source, _STARTS)
    if start is None:
        raise MessageRefused(
            "time", "Expected the start of the appointment, exact to the minute, in TQ1-7, SCH-11, AIS-4 or AIP-6"
        )
    end = _first(source, _ENDS)
    if end is None:
        end = start + _lasts(source)
    if end < start:
        raise MessageRefused("time", "Expected an appointment that ends after it begins (TQ1-7 and TQ1-8, or SCH-11)")
    return {"start": start, "end": end}


def _first(source: Source, places: Iterable[tuple[str, int, int]]) -> int | None:
    for name, field, component in places:
        what = f"{name}-{field}" if component == 1 else f"{name}-{field}.{component}"
        found = instant(source.message.value(name, field, component), source.feed.zone, what)
        if found is not None:
            return found
    return None


def _lasts(source: Source) -> int:
    """Microseconds from start to end."""
    for name, amount, unit in _DURATIONS:
        sent = source.message.value(name, amount)
        if sent:
            return _amount(sent, f"{name}-{amount}") * _unit(source.message.value(name, unit), f"{name}-{unit}")
    raise MessageRefused("time", "Expected the end of the appointment in TQ1-8 or SCH-11, or its length in SCH-9")


def _amount(sent: str, what: str) -> int:
    try:
        amount = Decimal(sent)
    except InvalidOperation:
        amount = Decimal(-1)
    if not (amount.is_finite() and 0 < amount <= 100_000 and amount == amount.to_integral_value()):
        raise MessageRefused("time", f"Expected a whole number from 1 to 100000 in {what}")
    return int(amount)


def _unit(sent: str, what: str) -> int:
    seconds = _SECONDS.get(sent.lower())
    if seconds is None:
        raise MessageRefused("unit", f"Expected min, h or s in {what}, as no unit is guessed")
    return seconds * 1_000_000


def _minutes_to_start(source: Source) -> int | None:
    """Whole minutes from the message to the start; negative when the start has passed, None when it is not told."""
    start = _first(source, _STARTS)
    if start is None:
        return None
    sent = _sent_at(source)
    return (start - sent) // 60_000_000 if start >= sent else -((sent - start) // 60_000_000)


def _kinds(source: Source) -> Iterator[str]:
    yield source.message.value("SCH", 8)
    yield source.message.value("AIS", 3)


def _visit_type(source: Source) -> str:
    """The kind of visit as the feed names it, else as it was sent: by the type of appointment, else by the service."""
    sent = [kind for kind in _kinds(source) if kind]
    if not sent:
        raise MessageRefused("visit-type", "Expected the kind of appointment in SCH-8 or the service in AIS-3")
    kinds = source.feed.visit_types
    return next((kinds[kind] for kind in sent if kind in kinds), sent[0])


def _needs(source: Source) -> list[str]:
    """Coded needs of the patient, by what is booked for the appointment."""
    return sorted({source.feed.needs[code] for code in _resources(source) if code in source.feed.needs})


def _resources(source: Source) -> Iterator[str]:
    for name, fields in _RESOURCES:
        for segment in source.message.all(name):
            yield from (code for field in fields if (code := segment.value(field)))


def _provider(source: Source) -> dict[str, str]:
    """The first person booked whom the feed file names; a sender's own number is nobody here."""
    people: Iterator[Segment] = source.message.all("AIP")
    known = (source.feed.staff[number] for segment in people if (number := segment.value(3)) in source.feed.staff)
    provider = next(known, None)
    return {"provider_id": provider} if provider else {}


HANDLES: dict[str, Callable[[Source], Mapped]] = {
    "SIU^S12": booked,
    "SIU^S13": moved,
    "SIU^S14": changed,
    "SIU^S15": cancelled,
    "SIU^S16": cancelled,
    "SIU^S17": deleted,
    "SIU^S26": missed,
}
