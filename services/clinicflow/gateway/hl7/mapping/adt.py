"""ADT: arrival, movement, departure, corrections of these, and what is known of the patient."""

from collections.abc import Callable
from typing import Any

from clinicflow.errors import MessageRefused
from clinicflow.gateway.hl7.mapping.base import Draft, Mapped, Patient, Source


def arrival(source: Source, meaning: str) -> Mapped:
    """The visit begins, or goes on at the desk, as the feed declares."""
    if meaning == "none":
        return Mapped(updates=True, reason="The feed file says that this trigger begins no visit here")
    patient, at = source.patient(), source.happened_at()
    if patient is None:
        raise MessageRefused("patient", "Expected a medical record number in PID-3")
    fields = _checked_in(source, patient, at) if meaning == "checked-in" else {"mode": "unknown"}
    return Mapped(drafts=(_visit(source, meaning, at, fields, opens=True),), updates=True)


def registered(source: Source) -> Mapped:
    """A04, whose meaning differs by sender."""
    return arrival(source, source.feed.a04)


def admitted(source: Source) -> Mapped:
    """A01, by the feed file either a check-in or something of a hospital."""
    return arrival(source, source.feed.a01)


def tracked_in(source: Source) -> Mapped:
    """A10: the patient was seen arriving."""
    return arrival(source, "patient-arrived")


def transferred(source: Source) -> Mapped:
    """A02: the patient is in another room."""
    pv1 = source.message.get("PV1")
    room = source.feed.room(pv1.first(3)) if pv1 else None
    if room is None:
        raise MessageRefused("room", "Expected a location in PV1-3 that the feed file maps to a room")
    return _about_visit(source, source.feed.a02, {"room_id": room})


def discharged(source: Source) -> Mapped:
    """A03: the visit is over."""
    return _about_visit(source, "checked-out", {})


def cancelled(source: Source) -> Mapped:
    """A11, A23, A38: there was no visit, or it does not take place."""
    return _about_visit(source, "visit-cancelled", {"reason": "other"})


def discharge_cancelled(source: Source) -> Mapped:
    """A13: the patient is back, or never left; the message does not say which."""
    draft = _visit(source, "checkout-reversed", source.happened_at(), {"reason": "other"})
    return Mapped(drafts=(draft,), reason="The visit has not ended with a check-out, or that was reversed before")


def takes_back(event_type: str) -> Callable[[Source], Mapped]:
    """A12: the last event of a type was wrong."""

    def voided(source: Source) -> Mapped:
        draft = _visit(source, "event-voided", source.happened_at(), {"reason": "entered_in_error"}, voids=event_type)
        return Mapped(drafts=(draft,))

    return voided


def transfer_cancelled(source: Source) -> Mapped:
    """A12: the patient did not change rooms."""
    return takes_back(source.feed.a02)(source)


def updated(source: Source) -> Mapped:
    """A08, A28, A31: what is known of the patient; most of these change nothing that is used here."""
    if source.patient() is None:
        raise MessageRefused("patient", "Expected a medical record number in PID-3")
    return Mapped(updates=True, reason="Nothing that is used here changed, or the patient has no visit here now")


def merged(source: Source) -> Mapped:
    """A18, A34, A40, A47: another record number is the same patient's."""
    merges = source.message.all("MRG")
    keys = tuple(key for segment in merges for key in source.record_numbers(segment.repetitions(1)))
    if source.patient() is None or not keys:
        raise MessageRefused("patient", "Expected medical record numbers in PID-3 and MRG-1")
    return Mapped(merged=keys, updates=False, reason="The record numbers stand for one patient, who has no open case")


def _checked_in(source: Source, patient: Patient, at: int) -> dict[str, Any]:
    """``identifiers_matched``: by how many of number, name and birth the sending system registered the patient."""
    matched = sum(1 for field in ("record_number", "name", "birth_date") if field in patient.personal)
    fields: dict[str, Any] = {"identifiers_matched": matched, **source.facts(patient, at)}
    kind = source.message.value("PV1", 4)
    return {**fields, "visit_type": source.feed.visit_types.get(kind, kind)} if kind else fields


def _about_visit(source: Source, event_type: str, fields: dict[str, Any]) -> Mapped:
    return Mapped(drafts=(_visit(source, event_type, source.happened_at(), fields),))


def _visit(
    source: Source, event_type: str, at: int, fields: dict[str, Any], *, opens: bool = False, voids: str | None = None
) -> Draft:
    return Draft(
        type=event_type,
        occurred_at=at,
        kind="visit",
        keys=source.visit_keys(),
        fields=fields,
        opens=opens,
        voids=voids,
    )


HANDLES: dict[str, Callable[[Source], Mapped]] = {
    "ADT^A01": admitted,
    "ADT^A02": transferred,
    "ADT^A03": discharged,
    "ADT^A04": registered,
    "ADT^A08": updated,
    "ADT^A10": tracked_in,
    "ADT^A11": cancelled,
    "ADT^A12": transfer_cancelled,
    "ADT^A13": discharge_cancelled,
    "ADT^A18": merged,
    "ADT^A23": cancelled,
    "ADT^A28": updated,
    "ADT^A31": updated,
    "ADT^A34": merged,
    "ADT^A38": cancelled,
    "ADT^A40": merged,
    "ADT^A47": merged,
}
