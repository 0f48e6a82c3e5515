"""Sharps injuries of the staff: a case of its own, so that neither the end of a visit nor of a shift ends its tasks."""

from msgspec.structs import replace

from clinicflow.agents._common import NURSE_OR_PRESCRIBER
from clinicflow.agents.facility.state import FacilityState, IncidentSide
from clinicflow.core.agent import Agent, Facts
from clinicflow.core.outcome import Rejection
from clinicflow.events import FirstAidGiven, InjuryLogged, PostExposureEvaluated, SharpsInjuryReported


def register(agent: Agent[FacilityState]) -> None:
    """Let the agent hear of injuries."""
    agent.on(SharpsInjuryReported)(reported)
    agent.on(FirstAidGiven)(done)
    agent.on(PostExposureEvaluated)(evaluated)
    agent.on(InjuryLogged)(done)


def reported(state: FacilityState, event: SharpsInjuryReported, facts: Facts) -> FacilityState | Rejection:
    """Somebody was hurt; it is told once."""
    if state.incident.reported:
        return Rejection("already-reported", "Expected a new injury, but this one was reported before.")
    return replace(state, incident=replace(state.incident, reported=True))


def done(state: FacilityState, event: FirstAidGiven | InjuryLogged, facts: Facts) -> FacilityState:
    """A part of what must be done is done."""
    return _and(state, event.TYPE)


def evaluated(state: FacilityState, event: PostExposureEvaluated, facts: Facts) -> FacilityState | Rejection:
    """A clinician has evaluated it; nobody else can."""
    if event.actor_role not in NURSE_OR_PRESCRIBER:
        return Rejection("not-licensed", f"Expected a nurse or a prescriber, but it was {event.actor_role}.")
    return _and(state, event.TYPE)


def _and(state: FacilityState, what: str) -> FacilityState:
    known = state.incident.done
    incident: IncidentSide = replace(state.incident, done=known if what in known else (*known, what))
    return replace(state, incident=incident)
