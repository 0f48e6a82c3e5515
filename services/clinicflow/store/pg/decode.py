"""Rows of the database to rows of the ports and back."""

from collections.abc import Sequence
from typing import Any

from clinicflow.core.outcome import Timer
from clinicflow.store.rows import DeadLetter, Message, PlacedRow, TimerRow


def placed_rows(records: Sequence[Any]) -> list[PlacedRow]:
    """Columns come in the order of ``PlacedRow``."""
    return [PlacedRow(*record) for record in records]


def dead_letter(record: Any, payload: bytes = b"") -> DeadLetter:
    """A dead letter; its payload is given by whoever may read it."""
    names = [name for name in DeadLetter.__struct_fields__ if name != "payload"]
    return DeadLetter(**{name: record[name] for name in names}, payload=payload)


def timer_row(record: Any) -> TimerRow:
    """A running timer with its case."""
    timer = Timer(*(record[name] for name in ("timer_id", "rule", "step", "cause", "due_at", "fires_at")))
    names = ("partition", "org_id", "clinic_id", "case_id", "agent")
    return TimerRow(**{name: record[name] for name in names}, timer=timer)


def message(record: Any, raw: bytes = b"") -> Message:
    """A foreign message; its raw text is given by whoever may read it."""
    names = ("org_id", "feed", "control_id", "message_type", "received_at", "outcome", "acknowledgement", "reason")
    return Message(
        message_id=record["id"],
        **{name: record[name] for name in names},
        event_ids=tuple(record["event_ids"]),
        patient_id=record["patient_id"],
        raw=raw,
    )
