"""Tasks and visits as the bytes that the store keeps, and the numbers that stand for status and priority."""

import msgspec

from clinicflow.core.view import VisitView
from clinicflow.store.rows import DueTimer, TaskRow

STATUS: dict[str, int] = {
    name: number
    for number, name in enumerate(
        ("requested", "accepted", "in-progress", "on-hold", "completed", "failed", "cancelled", "entered-in-error")
    )
}
PRIORITY: dict[str, int] = {"routine": 0, "urgent": 1, "asap": 2, "stat": 3}

encode_msgpack = msgspec.msgpack.Encoder().encode
decode_task = msgspec.msgpack.Decoder(TaskRow).decode
decode_view = msgspec.msgpack.Decoder(VisitView).decode


def due_escalation(row: TaskRow) -> DueTimer:
    """The escalation timer of an open task."""
    task = row.task
    return DueTimer(
        org_id=row.org_id,
        clinic_id=row.clinic_id,
        case_id=row.case_id,
        agent=task.agent,
        timer_id=task.escalation_timer or task.task_id,
        due_at=task.due_at,
        fires_at=task.escalate_at or task.due_at,
        task_id=task.task_id,
    )
