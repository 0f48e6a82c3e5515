"""What the staffing agent remembers of one member of staff. It keeps no figures by which people could be ranked."""

import msgspec

from clinicflow.core.standing import NOTHING, Standing


class StaffingState(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One member of staff, or a clinic of which only the last supervisor is told."""

    staff_id: str | None = None
    on_shift: bool = False
    on_break: bool = False
    trainee: bool = False
    expiring: tuple[str, ...] = ()
    """Credentials that wait for their renewal."""
    courses: tuple[str, ...] = ()
    """Credentials for which a course was given and not finished."""
    unsigned: tuple[tuple[str, str], ...] = ()
    """Acts that wait for a preceptor: the event, and the credential that it counts for."""
    learned: dict[str, int] = {}
    """How many acts a preceptor has signed, by credential."""
    enough: bool = False
    """Whether the act signed last was the one that was missing for a signature of the skill."""
    waiting: dict[str, tuple[str, str, str]] = {}
    """Tasks that wait for the signature of an act: by the act's event the agent, the task and its case."""
    trainees: tuple[str, ...] = ()
    """Who learns under this person's eyes on the shift."""
    standing: Standing = NOTHING
    """What was told of credentials, shifts, role and presence: it decides, with the bundle, what the person may do."""
