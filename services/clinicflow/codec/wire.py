"""Events and tasks as Avro in single-object encoding: ``C3 01``, the schema's fingerprint, the record.

The fingerprint says which schema wrote a message, so no schema registry is needed. A message by an older release is
read by the schema of that release, and its values are brought to today's.
"""

from collections.abc import Callable, Mapping
from typing import Any, NoReturn

from clinicflow import events
from clinicflow.codec import native
from clinicflow.codec.compat import NamedTypes, incompatibilities
from clinicflow.codec.compiled import decoder, encoder
from clinicflow.codec.json_form import check
from clinicflow.codec.registry import EVENTS, HEADER, MAGIC, TASKS, Registry, Schema, Writer, nested_records
from clinicflow.codec.resolve import resolver
from clinicflow.core.event import Event
from clinicflow.errors import InvalidEvent, UndecodableEvent

MAX_BYTES = 256 * 1024
"""The largest message that is read or written; a longer one is refused before it is looked at."""

Decode = Callable[[bytes], Any]


def _record_names(schema: Schema) -> dict[str, Callable[..., Any]]:
    return {kind.__name__: kind for kind in nested_records(schema).values()}


def _older(writer: Writer, reader: Writer, make: Callable[..., Any]) -> Decode:
    """A decoder for bytes of an older schema. Errors: ``UndecodableEvent`` if today's cannot read it rightly."""
    if found := incompatibilities(writer.schema, reader.schema):
        raise UndecodableEvent(f"Expected a release that today's schemas can read, but: {'; '.join(found)}")
    decode_written = decoder(writer.schema, dict.fromkeys(NamedTypes(writer.schema), dict), HEADER)
    resolve = resolver(writer.schema, reader.schema)
    nested = nested_records(reader.schema)

    def decode_older(data: bytes) -> Any:
        values = resolve(decode_written(data))
        for field, kind in nested.items():
            values[field] = [kind(**item) for item in values[field]]
        return make(**values)

    return decode_older


class Decoders(dict[bytes, Decode]):
    """The function that reads a message, by the message's first ten bytes; made when first needed.

    Those of today's schemas are made by ``by`` in C, if it is given; such a function may refuse what is to be read.
    """

    def __init__(
        self, registry: Registry, classes: Mapping[str, Callable[..., Any]], by: native.Native | None = None
    ) -> None:
        super().__init__()
        self.registry = registry
        self._classes = classes
        self._by = by

    def __missing__(self, header: bytes) -> Decode:
        writer = self.registry.by_header.get(header)
        if writer is None or writer.name not in self._classes:
            _refuse_header(header)
        reader, make = self.registry.current[writer.name], self._classes[writer.name]
        if writer is reader:
            self[header] = self._made(writer.schema, {writer.schema["name"]: make, **_record_names(writer.schema)})
        else:
            self[header] = _older(writer, reader, make)
        return self[header]

    def _made(self, schema: Schema, classes: dict[str, Callable[..., Any]]) -> Decode:
        if self._by is None:
            return decoder(schema, classes, HEADER)
        return native.decoder(self._by, schema, classes, HEADER)


def _refuse_header(header: bytes) -> NoReturn:
    if header[:2] != MAGIC:
        raise UndecodableEvent("Expected Avro single-object encoding, which begins with the bytes C3 01.")
    if len(header) < HEADER:
        raise UndecodableEvent(f"Expected a fingerprint of 8 bytes, but the message has {len(header)} bytes in all.")
    raise UndecodableEvent(f"Expected the fingerprint of a known schema, but {header[2:].hex()} is unknown.")


def read(decoders: Decoders, data: bytes) -> Any:
    """The object of a message.

    Errors: ``UndecodableEvent``, with what was expected; nothing else, whatever the bytes are.
    """
    if not data:
        raise UndecodableEvent("Expected an event, but the message is empty.")
    if len(data) > MAX_BYTES:
        raise UndecodableEvent(f"Expected at most {MAX_BYTES} bytes, but the message has {len(data)}.")
    decode_message = decoders[data[:HEADER]]
    try:
        return decode_message(data)
    except (IndexError, KeyError, ValueError) as error:
        name = decoders.registry.by_header[data[:HEADER]].name
        raise UndecodableEvent(f"Expected a whole {name} and nothing else: {_expected(error)}.") from error


def _expected(error: Exception) -> str:
    if isinstance(error, UnicodeDecodeError):
        return "texts in UTF-8"
    if isinstance(error, KeyError):
        return "a symbol of each coded field"
    return "no end within a field" if isinstance(error, IndexError) else str(error)


class _Encoders(dict[type[Event], Callable[[Event], bytes]]):
    """The function that writes an event, by its class; made when first needed."""

    def __missing__(self, kind: type[Event]) -> Callable[[Event], bytes]:
        writer = EVENTS.current[kind.TYPE]
        self[kind] = encoder(writer.schema, writer.header)
        return self[kind]


_decoders = Decoders(EVENTS, events.EVENT_TYPES)
_fast = _decoders if native.NATIVE is None else Decoders(EVENTS, events.EVENT_TYPES, native.NATIVE)
_encoders = _Encoders()
_task_decoders = Decoders(TASKS, {"task": dict})
_task_writer = TASKS.current["task"]
_encode_task = encoder(_task_writer.schema, _task_writer.header, mapping=True)


def decode(data: bytes) -> Event:
    """The event of a message. Errors: ``UndecodableEvent``, with what was expected."""
    event: Event
    if data and len(data) <= MAX_BYTES:
        try:
            event = _fast[data[:HEADER]](data)
        except (IndexError, KeyError, ValueError):
            pass  # what is wrong is said below, by the form in Python
        else:
            return event
    event = read(_decoders, data)
    return event


def type_of(data: bytes) -> str:
    """The wire name of a message's event, by its fingerprint alone. Errors: ``UndecodableEvent``."""
    header = data[:HEADER] if data else b""
    writer = EVENTS.by_header.get(header)
    return writer.name if writer else _refuse_header(header)


def encode(event: Event) -> bytes:
    """The message of an event.

    Errors: ``InvalidEvent`` if a value has a wrong type or the message would be larger than ``MAX_BYTES``.
    """
    try:
        data = _encoders[type(event)](event)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        check(event)
        raise InvalidEvent(f"Expected values that {event.TYPE} can hold, but: {type(error).__name__}") from error
    if len(data) > MAX_BYTES:
        raise InvalidEvent(f"Expected at most {MAX_BYTES} bytes, but {event.TYPE} has {len(data)}.")
    return data


def encode_task(task: Mapping[str, Any]) -> bytes:
    """The message of one change of a task. ``task`` has a key for every field of ``task.avsc``.

    Errors: ``InvalidEvent`` if a key is missing or a value has a wrong type.
    """
    try:
        return _encode_task(task)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        missing = sorted({field["name"] for field in _task_writer.schema["fields"]}.difference(task))
        found = f"{', '.join(missing)} missing" if missing else f"{type(error).__name__} on a value"
        raise InvalidEvent(f"Expected every field of task.avsc with a value of its type, but: {found}.") from error


def decode_task(data: bytes) -> dict[str, Any]:
    """The change of a task as a dictionary. Errors: ``UndecodableEvent``."""
    task: dict[str, Any] = read(_task_decoders, data)
    return task
