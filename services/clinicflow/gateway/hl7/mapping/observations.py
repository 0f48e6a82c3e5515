"""How one OBX is read: its code, value, unit, flag and status, by the feed's maps and without guessing."""

import re
from typing import Any

from clinicflow.errors import MessageRefused
from clinicflow.gateway.hl7.er7 import Segment
from clinicflow.gateway.hl7.feeds import Feed

_DECIMAL = re.compile(r"[+-]?\d{1,15}(\.\d{1,15})?")
_STATUSES = {"P": "P", "F": "F", "C": "C", "X": "X", "R": "P", "S": "P", "B": "P", "V": "F", "U": "F", "A": "P"}
_NOT_YET = frozenset({"I", "O", "N"})
_UCUM = frozenset(
    {
        "%", "/min", "mm[Hg]", "kPa", "Cel", "[degF]", "kg", "g", "[lb_av]", "cm", "m", "[in_i]", "L/min", "mL/min",
        "mg/dL", "mmol/L", "umol/L", "g/dL", "g/L", "10*3/uL", "10*6/uL", "10*9/L", "10*12/L", "fL", "pg", "ng/mL",
        "ng/L", "ug/L", "ug/dL", "pg/mL", "U/L", "[IU]/L", "m[IU]/L", "mU/L", "meq/L", "mg/L", "nmol/L", "pmol/L",
        "mL/min/{1.73_m2}", "{INR}", "{score}", "s", "mm/h", "kg/m2", "1", "{ratio}", "mg/g", "/uL", "/[HPF]",
    }
)  # fmt: skip
"""UCUM units in common use, which need no entry in a feed file. UCUM is case sensitive: "G/L" is another unit."""


def code_of(obx: Segment, field: int, feed: Feed) -> tuple[str, str]:
    """(code, system) of a coded field: LOINC as sent or by the feed's map, else local."""
    item = obx.first(field)
    code, system = item.value(1) or item.value(2), item.value(3).upper()
    if code in feed.codes:
        return feed.codes[code], "loinc"
    if system in ("LN", "LOINC") and re.fullmatch(r"\d{1,7}-\d", code):
        return code, "loinc"
    alternate = item.value(4)
    if item.value(6).upper() in ("LN", "LOINC") and alternate:
        return alternate, "loinc"
    return code, "local"


def number(obx: Segment) -> str | None:
    """The exact decimal text of a number, or None when the value is something else or empty."""
    text = obx.raw(5).strip()
    if obx.value(2).upper() == "SN":
        text = obx.value(5, 2) if not obx.value(5, 1).strip("=") and not obx.value(5, 3) else ""
    elif obx.value(2).upper() not in ("NM", ""):
        return None
    return text.removeprefix("+") if _DECIMAL.fullmatch(text) else None


def unit_of(obx: Segment, feed: Feed) -> str | None:
    """The UCUM unit of OBX-6, None when empty; raises ``MessageRefused`` when it is not known."""
    item = obx.first(6)
    sent, system = item.value(1), item.value(3).upper()
    if not sent:
        return None
    if sent in feed.units:
        return feed.units[sent]
    if system == "UCUM" or sent in _UCUM:
        return sent
    code = obx.value(3)
    raise MessageRefused("unit", f"Expected a UCUM unit, or one in the feed file's units, for code {_short(code)}")


def status_of(value: str, default: str = "") -> str | None:
    """P, F, C or X; None for "no result yet"; raises ``MessageRefused`` for others (wrong or deleted results)."""
    value = (value or default).upper()
    if value in _NOT_YET:
        return None
    if value not in _STATUSES:
        raise MessageRefused("status", "Expected P, F, C or X as result status in OBX-11 or OBR-25")
    return _STATUSES[value]


def flag_of(obx: Segment, feed: Feed) -> str | None:
    """The abnormal flag (OBX-8), upper case, or None. Of several the critical one counts, else the first."""
    flags = [flag for item in obx.repetitions(8) if (flag := item.value(1).upper()) and len(flag) <= 5]
    return next((flag for flag in flags if flag in feed.critical_flags), flags[0] if flags else None)


def words_of(obx: Segment) -> str | None:
    """The value in words, for values that are no numbers; embedded documents and pointers have none."""
    if obx.value(2).upper() in ("ED", "RP"):
        return None
    parts = [
        item.value(2) or item.value(1) if obx.value(2) in ("CE", "CWE") else _whole(item) for item in obx.repetitions(5)
    ]
    return " ".join(part for part in parts if part)[:10_000] or None


def _whole(item: Any) -> str:
    pieces = [item.value(component) for component in range(1, 8)]
    return " ".join(piece for piece in pieces if piece)


def _short(code: str) -> str:
    return repr(code[:40])
