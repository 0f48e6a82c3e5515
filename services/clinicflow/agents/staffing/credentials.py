"""Credentials that end, are renewed or are taken away. Who may do what follows from the dates of the bundle."""

from msgspec.structs import replace

from clinicflow.agents.staffing.state import StaffingState
from clinicflow.core.agent import Agent, Facts
from clinicflow.core.outcome import Rejection
from clinicflow.events import (
    CredentialExpired,
    CredentialExpiring,
    CredentialGranted,
    CredentialRevoked,
    StaffRoleChanged,
)


def register(agent: Agent[StaffingState]) -> None:
    """Let the agent hear of credentials."""
    agent.on(CredentialExpiring)(waits)
    agent.on(CredentialExpired)(waits)
    agent.on(CredentialGranted)(granted)
    agent.on(CredentialRevoked)(revoked)
    agent.on(StaffRoleChanged)(role_changed)


def waits(state: StaffingState, event: CredentialExpiring | CredentialExpired, facts: Facts) -> StaffingState:
    """It must be renewed."""
    known = state.expiring
    waiting = known if event.credential in known else (*known, event.credential)
    return replace(state, staff_id=event.staff_id, expiring=waiting)


def granted(state: StaffingState, event: CredentialGranted, facts: Facts) -> StaffingState | Rejection:
    """It was renewed; nobody grants anything to themselves."""
    if event.actor_id == event.staff_id:
        return _own("grant a credential")
    return _settled(state, event)


def revoked(state: StaffingState, event: CredentialRevoked, facts: Facts) -> StaffingState:
    """There is nothing left to renew. Who gives up their own credential is believed at once."""
    return _settled(state, event)


def role_changed(state: StaffingState, event: StaffRoleChanged, facts: Facts) -> StaffingState | Rejection:
    """Somebody has another role; nobody gives themselves one."""
    if event.actor_id == event.staff_id:
        return _own("change a role")
    return replace(state, staff_id=event.staff_id)


def _own(what: str) -> Rejection:
    return Rejection("same-person", f"Expected somebody else to {what}, but it was the person whose it is.")


def _settled(state: StaffingState, event: CredentialGranted | CredentialRevoked) -> StaffingState:
    left = tuple(each for each in state.expiring if each != event.credential)
    return replace(state, staff_id=event.staff_id, expiring=left)
