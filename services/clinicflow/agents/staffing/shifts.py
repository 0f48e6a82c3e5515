"""Shifts and breaks, as people tell them; a shift that nobody began may still end."""

from collections.abc import Sequence
from typing import Any

from msgspec.structs import replace

from clinicflow.agents.staffing.state import StaffingState
from clinicflow.core.agent import Agent, Facts, Raise
from clinicflow.core.ids import endless_case
from clinicflow.core.outcome import Rejection
from clinicflow.core.standing import told
from clinicflow.events import (
    BreakEnded,
    BreakStarted,
    FloatAssigned,
    ShiftEnded,
    ShiftHandoverAccepted,
    ShiftHandoverOffered,
    ShiftStarted,
    StaffUnavailable,
    SupervisorLeft,
    SupervisorOnSite,
)


def register(agent: Agent[StaffingState]) -> None:
    """Let the agent hear of shifts."""
    agent.on(ShiftStarted)(began)
    agent.derives(ShiftStarted)(guided)
    agent.on(ShiftEnded)(ended)
    agent.on(StaffUnavailable)(ended)
    agent.on(BreakStarted)(rests)
    agent.on(BreakEnded)(returned)
    agent.on(ShiftHandoverOffered)(offered)
    agent.on(ShiftHandoverAccepted)(taken_over)
    agent.on(FloatAssigned)(relieved)
    agent.on(SupervisorOnSite)(on_site)
    agent.on(SupervisorLeft)(on_site)


def began(state: StaffingState, event: ShiftStarted, facts: Facts) -> StaffingState:
    """The person is at work."""
    known, trainee = told(state.standing, event), bool(event.trainee)
    at_work: dict[str, Any] = {"on_shift": True, "on_break": False, "trainee": trainee, "enough": False, "trainees": ()}
    return replace(state, staff_id=event.staff_id, standing=known, **at_work)


def guided(before: StaffingState, after: StaffingState, event: ShiftStarted, facts: Facts) -> Sequence[Raise]:
    """The preceptor's own case is told of the trainee, so that somebody knows when the preceptor is away."""
    if not event.trainee or event.preceptor_id is None or event.preceptor_id == event.staff_id:
        return ()
    case = endless_case("staff", event.org_id, event.preceptor_id)
    return (Raise("preceptor-assigned", {"staff_id": event.preceptor_id, "trainee_id": event.staff_id}, case),)


def ended(state: StaffingState, event: ShiftEnded | StaffUnavailable, facts: Facts) -> StaffingState:
    """The person is away."""
    return replace(state, staff_id=event.staff_id, on_shift=False, on_break=False, standing=told(state.standing, event))


def rests(state: StaffingState, event: BreakStarted, facts: Facts) -> StaffingState | Rejection:
    """The break has begun."""
    if state.on_break:
        return Rejection("on-break", "Expected a person at work, but the break has begun before.")
    return replace(state, staff_id=event.staff_id, on_break=True, standing=told(state.standing, event))


def returned(state: StaffingState, event: BreakEnded, facts: Facts) -> StaffingState | Rejection:
    """The person is back; without a break that began nothing is over, and five hours are not counted anew."""
    if not state.on_break:
        return Rejection("no-break", "Expected a person on a break, but none has begun.")
    return replace(state, staff_id=event.staff_id, on_break=False, standing=told(state.standing, event))


def offered(state: StaffingState, event: ShiftHandoverOffered, facts: Facts) -> StaffingState | Rejection:
    """Work is offered to a colleague; nobody hands over to themselves."""
    if event.to_staff == event.staff_id:
        return Rejection("same-person", "Expected a colleague to hand over to, but it was the person who hands over.")
    return state


def taken_over(state: StaffingState, event: ShiftHandoverAccepted, facts: Facts) -> StaffingState | Rejection:
    """A colleague has the work; nobody takes over from themselves."""
    if event.actor_id == event.staff_id:
        return Rejection("same-person", "Expected a colleague to take over, but it was the person who hands over.")
    return state


def relieved(state: StaffingState, event: FloatAssigned, facts: Facts) -> StaffingState | Rejection:
    """Somebody was sent to relieve the person, and may work there; nobody sends themselves."""
    if event.actor_id is not None and event.actor_id == event.relief_staff:
        return Rejection("same-person", "Expected somebody else to send them, but it was the person who was sent.")
    return replace(state, staff_id=event.staff_id, standing=told(state.standing, event))


def on_site(state: StaffingState, event: SupervisorOnSite | SupervisorLeft, facts: Facts) -> StaffingState:
    """A supervisor has come or left: of the clinic's own case."""
    return replace(state, standing=told(state.standing, event))
