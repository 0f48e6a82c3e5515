"""What differs so much from the measurement before that a provider is told. Numbers are compared, nothing judged."""

from collections.abc import Iterator, Mapping
from typing import Any

from clinicflow.agents.vitals.findings import Subject, in_ages
from clinicflow.agents.vitals.measure import Readings, as_text
from clinicflow.agents.vitals.state import VitalsState
from clinicflow.core.agent import Raise
from clinicflow.events import VitalsTaken

COMPARED = ("weight", "height")
"""Fields that are compared with the measurement before."""


def before_it(state: VitalsState, event: VitalsTaken) -> dict[str, int]:
    """What was measured before: earlier in this visit, else what the record has of the visit before."""
    known = {"weight": state.weight or event.last_weight, "height": state.height or event.last_height}
    return {name: value for name, value in known.items() if value}


def flags(
    table: Mapping[str, Any], found: Readings, before: Mapping[str, int], subject: Subject, event: VitalsTaken
) -> Iterator[Raise]:
    """One flag for each field of which a row of the table is met."""
    for field in COMPARED:
        now, then = found.get(field), before.get(field)
        if isinstance(now, int) and then is not None:
            rows = (row for row in table["changes"] if row["field"] == field and in_ages(row.get("ages"), subject))
            row = next((row for row in rows if _met(row, now, then)), None)
            if row is not None:
                yield _flag(table, row, now, then, event)


def _met(row: Mapping[str, Any], now: int, then: int) -> bool:
    """Whether the change reaches the row's per cent, in whole numbers."""
    lost, gained = (then - now) * 100, (now - then) * 100
    return ("down_percent" in row and lost >= row["down_percent"] * then) or (
        "up_percent" in row and gained >= row["up_percent"] * then
    )


def _flag(table: Mapping[str, Any], row: Mapping[str, Any], now: int, then: int, event: VitalsTaken) -> Raise:
    value, unit = as_text(row["field"], now)
    fields = {
        "rule_id": row["id"],
        "table": table["table"],
        "table_version": table["version"],
        "parameter": row["field"],
        "value": value,
        "before": as_text(row["field"], then)[0],
        "unit": unit,
        "vitals_event": event.event_id,
    }
    return Raise("measurement-change-flagged", fields, key=row["field"])
