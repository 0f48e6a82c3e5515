"""The visit hears when teaching or a question of it begins, is done, or is open again."""

from collections.abc import Sequence

from clinicflow.agents.education.state import EducationState
from clinicflow.core.agent import Facts, Raise
from clinicflow.core.event import Event


def linked(before: EducationState, after: EducationState, event: Event, facts: Facts) -> Sequence[Raise]:
    """Tell the visit of the case what changed for it."""
    was = None if before.done else before.case_of
    now = None if after.done else after.case_of
    if was == now:
        return ()
    kind = "unknown" if after.ordered is None else "order"  # a question
    fields = {"linked_case_id": event.case_id, "linked_kind": kind}
    if now is not None:
        return (Raise("case-opened", fields, case_id=now),)
    outcome = "cancelled" if after.cancelled else "done"
    return (Raise("case-closed", {**fields, "outcome": outcome}, case_id=was),)
