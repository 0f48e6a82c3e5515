"""Random values of every schema, the same for the same seed: for round trips, compatibility and fuzzing."""

import random
import uuid
from typing import Any

from clinicflow.codec.registry import EVENTS, nested_records
from clinicflow.codec.times import FIRST, LAST
from clinicflow.core.event import Event
from clinicflow.events import EVENT_TYPES

Schema = dict[str, Any]

TEXTS = ("a", "n-1", "Ana P.", "ñandú", "患者", "🙂", "line\nbreak", "0", "x" * 200, "עברית")


def record(schema: Schema, rng: random.Random, types: dict[str, Schema] | None = None) -> dict[str, Any]:
    """A record of this schema; optional fields are null in half of the cases."""
    types = {} if types is None else types
    return {field["name"]: value(field["type"], field, rng, types) for field in schema["fields"]}


def value(avro: Any, field: Schema, rng: random.Random, types: dict[str, Schema]) -> Any:
    """A value of this type, as the field's format asks for."""
    if isinstance(avro, list):
        chosen = value(avro[1], field, rng, types)
        return None if rng.random() < 0.5 else chosen
    if isinstance(avro, str) and avro in types:
        avro = types[avro]
    kind = avro["type"] if isinstance(avro, dict) else avro
    if kind in ("enum", "record"):
        types[avro["name"]] = avro
    if kind == "string":
        return text(field, rng)
    if kind == "boolean":
        return rng.random() < 0.5
    if kind == "long":
        return number(avro, rng)
    if kind == "enum":
        return rng.choice(avro["symbols"])
    if kind == "array":
        items = [value(avro["items"], field, rng, types) for _ in range(3)]
        return items[: rng.randrange(4)]
    return record(avro, rng, types)


def text(field: Schema, rng: random.Random) -> str:
    """A text, or a UUID or number where the field asks for one."""
    if field.get("format") == "uuid":
        return str(uuid.UUID(int=rng.getrandbits(128)))
    if field.get("format") == "decimal":
        return f"{rng.randrange(-1000, 1000)}.{rng.randrange(1000)}"
    return rng.choice(TEXTS)


def number(avro: Any, rng: random.Random) -> int:
    """An integer near an edge or anywhere; a time within the years that text can hold."""
    if isinstance(avro, dict) and "logicalType" in avro:
        return rng.choice((0, 1, -1, FIRST, LAST, 1_790_000_000_123_456, rng.randrange(FIRST, LAST)))
    return rng.choice((0, 1, -1, 63, 64, -64, -65, 2**31, 10**12, rng.randrange(-(10**14), 10**14)))


def event(wire: str, rng: random.Random, **fixed: Any) -> Event:
    """An event of this type with random values in every field, except ``fixed`` ones."""
    schema = EVENTS.current[wire].schema
    values = record(schema, rng)
    for name in EVENT_TYPES[wire].REQUIRES:
        values[name] = str(uuid.UUID(int=rng.getrandbits(128)))
    for number_field, unit_field in (("patient_age", "patient_age_unit"),):
        if values.get(number_field) is not None and values[unit_field] is None:
            values[unit_field] = "mo"
    for name, kind in nested_records(schema).items():
        values[name] = [kind(**item) for item in values[name]]
    return EVENT_TYPES[wire](**{**values, **fixed})


def plain(schema: Any) -> Any:
    """The schema without logical types, so that times stay integers."""
    if isinstance(schema, dict):
        return {key: plain(value) for key, value in schema.items() if key != "logicalType"}
    return [plain(item) for item in schema] if isinstance(schema, list) else schema
