"""The form of each kind of file: its keys and the kinds of their values."""

from collections.abc import Mapping
from typing import Any

from clinicflow.bundle_check.shapes import (
    Shape,
    anything,
    either,
    fields,
    flag,
    identifier,
    many,
    mapping,
    one_of,
    one_or_many,
    parsed,
    text,
    whole,
)
from clinicflow.core.durations import parse_duration, parse_fraction
from clinicflow.core.hours import WEEKDAYS, parse_day, parse_ranges
from clinicflow.core.line import parse_minutes
from clinicflow.core.scope import CONFIDENCE, DECISIONS, SUPERVISION
from clinicflow.core.signage import parse_codes_per_page, parse_page_seconds
from clinicflow.core.staffing import parse_shifts
from clinicflow.core.worked import KINDS_OF_WORK
from clinicflow.errors import InvalidBundle
from clinicflow.events import EVENT_TYPES

duration = parsed(parse_duration)
day = parsed(parse_day)
ranges = parsed(parse_ranges)
minutes = parsed(parse_minutes)
note: dict[str, Shape] = {"note": text, "notes": anything, "source": text, "sources": anything}


version = either(lambda value: isinstance(value, str), text, whole)


def _step_at(value: Any) -> None:
    if parse_fraction(value) is None:
        try:
            parse_duration(value)
        except InvalidBundle as error:
            raise InvalidBundle(
                f"Expected a share of the due time such as 50%, or a duration, but got {value!r}"
            ) from error


def _is_mapping(value: Any) -> bool:
    return isinstance(value, Mapping)


bundle = fields(
    {"org": identifier, "name": text, "languages": many(text, at_least=1), "packs": many(identifier, at_least=1)},
    {"overlay": text, **note},
)

display = fields(
    {},
    {
        "theme": one_of("light", "dark", "auto"),
        "page_seconds": parsed(parse_page_seconds),
        "codes_per_page": parsed(parse_codes_per_page),
        "language": text,
        **note,
    },
)
queue = fields({}, {"grace_minutes": minutes, "overtake_cap_minutes": minutes, **note})
room = fields({"id": identifier, "name": text, "type": text}, {"setting": text, "features": many(text), **note})
clinic = fields(
    {
        "id": identifier,
        "name": text,
        "zone": text,
        "jurisdiction": text,
        "hours": fields({}, {**dict.fromkeys(WEEKDAYS, ranges), "daily": ranges}),
        "rooms": many(room),
    },
    {
        "setting": text,
        "holidays": many(either(_is_mapping, fields({"date": day}, {"name": text}), day)),
        "display": display,
        "queue": queue,
        "tables": mapping(mapping(anything)),
        "languages": many(text),
        **note,
    },
)
credential = fields({"tag": identifier}, {"valid_from": day, "valid_to": day, **note})
shift = fields({"days": anything, "from": text, "to": text, "clinic": identifier})
staff = fields(
    {"id": identifier, "role": text, "clinics": many(identifier, at_least=1), "shifts": many(shift)},
    {
        "name_ref": text,
        "credentials": many(credential),
        "languages": many(text),
        "lead": either(lambda value: isinstance(value, list), many(identifier), flag),
        **note,
    },
)
shift_times = parsed(lambda value: parse_shifts([value]))

condition = text
fact = either(_is_mapping, fields({"event": text}, {"when": condition, "match": mapping(text)}), text)
unless = either(_is_mapping, fields({"event": text, "match": mapping(text)}), text)
meant = either(_is_mapping, fields({"staff": condition}, {"only": flag}), condition)
_hours: dict[str, Shape] = {"hours": one_of("clinic", "wall")}


def _span(further: dict[str, Shape]) -> Shape:
    """A length of time: ``after`` or ``before``, or the key of a table."""
    return either(
        lambda value: _is_mapping(value) and "table" in value,
        fields({"table": identifier, "key": text}, further),
        either(
            lambda value: _is_mapping(value) and "before" in value,
            fields({"before": duration, "from": text}, further),
            fields({"after": duration}, further),
        ),
    )


