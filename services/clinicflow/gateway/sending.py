"""What `clinicflow send` sends: files of HL7 messages or of events, taken apart into single items."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from clinicflow.errors import SendFailed

HL7_ENDINGS = (".hl7", ".er7", ".txt")
JSON_ENDINGS = (".ndjson", ".jsonl", ".json")
_WRAPPING = (b"FHS", b"BHS", b"BTS", b"FTS")


class Item(msgspec.Struct, frozen=True):
    """One message (``hl7``) or one event (``event``), and where it stands: file and number within it.

    Or, of a whole file, what is wrong with it (``fault``): there is nothing to send then.
    """

    where: str
    hl7: bytes | None = None
    event: dict[str, Any] | None = None
    fault: str = ""


def items_of(path: Path) -> Iterator[Item]:
    """Everything in a file, or in a folder's files in order of their names.

    A file of a folder that does not hold what its ending says is one item with a fault, and nothing of it is sent.
    Raises ``SendFailed`` when ``path`` itself is such a file, is no file, or has an unknown ending.
    """
    if path.is_dir():
        for inner in sorted(path.rglob("*")):
            if inner.is_file() and inner.suffix.lower() in HL7_ENDINGS + JSON_ENDINGS:
                try:
                    found = list(_items_of_file(inner))
                except SendFailed as failure:
                    found = [Item(str(inner), fault=str(failure))]
                yield from found
        return
    yield from _items_of_file(path)


def _items_of_file(path: Path) -> Iterator[Item]:
    if not path.is_file():
        raise SendFailed(f"Expected a file or folder, but {path} is neither")
    suffix = path.suffix.lower()
    if suffix not in JSON_ENDINGS + HL7_ENDINGS:
        raise SendFailed(
            f"Expected a file that ends with one of {', '.join(HL7_ENDINGS + JSON_ENDINGS)}, but got {path}"
        )
    try:
        yield from _json_items(path) if suffix in JSON_ENDINGS else _hl7_items(path)
    except UnicodeDecodeError as error:
        raise SendFailed(f"{path}: expected text in UTF-8") from error
    except OSError as error:
        raise SendFailed(f"{path}: expected a file that can be read ({type(error).__name__})") from error


def _hl7_items(path: Path) -> Iterator[Item]:
    """A file may hold one message, several, or a batch in FHS/BHS/BTS/FTS."""
    data = path.read_bytes().removeprefix(b"\xef\xbb\xbf")
    current: list[bytes] = []
    number = 0
    for line in data.replace(b"\r\n", b"\r").replace(b"\n", b"\r").split(b"\r"):
        begins = line.startswith(b"MSH")
        if current and (begins or line[:3] in _WRAPPING):
            number += 1
            yield Item(f"{path}:{number}", hl7=b"\r".join(current) + b"\r")
            current = []
        if line.strip() and (begins or current):
            current.append(line)
        elif line.strip() and line[:3] not in _WRAPPING:
            raise SendFailed(f"{path}: expected MSH before segment {line[:3].decode('ascii', 'replace')}")
    if current:
        yield Item(f"{path}:{number + 1}", hl7=b"\r".join(current) + b"\r")
    elif number == 0:
        raise SendFailed(f"{path}: expected at least one message that begins with MSH")


def _json_items(path: Path) -> Iterator[Item]:
    if path.suffix.lower() == ".json":
        value = _parse(path.read_text("utf-8-sig"), str(path))
        for number, entry in enumerate(value if isinstance(value, list) else [value], 1):
            yield _entry(entry, f"{path}:{number}")
        return
    with path.open(encoding="utf-8-sig") as lines:
        for number, line in enumerate(lines, 1):
            if line.strip():
                yield _entry(_parse(line, f"{path}:{number}"), f"{path}:{number}")


def _parse(text: str, where: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise SendFailed(f"{where}: expected JSON") from error


def _entry(value: Any, where: str) -> Item:
    """An event has ``type``; a message stands as text under ``text``."""
    if isinstance(value, dict) and isinstance(value.get("text"), str):
        return Item(where, hl7=value["text"].encode())
    if isinstance(value, dict) and isinstance(value.get("type"), str):
        return Item(where, event=value)
    raise SendFailed(f"{where}: expected an event with `type`, or a message under `text`")
