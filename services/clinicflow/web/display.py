"""What the waiting room's screen may know: a closed type made of ticket, room, state and wait band.

Nothing of a visit gets into a frame but through ``entry_of``: tickets must look like tickets, and a room is named by
the bundle, never by an event; so neither a name nor a free text can be in it. Who waits is listed by code, not
by arrival, which would tell who is who.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

import msgspec

from clinicflow.core.signage import signage_of
from clinicflow.core.view import VisitView
from clinicflow.web.wait_band import Band

CALL_STAYS = 60 * 1_000_000
"""Microseconds that a call stays on the screen at least."""
DESK_CALL_STAYS = 5 * CALL_STAYS
"""Microseconds after which a call to the desk has been answered, or is made anew."""
STALE_AFTER = 5.0
"""Seconds after which data are not current any more: the store did not answer, or an event waits for its agent."""
SHOWN_BY = "flow"
"""The agent that keeps what a public screen shows."""

_TICKET = re.compile(r"[A-Z]{1,2}-?[0-9]{1,4}", re.ASCII)

State = Literal["waiting", "please-go-to", "see-desk"]
_RANK: dict[State, int] = {"please-go-to": 0, "see-desk": 0, "waiting": 1}


class DisplayEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One ticket. ``room`` is the room's name where ``state`` is please-go-to; ``call`` counts its calls."""

    ticket: str
    state: State
    room: str | None = None
    call: int = 0

    def __post_init__(self) -> None:
        if not is_ticket(self.ticket):
            raise ValueError("Expected a ticket code: one or two letters and up to four digits")


class DisplayFrame(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All that a public screen shows of a clinic.

    ``version`` grows with every frame; ``generated_at`` is in UTC microseconds; ``open`` is false outside of the
    clinic's hours (the screen is blank), ``paused`` true when the data are not current.
    """

    version: int
    generated_at: int
    clinic: str
    entries: tuple[DisplayEntry, ...]
    band: Band | None
    open: bool = True
    paused: bool = False


def is_ticket(text: str | None) -> bool:
    """Whether a text may stand on a public screen as a ticket."""
    return text is not None and _TICKET.fullmatch(text) is not None


def entry_of(view: VisitView, rooms: Mapping[str, str], now: int) -> DisplayEntry | None:
    """How a visit appears; None when it does not: no ticket, no consent, in its room, or gone.

    ``rooms`` are the names of the clinic's rooms by id.
    """
    if not view.display_consent or view.ticket is None or not is_ticket(view.ticket):
        return None
    room = rooms.get(view.room_id) if view.room_id else None
    if view.stage in ("arrived", "checked-in"):
        if room is not None:
            return DisplayEntry(view.ticket, "please-go-to", room, view.call_no)
        return DisplayEntry(view.ticket, "see-desk" if _to_desk(view, now) else "waiting", None, view.call_no)
    if view.stage == "roomed" and room is not None and now - _called(view) < CALL_STAYS:
        return DisplayEntry(view.ticket, "please-go-to", room, view.call_no)
    return None


def entries_of(views: Iterable[VisitView], rooms: Mapping[str, str], now: int) -> tuple[DisplayEntry, ...]:
    """The entries of a clinic: calls first, the newest at the top, then who waits, by code.

    A ticket appears once, as a call rather than as waiting.
    """
    found = [(entry, _called(view)) for view in views if (entry := entry_of(view, rooms, now)) is not None]
    found.sort(key=lambda each: (_RANK[each[0].state], -each[1] if each[0].state != "waiting" else 0, each[0].ticket))
    once: dict[str, DisplayEntry] = {}
    for entry, _ in found:
        once.setdefault(entry.ticket, entry)
    return tuple(once.values())


def _called(view: VisitView) -> int:
    return view.since if view.called_at is None else view.called_at


def _to_desk(view: VisitView, now: int) -> bool:
    """Whether the patient is called to the desk: a check-in after the call has answered it."""
    answered = view.stage == "checked-in" and _called(view) < view.since
    return view.call_no > 0 and not answered and now - _called(view) < DESK_CALL_STAYS


def setup_of(clinic: Mapping[str, Any], languages: Sequence[str]) -> dict[str, Any]:
    """How a clinic's display looks and turns its pages; ``languages`` of the network, where the clinic has no own.

    The display's own language comes first.
    """
    signage = signage_of(clinic)
    spoken = sorted(clinic.get("languages") or languages, key=lambda language: language != signage.language)
    turning = {"page_seconds": signage.page_seconds, "codes_per_page": signage.codes_per_page}
    return {"theme": signage.theme, "languages": spoken, **turning}


def room_names(clinic: Mapping[str, Any]) -> dict[str, str]:
    """The names of a clinic's rooms by id."""
    return {room["id"]: str(room.get("name", room["id"])) for room in clinic.get("rooms", ())}
