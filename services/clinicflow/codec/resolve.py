"""Values of an older schema as values of today's.

The bytes are first read whole by the schema that wrote them: a reader that skips the fields it does not want, as Avro
libraries do, also skips over a missing end. What remains is small, because versions keep to ``compat``: new fields get
their defaults, fields that are gone are dropped, and a symbol that is unknown today becomes the enum's default.
"""

from collections.abc import Callable
from typing import Any

from clinicflow.codec.compat import NamedTypes

Schema = dict[str, Any]
Resolve = Callable[[Any], Any]


def resolver(writer: Schema, reader: Schema) -> Resolve:
    """A function from the values of ``writer``'s record to those of ``reader``'s; the two are compatible."""
    return _record(writer, reader, NamedTypes(writer), NamedTypes(reader))


def _record(old: Schema, new: Schema, names: NamedTypes, new_names: NamedTypes) -> Resolve:
    written = {field["name"]: field["type"] for field in old["fields"]}
    steps = {
        field["name"]: _value(written[field["name"]], field["type"], names, new_names)
        for field in new["fields"]
        if field["name"] in written
    }
    added = {field["name"]: field["default"] for field in new["fields"] if field["name"] not in written}
    lists = [name for name, default in added.items() if default == []]

    def resolve(values: dict[str, Any]) -> dict[str, Any]:
        result = {name: step(values[name]) if step else values[name] for name, step in steps.items()}
        return {**result, **added, **{name: [] for name in lists}}

    return resolve


def _value(old: Any, new: Any, names: NamedTypes, new_names: NamedTypes) -> Resolve | None:
    """What is to be done with a value; None if it stays as it is."""
    if isinstance(old, list):
        step = _value(old[1], new[1], names, new_names)
        return step and (lambda value: None if value is None else step(value))
    if isinstance(new, list):
        return _value(old, new[1], names, new_names)
    old, new = names.full(old), new_names.full(new)
    kind = old["type"] if isinstance(old, dict) else old
    if kind == "array":
        item = _value(old["items"], new["items"], names, new_names)
        return item and (lambda values: [item(value) for value in values])
    if kind == "enum" and not set(old["symbols"]) <= set(new["symbols"]):
        return lambda symbol: symbol if symbol in new["symbols"] else new["default"]
    return _record(old, new, names, new_names) if kind == "record" else None
