"""The refill protocol: facts about the request against a table. Nothing is judged, what is not known is not met."""

from collections.abc import Mapping
from typing import Any

from clinicflow.agents._ages import child
from clinicflow.core.event import Micros
from clinicflow.core.outcome import PatientFacts
from clinicflow.events import RefillRequested

OUTCOMES = ("pass", "visit_due", "lab_due", "prescriber")
"""What a check may lead to, the strictest last."""

DAY = 86_400_000_000


def check(event: RefillRequested, patient: PatientFacts, table: Mapping[str, Any]) -> tuple[str, list[str]]:
    """The strictest outcome of all checks that are not met, and the ids of those that led to it or below, in order."""
    unmet = [row for row in table["checks"] if not _met(row, event, patient)]
    outcome = max((row["outcome"] for row in unmet), key=OUTCOMES.index, default="pass")
    return outcome, [row["id"] for row in unmet]


def _met(row: Mapping[str, Any], event: RefillRequested, patient: PatientFacts) -> bool:
    """Whether a check is met; one for children only is met by everybody who is known to be none."""
    if "ages" in row and child(patient) is False:
        return True
    value = getattr(event, row["field"])
    if value is None and row["field"] == "pregnant":
        value = patient.pregnant
    if value is None:
        return bool(row.get("unknown") == "pass")
    if "is" in row:
        return value in row["is"]
    if "at_most" in row:
        return bool(value <= row["at_most"])
    return _within(value, event.occurred_at, row["within_days"])


def _within(then: Micros, now: Micros, days: int) -> bool:
    return now - then <= days * DAY
