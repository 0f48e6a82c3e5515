"""The form of an event, made from its schema: what a person must say, in which unit, and what the words mean."""

from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from clinicflow.codec.registry import EVENTS
from clinicflow.core.event import ENVELOPE_SET
from clinicflow.events import EVENT_TYPES

Kind = Literal[
    "text", "note", "integer", "quantity", "decimal", "boolean", "choice", "time", "list", "reference", "room", "staff"
]

_SPECIAL: dict[str, Kind] = {"room_id": "room", "to_staff": "staff", "preferred_staff": "staff"}


class FormField(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One field. ``scale`` is the number of decimal digits of a quantity in ``unit`` (UCUM)."""

    name: str
    kind: Kind
    doc: str
    required: bool = False
    symbols: tuple[str, ...] = ()
    unit: str | None = None
    scale: int | None = None
    value: Any = None
    """What is already known of it."""


class Form(msgspec.Struct, frozen=True):
    """The fields of one event that a person fills in, in the order of its schema."""

    event: str
    case: str
    doc: str
    fields: tuple[FormField, ...]


def form_of(event: str) -> Form | None:
    """The form of an event that a person may send; None when there is no such event, or it is not for persons."""
    kind = EVENT_TYPES.get(event)
    if kind is None or kind.BY not in ("person", "feed"):
        return None
    schema = EVENTS.current[event].schema
    fields = tuple(field for raw in schema["fields"] if (field := _field(raw)) is not None)
    return Form(event, kind.CASE, str(schema["doc"]), fields)


def prefilled(form: Form, cause: str, known: Mapping[str, Any], which: Mapping[str, str]) -> Form:
    """The form with what the causing event tells: references to it, and identifiers that it holds under the same name;
    ``which`` are the fields that say which one of several the task is about.

    Measurements are never taken over.
    """
    return msgspec.structs.replace(form, fields=tuple(_prefill(field, cause, known, which) for field in form.fields))


def _prefill(field: FormField, cause: str, known: Mapping[str, Any], which: Mapping[str, str]) -> FormField:
    if field.name in which:
        value = which[field.name]
        return msgspec.structs.replace(field, value=int(value) if field.kind == "integer" else value)
    if field.kind == "reference" and field.name.endswith("_event"):
        return msgspec.structs.replace(field, value=cause)
    if field.name.endswith("_id") and isinstance(known.get(field.name), str):
        return msgspec.structs.replace(field, value=known[field.name])
    return field


def _field(raw: Mapping[str, Any]) -> FormField | None:
    """A field of the schema; None for those that intake or programs write."""
    if raw["name"] in ENVELOPE_SET or raw.get("stamped"):
        return None
    avro = raw["type"]
    optional = isinstance(avro, list)
    plain = avro[1] if optional else avro
    kind = _kind(raw, plain)
    if kind is None:
        return None
    return FormField(
        name=raw["name"],
        kind=kind,
        doc=raw["doc"],
        required=not optional and "default" not in raw,
        symbols=tuple(plain["symbols"]) if kind == "choice" else (),
        unit=raw.get("unit"),
        scale=raw.get("scale"),
    )


def _kind(raw: Mapping[str, Any], avro: Any) -> Kind | None:
    if raw["name"] in _SPECIAL:
        return _SPECIAL[raw["name"]]
    if isinstance(avro, dict):
        return _structured(avro)
    if avro == "string":
        return _text(raw)
    return {"boolean": "boolean", "long": "quantity" if "scale" in raw else "integer"}.get(avro)


def _structured(avro: Mapping[str, Any]) -> Kind | None:
    if avro["type"] == "enum":
        return "choice"
    if avro["type"] == "array":
        return "list" if avro["items"] == "string" else None
    return "time" if avro.get("logicalType") == "timestamp-micros" else None


def _text(raw: Mapping[str, Any]) -> Kind:
    if raw.get("personal"):
        return "note"
    return {"uuid": "reference", "decimal": "decimal"}.get(str(raw.get("format")), "text")  # type: ignore[return-value]
