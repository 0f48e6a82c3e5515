"""Functions made for one schema: bytes to object and object to bytes, about twice as fast as a general Avro reader.

A record's fields are known when its schema is read, so the work per field can be written out as straight Python, and
compiled when the type is first met. The source is made from schema files of this package only, never from input.
Supported is what the schemas may use (``lint`` says so): strings, booleans, longs, enums of at most 64 symbols, arrays,
nested records, and any of them or null.
"""

from collections.abc import Callable, Iterator
from typing import Any

from clinicflow.codec import primitives

Schema = dict[str, Any]


class _Source:
    """Lines of a module under construction, and the names that they use."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.names: dict[str, Any] = {name: getattr(primitives, name) for name in dir(primitives) if name[0] != "_"}
        self.types: dict[str, Schema] = {}

    def define(self, avro: Any) -> Any:
        """The type with a name looked up; a type that is met for the first time is remembered."""
        if isinstance(avro, str) and avro in self.types:
            return self.types[avro]
        if isinstance(avro, dict) and "name" in avro:
            self.types[avro["name"]] = avro
        return avro

    def compile(self, name: str) -> Callable[..., Any]:
        """The function ``name`` of the finished module."""
        code = compile("\n".join(self.lines), f"<avro {name}>", "exec")
        exec(code, self.names)  # noqa: S102 - see the module's docstring
        function: Callable[..., Any] = self.names[name]
        return function


def _kind(avro: Any) -> str:
    if isinstance(avro, list):
        return "optional"
    kind: str = avro["type"] if isinstance(avro, dict) else avro
    return "micros" if isinstance(avro, dict) and "logicalType" in avro else kind


def _symbols(enum: Schema) -> list[str]:
    if len(enum["symbols"]) > 64:
        raise NotImplementedError(f"enum {enum['name']}: expected at most 64 symbols")
    return list(enum["symbols"])


# --- bytes to object: each reader is lines that put the value into a variable and move ``at`` behind it


def _read(source: _Source, avro: Any, into: str) -> Iterator[str]:
    avro = source.define(avro)
    match _kind(avro):
        case "string":
            yield "n = data[at]"
            yield "if n & 129: n, at = read_length(data, at)"
            yield "else: n >>= 1; at += 1"
            yield f"{into} = data[at:at + n].decode(); at += n"
        case "boolean":
            yield f"{into} = BOOLEANS[data[at]]; at += 1"
        case "long":
            yield "n = data[at]"
            yield f"if n < 128: {into} = (n >> 1) ^ -(n & 1); at += 1"
            yield f"else: {into}, at = read_long(data, at)"
        case "micros":
            yield f"{into}, at = read_micros(data, at)"
        case "enum":
            source.names[f"of_{avro['name']}"] = {2 * place: symbol for place, symbol in enumerate(_symbols(avro))}
            yield f"{into} = of_{avro['name']}[data[at]]; at += 1"
        case "optional":
            yield "n = data[at]; at += 1"
            yield f"if n == 0: {into} = None"
            yield "elif n == 2:"
            yield from (f"    {line}" for line in _read(source, _branch(avro), into))
            yield "else: raise Malformed('null or a value')"
        case "array":
            yield f"if data[at]: {into}, at = {_array_reader(source, avro['items'])}"
            yield f"else: {into} = []; at += 1"
        case kind:
            raise NotImplementedError(f"Avro type {kind}")


def _branch(union: list[Any]) -> Any:
    if len(union) != 2 or union[0] != "null":
        raise NotImplementedError("a union other than null and one type")
    return union[1]


def _array_reader(source: _Source, items: Any) -> str:
    if items == "string":
        return "read_strings(data, at)"
    return f"read_array(data, at, {_item_reader(source, items)})"


def _item_reader(source: _Source, items: Any) -> str:
    items = source.define(items)
    name = f"read_{items['name']}"
    if name not in source.names:
        source.names[name] = None
        _read_record(source, items, name, closing="return new({}), at".replace("new", f"new_{items['name']}"))
    return name


def _read_record(source: _Source, record: Schema, name: str, closing: str, start: str = "at") -> None:
    body: list[str] = []
    for field in record["fields"]:
        body += _read(source, field["type"], f"v_{field['name']}")
    fields = ", ".join(f"{field['name']}=v_{field['name']}" for field in record["fields"])
    source.lines += [f"def {name}(data, {start}):", *(f"    {line}" for line in body), f"    {closing.format(fields)}"]


def decoder(schema: Schema, classes: dict[str, Callable[..., Any]], start: int) -> Callable[[bytes], Any]:
    """A function from a whole message to an object of ``classes[schema name]``; the record begins at ``start``.

    It raises ``Malformed``, ``IndexError``, ``KeyError`` or ``UnicodeDecodeError`` on bytes that are no such record,
    also if something follows it.
    """
    source = _Source()
    source.names |= {f"new_{name}": make for name, make in classes.items()}
    whole = "if at != len(data): raise Malformed('the end of the message after its last field')"
    _read_record(source, schema, "read_message", f"{whole}\n    return new_{schema['name']}({{}})", f"at={start}")
    return source.compile("read_message")


# --- object to bytes: each writer is lines that add the bytes of an expression to ``out``


def _write(source: _Source, avro: Any, value: str) -> Iterator[str]:
    avro = source.define(avro)
    match _kind(avro):
        case "string":
            yield f"s = {value}.encode(); out += LONGS[len(s)]; out += s"
        case "boolean":
            yield f"out += BOOLEAN_BYTES[{value}]"
        case "long":
            yield f"out += LONGS[{value}]"
        case "micros":
            yield f"out += long_bytes({value})"
        case "enum":
            table = {symbol: primitives.long_bytes(place) for place, symbol in enumerate(_symbols(avro))}
            source.names[f"of_{avro['name']}"] = table
            yield f"out += of_{avro['name']}[{value}]"
        case "optional":
            yield f"v = {value}"
            yield "if v is None: out += NULL"
            yield "else:"
            yield "    out += SOME"
            yield from (f"    {line}" for line in _write(source, _branch(avro), "v"))
        case "array":
            yield f"v = {value}"
            yield f"out += array_bytes(v, {_item_writer(source, avro['items'])}) if v else NULL"
        case kind:
            raise NotImplementedError(f"Avro type {kind}")


def _item_writer(source: _Source, items: Any) -> str:
    items = source.define(items)
    if items == "string":
        return "string_bytes"
    name = f"write_{items['name']}"
    if name not in source.names:
        source.names[name] = None
        _write_record(source, items, name, "value.{}", "bytearray()")
    return name


def _write_record(source: _Source, record: Schema, name: str, access: str, start: str) -> None:
    body: list[str] = []
    for field in record["fields"]:
        body += _write(source, field["type"], access.format(field["name"]))
    source.lines += [f"def {name}(value):", f"    out = {start}", *(f"    {line}" for line in body)]
    source.lines += ["    return bytes(out)"]


def encoder(schema: Schema, prefix: bytes, *, mapping: bool = False) -> Callable[[Any], bytes]:
    """A function from an object (or, with ``mapping``, a mapping) to ``prefix`` and the record's bytes.

    Bytes in a union's first place are null. Objects of wrong types give errors of Python, not of Avro: the caller
    explains them.
    """
    source = _Source()
    source.names |= {"PREFIX": prefix, "NULL": b"\x00", "SOME": b"\x02"}
    access = "value[{!r}]" if mapping else "value.{}"
    _write_record(source, schema, "write_message", access, "bytearray(PREFIX)")
    return source.compile("write_message")
