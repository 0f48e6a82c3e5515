"""A feed: a declared source of HL7 messages, with everything that its messages leave unsaid."""

from collections.abc import Iterator, Mapping
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from clinicflow.errors import InvalidBundle
from clinicflow.gateway.hl7.er7 import Er7, Repetition

CRITICAL = ("HH", "LL", "AA", "PH", "PL")
"""Abnormal flags (HL7 table 0078, and panic flags in use) that mean critical unless a feed says otherwise."""

ARRIVALS = ("checked-in", "patient-arrived", "none")


class Feed(msgspec.Struct, frozen=True, kw_only=True):
    """One feed, as the bundle declares it. ``clinics`` and ``rooms`` are keyed by parts of PV1-3 or by MSH-4.

    ``codes`` maps local codes to LOINC, ``units`` local units to UCUM, ``vitals`` codes to fields of vitals-taken,
    ``authorities`` what the sender calls an assigning authority to the organization's name of it,
    ``findings`` words of its results, in capitals, to positive, negative or indeterminate. ``visit_types`` maps what
    it calls kinds of visits and appointments, ``staff`` its numbers of people and ``needs`` what it books for an
    appointment (an interpreter, say), each to the organization's word.
    """

    id: str
    org_id: str
    zone: ZoneInfo
    mllp_port: int | None = None
    clinics_by_location: Mapping[str, str] = {}
    clinics_by_facility: Mapping[str, str] = {}
    default_clinic: str | None = None
    rooms: Mapping[str, str] = {}
    a01: str = "checked-in"
    a04: str = "checked-in"
    a02: str = "roomed"
    charset: str | None = None
    codes: Mapping[str, str] = {}
    units: Mapping[str, str] = {}
    authorities: Mapping[str, str] = {}
    critical_flags: tuple[str, ...] = CRITICAL
    vitals: Mapping[str, str] = {}
    findings: Mapping[str, str] = {}
    visit_types: Mapping[str, str] = {}
    staff: Mapping[str, str] = {}
    needs: Mapping[str, str] = {}
    vitals_rounding: bool = False
    """The sender's devices give more digits than are kept: round half to even and keep the original beside it."""
    refills_from: str = "pharmacy"

    def clinic(self, message: Er7) -> str | None:
        """The clinic of a message: by where the patient is or an appointment will be, else by the sending facility,
        else the feed's only one."""
        for location in (*message.all("PV1"), *message.all("AIL")):
            for key in location_keys(location.first(3)):
                if key in self.clinics_by_location:
                    return self.clinics_by_location[key]
        for component in (1, 2):
            facility = message.header.value(4, component)
            if facility in self.clinics_by_facility:
                return self.clinics_by_facility[facility]
        return self.default_clinic

    def room(self, location: Repetition) -> str | None:
        """The room of a location, when the feed knows it."""
        return next((self.rooms[key] for key in location_keys(location) if key in self.rooms), None)

    def authority(self, sent: str) -> str:
        """The organization's name of an assigning authority; a sender's own ids are told apart by the feed."""
        return self.authorities.get(sent, sent) or f"feed:{self.id}"


def location_keys(location: Repetition) -> Iterator[str]:
    """What a location may be listed under, most exact first: place^room^bed, place^room, place, facility."""
    place, room, bed, facility = (location.value(component) for component in (1, 2, 3, 4))
    yield from ("^".join(parts) for parts in ((place, room, bed), (place, room), (place,)) if all(parts))
    if facility:
        yield facility


def feeds_of(document: Mapping[str, Any]) -> dict[str, Feed]:
    """The feeds of a bundle document by id. Raises ``InvalidBundle`` saying which feed and what was expected."""
    declared = document.get("feeds", {})
    listed = declared.values() if isinstance(declared, Mapping) else declared
    feeds = [_feed(entry, str(document["org"])) for entry in listed]
    return {feed.id: feed for feed in feeds}


def _feed(entry: Mapping[str, Any], org_id: str) -> Feed:
    name = str(entry.get("feed", ""))
    if not name:
        raise InvalidBundle("Expected a name under `feed` in every feed file")
    if entry.get("organization", org_id) != org_id:
        raise InvalidBundle(f"feed {name}: expected organization {org_id}")
    clinic_by = entry.get("clinic_by", {})
    transport = entry.get("transport", {})
    optional = {key: entry[key] for key in ("a01", "a02", "a04", "refills_from") if key in entry}
    for key in ("a01", "a04"):
        if optional.get(key, "none") not in ARRIVALS:
            raise InvalidBundle(f"feed {name}: expected {key} to be one of {', '.join(ARRIVALS)}")
    try:
        zone = ZoneInfo(entry["zone"])
    except (KeyError, ValueError, OSError) as error:
        raise InvalidBundle(f"feed {name}: expected an IANA time zone under `zone`") from error
    return Feed(
        id=name,
        org_id=org_id,
        zone=zone,
        mllp_port=transport.get("mllp_port"),
        clinics_by_location=_texts(clinic_by.get("pv1_3")),
        clinics_by_facility=_texts(clinic_by.get("msh_4")),
        default_clinic=clinic_by.get("default"),
        rooms=_texts(entry.get("room_by")),
        charset=entry.get("charset"),
        codes=_texts(entry.get("codes")),
        units=_texts(entry.get("units")),
        authorities=_texts(entry.get("authorities")),
        critical_flags=tuple(entry.get("critical_flags", CRITICAL)),
        vitals=_texts(entry.get("vitals")),
        findings={" ".join(word.upper().split()): found for word, found in _texts(entry.get("findings")).items()},
        visit_types=_texts(entry.get("visit_types")),
        staff=_texts(entry.get("staff")),
        needs=_texts(entry.get("needs")),
        vitals_rounding=bool(entry.get("vitals_rounding", False)),
        **optional,
    )


def _texts(mapping: Mapping[Any, Any] | None) -> dict[str, str]:
    return {str(key): str(value) for key, value in (mapping or {}).items()}
