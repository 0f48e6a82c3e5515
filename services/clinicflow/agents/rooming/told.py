"""What the patient tells in the room: thoughts of self-harm, and a new allergy that holds the orders of the visit."""

from collections.abc import Sequence

from msgspec.structs import replace

from clinicflow.agents.rooming.state import RoomingState
from clinicflow.core.agent import Agent, Facts, Raise
from clinicflow.events import AllergiesReviewed, CaseClosed, CaseOpened, ScreeningCompleted, SymptomsRecorded

SELF_HARM = "self_harm_thoughts"


def register(agent: Agent[RoomingState]) -> None:
    """Let the agent hear what patients tell, and which orders a visit has."""
    agent.on(SymptomsRecorded)(symptoms)
    agent.on(ScreeningCompleted)(screened)
    agent.on(CaseOpened)(opened)
    agent.on(CaseClosed)(closed)
    agent.derives(AllergiesReviewed)(hold_orders)


def symptoms(state: RoomingState, event: SymptomsRecorded, facts: Facts) -> RoomingState:
    """Whether thoughts of self-harm were told."""
    return replace(state, self_harm=SELF_HARM in event.red_flags)


def screened(state: RoomingState, event: ScreeningCompleted, facts: Facts) -> RoomingState:
    """Whether the item about self-harm was answered with anything but none."""
    return replace(state, self_harm=(event.self_harm_item or 0) > 0)


def opened(state: RoomingState, event: CaseOpened, facts: Facts) -> RoomingState:
    """The visit has an order."""
    if event.linked_kind != "order" or event.linked_case_id in state.orders:
        return state
    return replace(state, orders=(*state.orders, event.linked_case_id))


def closed(state: RoomingState, event: CaseClosed, facts: Facts) -> RoomingState:
    """The order is done."""
    return replace(state, orders=tuple(order for order in state.orders if order != event.linked_case_id))


def hold_orders(before: RoomingState, after: RoomingState, event: AllergiesReviewed, facts: Facts) -> Sequence[Raise]:
    """Every open order waits for its prescriber; whether the allergy speaks against it is not for a program to say."""
    if not event.new_allergens:
        return ()
    return [Raise("medication-held", {"reason": "allergy_added"}, case_id=order) for order in after.orders]
