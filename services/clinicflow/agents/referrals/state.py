"""What the referrals agent remembers of a referral, a test elsewhere, a discharge, or a visit."""

import msgspec

from clinicflow.core.event import Micros


class ReferralsState(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One referral, from the order to the report that a prescriber has read."""

    what: str | None = None
    """referral, test or discharge."""
    case_of: str | None = None
    """The visit that it belongs to."""
    urgency: str | None = None
    authorized: bool = True
    """Whether it may be sent as far as the payer is concerned."""
    send_now: bool = False
    """Whether the last thing heard asks to send it."""
    sent: bool = False
    answered: bool = False
    """Whether the specialist has said anything since it was sent."""
    scheduled: bool = False
    appointment_at: Micros | None = None
    """When the patient is there: due times count from it, if that is later."""
    attended: bool = False
    unread: bool = False
    """Whether a report came that no prescriber has read."""
    closed: bool = False
    cancelled: bool = False
    reachable: bool = True
    """Whether somebody at the clinic speaks the patient's language."""
    prepared: bool = False
    interpreters: int = 0
    emergency: bool = False
    """Whether the emergency service is on its way to the patient."""
    failed: str | None = None
    """The activity of the task that was just given up."""

    @property
    def done(self) -> bool:
        """Whether nothing is left to do."""
        return self.what is None or self.closed or self.cancelled
