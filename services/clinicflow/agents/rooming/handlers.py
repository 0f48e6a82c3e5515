"""What each event does to the rooming agent's side of a visit. Tasks come from the protocol, not from here."""

from typing import Any

from msgspec.structs import replace

from clinicflow.agents._common import earliest, hands_on, latest
from clinicflow.agents.rooming.continuity import known_by
from clinicflow.agents.rooming.continuity import register as register_continuity
from clinicflow.agents.rooming.identity import register as register_identity
from clinicflow.agents.rooming.state import RoomingState
from clinicflow.agents.rooming.told import register as register_told
from clinicflow.core.agent import Agent, Facts
from clinicflow.events import (
    CheckedIn,
    CheckoutReversed,
    PatientArrived,
    ProviderEntered,
    ProviderExited,
    ReadyForProvider,
    Roomed,
    VisitEnded,
)

agent: Agent[RoomingState] = Agent("rooming", RoomingState, kinds=("visit",))
hands_on(agent)
register_continuity(agent)
register_identity(agent)
register_told(agent)


@agent.on(CheckedIn)
@agent.on(PatientArrived)
def appointment(state: RoomingState, event: CheckedIn | PatientArrived, facts: Facts) -> RoomingState:
    """Keep the time of the appointment, from which early patients are due, and who knows the patient."""
    after = replace(state, appointment_at=event.appointment_at or state.appointment_at)
    if isinstance(event, PatientArrived):
        return after
    return replace(known_by(after, event), rooming_held=state.identity_in_doubt)


@agent.on(Roomed)
def roomed(state: RoomingState, event: Roomed, facts: Facts) -> RoomingState:
    """The patient is in a room."""
    at = earliest(state.roomed_at, event.occurred_at)
    return replace(state, roomed_at=at, roomings=state.roomings + 1)


@agent.on(ReadyForProvider)
def ready(state: RoomingState, event: ReadyForProvider, facts: Facts) -> RoomingState:
    """The patient can be seen; a provider is asked once."""
    after = replace(state, ready_at=latest(state.ready_at, event.occurred_at))
    return replace(after, ask_provider=after.waits_for_provider and not state.waits_for_provider)


@agent.on(ProviderEntered)
def entered(state: RoomingState, event: ProviderEntered, facts: Facts) -> RoomingState:
    """A provider went in; what was ordered before may change."""
    after = replace(state, entered_at=latest(state.entered_at, event.occurred_at))
    return replace(after, orders_asked=state.orders_asked and not after.with_provider)


@agent.on(ProviderExited)
def exited(state: RoomingState, event: ProviderExited, facts: Facts) -> RoomingState:
    """A provider came out; the orders are to be carried out, once."""
    after = replace(state, exited_at=latest(state.exited_at, event.occurred_at))
    ask = not after.with_provider and not state.orders_asked
    return replace(after, ask_orders=ask, orders_asked=state.orders_asked or ask)


@agent.on(VisitEnded)
def visit_ended(state: RoomingState, event: VisitEnded, facts: Facts) -> RoomingState:
    """The clinical part is over: the front desk goes on."""
    return replace(state, ended_at=earliest(state.ended_at, event.occurred_at))


@agent.on(CheckoutReversed)
def back(state: RoomingState, event: CheckoutReversed, facts: Facts) -> RoomingState:
    """The patient is in the clinic again. Nobody is asked any more what was asked before the check-out, so a patient
    who is said to be ready, or comes from the provider, is new to those who are asked."""
    return replace(state, ready_at=None if state.waits_for_provider else state.ready_at, orders_asked=False)


@agent.expose
def exposed(state: RoomingState) -> dict[str, Any]:
    """What conditions of rules see."""
    return {
        "appointment_at": state.appointment_at,
        "roomings": state.roomings,
        "roomed_at": state.roomed_at,
        "ready_at": state.ready_at,
        "ended_at": state.ended_at,
        "failed": state.failed,
        "identity_in_doubt": state.identity_in_doubt,
        "rooming_held": state.rooming_held,
        "self_harm": state.self_harm,
        "seen": state.seen,
        "with_provider": state.with_provider,
        "ask_provider": state.ask_provider,
        "ask_orders": state.ask_orders,
        "orders": len(state.orders),
    }
