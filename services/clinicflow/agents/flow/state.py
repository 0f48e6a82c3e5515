"""What the flow agent remembers: of a visit its stage and clocks, of a room who has it, of a clinic its queue."""

import msgspec

from clinicflow.core.event import Micros


class RoomSide(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One room. ``visit`` has it; ``precautions`` are those that cleaning needs once it is empty."""

    visit: str | None = None
    occupied_at: Micros | None = None
    vacated_at: Micros | None = None
    cleaned_at: Micros | None = None
    precautions: str | None = None
    released: bool = False
    """Whether the visit that has the room needs it no longer."""

    @property
    def airing(self) -> bool:
        """Whether the air of the room has to be changed before it is cleaned, and it is not clean yet."""
        return self.precautions == "airborne"


class ClinicSide(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One clinic's waiting area."""

    asked: tuple[str, ...] = ()
    """Activities of the tasks that were open as the last delay or long queue was told."""
    p90_min: int | None = None
    """Minutes that nine of ten patients wait at most, as screens show it; None when nothing is shown."""


class FlowState(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One visit, one room or one clinic. Times are UTC microseconds of what happened.

    Events come late and out of order: every event sets its own time, and the stage is read from all of them.
    """

    patient_id: str | None = None
    arrived_at: Micros | None = None
    checked_in_at: Micros | None = None
    appointment_at: Micros | None = None
    ticket: str | None = None
    display_consent: bool = True
    language: str | None = None
    acuity: str = "routine"
    call_no: int = 0
    called_at: Micros | None = None
    room_id: str | None = None
    room_at: Micros | None = None
    """When the visit got the room it has or had last."""
    holds_room: bool = False
    roomed_at: Micros | None = None
    ready_at: Micros | None = None
    entered_at: Micros | None = None
    exited_at: Micros | None = None
    visit_ended_at: Micros | None = None
    ended: str | None = None
    """Type of the ending event."""
    ended_at: Micros | None = None
    open_cases: tuple[str, ...] = ()
    room: RoomSide | None = None
    clinic: ClinicSide | None = None
    failed: str | None = None
    """The activity of the task that was given up last."""
    came_back: bool = False
    """Whether a check-out of the visit was reversed."""

    @property
    def over(self) -> bool:
        """Whether the patient needs no room any more."""
        return self.visit_ended_at is not None or self.ended is not None

    @property
    def with_provider(self) -> bool:
        """Whether a provider went in and did not come out yet."""
        return self.entered_at is not None and (self.exited_at is None or self.exited_at < self.entered_at)
