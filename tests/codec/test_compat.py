"""Every version of a schema reads what every other version wrote, and reads it rightly."""

import copy
import io
import json
import random
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import fastavro
import pytest

from clinicflow.codec.compat import incompatibilities
from clinicflow.codec.registry import EVENTS, HEADER, TASKS, Registry, Writer, nested_records
from clinicflow.codec.resolve import resolver
from clinicflow.codec.wire import Decoders, decode, read
from clinicflow.data import data_dir
from clinicflow.errors import UndecodableEvent
from clinicflow.events import EVENT_TYPES, VitalsTaken
from tests.codec.generate import Schema, plain, record

RECORDS = 100
AVRO = data_dir("schemas") / "avro"


def versions(registry: Registry) -> dict[str, list[Writer]]:
    """All versions of each schema, by name."""
    found: dict[str, list[Writer]] = {}
    for writer in registry.all:
        found.setdefault(writer.name, []).append(writer)
    return found


def pairs() -> Iterator[tuple[Writer, Writer]]:
    for registry in (EVENTS, TASKS):
        for writers in versions(registry).values():
            yield from ((old, new) for old in writers for new in writers)


def seen(value: Any, writer: Any, reader: Any) -> Any:
    """A value as the reader has it, in records inside the event too: what it has more takes its default."""
    if isinstance(writer, list) and isinstance(reader, list):
        return value if value is None else seen(value, writer[-1], reader[-1])
    kind = writer.get("type") if isinstance(writer, dict) else None
    if kind == "array":
        return [seen(item, writer["items"], reader["items"]) for item in value]
    if kind != "record":
        return value
    known = {field["name"]: field["type"] for field in writer["fields"]}
    return {
        field["name"]: seen(value[field["name"]], known[field["name"]], field["type"])
        if field["name"] in known
        else field["default"]
        for field in reader["fields"]
    }


def misreads(writer: Schema, reader: Schema, rng: random.Random, count: int) -> list[str]:
    """What differs after generated records went through bytes: changed fields of both, defaults that were not taken."""
    old = fastavro.parse_schema(plain(writer), _write_hint=False)
    new = fastavro.parse_schema(plain(reader), _write_hint=False)
    shared = {field["name"] for field in writer["fields"]} & {field["name"] for field in reader["fields"]}
    added = {f["name"]: f.get("default") for f in reader["fields"] if f["name"] not in shared}
    written, wanted = ({f["name"]: f["type"] for f in schema["fields"]} for schema in (writer, reader))
    found = []
    for _ in range(count):
        values = record(writer, rng)
        stream = io.BytesIO()
        fastavro.schemaless_writer(stream, old, values)
        stream.seek(0)
        try:
            back: Any = fastavro.schemaless_reader(stream, old, new)
        except Exception as error:
            return [f"{type(error).__name__}: {error}"]
        expected = {name: seen(values[name], written[name], wanted[name]) for name in shared} | added
        found += [name for name in back if back[name] != expected[name]]
    return found


def test_every_release_holds_every_schema_of_its_time() -> None:
    assert {writer.name for writer in EVENTS.all if writer.version == "v1"} <= set(EVENTS.current)
    assert all(len(writers) >= 1 for writers in versions(EVENTS).values())
    assert [writer.version for writer in TASKS.all] == ["v1", "current"]


