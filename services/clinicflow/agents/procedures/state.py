"""What the procedures agent remembers of an order, a visit or an appointment."""

import msgspec

from clinicflow.core.event import Micros


class Surgery(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A procedure, from the set of instruments to the last count."""

    surgery: bool = False
    """Whether a qualified assistant is needed."""
    start: Micros | None = None
    """When it is planned."""
    pack: str | None = None
    """The load of the set that is laid out, or the set itself when it came sterile from its maker."""
    load: str | None = None
    expires_at: Micros | None = None
    count_in: int | None = None
    barred: tuple[str, ...] = ()
    """Loads that may never be used for it: recalled or in quarantine."""
    blocked: bool = False
    """Whether the set that is laid out may not be used."""
    newly_blocked: bool = False
    """Whether the last thing heard has blocked it."""
    timeout: bool = False
    started: bool = False
    ended: bool = False
    count_differs: bool = False


class Trace(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """An electrocardiogram."""

    urgent: bool = False
    """Whether it is for chest pain."""
    pressing: bool = False
    """Whether it must be read within minutes: chest pain, or an alert of the device."""
    recorded: bool = False
    unread: bool = False
    contact_at: Micros = 0
    """For chest pain: when the patient came or was first looked at; 0 when nobody said."""
    ordered_at: Micros = 0
    asks_contact: bool = False
    """Whether it is for chest pain and whoever ordered it did not say since when: the visit may know."""
    redated: bool = False
    """Whether the last thing heard has put the first contact before the order, and nobody is at the trace yet."""


class Arrival(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """When the patient of a visit came, the event that says so, and the open orders that count from it."""

    at: Micros | None = None
    event_id: str = ""
    orders: tuple[str, ...] = ()


class Wound(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A wound that is dressed, or whose stitches come out."""

    every_days: int = 0
    finished: bool = False
    placed: int = 0
    removed: int | None = None
    closed: bool = True
    booked: bool = False
    concern: bool = False
    """Whether a sign was reported that nobody licensed has looked at."""

    @property
    def count_differs(self) -> bool:
        """Whether the stitches that came out are not as many as were placed."""
        return self.removed is not None and self.removed != self.placed


class Holter(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A recorder that a patient takes home."""

    serial: str | None = None
    back_at: Micros = 0
    """When it should be back."""
    returned: bool = False


class Special(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A visit to an eye, foot or skin clinic."""

    roomings: int = 0
    dilated: bool = False
    """Whether the pupils were found wide."""
    photographs: int = 0


class ProceduresState(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One order, visit or appointment. ``ordered`` says what an order is for; each part belongs to one theme."""

    ordered: str | None = None
    visit: str | None = None
    cancelled: bool = False
    appointment_at: Micros | None = None
    """When the next step must be taken: due times count from it, if that is later."""
    resulted: bool = False
    """Whether a reading of a diagnostic test came."""
    reviewed: bool = False
    failed: str | None = None
    """The activity of the task that was just given up."""
    surgery: Surgery = Surgery()
    trace: Trace = Trace()
    wound: Wound = Wound()
    holter: Holter = Holter()
    special: Special = Special()
    arrival: Arrival = Arrival()

    @property
    def done(self) -> bool:
        """Whether nothing is left to do for the order."""
        if self.cancelled or self.ordered is None:
            return True
        return {
            "procedure": self.surgery.ended,
            "ecg": self.trace.recorded and not self.trace.unread,
            "dressing": self.wound.finished,
            "sutures": self.wound.removed is not None and not self.wound.count_differs,
            "wound": not self.wound.concern,
            "holter": self.holter.serial is not None,
            "stress_test": self.resulted,
        }.get(self.ordered, self.reviewed)
