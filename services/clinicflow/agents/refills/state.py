"""What the refills agent remembers of a request."""

import msgspec


class RefillsState(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One refill request, from the check against the protocol to the pharmacy."""

    requested: bool = False
    visit: str | None = None
    outcome: str | None = None
    """What the protocol said: pass, visit_due, lab_due or prescriber."""
    short: bool = False
    """Whether the patient has a day's supply or less."""
    decision: str | None = None
    """approved or denied."""
    sent: bool = False
    failures: int = 0
    cancelled: bool = False
    deceased: bool = False
    """Whether the visit ended with the patient's death: nothing is sent and nobody is told."""

    @property
    def done(self) -> bool:
        """Whether nothing is left to do."""
        return self.cancelled or self.decision == "denied" or self.sent
