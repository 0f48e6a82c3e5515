"""The plan of a visit: explained as it was signed, before the patient leaves or as soon as the patient is back."""

from msgspec.structs import replace

from clinicflow.agents._common import understood
from clinicflow.agents.education.state import EducationState
from clinicflow.core.agent import Agent, Facts
from clinicflow.core.outcome import Rejection
from clinicflow.events import AfterVisitSummaryGiven, EncounterNoteSigned, FollowUpBooked, VisitEnded


def register(agent: Agent[EducationState]) -> None:
    """Let the agent hear of the end of visits."""
    agent.on(EncounterNoteSigned)(signed)
    agent.on(VisitEnded)(ended)
    agent.on(AfterVisitSummaryGiven)(explained)
    agent.on(FollowUpBooked)(booked)


def signed(state: EducationState, event: EncounterNoteSigned, facts: Facts) -> EducationState:
    """There is a plan; a new version of it must be explained again."""
    visit = state.visit
    same = visit.signed and visit.plan == event.plan_version
    plan = replace(visit, signed=True, plan=event.plan_version, explained=visit.explained and same)
    plan = replace(plan, follow_up=event.follow_up_days is not None)
    return replace(state, visit=plan, reachable=understood(facts))


def ended(state: EducationState, event: VisitEnded, facts: Facts) -> EducationState:
    """The clinical part is over: the plan is explained now."""
    return replace(state, visit=replace(state.visit, ended=True), reachable=understood(facts))


def explained(state: EducationState, event: AfterVisitSummaryGiven, facts: Facts) -> EducationState | Rejection:
    """The patient has the summary, of the plan as it is signed."""
    if not state.visit.signed:
        return Rejection("not-signed", "Expected a plan that is signed, but it is not.")
    if event.plan_version != state.visit.plan:
        told = event.plan_version or "none"
        return Rejection("other-plan", f"Expected version {state.visit.plan} of the plan, but {told} was explained.")
    return replace(state, visit=replace(state.visit, explained=True))


def booked(state: EducationState, event: FollowUpBooked, facts: Facts) -> EducationState:
    """The appointment that the plan asks for is booked."""
    return replace(state, visit=replace(state.visit, follow_up=False))
