"""The free texts of events: names and words that must not travel with an event, and references in their place."""

import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import msgspec

from clinicflow.codec.registry import EVENTS
from clinicflow.core.event import Event

PREFIX = "personal:"
"""What a reference in an event begins with; the rest is the reference within the store of personal values."""

_REFERENCE = re.compile(PREFIX + r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)

Refer = Callable[[str, str, str], str]
"""From (path, field, text) to what stands in the event instead."""


def texts(event: Event) -> list[str]:
    """The paths of all personal texts that an event itself carries; references are none."""
    found: list[str] = []

    def seen(path: str, _field: str, text: str) -> str:
        found.append(path)
        return text

    referred(event, seen)
    return found


def referred(event: Event, refer: Refer) -> Event:
    """The event with ``refer``'s answers in place of its personal texts, also of those in records inside lists."""
    changed: dict[str, Any] = dict(_changed(event, event.PERSONAL, "", refer))
    for name, inner in _inside(type(event)).items():
        items = getattr(event, name)
        if items:
            changed[name] = [
                msgspec.structs.replace(item, **dict(_changed(item, inner, f"{name}[{place}].", refer)))
                for place, item in enumerate(items)
            ]
    return msgspec.structs.replace(event, **changed) if changed else event


def _changed(record: Any, fields: tuple[str, ...], path: str, refer: Refer) -> Iterator[tuple[str, str]]:
    for name in fields:
        text = getattr(record, name)
        # What merely begins like a reference is a text that somebody wrote.
        if text is not None and not _REFERENCE.fullmatch(text):
            yield name, refer(path + name, name, text)


@cache
def _inside(kind: type[Event]) -> dict[str, tuple[str, ...]]:
    """The personal fields of records inside lists, by the field that holds the list."""
    found: dict[str, tuple[str, ...]] = {}
    for field in EVENTS.current[kind.TYPE].schema["fields"]:
        items = field["type"].get("items") if isinstance(field["type"], dict) else None
        inner = items.get("fields", ()) if isinstance(items, dict) else ()
        names = tuple(each["name"] for each in inner if each.get("personal"))
        if names:
            found[field["name"]] = names
    return found
