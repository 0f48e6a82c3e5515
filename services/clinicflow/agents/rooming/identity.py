"""A patient about whose identity there is doubt is not brought to a room."""

from msgspec.structs import replace

from clinicflow.agents.rooming.state import RoomingState
from clinicflow.core.agent import Agent, Facts
from clinicflow.core.outcome import Rejection
from clinicflow.events import IdentityConfirmed, IdentityMismatchFound

ENOUGH = 2
"""How many identifiers must match."""


def register(agent: Agent[RoomingState]) -> None:
    """Let the agent hear of identity."""
    agent.on(IdentityMismatchFound)(doubted)
    agent.on(IdentityConfirmed)(settled)


def doubted(state: RoomingState, event: IdentityMismatchFound, facts: Facts) -> RoomingState:
    """Bringing the patient to a room waits."""
    waiting = any(task.open and task.activity == "room-patient" for task in facts.tasks)
    return replace(
        state, identity_in_doubt=True, rooming_held=waiting or (state.identity_in_doubt and state.rooming_held)
    )


def settled(state: RoomingState, event: IdentityConfirmed, facts: Facts) -> RoomingState | Rejection:
    """It goes on, if it waited."""
    if event.identifiers_matched < ENOUGH:
        found = event.identifiers_matched
        return Rejection("too-few-identifiers", f"Expected two identifiers that match, but there is {found}.")
    held = state.rooming_held and state.identity_in_doubt and state.roomed_at is None
    return replace(state, identity_in_doubt=False, rooming_held=held)