due = either(
    lambda value: _is_mapping(value) and "until" in value,
    fields({"until": one_of("closing")}, {**_hours, **note}),
    _span({"from": text, **_hours, **note}),
)
task = fields(
    {
        "activity": identifier,
        "roles": one_or_many(text, at_least=1),
        "credential": identifier,
        "due": due,
        "title": mapping(text),
    },
    {
        "priority": text,
        "priority_from": text,
        "done_by": one_or_many(fact),
        "cancelled_by": one_or_many(fact),
        "waits_for": one_or_many(fact, at_least=1),
        "held_by": one_or_many(fact, at_least=1),
        "resumed_by": one_or_many(fact, at_least=1),
        "survives": one_of("visit-end"),
        "critical": flag,
        "two_person": flag,
        "language": one_of("patient"),
        "for": meant,
        "plain": flag,
        "escalation": many(
            fields({"at": parsed(_step_at), "to": one_or_many(text, at_least=1)}, {"repeat": duration, **note})
        ),
        **note,
    },
)
rule = fields(
    {"id": identifier, "on": one_or_many(text, at_least=1)},
    {
        "when": condition,
        "jurisdictions": one_or_many(text, at_least=1),
        "settings": one_or_many(text, at_least=1),
        "after_end": flag,
        "wait": _span({"unless": one_or_many(unless), "from": text, "until": one_of("closing"), **_hours, **note}),
        "task": task,
        "raise": fields({"event": text}, {"fields": mapping(text), "case": text}),
        **note,
    },
)
protocol = fields(
    {"protocol": identifier, "agent": text, "version": version, "owner": text, "source": text, "rules": many(anything)},
    {"needs": many(identifier, at_least=1), "name": text, "title": anything, **note},
)

table = fields(
    {"table": identifier, "version": version, "owner": text, "source": text},
    open_=True,
)

scope_file = fields(
    {"jurisdiction": text, "rules": many(anything)}, {"name": text, "version": version, "owner": text, **note}
)
scope_rule = fields(
    {
        "id": identifier,
        "role": one_or_many(text, at_least=1),
        "activities": one_or_many(identifier, at_least=1),
        "decision": one_of(*DECISIONS),
        "valid_from": day,
        "source": text,
        "checked_on": day,
        "confidence": one_of(*CONFIDENCE),
    },
    {
        "jurisdiction": text,
        "setting": one_or_many(text),
        "credential_all_of": one_or_many(identifier),
        "supervision": one_of(*SUPERVISION),
        "supervisor_roles": one_or_many(text),
        "valid_to": either(lambda value: value is None, anything, day),
        "drug_exclusions": anything,
        "route": anything,
        "age_limits": anything,
        "training": anything,
        **note,
    },
)
activities = mapping(
    either(
        _is_mapping,
        fields({}, {"scope": one_or_many(identifier), "work": one_of(*KINDS_OF_WORK), **note}),
        one_or_many(identifier),
    ),
    identifier,
)


def _codec(value: Any) -> None:
    try:
        b" ".decode(value)
    except (LookupError, TypeError, ValueError) as error:
        raise InvalidBundle(f"Expected a character set that Python knows, such as utf-8, but got {value!r}") from error


_arrival = one_of("checked-in", "patient-arrived", "none")
_port = fields({}, {"mllp_port": whole, "http_client": text, "client": text, "kind": text})
_mapped = mapping(either(_is_mapping, mapping(anything), text))
feed = fields(
    {"feed": identifier, "organization": identifier, "zone": text},
    {
        "name": text,
        "transport": _port,
        "clinic_by": mapping(either(_is_mapping, mapping(identifier), identifier)),
        "room_by": mapping(identifier),
        "a01": _arrival,
        "a02": one_of("roomed", "room-assigned"),
        "a04": _arrival,
        "charset": parsed(_codec),
        "codes": _mapped,
        "units": mapping(text),
        "authorities": anything,
        "critical_flags": many(text),
        "vitals": mapping(text),
        "findings": mapping(one_of("positive", "negative", "indeterminate")),
        "visit_types": mapping(text),
        "staff": mapping(identifier),
        "needs": mapping(one_of("interpreter", "wheelchair", "chaperone")),
        "vitals_rounding": flag,
        "refills_from": one_of(*EVENT_TYPES["refill-requested"].ENUMS["requested_by"]),
        **note,
    },
)
