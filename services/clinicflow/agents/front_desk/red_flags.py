"""What makes a patient one whom a nurse calls, not the desk, when they leave without being seen."""

from msgspec.structs import replace

from clinicflow.agents.front_desk.state import FrontDeskState
from clinicflow.core.agent import Agent, Facts
from clinicflow.core.event import Event
from clinicflow.events import (
    PatientConditionWorsened,
    ScreeningCompleted,
    SymptomsRecorded,
    VitalsCriticalFlagged,
    VitalsTaken,
    WalkInRegistered,
)

_TELLS = (
    PatientConditionWorsened,
    ScreeningCompleted,
    SymptomsRecorded,
    VitalsCriticalFlagged,
    VitalsTaken,
    WalkInRegistered,
)


def register(agent: Agent[FrontDeskState]) -> None:
    """Take over what may tell of a red flag."""
    agent.on(*_TELLS)(told)


def told(state: FrontDeskState, event: Event, facts: Facts) -> FrontDeskState:
    """Remember a red flag, whoever heard of it: at the desk, in the room, or by a measurement."""
    return replace(state, red_flag=True) if not state.red_flag and _flagged(event) else state


def _flagged(event: Event) -> bool:
    match event:
        case SymptomsRecorded():
            return bool(event.red_flags)
        case ScreeningCompleted():
            return (event.self_harm_item or 0) > 0
        case VitalsTaken() | WalkInRegistered():
            return bool(event.red_flag)
        case _:
            return True
