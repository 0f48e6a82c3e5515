"""The law of visits, the same for every agent: one check-in, one ending, no arrival after it, late facts welcome."""

from clinicflow.core.event import Event
from clinicflow.core.outcome import Rejection
from clinicflow.events import EVENT_TYPES

ARRIVALS = frozenset({"patient-arrived", "ticket-issued", "checked-in"})
"""Events that begin a visit."""

ENDINGS = frozenset(name for name, event in EVENT_TYPES.items() if event.ENDS == "visit")
"""Events that end a visit; ``visit-ended`` is none, as check-out work follows it."""

LAW = ARRIVALS | ENDINGS
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
    if phase in ENDINGS:
        return Rejection("visit-ended", f"Expected an open visit, but it ended with {phase}.")
    if kind in ENDINGS:
        return kind
    if kind != "checked-in":
        return phase or "arrived"
    if phase == "checked-in":
        return Rejection("already-checked-in", "Expected a visit before check-in, but it is checked in.")
    return "checked-in"
