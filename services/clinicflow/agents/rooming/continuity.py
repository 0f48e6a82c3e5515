"""A returning patient is first offered to the assistant who knows them, for a few minutes, if that one is here."""

from msgspec.structs import replace

from clinicflow.agents.rooming.state import RoomingState
from clinicflow.core.agent import Agent, Facts
from clinicflow.core.durations import MINUTE
from clinicflow.core.outcome import Rejection
from clinicflow.core.task import Task
from clinicflow.events import CheckedIn, TaskClaimRequested, TaskStartRequested

FIRST_OFFER = 3 * MINUTE
"""How long others leave the patient to the assistant of the last visit."""


def register(agent: Agent[RoomingState]) -> None:
    """Let the agent look at who takes a patient to the room."""
    agent.on(TaskClaimRequested)(taken)
    agent.on(TaskStartRequested)(taken)


def known_by(state: RoomingState, event: CheckedIn) -> RoomingState:
    """The state with the assistant to be asked first; nobody when they are away, or not known to be here."""
    return replace(state, known_by=event.preferred_staff if event.preferred_present else None)


def taken(
    state: RoomingState, event: TaskClaimRequested | TaskStartRequested, facts: Facts
) -> RoomingState | Rejection:
    """Refuse others for a while; an urgent patient does not wait."""
    task = next((task for task in facts.tasks if task.task_id == event.task_id), None)
    if task is None or not _kept(task, state, event.occurred_at):
        return state
    if event.actor_id == state.known_by:
        return state
    return Rejection("offered-first", "Expected the assistant of the last visit to be asked first, for three minutes.")


def _kept(task: Task, state: RoomingState, now: int) -> bool:
    if task.activity != "room-patient" or task.priority != "routine" or state.known_by is None:
        return False
    return state.known_by not in task.declined_by and now < task.created_at + FIRST_OFFER
