"""What the front desk prepares for an appointment."""

from msgspec.structs import replace

from clinicflow.agents.front_desk.forms import open_activities
from clinicflow.agents.front_desk.state import FrontDeskState
from clinicflow.core.agent import Agent, Facts
from clinicflow.core.durations import DAY
from clinicflow.core.event import Micros
from clinicflow.events import AppointmentBooked, AppointmentModified, AppointmentRescheduled

ALL = ("send-intake-forms", "verify-insurance", "pre-visit-plan")
"""What is prepared for every appointment."""

INTERPRETER = "book-interpreter"


def register(agent: Agent[FrontDeskState]) -> None:
    """Let the agent hear of appointments."""
    agent.on(AppointmentBooked)(booked)
    agent.on(AppointmentRescheduled)(moved)
    agent.on(AppointmentModified)(modified)


def booked(state: FrontDeskState, event: AppointmentBooked, facts: Facts) -> FrontDeskState:
    """Everything is to be prepared, for the time of a move if that was told before."""
    interpreter = "interpreter" in event.needs
    prepare = (*ALL, INTERPRETER) if interpreter else ALL
    known = state if state.appointment_at is not None else _until(state, event.start, event.occurred_at)
    return replace(known, prepare=prepare, interpreter=interpreter)


def moved(state: FrontDeskState, event: AppointmentRescheduled, facts: Facts) -> FrontDeskState:
    """What was not done yet is due before the new time; an interpreter must be booked for it in any case."""
    left = tuple(activity for activity in open_activities(facts) if activity in ALL)
    prepare = (*left, INTERPRETER) if state.interpreter else left
    return replace(_until(state, event.start, event.occurred_at), prepare=prepare)


def modified(state: FrontDeskState, event: AppointmentModified, facts: Facts) -> FrontDeskState:
    """An interpreter is needed now, or no longer."""
    needed = "interpreter" in event.needs
    prepare = (INTERPRETER,) if needed and not state.interpreter else ()
    return replace(state, interpreter=needed, prepare=prepare)


def _until(state: FrontDeskState, start: Micros, now: Micros) -> FrontDeskState:
    return replace(state, appointment_at=start, days_ahead=max(0, (start - now) // DAY))
