"""What ``step()`` returns: everything that one event does to one agent's side of a case."""

import msgspec

from clinicflow.core.event import Event, Micros
from clinicflow.core.task import Status, Task, TaskChange
from clinicflow.core.view import VisitView


class PatientFacts(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What every agent needs to know of the patient, never a name.

    ``age`` counts completed units: days (``d``) below 28 days, months (``mo``) below 16 years, else years (``a``).
    """

    age: int | None = None
    age_unit: str | None = None
    language: str | None = None
    visit_type: str | None = None
    pregnant: bool | None = None
    postpartum_days: int | None = None


AT_CLOSING = 1
"""``step`` of a timer that waits for the end of the clinic's day; other timers have 0."""


class Timer(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A running timer of one agent about one case; fires at ``fires_at`` (UTC microseconds) as ``timer-fired``."""

    timer_id: str
    rule: str
    step: int
    cause: str
    due_at: Micros
    fires_at: Micros
    about: tuple[tuple[str, str], ...] = ()
    """Which one of several is waited for, as of a task."""

    @property
    def looks_after(self) -> bool:
        """Whether a patient may count on it: who asks at the end of the day who is left looks after nobody."""
        return self.step != AT_CLOSING


class Emitted(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A derived event that a correction has withdrawn: caused again, it is sent as a correction, not as a repeat."""

    event_id: str
    type: str
    case_id: str
    digest: str


class Ended(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What a case remembers of a task that has ended: enough to answer who still asks for it."""

    task_id: str
    status: Status
    closing: str | None = None
    """The event that completed it."""


class AgentCase(msgspec.Struct, frozen=True, array_like=True, kw_only=True, gc=False):
    """One agent's side of one case: its own state, its tasks and timers, and the running hash over its outcomes.

    ``data`` is the agent's own struct in memory, builtin types when stored. ``phase`` is the common law of visits: "",
    "arrived", "checked-in" or the type of the ending event. ``tasks`` are the open ones, and those marked because their
    cause was voided; the last ended ones are in ``ended``, the whole of them in the journal's outcomes.
    """

    data: object = None
    tasks: tuple[Task, ...] = ()
    timers: tuple[Timer, ...] = ()
    emitted: tuple[Emitted, ...] = ()
    waiting: tuple[tuple[str, str], ...] = ()
    """Corrections that came before their event: (corrected event id, correction event id)."""
    patient: PatientFacts = PatientFacts()
    phase: str = ""
    bundle: int = 0
    """The bundle the case keeps; 0 for a case without an end, which uses each row's."""
    hash: bytes = b""
    position: int = -1
    code: int = 0
    """The version of the code that wrote it last, named by the shell that stores it; 0: not stored."""
    incomplete: bool = False
    ended: tuple[Ended, ...] = ()
    refused: tuple[str, ...] = ()
    """The last requests that were refused: a correction does not grant them, as the person was told so."""
    kind: str = ""
    """Kind of the case, once an event has told it: visit, order, refill, room or unmatched."""
    patient_id: str | None = None
    """Opaque; None for a room, which is about no patient."""
    view: VisitView | None = None
    """What boards show of the visit; only the agent that ``shows`` it."""
    codes_before: tuple[int, ...] = ()
    """Other versions of the code that wrote it earlier."""


class Rejection(msgspec.Struct, frozen=True, gc=False):
    """The agent refuses the event: a code for programs and a sentence "Expected ..., but ..." for people."""

    code: str
    reason: str


class RuleError(msgspec.Struct, frozen=True, gc=False):
    """A condition of a rule that failed on a live event; other rules went on."""

    rule: str
    message: str


class Outcome(msgspec.Struct, frozen=True, gc=False):
    """The new side of the case and everything to be written beside it.

    ``derived`` are complete events (id, case, cause set). ``timers_cleared`` are timer ids.
    """

    case: AgentCase
    tasks: tuple[TaskChange, ...] = ()
    derived: tuple[Event, ...] = ()
    timers_set: tuple[Timer, ...] = ()
    timers_cleared: tuple[str, ...] = ()
    rejection: Rejection | None = None
    rule_errors: tuple[RuleError, ...] = ()
