"""Credentials that end, are renewed or are taken away. Who may do what follows from the dates of the bundle."""

from msgspec.structs import replace

from clinicflow.agents.staffing.state import StaffingState
from clinicflow.core.agent import Agent, Facts
from clinicflow.events import CredentialExpired, CredentialExpiring, CredentialGranted, CredentialRevoked


def register(agent: Agent[StaffingState]) -> None:
    """Let the agent hear of credentials."""
    agent.on(CredentialExpiring)(waits)
    agent.on(CredentialExpired)(waits)
    agent.on(CredentialGranted)(settled)
    agent.on(CredentialRevoked)(settled)


def waits(state: StaffingState, event: CredentialExpiring | CredentialExpired, facts: Facts) -> StaffingState:
    """It must be renewed."""
    known = state.expiring
    waiting = known if event.credential in known else (*known, event.credential)
    return replace(state, staff_id=event.staff_id, expiring=waiting)


def settled(state: StaffingState, event: CredentialGranted | CredentialRevoked, facts: Facts) -> StaffingState:
    """It was renewed, or there is nothing left to renew."""
    left = tuple(each for each in state.expiring if each != event.credential)
    return replace(state, staff_id=event.staff_id, expiring=left)
