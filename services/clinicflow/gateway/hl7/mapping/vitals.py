"""Vital signs out of an observation message, exact and in the field's unit, or refused."""

from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from clinicflow.errors import MessageRefused
from clinicflow.events import VitalsTaken
from clinicflow.gateway.hl7.er7 import Segment
from clinicflow.gateway.hl7.feeds import Feed
from clinicflow.gateway.hl7.mapping.observations import code_of, number, status_of, unit_of, words_of

LOINC = {
    "8480-6": "systolic", "8462-4": "diastolic", "8867-4": "heart_rate", "9279-1": "resp_rate", "2708-6": "spo2",
    "59408-5": "spo2", "8310-5": "temp", "8331-1": "temp", "29463-7": "weight", "8302-2": "height",
    "9843-4": "head_circ", "72514-3": "pain", "3151-8": "o2_flow", "80288-4": "consciousness", "41653-7": "glucose",
}  # fmt: skip
"""LOINC codes of vital signs, as in the FHIR R4 vital signs value set and its extensions."""

BESIDE = frozenset(
    {
        "85353-1", "85354-9", "8478-0", "8889-8", "8357-6", "8358-4", "8361-8", "8327-9", "8352-7", "3150-6", "39156-5",
        "59576-9", "3140-1", "8287-5", "8289-1", "9269-2",
    }
)  # fmt: skip
"""LOINC codes that describe or derive vital signs (mean pressure, cuff, body mass index): not used, and no results."""

_CONSCIOUSNESS = {
    "ALERT": "A", "CONFUSION": "C", "CONFUSED": "C", "NEW CONFUSION": "C", "VOICE": "V", "VERBAL": "V",
    "RESPONDS TO VOICE": "V", "PAIN": "P", "RESPONDS TO PAIN": "P", "UNRESPONSIVE": "U",
}  # fmt: skip
_TRUTH = {"Y": True, "YES": True, "TRUE": True, "1": True, "N": False, "NO": False, "FALSE": False, "0": False}


def field_of(obx: Segment, feed: Feed) -> str | None:
    """The field of vitals-taken that an OBX is about, by the feed's map, else by LOINC; None for other codes."""
    sent = obx.value(3)
    if sent in feed.vitals:
        return feed.vitals[sent]
    code, system = code_of(obx, 3, feed)
    mapped = feed.vitals.get(code)
    return mapped or (LOINC.get(code) if system == "loinc" else None)


def readings(group: list[Segment], feed: Feed) -> list[dict[str, Any]]:
    """The fields of one or more vitals-taken; a second value for a field begins another reading."""
    found: list[dict[str, Any]] = []
    current: dict[str, Any] = {}
    for obx in group:
        field = field_of(obx, feed)
        if field is None or status_of(obx.value(11), "F") in (None, "X") or not obx.raw(5).strip():
            continue
        if field in current:
            found.append(current)
            current = {}
        current.update(_reading(obx, field, feed))
    if current:
        found.append(current)
    return found


def _reading(obx: Segment, field: str, feed: Feed) -> dict[str, Any]:
    if field in VitalsTaken.UNITS:
        return _quantity(obx, field, feed)
    words = (words_of(obx) or obx.value(5)).strip().upper()
    if field == "consciousness":
        return {field: _known(_CONSCIOUSNESS.get(words, words), field)}
    if field in VitalsTaken.ENUMS:
        return {field: _known(words.lower().replace(" ", "_"), field)}
    if words not in _TRUTH:
        raise MessageRefused("value", f"Expected Y or N for {field}")
    return {field: _TRUTH[words]}


def _known(symbol: str, field: str) -> str:
    if symbol not in VitalsTaken.ENUMS[field]:
        raise MessageRefused("value", f"Expected one of {', '.join(VitalsTaken.ENUMS[field])} for {field}")
    return symbol


def _quantity(obx: Segment, field: str, feed: Feed) -> dict[str, Any]:
    text, unit = number(obx), unit_of(obx, feed)
    if text is None:
        raise MessageRefused("value", f"Expected a decimal number for {field}")
    own, scale = VitalsTaken.UNITS[field]
    if unit is None and own == "{score}":
        unit = own
    if unit is None:
        raise MessageRefused("unit", f"Expected a unit for {field}, for example {own}")
    exact = Decimal(text)
    rounded = exact.quantize(Decimal(1).scaleb(-scale), ROUND_HALF_EVEN)
    if unit == own and feed.vitals_rounding and rounded != exact:
        original = {"field": field, "value": text, "unit": unit}
        return {field: {"value": str(rounded), "unit": unit}, "originals": [original]}
    return {field: {"value": text, "unit": unit}}
