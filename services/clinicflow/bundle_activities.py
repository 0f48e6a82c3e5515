"""The file of activities as a part of a bundle's document: under which terms scope speaks of each, which work it is."""

from collections.abc import Mapping
from typing import Any


def parts_of(found: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Terms of scope and kinds of work by activity; a kind only where the file says one."""
    says = {name: value for name, value in found.items() if isinstance(value, Mapping)}
    return {
        "activities": {name: _terms(value) for name, value in found.items()},
        "work": {name: value["work"] for name, value in says.items() if "work" in value},
    }


def _terms(value: Any) -> list[str]:
    if isinstance(value, Mapping):
        value = value.get("scope", [])
    return [value] if isinstance(value, str) else list(value)
