"""The loop: sent, answered, scheduled, attended, reported, read. Where it breaks somebody asks."""

from msgspec.structs import replace

from clinicflow.agents._common import PRESCRIBER
from clinicflow.agents.referrals.links import linked
from clinicflow.agents.referrals.state import ReferralsState
from clinicflow.core.agent import Agent, Facts
from clinicflow.core.outcome import Rejection
from clinicflow.events import (
    DischargeCallMade,
    ReferralAccepted,
    ReferralAttended,
    ReferralClosed,
    ReferralDeclined,
    ReferralReportReceived,
    ReferralScheduled,
    ReferralSent,
)


def register(agent: Agent[ReferralsState]) -> None:
    """Let the agent hear of the loop."""
    agent.on(ReferralSent)(sent)
    agent.on(ReferralAccepted)(answered)
    agent.on(ReferralDeclined)(answered)
    agent.on(ReferralScheduled)(scheduled)
    agent.on(ReferralAttended)(attended)
    agent.on(ReferralReportReceived)(reported)
    agent.on(ReferralClosed)(closed)
    agent.on(DischargeCallMade)(called)
    agent.derives(ReferralReportReceived, ReferralClosed)(linked)


def sent(state: ReferralsState, event: ReferralSent, facts: Facts) -> ReferralsState | Rejection:
    """It is on its way, if the payer allows it or a prescriber does not wait for that."""
    if state.what is not None and not state.authorized:
        return Rejection("not-authorized", "Expected a referral that the payer authorised, but it did not yet.")
    if state.cancelled:
        return Rejection("cancelled", "Expected a referral that is wanted, but it was withdrawn.")
    return replace(state, sent=True, answered=False, scheduled=False, send_now=False)


def answered(state: ReferralsState, event: ReferralAccepted | ReferralDeclined, facts: Facts) -> ReferralsState:
    """The specialist takes the patient, or does not."""
    return replace(state, answered=True)


def scheduled(state: ReferralsState, event: ReferralScheduled, facts: Facts) -> ReferralsState:
    """The patient has an appointment there."""
    return replace(state, answered=True, scheduled=True, appointment_at=event.appointment_at)


def attended(state: ReferralsState, event: ReferralAttended, facts: Facts) -> ReferralsState:
    """Whether the patient went."""
    return replace(state, answered=True, attended=event.attended)


def reported(state: ReferralsState, event: ReferralReportReceived, facts: Facts) -> ReferralsState:
    """A report must be read, also one that comes after the loop was closed."""
    return replace(state, answered=True, attended=True, unread=True, closed=False)


def closed(state: ReferralsState, event: ReferralClosed, facts: Facts) -> ReferralsState | Rejection:
    """The loop is closed: by a prescriber who has read the report, or because nothing is wanted any more."""
    if event.actor_role is not None and event.actor_role not in PRESCRIBER:
        return Rejection("prescriber-needed", f"Expected a prescriber to close this, but it was {event.actor_role}.")
    if event.outcome == "report_reviewed" and not state.unread:
        return Rejection("no-report", "Expected a report to review, but none has come.")
    return replace(state, closed=True, unread=False)


def called(state: ReferralsState, event: DischargeCallMade, facts: Facts) -> ReferralsState:
    """The patient who came home from a hospital was called."""
    return replace(state, closed=event.reached)
