"""What each event does to an order of a medicine. Tasks come from the protocol, not from here."""

from typing import Any

from clinicflow.agents.medications import claims, counts, doses, orders, prescriptions, weights
from clinicflow.agents.medications.state import MedicationsState
from clinicflow.core.agent import Agent

agent: Agent[MedicationsState] = Agent("medications", MedicationsState, kinds=("order", "stock"), reads=weights.TABLES)

for part in (orders, doses, weights, claims, prescriptions, counts):
    part.register(agent)


@agent.expose
def exposed(state: MedicationsState) -> dict[str, Any]:
    """What conditions of rules see."""
    return {
        "path": state.path or "",
        "visit": state.visit,
        "cancelled": state.cancelled,
        "held": state.held,
        "weight_based": state.weight_based,
        "weight_change": weights.weight_change(state),
        "weight_doubt": state.weight_doubt,
        "screening": state.screening or "",
        "lot_good": state.lot_good,
        "prepared": state.prepared_by is not None,
        "preparer_role": state.preparer_role,
        "verified": state.verified_by is not None,
        "observe": state.observe,
        "observed": state.observed,
        "given": state.given_at is not None,
        "given_at": state.given_at or 0,
        "waits_to_be_given": state.waits_to_be_given,
        "dispensed": state.dispensed,
    }
