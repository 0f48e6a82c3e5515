"""Rooms: what blocks them, how long the air must be changed after an airborne case, when they are ready again."""

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from clinicflow.agents.facility.state import FacilityState, RoomSide
from clinicflow.core.agent import Agent, Facts, Raise
from clinicflow.core.durations import MINUTE
from clinicflow.core.event import Event
from clinicflow.core.ids import room_case
from clinicflow.core.outcome import Rejection
from clinicflow.events import (
    AirTimeOver,
    RoomBlocked,
    RoomCleaned,
    RoomOccupied,
    RoomReady,
    RoomUnblocked,
    RoomVacated,
    SpillCleaned,
    SpillReported,
)

END_TOGETHER = frozenset({"airborne", "spill"})
"""Reasons of which one end ends all blocks: the air is changed for the longest time, who cleans a room leaves no spill.
Of any other reason each block stands for itself: one repair does not mend what somebody else has found."""


def register(agent: Agent[FacilityState]) -> None:
    """Let the agent hear of rooms."""
    agent.on(RoomOccupied)(occupied)
    agent.on(RoomVacated)(vacated)
    agent.on(RoomCleaned)(cleaned)
    agent.on(RoomBlocked)(blocked)
    agent.on(RoomUnblocked)(unblocked)
    agent.on(AirTimeOver)(changed)
    agent.on(RoomReady)(ready)
    agent.derives(RoomVacated)(airs)
    agent.derives(AirTimeOver)(air_is_changed)
    agent.derives(SpillReported)(closed_for_spill)
    agent.derives(SpillCleaned)(opened_after_spill)
    agent.derives(RoomCleaned)(becomes_ready)
    agent.derives(RoomUnblocked)(opens)


def air_minutes(table: Mapping[str, Any], event: Event, clinic: Mapping[str, Any]) -> int:
    """How long the air of the event's room is changed, by its type; the longest of all for a room that is not known."""
    minutes = table["minutes"]
    rooms = (room for room in clinic.get("rooms", ()) if room_case(event.org_id, room["id"]) == event.case_id)
    kind = next((room.get("type") for room in rooms), None)
    return int(minutes[kind] if kind in minutes else max(minutes.values()))


def occupied(state: FacilityState, event: RoomOccupied, facts: Facts) -> FacilityState:
    """A visit has the room: it is not for the next one."""
    return _with(state, clean=False, ready=False)


def vacated(state: FacilityState, event: RoomVacated, facts: Facts) -> FacilityState:
    """The room is empty; after an airborne case its air is changed first."""
    until = state.room.air_until
    if event.precautions == "airborne":
        minutes = air_minutes(facts.tables["air-times"], event, facts.clinic)
        until = max(until or 0, event.occurred_at + minutes * MINUTE)
    return _with(state, clean=False, ready=False, air_until=until)


def cleaned(state: FacilityState, event: RoomCleaned, facts: Facts) -> FacilityState:
    """The room is clean; it is ready when nothing else blocks it."""
    return _with(state, clean=True)


def blocked(state: FacilityState, event: RoomBlocked, facts: Facts) -> FacilityState:
    """The room may not be used, for one more reason, or once more for the same."""
    others = _others(state.room.blocks, event.reason) if event.reason in END_TOGETHER else state.room.blocks
    return _with(state, blocks=(*others, event.reason), ready=False)


def unblocked(state: FacilityState, event: RoomUnblocked, facts: Facts) -> FacilityState | Rejection:
    """One block is over. Nobody shortens the time in which the air is changed."""
    if event.reason not in state.room.blocks:
        return Rejection("not-blocked", f"Expected a room that is blocked for {event.reason}, but it is not.")
    until = state.room.air_until
    if event.reason == "airborne" and until is not None and event.occurred_at < until:
        return Rejection("air-not-changed", "Expected the end of the time in which the air is changed, but it runs.")
    left = _others(state.room.blocks, event.reason)
    if event.reason not in END_TOGETHER:
        left += (event.reason,) * (state.room.blocks.count(event.reason) - 1)
    return _with(state, blocks=left, air_until=None if event.reason == "airborne" else until)


def changed(state: FacilityState, event: AirTimeOver, facts: Facts) -> FacilityState:
    """The air has been changed."""
    return _with(state, air_until=None)


def ready(state: FacilityState, event: RoomReady, facts: Facts) -> FacilityState:
    """It was told that the room is ready."""
    return _with(state, ready=True)


def airs(before: FacilityState, after: FacilityState, event: RoomVacated, facts: Facts) -> Sequence[Raise]:
    """Block the room as long as its air is changed."""
    if event.precautions != "airborne":
        return ()
    return (Raise("room-blocked", {"reason": "airborne", "until": after.room.air_until}),)


def air_is_changed(before: FacilityState, after: FacilityState, event: AirTimeOver, facts: Facts) -> Sequence[Raise]:
    """Open the room, unless somebody has opened it in time."""
    return (Raise("room-unblocked", {"reason": "airborne"}),) if "airborne" in after.room.blocks else ()


def closed_for_spill(
    before: FacilityState, after: FacilityState, event: SpillReported, facts: Facts
) -> Sequence[Raise]:
    """Nobody is brought to a room with a spill."""
    return (Raise("room-blocked", {"reason": "spill"}),)


def opened_after_spill(
    before: FacilityState, after: FacilityState, event: SpillCleaned, facts: Facts
) -> Sequence[Raise]:
    """The spill is gone."""
    return (Raise("room-unblocked", {"reason": "spill"}),) if "spill" in after.room.blocks else ()


def becomes_ready(before: FacilityState, after: FacilityState, event: Event, facts: Facts) -> Sequence[Raise]:
    """Tell that the next patient may be brought there, once."""
    return (Raise("room-ready", {}),) if after.room.usable and not after.room.ready else ()


def opens(before: FacilityState, after: FacilityState, event: RoomUnblocked, facts: Facts) -> Sequence[Raise]:
    """When a person opens it after the time, its air has been changed: whoever cleans hears of that."""
    ready_now = becomes_ready(before, after, event, facts)
    return (Raise("air-time-over", {}), *ready_now) if before.room.air_until != after.room.air_until else ready_now


def _others(blocks: tuple[str, ...], reason: str) -> tuple[str, ...]:
    return tuple(each for each in blocks if each != reason)


def _with(state: FacilityState, **changes: Any) -> FacilityState:
    room: RoomSide = replace(state.room, **changes)
    return replace(state, room=room)
