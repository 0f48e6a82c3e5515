"""Orders of the visit whose dose goes by weight hear what the patient weighs, whichever came first."""

from collections.abc import Sequence

from msgspec.structs import replace

from clinicflow.agents.vitals.state import VitalsState, Weighed
from clinicflow.core.agent import Agent, Facts, Raise
from clinicflow.events import CaseClosed, CaseOpened, VitalsTaken


def register(agent: Agent[VitalsState]) -> None:
    """Let the agent hear of the orders of a visit."""
    agent.on(CaseOpened)(opened)
    agent.on(CaseClosed)(closed)
    agent.derives(CaseOpened)(tell_order)


def opened(state: VitalsState, event: CaseOpened, facts: Facts) -> VitalsState:
    """An order that asks for the weight."""
    if not event.by_weight or event.linked_case_id in state.doses:
        return state
    return replace(state, doses=(*state.doses, event.linked_case_id))


def closed(state: VitalsState, event: CaseClosed, facts: Facts) -> VitalsState:
    """The order is done."""
    return replace(state, doses=tuple(order for order in state.doses if order != event.linked_case_id))


def weighed(state: VitalsState, event: VitalsTaken, weight: int | None) -> VitalsState:
    """The state with this weight, if it can be true and none was measured later."""
    if weight is None or (state.weighed is not None and state.weighed.at > event.occurred_at):
        return state
    sent = next(((one.value, one.unit) for one in event.originals if one.field == "weight"), None)
    return replace(state, weighed=Weighed(weight, event.occurred_at, event.event_id, sent))


def tell_orders(before: VitalsState, after: VitalsState, visit: str) -> Sequence[Raise]:
    """A new weight, for every order that asks for it."""
    if after.weighed is None or after.weighed == before.weighed:
        return ()
    return [_told(after.weighed, order, visit) for order in after.doses]


def tell_order(before: VitalsState, after: VitalsState, event: CaseOpened, facts: Facts) -> Sequence[Raise]:
    """The order comes after the weight."""
    if after.weighed is None or after.doses == before.doses:
        return ()
    return (_told(after.weighed, event.linked_case_id, event.case_id),)


def _told(weight: Weighed, order: str, visit: str) -> Raise:
    fields = {
        "weight": weight.weight,
        "measured_at": weight.at,
        "vitals_event": weight.event_id,
        "visit_case_id": visit,
        "originals": []
        if weight.sent is None
        else [{"field": "weight", "value": weight.sent[0], "unit": weight.sent[1]}],
    }
    return Raise("weight-measured", fields, case_id=order, key=order)
