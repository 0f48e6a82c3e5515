"""What events say of a person, or of a site, beside the bundle: the latest word on each thing, by when it happened."""

from collections.abc import Callable, Mapping
from typing import Any, Literal

import msgspec
from msgspec.structs import replace

from clinicflow.core.event import Event, Micros


class Credential(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A credential that was granted or taken away; ``held`` None: only its end (``until``) was told."""

    at: Micros
    held: bool | None = None
    until: Micros | None = None


class Shift(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The begin or end of a shift, or an absence (``until`` if somebody said so)."""

    at: Micros
    state: Literal["started", "ended", "away"]
    clinic_id: str
    until: Micros | None = None
    trainee: bool = False


class Rest(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The begin or end of a break."""

    at: Micros
    resting: bool


class Role(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Another role. ``previous`` is the one that the bundle gave when it was told: a later bundle is believed again."""

    at: Micros
    role: str
    leads: bool
    clinic_id: str
    previous: str | None = None


class Relief(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Who was sent to relieve this person, and where."""

    at: Micros
    staff_id: str
    clinic_id: str


class Site(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Whether a supervisor was said to be on site."""

    at: Micros
    present: bool


class Standing(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Of a member of staff: all but ``sites``. Of a clinic: ``sites``, by supervisor."""

    credentials: dict[str, Credential] = {}
    shift: Shift | None = None
    rest: Rest | None = None
    role: Role | None = None
    relief: Relief | None = None
    sites: dict[str, Site] = {}


NOTHING = Standing()
"""Nothing was told: the bundle alone speaks."""


class Known(msgspec.Struct, frozen=True):
    """What was told that matters at one clinic: of its staff, by id, and of the site."""

    staff: Mapping[str, Standing] = {}
    site: Standing = NOTHING

    def of(self, staff_id: str) -> Standing:
        """What was told of a person."""
        return self.staff.get(staff_id, NOTHING)


def told(standing: Standing, event: Event) -> Standing:
    """What is known after an event; what happened before that which is known changes nothing."""
    teller = _TELLERS.get(event.TYPE)
    return standing if teller is None else teller(standing, event)


def _credential(standing: Standing, event: Any, held: bool, until: Micros | None = None) -> Standing:
    known = standing.credentials.get(event.credential)
    if known is not None and known.at > event.occurred_at:
        return standing
    fact = Credential(event.occurred_at, held, until)
    return replace(standing, credentials={**standing.credentials, event.credential: fact})


def _ends(standing: Standing, event: Any) -> Standing:
    """A credential ends soon; one that was taken away does not come back by that."""
    known = standing.credentials.get(event.credential)
    if event.valid_until is None or (known is not None and known.at > event.occurred_at):
        return standing
    held = None if known is None else known.held
    fact = Credential(event.occurred_at, held, event.valid_until)
    return replace(standing, credentials={**standing.credentials, event.credential: fact})


def _shift(standing: Standing, event: Any, state: Literal["started", "ended", "away"]) -> Standing:
    if standing.shift is not None and standing.shift.at > event.occurred_at:
        return standing
    until, trainee = getattr(event, "until", None), bool(getattr(event, "trainee", False))
    return replace(standing, shift=Shift(event.occurred_at, state, event.clinic_id, until, trainee))


def _rest(standing: Standing, event: Any, resting: bool) -> Standing:
    if standing.rest is not None and standing.rest.at > event.occurred_at:
        return standing
    return replace(standing, rest=Rest(event.occurred_at, resting))


def _role(standing: Standing, event: Any) -> Standing:
    if standing.role is not None and standing.role.at > event.occurred_at:
        return standing
    role = Role(event.occurred_at, event.new_role, event.leads, event.clinic_id, event.previous_role)
    return replace(standing, role=role)


def _relief(standing: Standing, event: Any) -> Standing:
    if standing.relief is not None and standing.relief.at > event.occurred_at:
        return standing
    return replace(standing, relief=Relief(event.occurred_at, event.relief_staff, event.clinic_id))


def _site(standing: Standing, event: Any, present: bool) -> Standing:
    known = standing.sites.get(event.supervisor_id)
    if known is not None and known.at > event.occurred_at:
        return standing
    return replace(standing, sites={**standing.sites, event.supervisor_id: Site(event.occurred_at, present)})


_TELLERS: dict[str, Callable[[Standing, Any], Standing]] = {
    "credential-granted": lambda standing, event: _credential(standing, event, True, event.valid_until),
    "competency-signed": lambda standing, event: _credential(standing, event, True),
    "credential-expiring": _ends,
    "credential-expired": lambda standing, event: _credential(standing, event, False),
    "credential-revoked": lambda standing, event: _credential(standing, event, False),
    "shift-started": lambda standing, event: _shift(standing, event, "started"),
    "shift-ended": lambda standing, event: _shift(standing, event, "ended"),
    "staff-unavailable": lambda standing, event: _shift(standing, event, "away"),
    "break-started": lambda standing, event: _rest(standing, event, True),
    "break-ended": lambda standing, event: _rest(standing, event, False),
    "staff-role-changed": _role,
    "float-assigned": _relief,
    "supervisor-on-site": lambda standing, event: _site(standing, event, True),
    "supervisor-left": lambda standing, event: _site(standing, event, False),
}

TELLING = frozenset(_TELLERS)
"""Types of the events that say what a person may do, or who is on site."""
