"""How one field is read from JSON: a function for each Avro type, made once from the schema.

A reader gets the value, its path and a list of problems; when the value is wrong it adds to the list and goes on, so
that a caller learns everything that is wrong at once. Problems never repeat values: they may be personal.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from clinicflow.codec.primitives import LONG_MAX, LONG_MIN, MAX_ITEMS
from clinicflow.codec.quantity import Measure, Wrong, decimal_text, scaled
from clinicflow.codec.times import EXPECTED, FIRST, LAST, micros_of
from clinicflow.errors import Problem

Schema = dict[str, Any]
Problems = list[Problem]
Read = Callable[[Any, str, Problems], Any]

MAX_TEXT = 500
MAX_PERSONAL_TEXT = 10_000

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)


def reader(avro: Any, field: Schema, types: dict[str, Schema]) -> Read:
    """The reader of a value of this Avro type in this field. ``types`` collects the named types met on the way."""
    if isinstance(avro, list):
        return _optional(reader(avro[1], field, types), _branch_names(avro[1], types))
    if isinstance(avro, str) and avro in types:
        avro = types[avro]
    kind = avro["type"] if isinstance(avro, dict) else avro
    if kind in ("enum", "record"):
        types[avro["name"]] = avro
    makers: dict[str, Callable[[], Read]] = {
        "string": lambda: _text(field),
        "boolean": lambda: _boolean,
        "long": lambda: _time if "logicalType" in _dict(avro) else _long(field),
        "enum": lambda: _enum(avro["symbols"]),
        "array": lambda: _array(reader(avro["items"], field, types)),
        "record": lambda: _record(avro, types),
    }
    return makers[kind]()


def _dict(avro: Any) -> Schema:
    return avro if isinstance(avro, dict) else {}


def _branch_names(avro: Any, types: dict[str, Schema]) -> frozenset[str]:
    """What a value of this branch may be wrapped in, as Avro's own JSON form does: ``{"string": "x"}``."""
    name = avro if isinstance(avro, str) else avro.get("name", avro["type"])
    return frozenset({name, f"clinicflow.events.{name}"} if name in types or "name" in _dict(avro) else {name})


def _optional(read: Read, names: frozenset[str]) -> Read:
    def read_optional(value: Any, path: str, problems: Problems) -> Any:
        if value is None:
            return None
        if type(value) is dict and len(value) == 1 and names.issuperset(value):
            (value,) = value.values()
        return read(value, path, problems)

    return read_optional


def _text(field: Schema) -> Read:
    form = field.get("format")
    if form == "uuid":
        return _uuid
    if form == "decimal":
        return _decimal
    limit = MAX_PERSONAL_TEXT if field.get("personal") else MAX_TEXT

    def read_text(value: Any, path: str, problems: Problems) -> Any:
        if type(value) is not str:
            problems.append(Problem(path, "is not a text", f"a text of 1 to {limit} characters"))
        elif not 0 < len(value) <= limit:
            problems.append(Problem(path, f"has {len(value)} characters", f"1 to {limit}"))
        elif not value.isprintable() and not _storable(value):
            problems.append(Problem(path, "has NUL or half of a character", "Unicode text without NUL"))
        return value

    return read_text


def _storable(text: str) -> bool:
    return "\x00" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)


def _uuid(value: Any, path: str, problems: Problems) -> Any:
    if type(value) is not str or not _UUID.fullmatch(value):
        problems.append(Problem(path, "is not a UUID", "a UUID in lower case with hyphens"))
    return value


def _decimal(value: Any, path: str, problems: Problems) -> Any:
    try:
        return decimal_text(value)
    except Wrong as wrong:
        problems.append(Problem(path, wrong.problem, wrong.expected))
    return value


def _boolean(value: Any, path: str, problems: Problems) -> Any:
    if value is not True and value is not False:
        problems.append(Problem(path, "is not a truth value", "true or false"))
    return value


def _long(field: Schema) -> Read:
    if "scale" in field:
        return _quantity(Measure(field["unit"], field["scale"], field.get("molar_mass")))
    unit = field.get("unit", "1")
    expected = "a whole number" if unit == "1" else f"a whole number (unit {unit})"

    def read_long(value: Any, path: str, problems: Problems) -> Any:
        if type(value) is not int or not LONG_MIN <= value <= LONG_MAX:
            problems.append(Problem(path, "is not a whole number", expected))
        return value

    return read_long


def _time(value: Any, path: str, problems: Problems) -> Any:
    if type(value) is int:
        if not FIRST <= value <= LAST:
            problems.append(Problem(path, "is out of range", "microseconds of the years 0001 to 9999"))
        return value
    try:
        return micros_of(value)
    except (TypeError, ValueError) as error:
        problems.append(Problem(path, "is not a time", str(error) if str(error).startswith("a time") else EXPECTED))
    return value


def _enum(symbols: list[str]) -> Read:
    known = frozenset(symbols)
    expected = "one of " + ", ".join(symbols)

    def read_enum(value: Any, path: str, problems: Problems) -> Any:
        if type(value) is not str or value not in known:
            problems.append(Problem(path, "is not a known code", expected))
        return value

    return read_enum


def _array(read: Read) -> Read:
    def read_array(value: Any, path: str, problems: Problems) -> Any:
        if not isinstance(value, list | tuple) or len(value) > MAX_ITEMS:
            problems.append(Problem(path, "is not a list", f"a list of at most {MAX_ITEMS} items"))
            return value
        return [read(item, f"{path}[{place}]", problems) for place, item in enumerate(value)]

    return read_array


def _record(avro: Schema, types: dict[str, Schema]) -> Read:
    fields = {field["name"]: reader(field["type"], field, types) for field in avro["fields"]}
    required = frozenset(field["name"] for field in avro["fields"] if "default" not in field)

    def read_record(value: Any, path: str, problems: Problems) -> Any:
        if not isinstance(value, Mapping):
            problems.append(Problem(path, "is not an object", "an object with " + ", ".join(fields)))
            return value
        return read_fields(value, path + ".", fields, required, problems)

    return read_record


def read_fields(
    doc: Mapping[str, Any], prefix: str, fields: dict[str, Read], required: frozenset[str], problems: Problems
) -> dict[str, Any]:
    """The values of an object by the readers of its fields; unknown and missing fields are problems."""
    values: dict[str, Any] = {}
    for name, value in doc.items():
        read = fields.get(name)
        if read is None:
            problems.append(Problem(f"{prefix}{str(name)[:60]}", "is unknown", "one of " + ", ".join(fields)))
        else:
            values[name] = read(value, prefix + name, problems)
    for name in sorted(required.difference(doc)):
        problems.append(Problem(prefix + name, "is missing", "a value"))
    return values


class Converted(int):
    """A scaled integer that was sent in another unit; ``original`` is the number's text and the unit as sent."""

    original: tuple[str, str]


def _quantity(measure: Measure) -> Read:
    def read_quantity(value: Any, path: str, problems: Problems) -> Any:
        if not isinstance(value, Mapping) or set(value) != {"value", "unit"}:
            missing = "has no unit" if not isinstance(value, Mapping) or "unit" not in value else "is not a quantity"
            problems.append(Problem(path, missing, measure.expected))
            return None
        try:
            text, unit = decimal_text(value["value"]), value["unit"]
            number, converted = scaled(text, unit if type(unit) is str else "", measure)
        except Wrong as wrong:
            problems.append(Problem(path, wrong.problem, wrong.expected))
            return None
        if not converted:
            return number
        result = Converted(number)
        result.original = (text, unit)
        return result

    return read_quantity
