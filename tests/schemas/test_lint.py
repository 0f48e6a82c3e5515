"""Every schema keeps the rules, and each rule is seen to find what breaks it."""

import copy
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from clinicflow.codec import lint
from clinicflow.data import data_dir

AVRO = data_dir("schemas") / "avro"


def test_all_schemas_keep_the_rules() -> None:
    run = subprocess.run([sys.executable, "-m", "clinicflow.codec.lint"], check=False, capture_output=True, text=True)
    assert (run.returncode, run.stdout) == (0, "schemas: no problems\n"), run.stdout + run.stderr


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of all schemas, to break one."""
    shutil.copytree(AVRO, tmp_path / "avro")
    return tmp_path / "avro"


Schema = dict[str, Any]
Break = Callable[[Schema], Any]


def field(schema: Schema, name: str) -> Schema:
    (found,) = (field for field in schema["fields"] if field["name"] == name)
    result: Schema = found
    return result


def add(schema: Schema, **attributes: Any) -> None:
    schema["fields"].append({"name": "added", "doc": "Added.", **attributes})


NOTHING = {"type": "record", "name": "Nothing", "doc": "Nothing.", "fields": []}
EMPTIES = {
    "type": "record",
    "name": "Empties",
    "doc": "Nothing.",
    "fields": [{"name": "inner", "doc": "Nothing.", "type": NOTHING}],
}
LOOP = {
    "type": "record",
    "name": "Loop",
    "doc": "A loop.",
    "fields": [{"name": "next", "doc": "The next.", "type": ["null", "Loop"], "default": None}],
}
CODES = {"type": "enum", "name": "Codes", "doc": "Codes.", "symbols": ["a", "b"]}

BROKEN: dict[str, tuple[Break, str]] = {
    "a record that contains itself": (lambda s: add(s, type=LOOP), "Loop contains itself"),
    "an event that contains itself": (lambda s: add(s, type=["null", "VitalsTaken"], default=None), "contains itself"),
    "an array of nulls": (lambda s: add(s, type={"type": "array", "items": "null"}, default=[]), "at least one byte"),
    "an array of empty records": (
        lambda s: add(s, type={"type": "array", "items": NOTHING}, default=[]),
        "at least one byte",
    ),
    "an array of records of empty records": (
        lambda s: add(s, type={"type": "array", "items": EMPTIES}, default=[]),
        "at least one byte",
    ),
    "a field without doc": (lambda s: field(s, "temp").pop("doc"), "temp: field has no doc"),
    "an event without doc": (lambda s: s.pop("doc"), "record has no doc"),
    "a number without unit": (lambda s: field(s, "rest_min").pop("unit"), "rest_min: a number has a unit"),
    "a doc without the unit": (lambda s: field(s, "temp").update(doc="Warmth."), "temp: doc names the unit"),
    "too many digits": (lambda s: field(s, "temp").update(scale=9), "scale is from 0 to 3"),
    "no place for originals": (
        lambda s: s["fields"].remove(field(s, "originals")),
        "expected a field originals",
    ),
    "another envelope": (lambda s: s["fields"].insert(0, s["fields"].pop(1)), "fields of envelope.avsc first"),
    "an envelope field of another type": (lambda s: field(s, "clinic_id").update(type="long"), "envelope.avsc first"),
    "a name that does not fit the file": (lambda s: s.update(name="Vitals"), "expected the record"),
    "an unknown case": (lambda s: s.update({"case": "stay"}), "case: expected one of any, appointment, asset"),
    "an endless case that nothing names": (lambda s: s.update({"case": "stock"}), "expected the field item_id"),
    "an unknown area": (lambda s: s.pop("area"), "area: expected one of"),
    "an unknown sender": (lambda s: s.update(by="robot"), "by: expected one of"),
    "an unknown required field": (lambda s: s.update(requires=["temp"]), "temp is no field of the envelope"),
    "an optional field with a value as default": (
        lambda s: field(s, "temp").update(default=370),
        "temp: a field that may be null has the default null",
    ),
    "a required field with a default": (
        lambda s: add(s, type="string", default="x"),
        "a required field has no default",
    ),
    "a list without default": (lambda s: field(s, "originals").pop("default"), "a list has the default []"),
    "an enum without default": (lambda s: add(s, type=CODES), "Codes has no default symbol"),
    "a union of two types": (
        lambda s: add(s, type=["null", "long", "string"], unit="1", default=None),
        "expected null and one type",
    ),
    "a double": (lambda s: add(s, type="double"), "not double"),
    "a map": (lambda s: add(s, type={"type": "map", "values": "string"}), "not map"),
    "a field name in capitals": (lambda s: field(s, "temp").update(name="Temp"), "lower case with underscores"),
    "a field by which JSON tells the event": (lambda s: field(s, "temp").update(name="type"), "and not type"),
    "a field twice": (lambda s: s["fields"].append(field(s, "temp")), "occurs twice"),
    "an alias": (lambda s: field(s, "temp").update(aliases=["heat"]), "no aliases"),
    "an unknown format": (lambda s: field(s, "device_id").update(format="date"), "format is one of"),
    "another meaning of a shared name": (
        lambda s: add(s, type=["null", {**CODES, "name": "Priority", "default": "a"}], default=None),
        "Priority is defined otherwise",
    ),
    "a field that was released and is gone": (
        lambda s: s["fields"].remove(field(s, "note")) or add(s, type="string"),
        "not written, and the reader has no default",
    ),
}


@pytest.mark.parametrize("situation", sorted(BROKEN))
def test_a_broken_rule_is_found(folder: Path, situation: str) -> None:
    break_it, expected = BROKEN[situation]
    path = folder / "events" / "vitals-taken.avsc"
    schema = json.loads(path.read_text("utf-8"))
    before = copy.deepcopy(schema)
    break_it(schema)
    assert schema != before
    path.write_text(json.dumps(schema), "utf-8")
    found = lint.check(folder)
    assert any(expected in text and "vitals-taken.avsc" in text for text in found), found


def test_a_released_event_that_is_gone_is_found(folder: Path) -> None:
    (folder / "events" / "roomed.avsc").unlink()
    assert lint.check(folder) == ["v1/roomed.avsc: released, so it stays, but there is no such schema any more"]


def test_a_file_with_a_strange_name_is_found(folder: Path) -> None:
    shutil.copy(folder / "events" / "roomed.avsc", folder / "events" / "Roomed_Again.avsc")
    assert any("lower case with hyphens" in text for text in lint.check(folder))
