"""A value of an OBX that is no number: on which side of one it lies, or what was found. No word is guessed."""

import re

from clinicflow.gateway.hl7.er7 import Segment
from clinicflow.gateway.hl7.feeds import Feed

_SIDES = {"<": "below", "<=": "at_or_below", "≤": "at_or_below", ">": "above", ">=": "at_or_above", "≥": "at_or_above"}
_SIGNED = re.compile(r"(<=|>=|[<>≤≥])\s*\+?(-?\d{1,15}(?:\.\d{1,15})?)")

_KNOWN = {
    "positive": "POSITIVE, POS, DETECTED, DET, REACTIVE, 10828004, 260373001, 11214006",
    "negative": "NEGATIVE, NEG, NOT DETECTED, ND, NONREACTIVE, NON-REACTIVE, NON REACTIVE, NO GROWTH, "
    "260385009, 260415000, 131194007, 264868006",
    "indeterminate": "INDETERMINATE, IND, INCONCLUSIVE, EQUIVOCAL, 82334004, 419984006",
}
"""Words and codes (HL7 table 0078, SNOMED CT qualifiers) that mean one finding whoever sends them."""
_MEANT = {word: finding for finding, words in _KNOWN.items() for word in words.split(", ")}
_NO_GROWTH = re.compile(r"NO GROWTH (TO DATE|(AT|AFTER|IN|FOR) \d{1,3} (HOURS?|DAYS?))")


def signed(obx: Segment) -> tuple[str, str] | None:
    """(side, number) of ``<2.0`` or ``>500``, from a structured number (SN) or from text; None for anything else."""
    text = obx.value(5, 1) + obx.value(5, 2) if obx.value(2).upper() == "SN" and not obx.value(5, 3) else obx.raw(5)
    found = _SIGNED.fullmatch(text.strip())
    return (_SIDES[found[1]], found[2]) if found else None


def finding_of(obx: Segment, feed: Feed) -> str | None:
    """What was found, by the code or the whole text of the value; None when it is not known to mean one finding."""
    item = obx.first(5)
    coded = obx.value(2).upper() in ("CE", "CWE", "CNE", "CF")
    parts = (item.value(1), item.value(2), item.value(4), item.value(5)) if coded else (item.value(1),)
    found = {meant for part in parts if (meant := _meant(part, feed))}
    return found.pop() if len(found) == 1 and len(obx.repetitions(5)) == 1 else None


def _meant(part: str, feed: Feed) -> str | None:
    word = " ".join(part.upper().split()).rstrip(".")
    if word in feed.findings:
        return feed.findings[word]
    return "negative" if _NO_GROWTH.fullmatch(word) else _MEANT.get(word)
