"""The decoder in C, if it was built here: the same as ``compiled.decoder``, several times as fast.

It is optional. Without a compiler there is none and Python reads everything; with it the Python form still decides
what is refused and why: whoever calls a decoder of this module asks that form again when it raises ``ValueError``.
``python -m clinicflow.codec.native_build`` builds it.
"""

import hashlib
import importlib
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Protocol

from clinicflow.codec.primitives import MAX_ITEMS

Schema = dict[str, Any]
Tree = tuple[Any, ...]

C_SOURCE = Path(__file__).with_name("native.c")
_STRING, _BOOLEAN, _LONG, _ENUM, _OPTIONAL, _ARRAY, _RECORD = range(7)
"""Kinds of values, in the order of ``native.c``."""
_PLAIN = {"string": (_STRING,), "boolean": (_BOOLEAN,), "long": (_LONG,)}


class Native(Protocol):
    """The module that ``native.c`` makes."""

    SOURCE: str
    Decoder: Callable[[Tree, int, int], Callable[[bytes], Any]]


def fingerprint() -> str:
    """SHA-256 of the C source: a module that was built from another one is not used."""
    return hashlib.sha256(C_SOURCE.read_bytes()).hexdigest()


def loaded() -> Native | None:
    """The module, if it is there and of this source."""
    try:
        found: Any = importlib.import_module("clinicflow.codec._native")
    except ImportError:
        return None
    return found if fingerprint() == found.SOURCE else None


NATIVE = loaded()


def decoder(
    native: Native, schema: Schema, classes: Mapping[str, Callable[..., Any]], start: int
) -> Callable[[bytes], Any]:
    """As ``compiled.decoder``, but ``ValueError`` is all that it raises, and for a message that may yet be right."""
    return native.Decoder(_tree(schema, classes, {}), start, MAX_ITEMS)


def _tree(avro: Any, classes: Mapping[str, Callable[..., Any]], types: dict[str, Schema]) -> Tree:
    """What the C module is told of a type. ``types`` are the named ones that were met."""
    if isinstance(avro, list):
        return (_OPTIONAL, _tree(avro[1], classes, types))
    if isinstance(avro, str) and avro in types:
        avro = types[avro]
    kind = avro["type"] if isinstance(avro, dict) else avro
    if isinstance(avro, dict) and "name" in avro:
        types[avro["name"]] = avro
    if kind == "enum":
        return (_ENUM, tuple(avro["symbols"]))
    if kind == "array":
        return (_ARRAY, _tree(avro["items"], classes, types))
    if kind == "record":
        fields = avro["fields"]
        inner = tuple([_tree(field["type"], classes, types) for field in fields])
        return (_RECORD, classes[avro["name"]], tuple([sys.intern(field["name"]) for field in fields]), inner)
    return _PLAIN[kind]
