"""Rules that every schema keeps (``python -m clinicflow.codec.lint``): decoding is safe, and meaning is written down.

Two rules are about safety: a schema that contains itself lets a short message grow without end, and an array of items
that take no bytes lets six bytes claim billions of them.
"""

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from clinicflow.codec.compat import incompatibilities
from clinicflow.codec.registry import released
from clinicflow.core.event import ENVELOPE
from clinicflow.core.kinds import KEYS, KINDS
from clinicflow.data import data_dir

Schema = dict[str, Any]

CASES = KINDS | {"any"}
AREAS = frozenset(
    {
        *("scheduling", "arrival", "rooming", "vitals", "lab", "meds", "refill", "procedures", "education", "referral"),
        *("checkout", "revenue", "records", "facility", "sterile", "supply", "staff", "safety", "task"),
    }
)
SENDERS = frozenset({"person", "feed", "derived", "timer"})
FORMATS = frozenset({"uuid", "decimal"})
PLAIN = frozenset({"string", "boolean", "long"})

_FILE_NAME = re.compile(r"[a-z]+(-[a-z]+)*")
_FIELD_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")


def check(folder: Path) -> list[str]:
    """Everything that is wrong with the schemas below ``folder`` (``schemas/avro``), each with file and field."""
    found: list[str] = []
    envelope = _load(folder / "envelope.avsc")["fields"]
    if tuple(field["name"] for field in envelope) != ENVELOPE:
        found.append(f"envelope.avsc: expected the fields {', '.join(ENVELOPE)}")
    shared: dict[str, Schema] = {}
    for path in sorted((folder / "events").glob("*.avsc")):
        schema = _load(path)
        found += (f"{path.name}: {text}" for text in event_problems(path.stem, schema, envelope))
        found += (f"{path.name}: {text}" for text in _sharing_problems(schema, shared))
    task = _load(folder / "task.avsc")
    found += (f"task.avsc: {text}" for text in _type_problems(task, "TaskChange", {}))
    return found + [text for version in released(folder) for text in _release_problems(folder, version)]


def _load(path: Path) -> Schema:
    schema: Schema = json.loads(path.read_text("utf-8"))
    return schema


def event_problems(stem: str, schema: Schema, envelope: list[Schema]) -> Iterator[str]:
    """What is wrong with one event's schema; ``stem`` is the name of its file, which is the event's wire name."""
    name = "".join(part.capitalize() for part in stem.split("-"))
    if not _FILE_NAME.fullmatch(stem) or schema.get("name") != name or schema.get("namespace") != "clinicflow.events":
        yield f"expected the record clinicflow.events.{name} in a file named in lower case with hyphens"
    for attribute, known in (("case", CASES), ("area", AREAS), ("by", SENDERS)):
        if schema.get(attribute) not in known:
            yield f"{attribute}: expected one of {', '.join(sorted(known))}"
    fields = schema["fields"]
    if fields[: len(envelope)] != envelope:
        yield "expected the fields of envelope.avsc first, exactly as they are there"
    for name in schema.get("requires", ()):
        if name not in ENVELOPE:
            yield f"requires: {name} is no field of the envelope"
    names = [field["name"] for field in fields]
    key = KEYS.get(schema.get("case", ""), "case_id")
    if key not in names and schema.get("case") != "room":  # whoever tells of a room names it beside the event
        yield f"expected the field {key}, from which the case of a {schema['case']} follows"
    if any("scale" in field for field in fields) and "originals" not in names:
        yield "expected a field originals, which keeps quantities as they were sent"
    yield from _type_problems(schema, schema["name"], {})


def _type_problems(avro: Any, path: str, inside: dict[str, bool]) -> Iterator[str]:
    """``inside`` has every named type that was met: True while its definition is still open."""
    kind = avro["type"] if isinstance(avro, dict) else avro
    if isinstance(avro, list):
        if len(avro) != 2 or avro[0] != "null" or isinstance(avro[1], list):
            yield f"{path}: expected null and one type, in this order"
        yield from (text for branch in avro if branch != "null" for text in _type_problems(branch, path, inside))
    elif isinstance(kind, str) and kind in inside:
        if inside[kind]:
            yield f"{path}: {kind} contains itself"
    elif kind == "record":
        yield from _record_problems(avro, path, inside)
    elif kind == "enum":
        inside[avro["name"]] = False
        yield from _enum_problems(avro, path)
    elif kind == "array":
        if zero_width(avro["items"]):
            yield f"{path}: items of an array must take at least one byte"
        yield from _type_problems(avro["items"], path + "[]", inside)
    elif kind not in PLAIN:
        yield f"{path}: expected string, boolean, long, enum, array or record, not {kind}"


