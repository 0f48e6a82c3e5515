"""Learning: courses, acts under a preceptor's eyes, and the signature that a skill was learned."""

from collections.abc import Sequence

from msgspec.structs import replace

from clinicflow.agents.staffing.state import StaffingState
from clinicflow.core.agent import Agent, Facts, Raise
from clinicflow.core.outcome import Rejection
from clinicflow.core.people import TRAINEE
from clinicflow.core.standing import told
from clinicflow.events import ActCosigned, CompetencySigned, CourseAssigned, PreceptorAssigned, SupervisedActPerformed

PRECEPTORS = ("RN", "PRV", "PHY")
"""Roles whose signature counts for what a trainee did."""


def register(agent: Agent[StaffingState]) -> None:
    """Let the agent hear of learning."""
    agent.on(CourseAssigned)(assigned)
    agent.on(SupervisedActPerformed)(performed)
    agent.on(ActCosigned)(cosigned)
    agent.derives(ActCosigned)(counts)
    agent.on(PreceptorAssigned)(teaches)
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
    waiting = state.waiting
    if event.task_id is not None and event.task_agent is not None and event.task_case_id is not None:
        waiting = {**waiting, event.event_id: (event.task_agent, event.task_id, event.task_case_id)}
    return replace(state, staff_id=event.staff_id, unsigned=unsigned, waiting=waiting, enough=False)


def cosigned(state: StaffingState, event: ActCosigned, facts: Facts) -> StaffingState | Rejection:
    """The act counts from now on."""
    if event.actor_id == event.staff_id:
        return Rejection("same-person", "Expected a preceptor to sign, but it was the trainee.")
    if event.actor_role not in PRECEPTORS or TRAINEE in event.actor_credentials:
        return Rejection("not-preceptor", f"Expected {' or '.join(PRECEPTORS)} to sign, but it was {event.actor_role}.")
    credential = next((tag for act, tag in state.unsigned if act == event.act_event), None)
    if credential is None:
        return Rejection("unknown-act", "Expected an act that waits for its signature, but there is none of this id.")
    count = state.learned.get(credential, 0) + 1
    need = facts.tables["training-needs"]["credentials"].get(credential)
    return replace(
        state,
        unsigned=tuple(each for each in state.unsigned if each[0] != event.act_event),
        waiting={act: task for act, task in state.waiting.items() if act != event.act_event},
        learned={**state.learned, credential: count},
        enough=need is not None and count == need["supervised_acts"],
    )


def counts(before: StaffingState, after: StaffingState, event: ActCosigned, facts: Facts) -> Sequence[Raise]:
    """The task that waited for the signature is told, at its own case."""
    if event.act_event not in before.waiting:
        return ()
    agent, task, case = before.waiting[event.act_event]
    fields = {"task_id": task, "agent": agent, "act_event": event.act_event, "signed_by": event.actor_id}
    return (Raise("task-cosigned", fields, case),)


def teaches(state: StaffingState, event: PreceptorAssigned, facts: Facts) -> StaffingState:
    """Somebody learns under this person's eyes."""
    others = tuple(each for each in state.trainees if each != event.trainee_id)
    return replace(state, staff_id=event.staff_id, trainees=(*others, event.trainee_id))


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
    return replace(state, staff_id=event.staff_id, courses=left, enough=False, standing=told(state.standing, event))
