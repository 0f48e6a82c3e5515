"""The least that each event says, which stories and the simulation share, and values as people write them in files."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_type_hints

import msgspec
import yaml

from clinicflow.core.event import Event, Micros
from clinicflow.errors import InvalidScenario

MINUTE = 60_000_000

Defaults = Mapping[str, Mapping[str, Any]]


def read_defaults(folder: Path) -> dict[str, dict[str, Any]]:
    """The fields that events have unless somebody says otherwise, by event: those of every ``defaults*.yaml``."""
    found: dict[str, dict[str, Any]] = {}
    for path in sorted(folder.glob("defaults*.yaml")):
        for name, fields in (_loaded(path) or {}).items():
            if name in found:
                raise InvalidScenario(f"{path.name}: expected the defaults of {name} once, but they are there twice")
            found[name] = fields
    return found


def written(event_type: type[Event], name: str, value: Any, start: Micros) -> Any:
    """A field's value from a file: quantities in their unit, times as ``{minute: 5}`` after ``start``, records as
    mappings."""
    if isinstance(value, Mapping) and set(value) == {"minute"}:
        return start + round(value["minute"] * MINUTE)
    if name in event_type.UNITS and isinstance(value, int | float) and not isinstance(value, bool):
        return round(value * 10 ** event_type.UNITS[name][1])
    if isinstance(value, list) and any(isinstance(item, Mapping) for item in value):
        return msgspec.convert(value, get_type_hints(event_type)[name])
    return value


def _loaded(path: Path) -> Any:
    try:
        return yaml.load(path.read_text("utf-8"), Loader=yaml.CSafeLoader)
    except yaml.YAMLError as error:
        raise InvalidScenario(f"{path.parent.name}/{path.name}: {error}") from error
