"""What each event does to the front desk's side of a visit. Tasks come from the protocol, not from here."""

from typing import Any

from msgspec.structs import replace

from clinicflow.agents._common import earliest, hands_on
from clinicflow.agents.front_desk.appointments import register as register_appointments
from clinicflow.agents.front_desk.consents import register as register_consents
from clinicflow.agents.front_desk.forms import after_check_in, open_activities
from clinicflow.agents.front_desk.forms import register as register_forms
from clinicflow.agents.front_desk.identity import register as register_identity
from clinicflow.agents.front_desk.red_flags import register as register_red_flags
from clinicflow.agents.front_desk.state import FrontDeskState
from clinicflow.core.agent import Agent, Facts
from clinicflow.core.outcome import Rejection
from clinicflow.events import (
    CheckedIn,
    CheckoutReversed,
    PatientArrived,
    PatientCalled,
    PatientCallUnanswered,
    ProviderEntered,
    ProviderExited,
    Roomed,
    TicketIssued,
    UnmatchedReceived,
    UnmatchedResolved,
    VisitEnded,
)

agent: Agent[FrontDeskState] = Agent("front_desk", FrontDeskState, kinds=("visit", "appointment", "unmatched"))
hands_on(agent)
register_appointments(agent)
register_consents(agent)
register_forms(agent)
register_identity(agent)
register_red_flags(agent)


@agent.on(PatientArrived)
@agent.on(TicketIssued)
def arrived(state: FrontDeskState, event: PatientArrived | TicketIssued, facts: Facts) -> FrontDeskState:
    """Count what says that the patient is there: only the first asks for a check-in."""
    return replace(state, arrivals=state.arrivals + 1)


@agent.on(CheckedIn)
def checked_in(state: FrontDeskState, event: CheckedIn, facts: Facts) -> FrontDeskState:
    """The patient is checked in, with what the desk found missing."""
    return after_check_in(replace(state, checked_in_at=event.occurred_at, emergency=event.acuity == "stat"), event)


@agent.on(PatientCalled)
def called(state: FrontDeskState, event: PatientCalled, facts: Facts) -> FrontDeskState:
    """Keep the number of the last call."""
    return replace(state, calls=max(state.calls, event.call_no))


@agent.on(PatientCallUnanswered)
def unanswered(state: FrontDeskState, event: PatientCallUnanswered, facts: Facts) -> FrontDeskState:
    """Keep the number of the last call that was not answered."""
    return replace(state, unanswered=max(state.unanswered, event.call_no), busy=open_activities(facts))


@agent.on(Roomed)
def roomed(state: FrontDeskState, event: Roomed, facts: Facts) -> FrontDeskState:
    """The patient answered: nobody is looked for."""
    return replace(state, roomed_at=earliest(state.roomed_at, event.occurred_at))


@agent.on(ProviderEntered)
@agent.on(ProviderExited)
def seen(state: FrontDeskState, event: ProviderEntered | ProviderExited, facts: Facts) -> FrontDeskState:
    """A provider was with the patient."""
    return replace(state, seen_at=earliest(state.seen_at, event.occurred_at))


@agent.on(VisitEnded)
def visit_ended(state: FrontDeskState, event: VisitEnded, facts: Facts) -> FrontDeskState:
    """Check-out follows, once."""
    return replace(state, visit_ends=state.visit_ends + 1, ask_checkout=state.visit_ends == 0)


@agent.on(CheckoutReversed)
def back(state: FrontDeskState, event: CheckoutReversed, facts: Facts) -> FrontDeskState:
    """The patient is in the clinic again and has to be checked out anew, whatever was done before."""
    return replace(state, visit_ends=max(state.visit_ends, 1), ask_checkout=True)


@agent.on(UnmatchedReceived)
def unmatched(state: FrontDeskState, event: UnmatchedReceived, facts: Facts) -> FrontDeskState:
    """A message waits for a person."""
    return replace(state, resolved=False)


@agent.on(UnmatchedResolved)
def resolved(state: FrontDeskState, event: UnmatchedResolved, facts: Facts) -> FrontDeskState | Rejection:
    """Somebody said where the message belongs; only once."""
    if state.resolved:
        return Rejection("already-resolved", "Expected a message that waits to be matched, but it was matched already.")
    return replace(state, resolved=True)


@agent.expose
def exposed(state: FrontDeskState) -> dict[str, Any]:
    """What conditions of rules see."""
    return {
        "arrivals": state.arrivals,
        "checked_in_at": state.checked_in_at,
        "roomed_at": state.roomed_at,
        "seen_at": state.seen_at,
        "calls": state.calls,
        "visit_ends": state.visit_ends,
        "ask_checkout": state.ask_checkout,
        "red_flag": state.red_flag,
        "resolved": state.resolved,
        "failed": state.failed,
        "mismatch": state.mismatch,
        "labels_held": state.labels_held,
        "unanswered": state.unanswered,
        "emergency": state.emergency,
        "forms_missing": len(state.forms_missing),
        "busy": list(state.busy),
        "prepare": list(state.prepare),
        "days_ahead": state.days_ahead,
        "consents_refused": len(state.consents_refused),
    }
