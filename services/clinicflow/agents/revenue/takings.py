"""Money that came in at a visit or for a claim, told to the books of the clinic."""

from collections.abc import Sequence

from clinicflow.agents.revenue.state import RevenueState
from clinicflow.core.agent import Facts, Raise
from clinicflow.core.ids import endless_case
from clinicflow.events import ClaimPaid, CopayCollected, PaymentReceived


def to_the_clinic(
    before: RevenueState, after: RevenueState, event: CopayCollected | PaymentReceived | ClaimPaid, facts: Facts
) -> Sequence[Raise]:
    """The amount as an event of the clinic: what is voided here is taken back there."""
    method = "transfer" if isinstance(event, ClaimPaid) else event.method
    fields = {"amount": event.amount, "currency": event.currency, "method": method}
    return (Raise("takings-recorded", fields, case_id=endless_case("clinic", event.org_id, event.clinic_id)),)
