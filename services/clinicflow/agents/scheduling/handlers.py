"""What each event does to a call or an appointment. Tasks come from the protocols, not from here."""

from typing import Any

from msgspec.structs import replace

from clinicflow.agents._common import hands_on
from clinicflow.agents.scheduling.state import SchedulingState
from clinicflow.core.agent import Agent, Facts
from clinicflow.core.outcome import Rejection
from clinicflow.events import (
    AppointmentBooked,
    AppointmentCancelled,
    AppointmentConfirmed,
    AppointmentNoShow,
    AppointmentRescheduled,
    NoShowReversed,
    PhoneCallClosed,
    SlotFilled,
    SlotReleased,
    WaitlistJoined,
)

agent: Agent[SchedulingState] = Agent("scheduling", SchedulingState, kinds=("call", "appointment"))
hands_on(agent)

After = SchedulingState | Rejection


@agent.on(PhoneCallClosed)
def call_closed(state: SchedulingState, event: PhoneCallClosed, facts: Facts) -> SchedulingState:
    """Count the tries that nobody answered."""
    return replace(state, tries=state.tries + 1) if event.outcome == "no_answer" else state


@agent.on(AppointmentBooked)
def booked(state: SchedulingState, event: AppointmentBooked, facts: Facts) -> After:
    """The patient has a time, once; a move that was told before the booking says the later time."""
    if state.booked:
        return Rejection("already-booked", "Expected an appointment that is not booked yet, but it was before.")
    start = event.start if state.start is None else state.start
    return replace(state, booked=True, start=start, high_risk=event.high_risk is True)


@agent.on(AppointmentRescheduled)
def rescheduled(state: SchedulingState, event: AppointmentRescheduled, facts: Facts) -> After:
    """Another time: the old one is free, and the patient has not said yes to the new one."""
    if state.cancelled:
        return _over()
    freed = state.start if state.start is not None else event.old_start
    return replace(state, start=event.start, freed_start=freed, confirmed=False, no_show=False)


@agent.on(AppointmentCancelled)
def cancelled(state: SchedulingState, event: AppointmentCancelled, facts: Facts) -> After:
    """It will not take place: its time is free, unless the patient missed it."""
    if state.cancelled:
        return _over()
    return replace(state, cancelled=True, confirmed=False, freed_start=None if state.no_show else state.start)


@agent.on(AppointmentConfirmed)
def confirmed(state: SchedulingState, event: AppointmentConfirmed, facts: Facts) -> SchedulingState:
    """Only a clear yes counts."""
    return replace(state, confirmed=event.response == "yes")


@agent.on(AppointmentNoShow)
def no_show(state: SchedulingState, event: AppointmentNoShow, facts: Facts) -> After:
    """The patient did not come; nobody is missed whose appointment was cancelled."""
    if state.cancelled:
        return _over()
    if state.no_show:
        return Rejection("already-no-show", "Expected an appointment that is not missed yet, but it was before.")
    return replace(state, no_show=True)


@agent.on(NoShowReversed)
def came(state: SchedulingState, event: NoShowReversed, facts: Facts) -> After:
    """The patient came late and was accepted."""
    if not state.no_show:
        return Rejection("no-no-show", "Expected an appointment that was missed, but it was not.")
    return replace(state, no_show=False)


@agent.on(WaitlistJoined)
def joined(state: SchedulingState, event: WaitlistJoined, facts: Facts) -> SchedulingState:
    """The patient would come earlier."""
    return replace(state, waiting=True)


@agent.on(SlotReleased)
def released(state: SchedulingState, event: SlotReleased, facts: Facts) -> SchedulingState:
    """A time is free for somebody else."""
    return replace(state, slot_free=True)


@agent.on(SlotFilled)
def filled(state: SchedulingState, event: SlotFilled, facts: Facts) -> After:
    """Somebody has it, once."""
    if not state.slot_free:
        return Rejection("no-free-slot", "Expected a free time, but there is none or it was filled before.")
    return replace(state, slot_free=False)


def _over() -> Rejection:
    return Rejection("appointment-cancelled", "Expected an appointment that takes place, but it was cancelled.")


@agent.expose
def exposed(state: SchedulingState) -> dict[str, Any]:
    """What conditions of rules see."""
    return {
        "tries": state.tries,
        "start": state.start,
        "freed_start": state.freed_start,
        "active": state.active,
        "confirmed": state.confirmed,
        "high_risk": state.high_risk,
        "waiting": state.waiting,
        "slot_free": state.slot_free,
        "failed": state.failed,
    }
