"""YAML as bundles use it: plain data with the file and line of every value, so that an error can name its place.

Only true and false are booleans and only decimal digits are numbers: ``on``, ``no``, ``08:30`` and dates stay text,
which other readers of YAML would silently turn into something else.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from clinicflow.errors import InvalidBundle

At = tuple[str | int, ...]
"""Where a value stands within its file: keys and list indexes from the top."""

_INTEGER = re.compile(r"[-+]?(0|[1-9]\d*)")
_DECIMAL = re.compile(r"[-+]?\d+\.\d+")
_WORDS = {"true": True, "false": False, "null": None, "~": None, "": None}


class Yaml:
    """One file: its value, and the line of every part of it."""

    def __init__(self, value: Any, lines: dict[At, int], label: str) -> None:
        self.value = value
        self.lines = lines
        self.label = label

    def places(self, at: At, under: At = ()) -> Iterator[tuple[At, str]]:
        """(place in the document, ``file:line``) of everything below ``under``, with ``at`` in its stead."""
        for inner, line in self.lines.items():
            if inner[: len(under)] == under:
                yield at + inner[len(under) :], f"{self.label}:{line}"


def read_yaml(path: Path, label: str) -> Yaml:
    """Read a file; ``InvalidBundle`` (``label:line: ...``) when it is no YAML or says a key twice."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidBundle(f"{label}:1: Expected a file of text in UTF-8, but it cannot be read: {error}") from error
    try:
        node = yaml.compose(text, Loader=yaml.CSafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise InvalidBundle(f"{label}:{line}: Expected YAML, but {error.problem}") from error
    except yaml.YAMLError as error:
        raise InvalidBundle(f"{label}:1: Expected YAML, but {error}") from error
    lines: dict[At, int] = {(): 1}
    try:
        value = _value(node, (), lines, label) if node is not None else None
    except RecursionError as error:
        raise InvalidBundle(f"{label}:1: Expected plain data, but a part of it contains itself") from error
    return Yaml(value, lines, label)


def _value(node: yaml.Node, at: At, lines: dict[At, int], label: str) -> Any:
    lines[at] = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, at, lines, label)
    if isinstance(node, yaml.SequenceNode):
        return [_value(item, (*at, index), lines, label) for index, item in enumerate(node.value)]
    return _scalar(node)


def _mapping(node: yaml.MappingNode, at: At, lines: dict[At, int], label: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in node.value:
        name = key.value
        line = key.start_mark.line + 1
        if not isinstance(key, yaml.ScalarNode):
            raise InvalidBundle(f"{label}:{line}: Expected a key of plain text")
        if name in found:
            raise InvalidBundle(f"{label}:{line}: Expected each key once, but {name!r} is there twice")
        found[name] = _value(value, (*at, name), lines, label)
        lines[(*at, name)] = line
    return found


def _scalar(node: Any) -> Any:
    text: str = node.value
    if node.style not in (None, ""):
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    return float(text) if _DECIMAL.fullmatch(text) else text
