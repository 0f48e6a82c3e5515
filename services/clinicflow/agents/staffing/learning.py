"""Learning: courses, acts under a preceptor's eyes, and the signature that a skill was learned."""

from msgspec.structs import replace

from clinicflow.agents.staffing.state import StaffingState
from clinicflow.core.agent import Agent, Facts
from clinicflow.core.outcome import Rejection
from clinicflow.events import ActCosigned, CompetencySigned, CourseAssigned, SupervisedActPerformed


def register(agent: Agent[StaffingState]) -> None:
    """Let the agent hear of learning."""
    agent.on(CourseAssigned)(assigned)
    agent.on(SupervisedActPerformed)(performed)
    agent.on(ActCosigned)(cosigned)
    agent.on(CompetencySigned)(signed)


def assigned(state: StaffingState, event: CourseAssigned, facts: Facts) -> StaffingState:
    """A course waits for the person."""
    known = state.courses
    return replace(
        state,
        staff_id=event.staff_id,
        courses=known if event.credential in known else (*known, event.credential),
    )


def performed(state: StaffingState, event: SupervisedActPerformed, facts: Facts) -> StaffingState:
    """An act waits for the preceptor's signature; it does not count yet."""
    unsigned = (*state.unsigned, (event.event_id, event.credential))
    return replace(state, staff_id=event.staff_id, unsigned=unsigned, enough=False)


def cosigned(state: StaffingState, event: ActCosigned, facts: Facts) -> StaffingState | Rejection:
    """The act counts from now on."""
    if event.actor_id == event.staff_id:
        return Rejection("same-person", "Expected a preceptor to sign, but it was the trainee.")
    credential = next((tag for act, tag in state.unsigned if act == event.act_event), None)
    if credential is None:
        return Rejection("unknown-act", "Expected an act that waits for its signature, but there is none of this id.")
    count = state.learned.get(credential, 0) + 1
    need = facts.tables["training-needs"]["credentials"].get(credential)
    return replace(
        state,
        unsigned=tuple(each for each in state.unsigned if each[0] != event.act_event),
        learned={**state.learned, credential: count},
        enough=need is not None and count == need["supervised_acts"],
    )


def signed(state: StaffingState, event: CompetencySigned, facts: Facts) -> StaffingState | Rejection:
    """The skill was learned: by another's word, and with the training that the table asks for."""
    if event.actor_id == event.staff_id:
        return Rejection("same-person", "Expected somebody else to sign for a skill, but it was the learner.")
    need = facts.tables["training-needs"]["credentials"].get(event.credential, {})
    for name, had in (("hours", event.hours), ("supervised_acts", event.supervised_acts)):
        if had < need.get(name, 0):
            words = name.replace("_", " ")
            return Rejection("training-too-short", f"Expected at least {need[name]} {words}, but there were {had}.")
    left = tuple(each for each in state.courses if each != event.credential)
    return replace(state, staff_id=event.staff_id, courses=left, enough=False)
