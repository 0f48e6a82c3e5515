"""The law of visits, the same for every agent: one check-in, one ending, no arrival after it, late facts welcome.

Only a check-out can be taken back, and only while it stands: the patient is in the clinic again and the visit can end
anew. Who left unseen, was cancelled or died has another visit, or the ending was an error and is voided.
"""

from clinicflow.core.event import Event
from clinicflow.core.outcome import Rejection
from clinicflow.events import EVENT_TYPES

ARRIVALS = frozenset({"patient-arrived", "ticket-issued", "checked-in"})
"""Events that begin a visit."""

ENDINGS = frozenset(name for name, event in EVENT_TYPES.items() if event.ENDS == "visit")
"""Events that end a visit; ``visit-ended`` is none, as check-out work follows it."""

REVERSED = {"checkout-reversed": "checked-out"}
"""Events after which the patient is in the clinic again, and the ending that each takes back."""

LAW = ARRIVALS | ENDINGS | REVERSED.keys()
"""Events that every agent of visits applies, whether a rule of its looks at them or not."""


def ended(phase: str) -> bool:
    """Whether a visit of this phase has ended."""
    return phase in ENDINGS


def in_clinic(phase: str) -> bool:
    """Whether a visit of this phase is of a patient who is in the clinic."""
    return phase in ("arrived", "checked-in")


def next_phase(phase: str, event: Event) -> str | Rejection:
    """The phase after an event of ``LAW``, or why the event cannot be."""
    kind = event.TYPE
    if kind in REVERSED:
        return _reversed(phase, REVERSED[kind])
    if phase in ENDINGS:
        return Rejection("visit-ended", f"Expected an open visit, but it ended with {phase}.")
    if kind in ENDINGS:
        return kind
    if kind != "checked-in":
        return phase or "arrived"
    if phase == "checked-in":
        return Rejection("already-checked-in", "Expected a visit before check-in, but it is checked in.")
    return "checked-in"


def _reversed(phase: str, ending: str) -> str | Rejection:
    if phase == ending:
        return "checked-in"
    found = f"ended with {phase}" if phase in ENDINGS else "has not ended"
    return Rejection("not-checked-out", f"Expected a visit that ended with {ending}, but it {found}.")
