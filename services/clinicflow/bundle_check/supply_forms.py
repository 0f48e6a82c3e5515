"""The form of the tables that the agents of rooms, sterile processing and supplies read."""

from math import log
from typing import Any

from clinicflow.bundle_check.problems import Place, Report
from clinicflow.bundle_check.shapes import Shape, also, fields, many, mapping, one_of, whole
from clinicflow.bundle_check.shapes import text as some_text
from clinicflow.events import AutoclaveLoadStarted, TemperatureLogged

LONGEST_AIR = 210
"""Minutes: about the longest that the table of air changes knows (207, 2 changes an hour, 99.9 %)."""

AIR_CHANGES = "air_changes"
"""The key under which a table of air times says how often the air of a type of room changes in an hour, as measured."""

MOST_CHANGES = 50
"""The highest number of air changes that the published table knows."""


def shortest_air(changes: int) -> int:
    """Minutes in which so many air changes an hour remove 99 % of what is in the air.

    Source: CDC Guidelines for Environmental Infection Control in Health-Care Facilities, table B.1.
    """
    return round(60 * log(100) / changes)


_cycle = one_of(*AutoclaveLoadStarted.ENUMS["cycle"])
_storage = one_of(*TemperatureLogged.ENUMS["storage"])


def _air(value: Any, place: Place, report: Report) -> None:
    before = report.errors
    mapping(whole)(value, place, report)
    if report.errors > before:
        return
    if not value:
        report.error(place, "Expected at least one type of room, but there is none")
    for kind, minutes in value.items():
        if not 0 < minutes <= LONGEST_AIR:
            report.error((*place, kind), f"Expected 1 to {LONGEST_AIR} minutes, but got {minutes}")


def _changes(value: int, place: Place, report: Report) -> None:
    if not 2 <= value <= MOST_CHANGES:
        report.error(place, f"Expected 2 to {MOST_CHANGES} air changes an hour, but got {value}")


def _limits(value: Any, place: Place, report: Report) -> None:
    before = report.errors
    mapping(fields({"min": whole, "max": whole}), _storage)(value, place, report)
    if report.errors > before:
        return
    for name in TemperatureLogged.ENUMS["storage"]:
        if name not in value:
            report.error(place, f"Expected limits of {name}, but there are none")
        elif value[name]["min"] >= value[name]["max"]:
            report.error((*place, name), "Expected a min below the max, but it is not")


_least = fields({}, {"temp": whole, "minutes": whole, "pressure": whole})
_item = fields({"par": whole}, {"vaccine_codes": many(some_text, at_least=1)})

SUPPLY_FORMS: dict[str, Shape] = {
    "air-times": fields({"minutes": _air}, {AIR_CHANGES: mapping(also(whole, _changes))}, open_=True),
    "sterile-policy": fields({"cycles": mapping(_least, _cycle), "recall_at": one_of("first", "repeat")}, open_=True),
    "cold-storage": fields({"limits": _limits}, open_=True),
    "stock-levels": fields({"items": mapping(_item)}, open_=True),
}
