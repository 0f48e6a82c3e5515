"""What mapping of messages works on and gives: drafts of events whose cases intake still has to find."""

from collections.abc import Iterable
from datetime import date
from typing import Any, Literal

import msgspec

from clinicflow.errors import MessageRefused
from clinicflow.gateway.hl7.er7 import Er7, Repetition, Segment
from clinicflow.gateway.hl7.feeds import Feed
from clinicflow.gateway.hl7.times import age, calendar_day, instant

Key = tuple[str, str, str]
"""(assigning authority, kind of identifier, value)"""

CaseKind = Literal["visit", "order", "refill", "appointment"]

MOST_KEYS = 10
"""Record numbers of one patient that are looked at; a message with thousands cannot hold up the others."""

_SOCIAL = frozenset({"SS", "SSN", "DL", "PPN", "VN", "AN", "TAX", "PSSN", "BC"})
_LANGUAGES = {
    "eng": "en", "spa": "es", "ind": "id", "ara": "ar", "fra": "fr", "fre": "fr", "deu": "de", "ger": "de",
    "zho": "zh", "chi": "zh", "vie": "vi", "kor": "ko", "rus": "ru", "por": "pt", "urd": "ur", "fas": "fa",
    "per": "fa", "hin": "hi", "pol": "pl", "tgl": "tl", "ita": "it", "jpn": "ja",
}  # fmt: skip


class Patient(msgspec.Struct, frozen=True):
    """Who a message is about. ``keys`` are medical record numbers, the leading one first; the rest is personal."""

    keys: tuple[Key, ...]
    born: date | None
    personal: dict[str, str]
    language: str | None


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """An event to be: its type and own fields in JSON form, when it happened, and how to find its case.

    ``keys`` name the case; a visit is also found as the patient's current one at the clinic. ``opens``: without a known
    case this event begins one, else it is unmatched. ``voids``: it takes back the last event of that type that this
    feed gave for the case. ``version_of``: the result of which it is a version; a correction names the version before.
    ``links_visit``: the case belongs to the patient's visit, if one is known.
    """

    type: str
    occurred_at: int
    kind: CaseKind
    keys: tuple[Key, ...] = ()
    fields: dict[str, Any] = {}
    opens: bool = False
    voids: str | None = None
    version_of: str | None = None
    links_visit: bool = False


class Mapped(msgspec.Struct, frozen=True, kw_only=True):
    """What a message means. ``merged`` are record numbers that turned out to be the patient's own.

    ``updates``: the patient's personal data may have changed; intake compares. ``reason`` says why there is no event.
    """

    drafts: tuple[Draft, ...] = ()
    merged: tuple[Key, ...] = ()
    updates: bool = False
    reason: str = ""


class Source:
    """A message with its feed, and the questions that every mapping asks."""

    def __init__(self, message: Er7, feed: Feed, received_at: int) -> None:
        self.message = message
        self.feed = feed
        self.received_at = received_at
        self._latest = received_at + 86_400_000_000

    def at(self, *stamps: tuple[str, str]) -> int:
        """The first of (stamp, name of its field) that is exact; raises ``MessageRefused`` when none is."""
        for stamp, name in stamps:
            moment = instant(stamp, self.feed.zone, name)
            if moment is not None:
                if moment > self._latest:
                    raise MessageRefused("time", f"Expected a time not more than a day ahead in {name}")
                return moment
        names = ", ".join(name for _, name in stamps)
        raise MessageRefused("time", f"Expected a time exact to the minute in one of {names}")

    def happened_at(self) -> int:
        """When an ADT event happened: EVN-6, else when it was recorded (EVN-2) or sent (MSH-7)."""
        value = self.message.value
        return self.at((value("EVN", 6), "EVN-6"), (value("EVN", 2), "EVN-2"), (value("MSH", 7), "MSH-7"))

    def patient(self) -> Patient | None:
        """Whom PID names; None without a usable record number."""
        pid = self.message.get("PID")
        if pid is None:
            return None
        keys = self.record_numbers(pid.repetitions(3)) or self.record_numbers(pid.repetitions(2))
        if not keys:
            return None
        return Patient(keys, calendar_day(pid.value(7)), _personal(pid, keys[0]), _language(pid.value(15)))

    def record_numbers(self, repetitions: Iterable[Repetition]) -> tuple[Key, ...]:
        """Medical record numbers among identifiers, the leading one first; never national or insurance numbers."""
        found = [
            (self._rank(item), (self.authority(item, 4), "mrn", item.value(1)))
            for item in repetitions
            if item.value(1) and self._rank(item) < 9
        ]
        found.sort(key=lambda pair: pair[0])
        return tuple(key for _, key in found[:MOST_KEYS])

    def _rank(self, item: Repetition) -> int:
        kind = item.value(5).upper()
        if kind in ("MR", "MRN"):
            return 0
        if kind in ("PI", "PT", ""):
            return 1 if item.value(4).upper() not in _SOCIAL else 9
        return 9 if kind in _SOCIAL or "NHS" in kind else 2

    def authority(self, item: Repetition, component: int) -> str:
        """The assigning authority of an identifier: its namespace, else its universal id, else the feed itself."""
        return self.feed.authority(item.value(component) or item.value(component, 2))

    def visit_keys(self) -> tuple[Key, ...]:
        """The visit number (PV1-19), if the message has one."""
        pv1 = self.message.get("PV1")
        number = pv1.first(19) if pv1 else None
        if number is None or not number.value(1):
            return ()
        return ((self.authority(number, 4), "visit", number.value(1)),)

    def facts(self, patient: Patient | None, at: int) -> dict[str, Any]:
        """What agents need to know of the patient: age and language, never a name."""
        facts: dict[str, Any] = {}
        if patient and patient.born:
            found = age(patient.born, at, self.feed.zone)
            if found:
                facts["patient_age"], facts["patient_age_unit"] = found
        if patient and patient.language:
            facts["patient_language"] = patient.language
        return facts


def entity_key(source: Source, item: Repetition, kind: str) -> Key | None:
    """An order's number (data type EI) as a key, or None when empty."""
    if not item.value(1):
        return None
    return source.feed.authority(item.value(2) or item.value(3)), kind, item.value(1)


def order_keys(source: Source, kind: str, *segments: Segment | None) -> tuple[Key, ...]:
    """Placer's and filler's numbers of an order from its ORC and OBR, without repeats."""
    found: list[Key] = []
    for field, side in ((2, "placer"), (3, "filler")):
        for segment in segments:
            key = entity_key(source, segment.first(field), f"{kind}-{side}") if segment else None
            if key and key not in found:
                found.append(key)
    return tuple(found)


def _personal(pid: Segment, leading: Key) -> dict[str, str]:
    name = " ".join(part for part in (pid.value(5, 2), pid.value(5, 1)) if part)
    born = calendar_day(pid.value(7))
    found = {
        "name": name,
        "birth_date": born.isoformat() if born else "",
        "sex": pid.value(8),
        "phone": pid.value(13) or pid.value(13, 12),
        "record_number": leading[2],
    }
    return {field: value for field, value in found.items() if value}


def _language(code: str) -> str | None:
    code = code.lower()
    return _LANGUAGES.get(code, code) if code.isalpha() and 2 <= len(code) <= 3 else None
