"""What the medications agent remembers of an order."""

import msgspec

from clinicflow.core.event import Micros

USUAL_OBSERVATION = {"injection": 15, "licensed": 15, "vaccine": 15}
"""Minutes for which a patient is observed, by path, when the order does not say."""


class MedicationsState(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One order of a medicine, a vaccine or a prescription. Times are UTC microseconds of what happened.

    Counts of controlled drugs leave nothing to remember: a mismatch is an event of its own.
    """

    path: str | None = None
    """What kind of work it is: injection, oral, licensed, vaccine, dispense or prescription; None before the order."""
    visit: str | None = None
    """Visit during which it was ordered."""
    cancelled: bool = False
    held: str | None = None
    """Why it waits for the prescriber."""
    weight_based: bool = False
    weight_used: int | None = None
    """Thousandths of kg from which the dose was worked out."""
    weight_measured: int | None = None
    observe_minutes: int | None = None
    """What the order says of the observation."""
    screening: str | None = None
    """What the questions before a vaccine gave: all_no, yes_answered or cleared."""
    lot_good: bool = True
    """Whether the lot that was taken last is neither expired nor recalled."""
    prepared_by: str | None = None
    preparer_role: str | None = None
    verified_by: str | None = None
    given_at: Micros | None = None
    observed: bool = False
    """Whether the observation was long enough, or ended otherwise."""
    ended: bool = False
    """Whether it was refused or not given."""
    dispensed: bool = False
    sent: bool = False
    weighed: int | None = None
    """Thousandths of kg as last measured among the vital signs of the visit."""
    weighed_at: Micros | None = None
    weight_doubt: str | None = None
    """Why the weight asks for the prescriber now: weight_unknown, weight_old or weight_changed."""

    @property
    def observe(self) -> int:
        """Minutes for which the patient is observed; 0 when nobody asks for it."""
        return USUAL_OBSERVATION.get(self.path or "", 0) if self.observe_minutes is None else self.observe_minutes

    @property
    def waits_to_be_given(self) -> bool:
        """Whether a dose that is to be given here has not been."""
        here = self.path in ("injection", "oral", "licensed", "vaccine")
        return here and self.given_at is None and not self.ended and not self.cancelled

    @property
    def may_wait(self) -> bool:
        """Whether it is an order of this agent, of which nothing was given or handed out."""
        return self.path is not None and self.given_at is None and not self.done

    @property
    def done(self) -> bool:
        """Whether nothing is left to do."""
        given = self.given_at is not None and (self.observed or self.observe == 0)
        return self.cancelled or self.ended or self.dispensed or self.sent or given
