"""What patients say of their visit: who was unhappy has complained."""

from collections.abc import Sequence

from clinicflow.agents.flow.state import FlowState
from clinicflow.core.agent import Agent, Facts, Raise
from clinicflow.core.ids import named
from clinicflow.events import DissatisfactionFlagged


def register(agent: Agent[FlowState]) -> None:
    """Let the agent hear who was unhappy."""
    agent.derives(DissatisfactionFlagged)(complains)


def complains(before: FlowState, after: FlowState, event: DissatisfactionFlagged, facts: Facts) -> Sequence[Raise]:
    """A complaint, which is a case of its own and names the visit and the answer that it was made from."""
    fields = {"channel": "other", "visit_case_id": event.case_id, "feedback_event": event.feedback_event}
    case = named(f"complaint-from-feedback|{event.org_id}|{event.feedback_event}")
    return (Raise("complaint-received", fields, case_id=case),)
