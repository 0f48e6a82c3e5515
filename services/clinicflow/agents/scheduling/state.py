"""What the scheduling agent remembers of a call, or of an appointment."""

import msgspec

from clinicflow.core.event import Micros


class SchedulingState(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One call or one appointment. Times are UTC microseconds of what happened."""

    tries: int = 0
    """How often a call back was not answered."""
    booked: bool = False
    start: Micros | None = None
    """When the appointment begins."""
    freed_start: Micros | None = None
    """The time that was given up last, by a cancellation or a move."""
    confirmed: bool = False
    """Whether the patient said that they come."""
    cancelled: bool = False
    no_show: bool = False
    high_risk: bool = False
    """Whether licensed staff want this patient followed up."""
    waiting: bool = False
    """Whether the patient would take an earlier time."""
    slot_free: bool = False
    """Whether the time that was given up is still free."""
    failed: str | None = None
    """Activity of the task that a person has just given up."""

    @property
    def active(self) -> bool:
        """Whether the patient is expected."""
        return self.start is not None and not self.cancelled and not self.no_show
