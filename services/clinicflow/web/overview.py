"""Live counts of one clinic for the start page: no ids, no names."""

import msgspec

from clinicflow.core.line import QUEUE
from clinicflow.core.visit import ended
from clinicflow.web.mirror import Mirror


class Overview(msgspec.Struct, frozen=True):
    """How many patients are in the clinic, how many of them wait for a room, open tasks and overdue ones."""

    id: str
    name: str
    zone: str
    patients: int
    waiting: int
    tasks: int
    overdue: int


def overview(mirror: Mirror, clinic_id: str, now: int) -> Overview:
    """The counts at ``now`` (UTC microseconds)."""
    clinic = mirror.bundle.clinic(clinic_id)
    stages = [view.stage for view in mirror.visits(clinic_id).values() if not ended(view.stage)]
    tasks = mirror.clinic_tasks(clinic_id)
    return Overview(
        id=clinic_id,
        name=str(clinic.get("name", clinic_id)),
        zone=str(clinic.get("zone", "UTC")),
        patients=len(stages),
        waiting=sum(1 for stage in stages if stage in QUEUE),
        tasks=len(tasks),
        overdue=sum(1 for row in tasks if row.task.late(now)),
    )
