"""Referrals and tests elsewhere as they begin: what the payer must allow first, and what a prescriber decides."""

from msgspec.structs import replace

from clinicflow.agents._common import PRESCRIBER, understood
from clinicflow.agents.referrals.links import linked
from clinicflow.agents.referrals.state import ReferralsState
from clinicflow.core.agent import Agent, Facts
from clinicflow.core.outcome import Rejection
from clinicflow.events import (
    HospitalDischargeNotified,
    InterpreterBooked,
    OutsideTestArranged,
    PreparationGiven,
    PriorAuthDecided,
    ReferralCancelled,
    ReferralDecided,
    ReferralOrdered,
)

SENDS = frozenset({"send_elsewhere", "send_without_authorization"})
"""Decisions after which the referral is sent."""


def register(agent: Agent[ReferralsState]) -> None:
    """Let the agent hear of orders."""
    agent.on(ReferralOrdered)(ordered)
    agent.on(OutsideTestArranged)(arranged)
    agent.on(HospitalDischargeNotified)(discharged)
    agent.on(PriorAuthDecided)(authorized)
    agent.on(ReferralDecided)(decided)
    agent.on(ReferralCancelled)(cancelled)
    agent.on(PreparationGiven)(prepared)
    agent.on(InterpreterBooked)(interpreter)
    agent.derives(ReferralOrdered, OutsideTestArranged, ReferralDecided, ReferralCancelled)(linked)


def ordered(state: ReferralsState, event: ReferralOrdered, facts: Facts) -> ReferralsState | Rejection:
    """What is stat goes out at once; everything else waits for the payer where the payer wants to be asked."""
    if state.what is not None:
        return _known()
    free = not event.auth_needed or event.urgency == "stat"
    after = replace(state, what="referral", case_of=event.visit_case_id, urgency=event.urgency)
    return replace(after, authorized=free, send_now=free)


def arranged(state: ReferralsState, event: OutsideTestArranged, facts: Facts) -> ReferralsState | Rejection:
    """A test has its place and time from the beginning."""
    if state.what is not None:
        return _known()
    after = replace(state, what="test", case_of=event.visit_case_id, authorized=not event.auth_needed)
    return replace(after, appointment_at=event.scheduled_at, scheduled=True, sent=True, reachable=understood(facts))


def discharged(state: ReferralsState, event: HospitalDischargeNotified, facts: Facts) -> ReferralsState | Rejection:
    """A hospital has sent the patient home."""
    return _known() if state.what is not None else replace(state, what="discharge")


def _known() -> Rejection:
    return Rejection("already-ordered", "Expected a new referral, but this one began before.")


def authorized(state: ReferralsState, event: PriorAuthDecided, facts: Facts) -> ReferralsState:
    """The payer allows it, and what waited for that is sent; or does not, and a prescriber decides."""
    approved = event.decision == "approved"
    waits = approved and not state.authorized and not state.sent and not state.done
    return replace(state, authorized=state.authorized or approved, send_now=waits)


def decided(state: ReferralsState, event: ReferralDecided, facts: Facts) -> ReferralsState | Rejection:
    """Only a prescriber says how a declined referral goes on, or that it does not."""
    if event.actor_role is not None and event.actor_role not in PRESCRIBER:
        return Rejection("prescriber-needed", f"Expected a prescriber to decide this, but it was {event.actor_role}.")
    sends = event.decision in SENDS
    after = replace(state, authorized=state.authorized or sends, send_now=sends)
    return replace(after, closed=True, unread=False) if event.decision == "close" else after


def cancelled(state: ReferralsState, event: ReferralCancelled, facts: Facts) -> ReferralsState:
    """It is withdrawn."""
    return replace(state, cancelled=True, send_now=False)


def prepared(state: ReferralsState, event: PreparationGiven, facts: Facts) -> ReferralsState:
    """The patient knows how to prepare."""
    return replace(state, prepared=True)


def interpreter(state: ReferralsState, event: InterpreterBooked, facts: Facts) -> ReferralsState:
    """Somebody interprets."""
    return replace(state, interpreters=state.interpreters + 1)
