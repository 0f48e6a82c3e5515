"""The schemas by which bytes may be written: today's and every released one, found by walking their folders."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import fastavro
import msgspec

from clinicflow import events
from clinicflow.data import data_dir

Schema = dict[str, Any]

MAGIC = b"\xc3\x01"
HEADER = 10
"""Bytes before the record: the two of the magic and the eight of the fingerprint."""


class Writer(msgspec.Struct, frozen=True):
    """A schema that messages may have been written by. ``name`` is the file's stem, the wire name of an event."""

    name: str
    schema: Schema
    header: bytes
    version: str
    """``current``, or the folder of the release."""


def header_of(schema: Schema) -> bytes:
    """What a message by this schema begins with: the magic and the CRC-64-AVRO of its parsing canonical form."""
    canonical = fastavro.schema.to_parsing_canonical_form(schema)
    return MAGIC + bytes.fromhex(fastavro.schema.fingerprint(canonical, "CRC-64-AVRO"))


def _read(path: Path, version: str) -> Writer:
    schema = json.loads(path.read_text("utf-8"))
    return Writer(path.stem, schema, header_of(schema), version)


def _writers(folder: Path, version: str, pattern: str) -> Iterator[Writer]:
    for path in sorted(folder.glob(pattern)):
        yield _read(path, version)


def released(folder: Path) -> list[Path]:
    """The folders of releases, oldest first (``v2`` comes before ``v10``)."""
    versions = [path for path in (folder / "released").glob("v*") if path.is_dir()]
    return sorted(versions, key=lambda path: (len(path.name), path.name))


class Registry:
    """The schemas below one folder (``schemas/avro``) by wire name and by the header of a message.

    ``pattern`` chooses the files: ``events/*.avsc`` or ``task.avsc``.
    """

    def __init__(self, folder: Path, pattern: str) -> None:
        self.current: dict[str, Writer] = {writer.name: writer for writer in _writers(folder, "current", pattern)}
        self.all: list[Writer] = [w for path in released(folder) for w in _writers(path, path.name, pattern)]
        self.all += self.current.values()
        self.by_header: dict[bytes, Writer] = {writer.header: writer for writer in self.all}
        """Later ones win, so that a schema that did not change since its release counts as today's."""


EVENTS = Registry(data_dir("schemas") / "avro", "events/*.avsc")
TASKS = Registry(data_dir("schemas") / "avro", "task.avsc")


def nested_records(schema: Schema) -> dict[str, type[msgspec.Struct]]:
    """The classes of records inside an event, by the field that holds a list of them."""
    found: dict[str, type[msgspec.Struct]] = {}
    for field in schema["fields"]:
        items = field["type"].get("items") if isinstance(field["type"], dict) else None
        if isinstance(items, dict) and items["type"] == "record":
            found[field["name"]] = getattr(events, items["name"])
    return found