def test_all_versions_read_each_other_rightly_in_both_directions() -> None:
    rng = random.Random(3)
    compared = 0
    for writer, reader in pairs():
        assert incompatibilities(writer.schema, reader.schema) == [], f"{writer.name} {writer.version} {reader.version}"
        assert misreads(writer.schema, reader.schema, rng, RECORDS // 4) == []
        compared += 1
    released = {writer.name for writer in EVENTS.all if writer.version != "current"}
    assert compared >= len(EVENT_TYPES) + len(released)  # what is not released yet has only itself to be compared with


def changed(wire: str, name: str, **attributes: Any) -> Schema:
    """Today's schema with one field changed."""
    schema = copy.deepcopy(EVENTS.current[wire].schema)
    (field,) = (field for field in schema["fields"] if field["name"] == name)
    field.update(attributes)
    return schema


def without(wire: str, *names: str) -> Schema:
    schema = copy.deepcopy(EVENTS.current[wire].schema)
    schema["fields"] = [field for field in schema["fields"] if field["name"] not in names]
    return schema


def with_symbols(wire: str, name: str, symbols: list[str], default: str | None) -> Schema:
    schema = copy.deepcopy(EVENTS.current[wire].schema)
    (field,) = (field for field in schema["fields"] if field["name"] == name)
    enum = field["type"][1] if isinstance(field["type"], list) else field["type"]
    enum["symbols"] = symbols
    enum.pop("default")
    if default:
        enum["default"] = default
    return schema


SENT = "specimen-sent"

INCOMPATIBLE = {
    "a required field was added": ("roomed", without("roomed", "room_id")),
    "a text became a number": ("roomed", changed("roomed", "room_id", type="long")),
    "a field may be null now": ("roomed", changed("roomed", "room_id", type=["null", "string"], default=None)),
    "the unit changed": ("vitals-taken", changed("vitals-taken", "temp", unit="[degF]")),
    "the digits changed": ("vitals-taken", changed("vitals-taken", "temp", scale=2)),
    "a time became a number": ("checked-in", changed("checked-in", "appointment_at", type=["null", "long"])),
    "a text became a code": (SENT, changed(SENT, "temperature_band", type=["null", "string"])),
    "a reader does not know a new symbol": (SENT, with_symbols(SENT, "temperature_band", ["ambient"], None)),
    "the kind of case changed": ("roomed", {**EVENTS.current["roomed"].schema, "case": "room"}),
}


@pytest.mark.parametrize("situation", sorted(INCOMPATIBLE))
def test_a_planted_incompatible_change_is_found(situation: str) -> None:
    wire, planted = INCOMPATIBLE[situation]
    current = EVENTS.current[wire].schema
    assert incompatibilities(current, planted) + incompatibilities(planted, current)


def test_generated_records_find_changes_that_do_not_resolve() -> None:
    rng = random.Random(5)
    for situation in ("a required field was added", "a text became a number", "a reader does not know a new symbol"):
        wire, planted = INCOMPATIBLE[situation]
        current = EVENTS.current[wire].schema
        assert misreads(current, planted, rng, RECORDS) + misreads(planted, current, rng, RECORDS), situation


@pytest.mark.parametrize(
    ("wire", "older"),
    [
        ("vitals-taken", without("vitals-taken", "carer_worried", "originals", "note")),
        ("result-received", without("result-received", "observations")),
        (SENT, without(SENT, "expected_at")),
    ],
)
def test_an_optional_field_may_be_added(wire: str, older: Schema) -> None:
    current = EVENTS.current[wire].schema
    assert incompatibilities(older, current) + incompatibilities(current, older) == []
    assert misreads(older, current, random.Random(6), RECORDS) == []
    assert misreads(current, older, random.Random(7), RECORDS) == []


def test_a_symbol_may_be_added_and_an_old_reader_takes_its_default() -> None:
    older = with_symbols(SENT, "temperature_band", ["ambient", "other"], "other")
    assert incompatibilities(EVENTS.current[SENT].schema, older) == []
    values = {**record(older, random.Random(8)), "temperature_band": "frozen"}
    stream = io.BytesIO()
    fastavro.schemaless_writer(stream, fastavro.parse_schema(plain(EVENTS.current[SENT].schema)), values)
    stream.seek(0)
    back: Any = fastavro.schemaless_reader(
        stream, fastavro.parse_schema(plain(EVENTS.current[SENT].schema)), fastavro.parse_schema(plain(older))
    )
    assert back["temperature_band"] == "other"


def nested_without(wire: str, name: str, gone: str) -> Schema:
    """Today's schema with a field of a record inside a list taken away."""
    schema = copy.deepcopy(EVENTS.current[wire].schema)
    (field,) = (field for field in schema["fields"] if field["name"] == name)
    items = field["type"]["items"]
    items["fields"] = [inner for inner in items["fields"] if inner["name"] != gone]
    return schema


@pytest.mark.parametrize(
    ("wire", "other"),
    [
        ("vitals-taken", without("vitals-taken", "carer_worried", "originals", "pain")),
        ("result-received", nested_without("result-received", "observations", "unit")),
        (SENT, with_symbols(SENT, "temperature_band", ["frozen", "other"], "other")),
        ("patient-arrived", with_symbols("patient-arrived", "mode", ["walk_in", "boat", "unknown"], "unknown")),
        ("roomed", EVENTS.current["roomed"].schema),
    ],
)
def test_versions_are_resolved_as_another_avro_library_does(wire: str, other: Schema) -> None:
    rng = random.Random(12)
    current = EVENTS.current[wire].schema
    for old, new in ((other, current), (current, other)):
        resolve = resolver(old, new)
        writer, reader = fastavro.parse_schema(plain(old)), fastavro.parse_schema(plain(new))
        for _ in range(RECORDS):
            values = record(old, rng)
            stream = io.BytesIO()
            fastavro.schemaless_writer(stream, writer, values)
            stream.seek(0)
            assert resolve(values) == fastavro.schemaless_reader(stream, writer, reader)


def test_a_release_that_would_be_misread_is_refused(tmp_path: Path) -> None:
    shutil.copytree(AVRO / "events", tmp_path / "events")
    path = tmp_path / "released" / "v0" / "events" / "roomed.avsc"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(changed("roomed", "room_id", type="boolean")), "utf-8")
    registry = Registry(tmp_path, "events/*.avsc")
    with pytest.raises(UndecodableEvent, match="room_id: boolean is read as string"):
        read(Decoders(registry, EVENT_TYPES), registry.all[0].header + b"\x00")


