"""What the front desk agent remembers of a visit, an appointment, or a message that nobody could match."""

import msgspec

from clinicflow.core.event import Micros


class FrontDeskState(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One visit or appointment as the front desk sees it. Times are UTC microseconds of what happened."""

    arrivals: int = 0
    """How many events said that the patient is there, before check-in."""
    checked_in_at: Micros | None = None
    roomed_at: Micros | None = None
    seen_at: Micros | None = None
    """When a provider was first with the patient."""
    calls: int = 0
    """Highest number of a call from the waiting area."""
    visit_ends: int = 0
    """How often the clinical part was said to be over; once at least when a check-out was reversed."""
    red_flag: bool = False
    """Whether a red-flag symptom or critical vital signs were recorded."""
    resolved: bool = False
    """Whether somebody said which case an unmatched message belongs to."""
    failed: str | None = None
    """Activity of the task that a person has just given up."""
    mismatch: bool = False
    """Whether it is in doubt who the patient is: nobody is roomed and no label printed until that is settled."""
    labels_held: bool = False
    """Whether labels wait for that."""
    unanswered: int = 0
    """Highest number of a call from the waiting area that the patient did not answer."""
    emergency: bool = False
    """Whether licensed staff said stat: nothing of the desk's may hold the patient up."""
    forms_missing: tuple[str, ...] = ()
    """Forms that were given to the patient and are not complete."""
    busy: tuple[str, ...] = ()
    """Activities of the tasks that were open as the last event on forms, insurance or the appointment came."""
    prepare: tuple[str, ...] = ()
    """What the last event asks to prepare for the appointment."""
    days_ahead: int = 0
    """Whole days from the booking or the move to the appointment."""
    appointment_at: Micros | None = None
    """When it begins; what prepares it is due so long before."""
    interpreter: bool = False
    """Whether the patient needs an interpreter at the appointment."""
    consents_refused: tuple[str, ...] = ()
    """Kinds of consent that were refused and not given since."""
    ask_checkout: bool = False
    """Whether the last ``visit-ended`` or ``checkout-reversed`` asks the desk to check the patient out."""
