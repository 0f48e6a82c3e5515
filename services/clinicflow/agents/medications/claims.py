"""Who may not take a task, although role, credential and scope allow it: a dose has two persons.

The second person verifies, so never who prepared it; and who gives a dose has prepared or verified it.
"""

from typing import Any

from clinicflow.agents.medications.doses import ready
from clinicflow.agents.medications.state import MedicationsState
from clinicflow.core.agent import Agent, Facts
from clinicflow.core.outcome import Rejection
from clinicflow.events import TaskClaimRequested, TaskDelegateRequested, TaskStartRequested

VERIFYING = frozenset({"verify-dose", "double-check-dose"})
GIVING = frozenset({"administer", "administer-oral", "administer-licensed", "administer-vaccine"})


def register(agent: Agent[MedicationsState]) -> None:
    """Let the agent hear who takes its tasks."""
    agent.on(TaskClaimRequested)(taken)
    agent.on(TaskStartRequested)(taken)
    agent.on(TaskDelegateRequested)(delegated)


def taken(
    state: MedicationsState, event: TaskClaimRequested | TaskStartRequested, facts: Facts
) -> MedicationsState | Rejection:
    """Somebody takes a task."""
    return _refused(state, event, event.actor_id, facts) or state


def delegated(state: MedicationsState, event: TaskDelegateRequested, facts: Facts) -> MedicationsState | Rejection:
    """Somebody is given a task."""
    return _refused(state, event, event.to_staff, facts) or state


def _refused(state: MedicationsState, event: Any, person: str | None, facts: Facts) -> Rejection | None:
    activity = next((task.activity for task in facts.tasks if task.task_id == event.task_id), None)
    if activity in VERIFYING and person == state.prepared_by:
        return Rejection("same-person", "Expected a second person to verify, but this one prepared the dose.")
    if activity in GIVING and person not in ready(state):
        return Rejection(
            "another-person", "Expected who prepared or verified the dose to give it, but this is another person."
        )
    return None
