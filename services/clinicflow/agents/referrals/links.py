"""The visit hears when a referral of it begins, is done, or is open again."""

from collections.abc import Sequence

from clinicflow.agents.referrals.state import ReferralsState
from clinicflow.core.agent import Facts, Raise
from clinicflow.core.event import Event


def linked(before: ReferralsState, after: ReferralsState, event: Event, facts: Facts) -> Sequence[Raise]:
    """Tell the visit what changed for it."""
    if after.case_of is None or before.done == after.done:
        return ()
    fields = {"linked_case_id": event.case_id, "linked_kind": "order"}
    if not after.done:
        return (Raise("case-opened", fields, case_id=after.case_of),)
    outcome = "cancelled" if after.cancelled else "closed"
    return (Raise("case-closed", {**fields, "outcome": outcome}, case_id=after.case_of),)
