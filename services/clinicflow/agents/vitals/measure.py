"""Measurements as plain numbers: exact scaled integers, with those left out that cannot be true."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from clinicflow.events import VitalsTaken

Readings = dict[str, int | bool | str]
"""Field name to value; quantities in the scaled integers of ``VitalsTaken.UNITS``, nulls left out."""

JUDGED = (
    "systolic",
    "diastolic",
    "heart_rate",
    "resp_rate",
    "spo2",
    "temp",
    "glucose",
    "weight",
    "height",
    "head_circ",
    "pain",
    "consciousness",
)
"""Fields of which any one makes a measurement."""

CONTEXT = ("spo2_scale", "on_oxygen", "red_flag", "carer_worried")
"""Fields that say how to read the others."""

_READ = (*JUDGED, *CONTEXT)
_JUDGED = frozenset(JUDGED)


def readings(event: VitalsTaken) -> Readings:
    """What was recorded, without nulls."""
    found: Readings = {}
    for name in _READ:
        value = getattr(event, name)
        if value is not None:
            found[name] = value
    return found


def implausible(found: Mapping[str, Any], table: Mapping[str, Any]) -> dict[str, str]:
    """Fields that cannot be true and the coded reason, by the table ``plausibility`` (typing errors, not illness)."""
    wrong = {}
    for name, bounds in table["bounds"].items():
        value = found.get(name)
        if value is not None and not bounds["min"] <= value <= bounds["max"]:
            wrong[name] = "out_of_range"
    for upper, lower in table["above"]:
        if upper in found and lower in found and found[upper] <= found[lower]:
            wrong.setdefault(upper, f"not_above_{lower}")
            wrong.setdefault(lower, f"not_below_{upper}")
    return wrong


def plausible(found: Readings, wrong: Mapping[str, str]) -> Readings:
    """The readings that may be compared with limits."""
    return {name: value for name, value in found.items() if name not in wrong} if wrong else found


def measured(found: Mapping[str, Any]) -> bool:
    """Whether anything was measured at all."""
    return not _JUDGED.isdisjoint(found)


def as_text(field: str, value: int | bool | str) -> tuple[str, str | None]:
    """A value as exact decimal text with its UCUM unit (381 of ``temp`` is 38.1 Cel)."""
    if isinstance(value, bool) or not isinstance(value, int) or field not in VitalsTaken.UNITS:
        return str(value).lower() if isinstance(value, bool) else str(value), None
    unit, scale = VitalsTaken.UNITS[field]
    return str(Decimal(value).scaleb(-scale)), unit
