"""Events as JSON: ``type`` and the Avro field names; times in RFC 3339, quantities as value and unit.

This is the form of the public door, of files and of people's tools. Reading is strict and reports all problems at once.
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from clinicflow.codec.fields import Converted, Problems, Read, read_fields, reader
from clinicflow.codec.quantity import Measure, unscaled
from clinicflow.codec.registry import EVENTS, Schema, nested_records
from clinicflow.codec.times import FIRST, LAST, text_of
from clinicflow.core.event import Event
from clinicflow.errors import InvalidEvent, Problem, UnknownEventType
from clinicflow.events import EVENT_TYPES

MAX_PROBLEMS = 100


class Form(msgspec.Struct, frozen=True):
    """What is known of one event type's JSON form.

    ``unit_fields`` name, for a number, the field that holds its unit; both are given or none.
    ``records`` are the classes of records inside lists, by field; ``times`` and ``quantities`` the fields that JSON
    writes in another way than Avro.
    """

    kind: type[Event]
    fields: dict[str, Read]
    required: frozenset[str]
    records: dict[str, type[msgspec.Struct]]
    times: tuple[str, ...]
    quantities: dict[str, Measure]
    unit_fields: dict[str, str]


def _form_of(kind: type[Event], schema: Schema, records: dict[str, type[msgspec.Struct]]) -> Form:
    """The JSON form of an event type, from its schema."""
    types: dict[str, Schema] = {}
    fields = schema["fields"]
    return Form(
        kind=kind,
        fields={field["name"]: reader(field["type"], field, types) for field in fields},
        required=frozenset(field["name"] for field in fields if "default" not in field),
        records=records,
        times=tuple(field["name"] for field in fields if "timestamp-micros" in str(field["type"])),
        quantities={f["name"]: Measure(f["unit"], f["scale"], f.get("molar_mass")) for f in fields if "scale" in f},
        unit_fields={field["name"]: field["unit_field"] for field in fields if "unit_field" in field},
    )


def _read_event(form: Form, doc: Mapping[str, Any], defaults: Mapping[str, Any], trusted: bool) -> Event:
    """The event of a JSON object. Errors: ``InvalidEvent`` with all problems (the first hundred)."""
    problems: Problems = []
    sent = {name: value for name, value in doc.items() if name != "type"}
    if not trusted:
        for name in form.kind.STAMPED:
            if name in sent:
                problems.append(Problem(name, "was sent", "that it is left out: intake writes it"))
    known = {name: value for name, value in defaults.items() if name in form.fields and name not in sent}
    values = read_fields({**known, **sent}, "", form.fields, form.required, problems)
    for name in form.kind.REQUIRES:
        if values.get(name) is None:
            problems.append(Problem(name, "is missing", f"a value, which {form.kind.TYPE} needs"))
    for name, unit in form.unit_fields.items():
        if values.get(name) is not None and values.get(unit) is None:
            problems.append(Problem(unit, "is missing", f"the unit of {name}"))
    if problems:
        raise InvalidEvent(problems=problems[:MAX_PROBLEMS])
    _keep_originals(form, values)
    for name, record in form.records.items():
        values[name] = [record(**item) for item in values.get(name, ())]
    return form.kind(**values)


def _keep_originals(form: Form, values: dict[str, Any]) -> None:
    """Numbers that were converted become plain integers; how they were sent goes to ``originals``."""
    for name in form.quantities:
        value = values.get(name)
        if isinstance(value, Converted):
            text, unit = value.original
            values[name] = int(value)
            values["originals"] = [*values.get("originals", ()), {"field": name, "value": text, "unit": unit}]


def _write_event(form: Form, event: Event) -> dict[str, Any]:
    """The JSON object of an event: ``type`` first, fields that are null or empty lists left out.

    A value of a wrong type is passed on as it is.
    """
    doc: dict[str, Any] = {"type": form.kind.TYPE}
    for name in form.kind.__struct_fields__:
        value = getattr(event, name)
        if value is not None and value != []:
            doc[name] = value
    for name in form.times:
        value = doc.get(name)
        if type(value) is int and FIRST <= value <= LAST:
            doc[name] = text_of(value)
    for name, measure in form.quantities.items():
        if type(doc.get(name)) is int:
            doc[name] = {"value": unscaled(doc[name], measure), "unit": measure.unit}
    for name in form.records:
        if name in doc:
            doc[name] = [_without_nulls(item) for item in doc[name]]
    return doc


def _without_nulls(record: Any) -> Any:
    if not isinstance(record, msgspec.Struct):
        return record
    return {name: value for name, value in msgspec.structs.asdict(record).items() if value is not None}


def _kind_of(doc: Mapping[str, Any]) -> type[Event]:
    """The class of a JSON object's event. Errors: ``InvalidEvent`` without a type, ``UnknownEventType``."""
    wire = doc.get("type")
    if not isinstance(wire, str):
        raise InvalidEvent(problems=[Problem("type", "is missing", "the name of an event, such as roomed")])
    if wire not in EVENT_TYPES:
        raise UnknownEventType(problems=[Problem("type", "is unknown", "one of " + ", ".join(EVENT_TYPES))])
    return EVENT_TYPES[wire]


class _Forms(dict[type[Event], Form]):
    """The JSON form of an event, by its class; made when first needed."""

    def __missing__(self, kind: type[Event]) -> Form:
        schema = EVENTS.current[kind.TYPE].schema
        self[kind] = _form_of(kind, schema, nested_records(schema))
        return self[kind]


_forms = _Forms()


def from_json(doc: Mapping[str, Any], *, defaults: Mapping[str, Any] | None = None, trusted: bool = False) -> Event:
    """The event of a JSON object: ``type`` and the field names of its schema.

    ``defaults`` are values of fields that the object leaves out; names that this event does not have are passed over.
    Fields that intake writes itself (``STAMPED``) may come from ``defaults`` only, unless the object is
    ``trusted``, as the project's own files are.

    Errors: ``InvalidEvent`` with all ``problems`` at once, each with its path and what was expected;
    ``UnknownEventType``.
    """
    if not isinstance(doc, Mapping):
        raise InvalidEvent("Expected a JSON object with type and the fields of the event.")
    return _read_event(_forms[_kind_of(doc)], doc, defaults or {}, trusted)


def to_json(event: Event) -> dict[str, Any]:
    """The JSON object of an event: ``type`` first, fields that are null or empty lists left out.

    ``from_json(to_json(event), trusted=True)`` gives the same event.
    """
    return _write_event(_forms[type(event)], event)


def check(event: Event, *, trusted: bool = True) -> None:
    """Refuse an event that the public door would refuse: for events made by code or written by other programs.

    With ``trusted`` false, also one whose type has fields that only intake may write.

    Errors: ``InvalidEvent`` with all problems.
    """
    from_json(to_json(event), trusted=trusted)
