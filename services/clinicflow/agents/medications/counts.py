"""Counts of controlled drugs: two persons, one of them licensed; a difference is an event of its own."""

from collections.abc import Sequence

from clinicflow.agents._common import NURSE_OR_PRESCRIBER
from clinicflow.agents.medications.state import MedicationsState
from clinicflow.core.agent import Agent, Facts, Raise
from clinicflow.core.outcome import Rejection
from clinicflow.events import ControlledCountCompleted


def register(agent: Agent[MedicationsState]) -> None:
    """Let the agent hear of counts."""
    agent.on(ControlledCountCompleted)(counted)
    agent.derives(ControlledCountCompleted)(differing)


def counted(state: MedicationsState, event: ControlledCountCompleted, facts: Facts) -> MedicationsState | Rejection:
    """A count needs two persons; an assistant counts with a nurse or a prescriber, never with another assistant."""
    if event.second_by is None or event.second_by == event.actor_id:
        return Rejection("second-person-missing", "Expected two persons to count, but there is only one signature.")
    if not NURSE_OR_PRESCRIBER & {event.actor_role, event.second_role}:
        return Rejection("not-licensed", "Expected a nurse or a prescriber among the two who count, but there is none.")
    return state


def differing(
    before: MedicationsState, after: MedicationsState, event: ControlledCountCompleted, facts: Facts
) -> Sequence[Raise]:
    """A count that is not what the register says."""
    if event.found == event.expected:
        return ()
    fields = {"item_id": event.item_id, "expected": event.expected, "found": event.found}
    return (Raise("controlled-count-mismatch", fields),)
