"""What the front desk agent remembers of a visit, or of a message that nobody could match."""

import msgspec

from clinicflow.core.event import Micros


class FrontDeskState(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One visit as the front desk sees it. Times are UTC microseconds of what happened."""

    arrivals: int = 0
    """How many events said that the patient is there, before check-in."""
    checked_in_at: Micros | None = None
    roomed_at: Micros | None = None
    seen_at: Micros | None = None
    """When a provider was first with the patient."""
    calls: int = 0
    """Highest number of a call from the waiting area."""
    visit_ends: int = 0
    """How often the clinical part was said to be over."""
    red_flag: bool = False
    """Whether a red-flag symptom or critical vital signs were recorded."""
    resolved: bool = False
    """Whether somebody said which case an unmatched message belongs to."""
    failed: str | None = None
    """Activity of the task that a person has just given up."""
