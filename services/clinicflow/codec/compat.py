"""Whether bytes written by one version of a schema are read rightly by another.

Avro says when two schemas resolve. Resolving is not enough: units, digits and other attributes are no part of a
fingerprint, so a changed unit would be read without any error and mean something else. Such changes count too.
"""

from collections.abc import Iterator
from typing import Any

Schema = dict[str, Any]

MEANING = ("unit", "scale", "unit_field", "molar_mass", "format", "logicalType")
"""Attributes of a field that say what its value means."""


def incompatibilities(writer: Schema, reader: Schema) -> list[str]:
    """What goes wrong when ``reader`` reads what ``writer`` wrote; an empty list if nothing does."""
    found = list(_differences(writer, reader, writer["name"], NamedTypes(writer), NamedTypes(reader)))
    if writer.get("case") != reader.get("case"):
        found.append(f"{writer['name']}: case changed from {writer.get('case')} to {reader.get('case')}")
    return found


class NamedTypes(dict[str, Schema]):
    """The named types of a schema."""

    def __init__(self, schema: Any) -> None:
        super().__init__()
        self._collect(schema)

    def _collect(self, avro: Any) -> None:
        if isinstance(avro, list):
            for branch in avro:
                self._collect(branch)
        elif isinstance(avro, dict):
            if "name" in avro:
                self[avro["name"]] = avro
            for field in avro.get("fields", ()):
                self._collect(field["type"])
            self._collect(avro.get("items"))

    def full(self, avro: Any) -> Any:
        """The type itself, where it was only named."""
        return self.get(avro, avro) if isinstance(avro, str) else avro


def _kind(avro: Any) -> str:
    if isinstance(avro, list):
        return "optional"
    return str(avro["type"]) if isinstance(avro, dict) else str(avro)


def _differences(old: Any, new: Any, path: str, names: NamedTypes, new_names: NamedTypes) -> Iterator[str]:
    old, new = names.full(old), new_names.full(new)
    kind = _kind(old)
    if _kind(new) == "optional" and kind != "optional":
        yield from _differences(old, new[1], path, names, new_names)
    elif _kind(new) != kind:
        yield f"{path}: {kind} is read as {_kind(new)}"
    elif kind == "optional":
        yield from _differences(old[1], new[1], path, names, new_names)
    elif kind == "array":
        yield from _differences(old["items"], new["items"], path + "[]", names, new_names)
    elif kind == "enum":
        yield from _enum_differences(old, new, path)
    elif kind == "record":
        yield from _record_differences(old, new, path, names, new_names)


def _enum_differences(old: Schema, new: Schema, path: str) -> Iterator[str]:
    unknown = [symbol for symbol in old["symbols"] if symbol not in new["symbols"]]
    if old["name"] != new["name"]:
        yield f"{path}: enum {old['name']} is read as {new['name']}"
    if unknown and "default" not in new:
        yield f"{path}: {', '.join(unknown)} unknown to a reader without a default"


def _record_differences(old: Schema, new: Schema, path: str, names: NamedTypes, new_names: NamedTypes) -> Iterator[str]:
    if old["name"] != new["name"]:
        yield f"{path}: record {old['name']} is read as {new['name']}"
    written = {field["name"]: field for field in old["fields"]}
    for field in new["fields"]:
        here = f"{path}.{field['name']}"
        before = written.get(field["name"])
        if before is None:
            if "default" not in field:
                yield f"{here}: not written, and the reader has no default"
            continue
        yield from _differences(before["type"], field["type"], here, names, new_names)
        for attribute in MEANING:
            then, now = _attribute(before, attribute), _attribute(field, attribute)
            if then != now:
                yield f"{here}: {attribute} changed from {then} to {now}"


def _attribute(field: Schema, name: str) -> Any:
    if name in field:
        return field[name]
    branches = field["type"] if isinstance(field["type"], list) else [field["type"]]
    return next((branch[name] for branch in branches if isinstance(branch, dict) and name in branch), None)
