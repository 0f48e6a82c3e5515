"""What each event of a clinic does to its waiting area: late providers, long queues, and the wait that screens show."""

from msgspec.structs import replace

from clinicflow.agents.flow.state import ClinicSide, FlowState
from clinicflow.core.agent import Agent, Facts
from clinicflow.core.outcome import Rejection
from clinicflow.events import ProviderDelayed, QueueLimitExceeded, WaitEstimatePublished, WaitEstimateWithdrawn


def register(agent: Agent[FlowState]) -> None:
    """Let the agent hear of clinics."""
    agent.on(ProviderDelayed)(behind)
    agent.on(QueueLimitExceeded)(behind)
    agent.on(WaitEstimatePublished)(estimated)
    agent.on(WaitEstimateWithdrawn)(withdrawn)


def behind(state: FlowState, event: ProviderDelayed | QueueLimitExceeded, facts: Facts) -> FlowState:
    """Patients wait too long: keep what somebody was asked to do about it before."""
    asked = tuple(dict.fromkeys(task.activity for task in facts.tasks if task.open))
    return replace(state, clinic=replace(_side(state), asked=asked))


def estimated(state: FlowState, event: WaitEstimatePublished, facts: Facts) -> FlowState | Rejection:
    """Screens show this until the next one."""
    if event.p50_min > event.p90_min:
        return Rejection("no-range", "Expected p50 not above p90, but it is.")
    return replace(state, clinic=replace(_side(state), p90_min=event.p90_min))


def withdrawn(state: FlowState, event: WaitEstimateWithdrawn, facts: Facts) -> FlowState:
    """Screens show no number."""
    return replace(state, clinic=replace(_side(state), p90_min=None))


def _side(state: FlowState) -> ClinicSide:
    return state.clinic or ClinicSide()