@pytest.fixture
def older_release(tmp_path: Path) -> tuple[Decoders, Writer]:
    """Decoders that also know a release in which vitals had other fields, and that release's schema."""
    shutil.copytree(AVRO / "events", tmp_path / "events")
    old = without("vitals-taken", "carer_worried", "pain")
    old["fields"].append({"name": "mood", "type": ["null", "string"], "default": None, "doc": "Gone since."})
    path = tmp_path / "released" / "v0" / "events" / "vitals-taken.avsc"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(old), "utf-8")
    registry = Registry(tmp_path, "events/*.avsc")
    return Decoders(registry, EVENT_TYPES), registry.all[0]


def written_by(writer: Writer, values: dict[str, Any]) -> bytes:
    stream = io.BytesIO()
    stream.write(writer.header)
    fastavro.schemaless_writer(stream, fastavro.parse_schema(plain(writer.schema), _write_hint=False), values)
    return stream.getvalue()


def test_an_event_of_an_older_release_is_read_as_todays(older_release: tuple[Decoders, Writer]) -> None:
    decoders, writer = older_release
    rng = random.Random(9)
    nested = nested_records(EVENTS.current["vitals-taken"].schema)
    for _ in range(RECORDS):
        values = record(writer.schema, rng)
        event = read(decoders, written_by(writer, values))
        assert isinstance(event, VitalsTaken)
        assert (event.carer_worried, event.pain) == (None, None)
        assert event.temp == values["temp"]
        assert event.originals == [nested["originals"](**item) for item in values["originals"]]


def test_bad_bytes_of_an_older_release_are_refused(older_release: tuple[Decoders, Writer]) -> None:
    decoders, writer = older_release
    rng = random.Random(10)
    data = written_by(writer, record(writer.schema, rng))
    for end in range(HEADER, len(data)):
        with pytest.raises(UndecodableEvent, match="Expected a whole vitals-taken"):
            read(decoders, data[:end])
    with pytest.raises(UndecodableEvent, match="the end of the message after its last field"):
        read(decoders, data + b"\x00")
    for _ in range(2000):
        with pytest.raises(UndecodableEvent):
            read(decoders, writer.header + rng.randbytes(rng.randrange(200)))


@pytest.mark.parametrize(
    ("wire", "added"),
    [("refill-requested", ("dose", "dose_unit")), ("left-without-being-seen", ("waited_min",))],
)
def test_an_event_of_the_first_release_lacks_what_was_added_since(wire: str, added: tuple[str, ...]) -> None:
    first = next(writer for writer in EVENTS.all if (writer.name, writer.version) == (wire, "v1"))
    assert first.header != EVENTS.current[wire].header
    values = record(first.schema, random.Random(wire))
    event: Any = decode(written_by(first, values))
    assert [getattr(event, name) for name in added] == [None] * len(added)
    assert event.case_id == values["case_id"]
