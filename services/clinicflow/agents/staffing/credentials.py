"""Credentials that end, are renewed or are taken away. Who may do what follows from the bundle and from these."""

from msgspec.structs import replace

from clinicflow.agents.staffing.state import StaffingState
from clinicflow.core.agent import Agent, Facts
from clinicflow.core.outcome import Rejection
from clinicflow.core.standing import told
from clinicflow.events import (
    CredentialExpired,
    CredentialExpiring,
    CredentialGranted,
    CredentialRevoked,
    StaffRoleChanged,
)

MANAGER = "MGR"


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
    return replace(state, staff_id=event.staff_id, expiring=waiting, standing=told(state.standing, event))


def granted(state: StaffingState, event: CredentialGranted, facts: Facts) -> StaffingState | Rejection:
    """It was got or renewed; nobody grants anything to themselves, and no other person than a manager does."""
    refused = _by_another("grant a credential", event)
    return refused or _settled(state, event)


def revoked(state: StaffingState, event: CredentialRevoked, facts: Facts) -> StaffingState:
    """There is nothing left to renew. Who gives up their own credential is believed at once."""
    return _settled(state, event)


def role_changed(state: StaffingState, event: StaffRoleChanged, facts: Facts) -> StaffingState | Rejection:
    """Somebody has another role; nobody gives themselves one, and no other person than a manager does."""
    refused = _by_another("change a role", event)
    return refused or replace(state, staff_id=event.staff_id, standing=told(state.standing, event))


def _by_another(what: str, event: CredentialGranted | StaffRoleChanged) -> Rejection | None:
    """A register of credentials, which is no person, is believed."""
    if event.actor_id is None:
        return None
    if event.actor_id == event.staff_id:
        return Rejection("same-person", f"Expected somebody else to {what}, but it was the person whose it is.")
    if event.actor_role != MANAGER:
        return Rejection("not-manager", f"Expected a manager to {what}, but it was {event.actor_role}.")
    return None


def _settled(state: StaffingState, event: CredentialGranted | CredentialRevoked) -> StaffingState:
    left = tuple(each for each in state.expiring if each != event.credential)
    return replace(state, staff_id=event.staff_id, expiring=left, standing=told(state.standing, event))
