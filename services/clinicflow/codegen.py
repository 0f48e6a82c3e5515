"""Makes ``events.py`` from the Avro schemas: ``python -m clinicflow.codegen [--check]``.

The schemas are the source. Every ``*.avsc`` file under ``schemas/avro/events`` becomes one frozen class, so that a new
event needs no list to be kept by hand. ``--check`` writes nothing and exits with 1 when the file is stale.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from clinicflow.core.event import ENVELOPE_SET
from clinicflow.data import data_dir

Schema = dict[str, Any]

TARGET = Path(__file__).resolve().parent / "events.py"

_HEAD = '''"""The classes of all events, made from schemas/avro/events by ``python -m clinicflow.codegen``; do not edit.

Times are microseconds since 1970 in UTC. A quantity is a scaled integer: ``UNITS`` gives its UCUM unit and the number
of decimal digits, so that 381 under ("Cel", 1) is 38.1 Cel.
"""

from typing import ClassVar

import msgspec

from clinicflow.core.event import Event, Micros
'''

_TYPES = {"string": "str", "boolean": "bool", "long": "int", "int": "int", "double": "float", "bytes": "bytes"}


def read_schemas(folder: Path | None = None) -> dict[str, Schema]:
    """Every event schema by its wire name (the file's stem), in name order."""
    folder = folder or data_dir("schemas") / "avro" / "events"
    return {path.stem: json.loads(path.read_text("utf-8")) for path in sorted(folder.glob("*.avsc"))}


def named_types(schema: Any) -> Iterator[Schema]:
    """The records and enums that are defined inside a schema, in the order of their definition."""
    if isinstance(schema, list):
        for branch in schema:
            yield from named_types(branch)
    elif isinstance(schema, dict):
        for field in schema.get("fields", ()):
            yield from named_types(field["type"])
        yield from named_types(schema.get("items"))
        if schema["type"] in ("record", "enum"):
            yield schema


def _python_type(avro: Any, enums: dict[str, Schema]) -> str:
    if isinstance(avro, list):
        some = [_python_type(branch, enums) for branch in avro if branch != "null"]
        return " | ".join(some + ["None"] * ("null" in avro))
    if isinstance(avro, str):
        return _TYPES.get(avro) or ("str" if avro in enums else avro)
    if avro["type"] == "array":
        return f"list[{_python_type(avro['items'], enums)}]"
    if avro["type"] in ("record", "enum"):
        return _python_type(avro["name"], enums)
    return "Micros" if "logicalType" in avro else _TYPES[avro["type"]]


def _field(field: Schema, enums: dict[str, Schema]) -> str:
    default = f" = {field['default']!r}" if "default" in field else ""
    return f"    {field['name']}: {_python_type(field['type'], enums)}{default}  # {field['doc']}"


def _enum_of(avro: Any, enums: dict[str, Schema]) -> tuple[str, ...] | None:
    branches = avro if isinstance(avro, list) else [avro]
    for branch in branches:
        name = branch.get("name") if isinstance(branch, dict) else branch
        if name in enums:
            return tuple(enums[name]["symbols"])
    return None


def _class_vars(wire: str, schema: Schema, enums: dict[str, Schema]) -> Iterator[str]:
    own = [f for f in schema["fields"] if f["name"] not in ENVELOPE_SET]
    texts, maps = "tuple[str, ...]", "dict[str, tuple[str, ...]]"
    values: list[tuple[str, str, Any]] = [("TYPE", "str", wire)]
    values += [(name, "str", schema[name.lower()]) for name in ("CASE", "AREA", "BY")]
    values += [("ENDS", "str | None", schema.get("ends")), ("OPENS", "bool", schema.get("opens", False))]
    values += [("REQUIRES", texts, tuple(schema.get("requires", ())))]
    values += [(mark.upper(), texts, tuple(f["name"] for f in own if f.get(mark))) for mark in ("personal", "stamped")]
    units = {f["name"]: (f["unit"], f["scale"]) for f in own if "scale" in f}
    symbols = {f["name"]: found for f in own if (found := _enum_of(f["type"], enums))}
    values += [("UNITS", "dict[str, tuple[str, int]]", units), ("ENUMS", maps, symbols)]
    return (f"    {name}: ClassVar[{type_}] = {value!r}" for name, type_, value in values if value)


def _event_class(wire: str, schema: Schema) -> str:
    enums = {t["name"]: t for t in named_types(schema) if t["type"] == "enum"}
    lines = [f"class {schema['name']}(Event, frozen=True, kw_only=True, gc=False):", f'    """{schema["doc"]}"""', ""]
    lines += _class_vars(wire, schema, enums)
    own = [_field(f, enums) for f in schema["fields"] if f["name"] not in ENVELOPE_SET]
    return "\n".join(lines + ([""] if own else []) + own)


def _record_class(record: Schema, enums: dict[str, Schema]) -> str:
    head = f"class {record['name']}(msgspec.Struct, frozen=True, kw_only=True, gc=False):"
    return "\n".join([head, f'    """{record["doc"]}"""', "", *(_field(f, enums) for f in record["fields"])])


def _records(schemas: dict[str, Schema]) -> Iterator[str]:
    """The records inside events, each once."""
    done: set[str] = set()
    for schema in schemas.values():
        types = list(named_types(schema))
        enums = {t["name"]: t for t in types if t["type"] == "enum"}
        for record in types[:-1]:
            if record["type"] == "record" and record["name"] not in done:
                done.add(record["name"])
                yield _record_class(record, enums)


def render(schemas: dict[str, Schema]) -> str:
    """The text of ``events.py`` for these schemas; the same schemas give the same text."""
    classes = [*_records(schemas), *(_event_class(wire, schema) for wire, schema in schemas.items())]
    names = "\n".join(f"    {wire!r}: {schema['name']}," for wire, schema in schemas.items())
    index = f"EVENT_TYPES: dict[str, type[Event]] = {{\n{names}\n}}"
    return "\n\n\n".join([_HEAD.rstrip(), *classes, index]) + "\n"


def main(arguments: list[str]) -> int:
    """Write the file, or with ``--check`` say whether it is up to date."""
    text = render(read_schemas())
    if arguments == ["--check"]:
        fresh = TARGET.is_file() and TARGET.read_text("utf-8") == text
        if not fresh:
            print(f"{TARGET} does not fit the schemas; run: python -m clinicflow.codegen", file=sys.stderr)
        return 0 if fresh else 1
    if arguments:
        print("usage: python -m clinicflow.codegen [--check]", file=sys.stderr)
        return 2
    TARGET.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