def zero_width(avro: Any) -> bool:
    """Whether a value of this type may take no byte at all."""
    if isinstance(avro, list):
        return False
    kind = avro["type"] if isinstance(avro, dict) else avro
    if kind == "record":
        return all(zero_width(field["type"]) for field in avro["fields"])
    return bool(kind == "null" or (kind == "fixed" and avro["size"] == 0))


def _enum_problems(enum: Schema, path: str) -> Iterator[str]:
    if not enum.get("doc"):
        yield f"{path}: enum {enum['name']} has no doc"
    if enum.get("default") not in enum["symbols"]:
        yield f"{path}: enum {enum['name']} has no default symbol, which an older reader takes for a newer one"
    if len(enum["symbols"]) > 64:
        yield f"{path}: enum {enum['name']} has more than 64 symbols"


def _record_problems(record: Schema, path: str, inside: dict[str, bool]) -> Iterator[str]:
    if not record.get("doc"):
        yield f"{path}: record has no doc"
    names = [field["name"] for field in record["fields"]]
    if len(set(names)) != len(names):
        yield f"{path}: a field name occurs twice"
    top = not inside
    inside[record["name"]] = True
    for field in record["fields"]:
        here = f"{path}.{field['name']}"
        yield from _field_problems(field, here, names)
        if "scale" in field and not top:
            yield f"{here}: quantities are fields of the event itself, not of a record inside it"
        yield from _type_problems(field["type"], here, inside)
    inside[record["name"]] = False


def _field_problems(field: Schema, path: str, names: list[str]) -> Iterator[str]:
    if not _FIELD_NAME.fullmatch(field["name"]) or field["name"] == "type":
        yield f"{path}: expected a name in lower case with underscores, and not type: it says which event it is in JSON"
    if not field.get("doc"):
        yield f"{path}: field has no doc"
    if field.get("aliases"):
        yield f"{path}: a released name does not change, so it has no aliases"
    if field.get("format", "uuid") not in FORMATS:
        yield f"{path}: format is one of {', '.join(sorted(FORMATS))}"
    yield from _default_problems(field, path)
    yield from _unit_problems(field, path, names)


def _default_problems(field: Schema, path: str) -> Iterator[str]:
    type_ = field["type"]
    missing = object()
    default = field.get("default", missing)
    if isinstance(type_, list) and default is not None:
        yield f"{path}: a field that may be null has the default null"
    elif isinstance(type_, dict) and type_["type"] == "array" and default != []:
        yield f"{path}: a list has the default []"
    elif default is not missing and not isinstance(type_, list | dict):
        yield f"{path}: a required field has no default"


def _unit_problems(field: Schema, path: str, names: list[str]) -> Iterator[str]:
    branches = field["type"] if isinstance(field["type"], list) else [field["type"]]
    if "long" not in branches:
        return
    if "unit" not in field and field.get("unit_field") not in names:
        yield f"{path}: a number has a unit (1 for a count) or names the field that holds it"
    if not 0 <= field.get("scale", 0) <= 3:
        yield f"{path}: scale is from 0 to 3, so that fifteen digits fit"
    if "scale" in field and field.get("unit", "") not in field.get("doc", ""):
        yield f"{path}: doc names the unit"


def _sharing_problems(schema: Schema, shared: dict[str, Schema]) -> Iterator[str]:
    """Types with one name have one definition, since they share one Python class."""
    todo: list[Any] = [field["type"] for field in schema["fields"]]
    while todo:
        avro = todo.pop()
        if isinstance(avro, list):
            todo += avro
        elif isinstance(avro, dict):
            todo += [avro.get("items"), *(field["type"] for field in avro.get("fields", ()))]
            if "name" in avro and shared.setdefault(avro["name"], avro) != avro:
                yield f"{avro['name']} is defined otherwise in another file"


def _release_problems(folder: Path, version: Path) -> Iterator[str]:
    for path in sorted(version.rglob("*.avsc")):
        current = folder / path.relative_to(version)
        here = f"{version.name}/{path.name}"
        if not current.is_file():
            yield f"{here}: released, so it stays, but there is no such schema any more"
            continue
        old, new = _load(path), _load(current)
        yield from (f"{here} read as today's: {text}" for text in incompatibilities(old, new))
        yield from (f"today's read as {here}: {text}" for text in incompatibilities(new, old))


def main() -> int:
    """Print what is wrong with the schemas; 1 if anything is."""
    found = check(data_dir("schemas") / "avro")
    print("\n".join(found) if found else "schemas: no problems")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
