"""What each event does to an incident or a complaint. What must be done follows from the rules."""

from typing import Any

from msgspec.structs import replace

from clinicflow.agents.safety.state import SafetyState
from clinicflow.core.agent import Agent, Facts
from clinicflow.core.event import Event
from clinicflow.core.outcome import Rejection
from clinicflow.events import (
    AggressiveBehaviourReported,
    BreachNotified,
    ComplaintAcknowledged,
    ComplaintReceived,
    ComplaintResolved,
    IncidentAcknowledged,
    IncidentClosed,
    IncidentMadeSafe,
    IncidentReported,
    NearMissReported,
    PrivacyIncidentAssessed,
    PrivacyIncidentReported,
    SafeguardingConcernReported,
)

agent: Agent[SafetyState] = Agent("safety", SafetyState, kinds=("incident",))

MANAGER = "MGR"


@agent.on(IncidentReported)
@agent.on(NearMissReported)
@agent.on(ComplaintReceived)
@agent.on(AggressiveBehaviourReported)
@agent.on(PrivacyIncidentReported)
@agent.on(SafeguardingConcernReported)
def reported(state: SafetyState, event: Event, facts: Facts) -> SafetyState | Rejection:
    """Something was reported; the same is told once of one case."""
    if event.TYPE in state.reported:
        return Rejection("already-reported", "Expected a new report, but this one was made before.")
    return replace(state, reported=(*state.reported, event.TYPE))


@agent.on(IncidentMadeSafe)
@agent.on(IncidentAcknowledged)
def looked_after(state: SafetyState, event: Event, facts: Facts) -> SafetyState | Rejection:
    """People and place are safe, or somebody has taken charge; it can be said again."""
    return state if _known(state, facts) else _nothing_reported()


@agent.on(IncidentClosed)
@agent.on(PrivacyIncidentAssessed)
@agent.on(BreachNotified)
def answered(state: SafetyState, event: Event, facts: Facts) -> SafetyState | Rejection:
    """A manager says what came of it; nobody else can."""
    if event.actor_role != MANAGER:
        return _not_manager(event)
    return state if _known(state, facts) else _nothing_reported()


@agent.on(ComplaintAcknowledged)
def acknowledged(state: SafetyState, event: ComplaintAcknowledged, facts: Facts) -> SafetyState | Rejection:
    """Who complained knows that it has come."""
    refused = _not_for_manager(state, event, facts)
    return refused or replace(state, acknowledged=True)


@agent.on(ComplaintResolved)
def resolved(state: SafetyState, event: ComplaintResolved, facts: Facts) -> SafetyState | Rejection:
    """Who complained has the answer; never before the complaint was acknowledged."""
    refused = _not_for_manager(state, event, facts)
    if refused is None and not state.acknowledged:
        refused = Rejection("not-acknowledged", "Expected a complaint that was acknowledged, but it was not.")
    return refused or replace(state, resolved=True)


def _not_for_manager(state: SafetyState, event: Event, facts: Facts) -> Rejection | None:
    """Only a manager answers a complaint, and only one that has come."""
    if event.actor_role != MANAGER:
        return _not_manager(event)
    other = bool(state.reported) and "complaint-received" not in state.reported
    if other or not _known(state, facts):
        return Rejection("no-complaint", "Expected a complaint before its answer, but none has come.")
    return None


def _known(state: SafetyState, facts: Facts) -> bool:
    """Whether something was reported, or its critical tasks still need an answer after it was entered by mistake."""
    return bool(state.reported) or any(task.open for task in facts.tasks)


def _not_manager(event: Event) -> Rejection:
    return Rejection("not-manager", f"Expected a manager to answer for it, but it was {event.actor_role}.")


def _nothing_reported() -> Rejection:
    return Rejection("nothing-reported", "Expected a report before its answer, but there is none.")


@agent.expose
def exposed(state: SafetyState) -> dict[str, Any]:
    """What conditions of rules see."""
    return {"acknowledged": state.acknowledged, "resolved": state.resolved}
