"""What a request says of how busy a person is: counted from the tasks that the person holds, never claimed."""

from typing import Any

from clinicflow.core.bundle import Bundle
from clinicflow.core.event import Event
from clinicflow.core.ids import endless_case
from clinicflow.core.workload import BREAK_OVERDUE, weight_held
from clinicflow.store.ports import Store


async def stamps(
    store: Store, bundle: Bundle, kind: type[Event], staff: dict[str, str], clinic_id: str
) -> dict[str, Any]:
    """The fields of this event type that tell how busy people are; ``staff`` is by prefix ("" asks, "to_" gets it)."""
    wanted = {prefix: name for prefix, name in staff.items() if f"{prefix}open_weight" in kind.STAMPED}
    if not wanted:
        return {}
    held = [row.task for row in await store.held_tasks(bundle.org_id, clinic_id)]
    policy = bundle.table("workload", clinic_id)
    found: dict[str, Any] = {}
    for prefix, name in wanted.items():
        found[f"{prefix}open_weight"] = weight_held(held, name, policy)
        found[f"{prefix}break_overdue"] = await _break_overdue(store, bundle.org_id, name)
    return found


async def _break_overdue(store: Store, org_id: str, staff_id: str) -> bool:
    tasks = await store.tasks(org_id, case_id=endless_case("staff", org_id, staff_id))
    return any(row.task.rule == BREAK_OVERDUE for row in tasks)
