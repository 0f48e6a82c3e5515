"""Who takes on more than the clinic's limit, which only stat work may: a lead is told, so that somebody helps."""

from clinicflow.core.derive import derive
from clinicflow.core.ids import endless_case
from clinicflow.core.requests import TAKES
from clinicflow.core.task import Task
from clinicflow.core.work import Work
from clinicflow.core.workload import weight_of


def tell_overload(work: Work, before: Task | None, after: Task) -> None:
    """Derive ``workload-threshold-exceeded`` when a granted request brings a person over the limit of the table
    ``workload``; not again while they are over it."""
    event = work.event
    if work.kind not in TAKES or before is None or after.owner is None or after.owner == before.owner:
        return
    held = event.to_open_weight if work.kind == "task-delegate-requested" else event.open_weight
    if held is None:
        return
    policy = work.bundle.table("workload", event.clinic_id)
    cap = policy.get("cap")
    if cap is None or not held <= cap < held + weight_of(after, policy):
        return
    fields = {"staff_id": after.owner, "limit": "open_tasks"}
    case = endless_case("staff", event.org_id, after.owner)
    name = f"{work.agent.name}/overload"
    work.derive(derive(work.source(), "workload-threshold-exceeded", fields, name, case=case))
