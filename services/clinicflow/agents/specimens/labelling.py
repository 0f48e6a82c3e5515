"""Who labels a specimen: the assistant who took it, at the chair, or a nurse; no tube changes hands unnamed."""

from typing import Any

from msgspec.structs import replace

from clinicflow.agents.specimens.state import SpecimensState
from clinicflow.core.agent import Agent, Facts
from clinicflow.core.outcome import Rejection
from clinicflow.events import SpecimenCollected, TaskClaimRequested, TaskDelegateRequested, TaskStartRequested


def register(agent: Agent[SpecimensState]) -> None:
    """Let the agent hear who takes its tasks."""
    agent.on(TaskClaimRequested)(taken)
    agent.on(TaskStartRequested)(taken)
    agent.on(TaskDelegateRequested)(delegated)


def taken_by(state: SpecimensState, event: SpecimenCollected) -> SpecimensState:
    """Keep who took the specimen."""
    if event.actor_id is None:
        return state
    return replace(state, collectors=(*state.collectors, (event.specimen_id, event.actor_id)))


def taken(
    state: SpecimensState, event: TaskClaimRequested | TaskStartRequested, facts: Facts
) -> SpecimensState | Rejection:
    """Somebody takes a task."""
    return _refused(state, event, event.actor_id, event.actor_role, facts) or state


def delegated(state: SpecimensState, event: TaskDelegateRequested, facts: Facts) -> SpecimensState | Rejection:
    """Somebody is given a task."""
    return _refused(state, event, event.to_staff, event.to_role, facts) or state


def _refused(state: SpecimensState, event: Any, person: str | None, role: str | None, facts: Facts) -> Rejection | None:
    """Another assistant than the one who took what is to be labelled; when nobody knows who did, anybody may."""
    labels = any(task.task_id == event.task_id and task.activity == "label-specimen" for task in facts.tasks)
    unlabelled = [found for found in state.collected if found not in state.labelled]
    collectors = {who for specimen, who in state.collectors if specimen in unlabelled}
    if not labels or role != "MA" or not collectors or person in collectors:
        return None
    return Rejection("another-person", "Expected who took the specimen to label it, or a nurse, but it is another one.")
