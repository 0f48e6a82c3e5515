"""Shifts and breaks, as people tell them; a shift that nobody began may still end."""

from msgspec.structs import replace

from clinicflow.agents.staffing.state import StaffingState
from clinicflow.core.agent import Agent, Facts
from clinicflow.core.outcome import Rejection
from clinicflow.events import (
    BreakEnded,
    BreakStarted,
    ShiftEnded,
    ShiftHandoverAccepted,
    ShiftStarted,
    StaffUnavailable,
)


def register(agent: Agent[StaffingState]) -> None:
    """Let the agent hear of shifts."""
    agent.on(ShiftStarted)(began)
    agent.on(ShiftEnded)(ended)
    agent.on(StaffUnavailable)(ended)
    agent.on(BreakStarted)(rests)
    agent.on(BreakEnded)(returned)
    agent.on(ShiftHandoverAccepted)(taken_over)


def began(state: StaffingState, event: ShiftStarted, facts: Facts) -> StaffingState:
    """The person is at work."""
    return replace(
        state, staff_id=event.staff_id, on_shift=True, on_break=False, trainee=bool(event.trainee), enough=False
    )


def ended(state: StaffingState, event: ShiftEnded | StaffUnavailable, facts: Facts) -> StaffingState:
    """The person is away."""
    return replace(state, staff_id=event.staff_id, on_shift=False, on_break=False)


def rests(state: StaffingState, event: BreakStarted, facts: Facts) -> StaffingState | Rejection:
    """The break has begun."""
    if state.on_break:
        return Rejection("on-break", "Expected a person at work, but the break has begun before.")
    return replace(state, staff_id=event.staff_id, on_break=True)


def returned(state: StaffingState, event: BreakEnded, facts: Facts) -> StaffingState | Rejection:
    """The person is back; without a break that began nothing is over, and five hours are not counted anew."""
    if not state.on_break:
        return Rejection("no-break", "Expected a person on a break, but none has begun.")
    return replace(state, staff_id=event.staff_id, on_break=False)


def taken_over(state: StaffingState, event: ShiftHandoverAccepted, facts: Facts) -> StaffingState | Rejection:
    """A colleague has the work; nobody takes over from themselves."""
    if event.actor_id == event.staff_id:
        return Rejection("same-person", "Expected a colleague to take over, but it was the person who hands over.")
    return state
