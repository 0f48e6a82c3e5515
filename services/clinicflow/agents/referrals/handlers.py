"""The agent, its themes, emergencies in the clinic, and what conditions of rules see."""

from typing import Any

from msgspec.structs import replace

from clinicflow.agents._common import hands_on
from clinicflow.agents.referrals import loop, orders
from clinicflow.agents.referrals.state import ReferralsState
from clinicflow.core.agent import Agent, Facts
from clinicflow.core.outcome import Rejection
from clinicflow.events import EmergencyCalled, HandedToAmbulance

agent: Agent[ReferralsState] = Agent("referrals", ReferralsState, kinds=("referral", "visit"))
hands_on(agent)

for theme in (orders, loop):
    theme.register(agent)


@agent.on(EmergencyCalled)
def emergency(state: ReferralsState, event: EmergencyCalled, facts: Facts) -> ReferralsState | Rejection:
    """The emergency service is called, once until it has taken over."""
    if state.emergency:
        return Rejection("already-called", "Expected a first call for this patient, but the ambulance is on its way.")
    return replace(state, emergency=True)


@agent.on(HandedToAmbulance)
def handed_over(state: ReferralsState, event: HandedToAmbulance, facts: Facts) -> ReferralsState:
    """The crew has the patient."""
    return replace(state, emergency=False)


@agent.expose
def exposed(state: ReferralsState) -> dict[str, Any]:
    """What conditions of rules see."""
    return {
        "open": not state.done,
        "urgency": state.urgency or "",
        "authorized": state.authorized,
        "send_now": state.send_now,
        "answered": state.answered,
        "scheduled": state.scheduled,
        "attended": state.attended,
        "unread": state.unread,
        "reachable": state.reachable,
        "prepared": state.prepared,
        "interpreters": state.interpreters,
        "emergency": state.emergency,
        "failed": state.failed,
    }
