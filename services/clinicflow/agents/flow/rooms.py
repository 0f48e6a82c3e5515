"""What each event of a room does: who has it, whether it is empty, whether it is clean."""

from msgspec.structs import replace

from clinicflow.agents.flow.state import FlowState, RoomSide
from clinicflow.core.agent import Agent, Facts
from clinicflow.events import RoomCleaned, RoomOccupied, RoomReleased, RoomVacated


def register(agent: Agent[FlowState]) -> None:
    """Let the agent hear of rooms."""
    agent.on(RoomOccupied)(occupied)
    agent.on(RoomReleased)(released)
    agent.on(RoomVacated)(vacated)
    agent.on(RoomCleaned)(cleaned)


def occupied(state: FlowState, event: RoomOccupied, facts: Facts) -> FlowState:
    """A visit has the room."""
    side = state.room or RoomSide()
    return replace(state, room=replace(side, visit=event.visit_case_id, occupied_at=event.occurred_at, released=False))


def released(state: FlowState, event: RoomReleased, facts: Facts) -> FlowState:
    """The visit that has the room needs it no longer; another visit's release means nothing by now."""
    side = state.room or RoomSide()
    return replace(state, room=replace(side, released=side.visit == event.visit_case_id))


def vacated(state: FlowState, event: RoomVacated, facts: Facts) -> FlowState:
    """The room is empty and has to be cleaned."""
    side = state.room or RoomSide()
    emptied = replace(side, visit=None, vacated_at=event.occurred_at, precautions=event.precautions, released=False)
    return replace(state, room=emptied)


def cleaned(state: FlowState, event: RoomCleaned, facts: Facts) -> FlowState:
    """The room can be used."""
    side = state.room or RoomSide()
    return replace(state, room=replace(side, cleaned_at=event.occurred_at, precautions=None, released=False))
