"""Checks of feeds: they belong to this organization, lead to clinics that exist, and fill fields that exist."""

from collections.abc import Mapping
from typing import Any

from clinicflow.bundle_check.problems import Place, Report
from clinicflow.events import EVENT_TYPES

Raw = Mapping[str, Any]


def check_feeds(document: Raw, report: Report) -> None:
    """Check every feed of the bundle."""
    ports: dict[int, str] = {}
    for name, feed in document["feeds"].items():
        place: Place = ("feeds", name)
        if feed["organization"] != document["org"]:
            report.error((*place, "organization"), f"Expected {document['org']!r}, but got {feed['organization']!r}")
        _check_clinics(feed, place, document["clinics"], report)
        _check_vitals(feed, place, report)
        for number, person in feed.get("staff", {}).items():
            if person not in document["staff"]:
                report.unknown((*place, "staff", number), "member of staff", person, document["staff"])
        port = feed.get("transport", {}).get("mllp_port")
        if port is not None:
            _check_port(port, name, (*place, "transport", "mllp_port"), ports, report)


def _check_clinics(feed: Raw, place: Place, clinics: Raw, report: Report) -> None:
    for key, value in feed.get("clinic_by", {}).items():
        named = value.items() if isinstance(value, Mapping) else [(None, value)]
        for inner, clinic in named:
            at = (*place, "clinic_by", key) if inner is None else (*place, "clinic_by", key, inner)
            if clinic not in clinics:
                report.unknown(at, "clinic", clinic, clinics)
    rooms = {room["id"] for clinic in clinics.values() for room in clinic["rooms"]}
    for key, value in feed.get("room_by", {}).items():
        if value not in rooms:
            report.unknown((*place, "room_by", key), "room", str(value), rooms)


def _check_vitals(feed: Raw, place: Place, report: Report) -> None:
    known = EVENT_TYPES["vitals-taken"].__struct_fields__
    for code, field in feed.get("vitals", {}).items():
        if field not in known:
            report.unknown((*place, "vitals", code), "field of vitals-taken", field, known)


def _check_port(port: int, name: str, place: Place, ports: dict[int, str], report: Report) -> None:
    if not 0 <= port <= 65535:
        report.error(place, f"Expected a port from 0 to 65535, but got {port}")
    if port and port in ports:
        report.error(place, f"Expected a port of its own, but feed {ports[port]} has {port} too")
    ports.setdefault(port, name)
