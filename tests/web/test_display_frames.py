"""What a public screen shows of a visit, and that nothing else can be in a frame."""

import random
from typing import Any

import msgspec
import pytest

from clinicflow.core.view import VisitView
from clinicflow.web.display import DisplayEntry, DisplayFrame, entries_of, entry_of, is_ticket
from clinicflow.web.wait_band import Band

NOW = 1_767_960_000_000_000
SECOND = 1_000_000
ROOMS = {"n-1": "Room 1", "n-2": "Room 2"}


def a_visit(**over: Any) -> VisitView:
    known = {"case_id": "c", "org_id": "demo", "clinic_id": "north", "patient_id": "p-1", "ticket": "KT47"}
    return VisitView(**{**known, "stage": "checked-in", "since": NOW, "arrived_at": NOW, **over})


def test_who_waits_is_shown_by_the_code_alone() -> None:
    assert entry_of(a_visit(), ROOMS, NOW) == DisplayEntry("KT47", "waiting")


def test_who_has_a_room_is_asked_to_go_there() -> None:
    entry = entry_of(a_visit(room_id="n-2", call_no=1, called_at=NOW), ROOMS, NOW)

    assert entry == DisplayEntry("KT47", "please-go-to", "Room 2", 1)


def test_who_is_called_without_a_room_is_asked_to_the_desk() -> None:
    assert entry_of(a_visit(stage="arrived", call_no=2), ROOMS, NOW) == DisplayEntry("KT47", "see-desk", None, 2)


def test_a_check_in_answers_the_call_to_the_desk() -> None:
    called = a_visit(call_no=1, called_at=NOW - 30 * SECOND)

    assert entry_of(called, ROOMS, NOW) == DisplayEntry("KT47", "waiting", None, 1)


def test_a_call_to_the_desk_does_not_stay_for_ever() -> None:
    called = a_visit(call_no=1, called_at=NOW + 10 * SECOND)
    states = [entry_of(called, ROOMS, NOW + seconds * SECOND) for seconds in (10, 309, 310)]

    assert [entry.state for entry in states if entry] == ["see-desk", "see-desk", "waiting"]


@pytest.mark.parametrize(
    "over",
    [
        {"display_consent": False},
        {"ticket": None},
        {"stage": "with-provider", "room_id": "n-1"},
        {"stage": "visit-ended"},
        {"stage": "checked-out"},
        {"stage": "left-without-being-seen"},
    ],
    ids=str,
)
def test_who_did_not_agree_has_no_code_or_is_past_the_wait_is_not_shown(over: dict[str, Any]) -> None:
    assert entry_of(a_visit(**over), ROOMS, NOW) is None


def test_a_call_stays_for_a_minute_though_the_patient_is_in_the_room_already() -> None:
    called = a_visit(stage="roomed", room_id="n-1", call_no=1, called_at=NOW, since=NOW + 10 * SECOND)

    assert entry_of(called, ROOMS, NOW + 59 * SECOND) is not None
    assert entry_of(called, ROOMS, NOW + 60 * SECOND) is None


@pytest.mark.parametrize(
    "ticket", ["Imani Okafor", "OKAFOR", "kt47", "KT47 Imani", "A", "1990-01-15", "KT-12345", "ⅫV1"]
)
def test_a_text_that_is_no_ticket_code_is_never_shown(ticket: str) -> None:
    assert entry_of(a_visit(ticket=ticket), ROOMS, NOW) is None
    with pytest.raises(ValueError, match="ticket code"):
        DisplayEntry(ticket, "waiting")


@pytest.mark.parametrize("ticket", ["KT47", "A1", "AB-123", "Z9999"])
def test_codes_of_other_systems_are_shown(ticket: str) -> None:
    assert is_ticket(ticket)


def test_a_room_is_named_by_the_bundle_never_by_the_event() -> None:
    entry = entry_of(a_visit(room_id="Oncology, Dr. Imani Okafor", call_no=1), ROOMS, NOW)

    assert entry == DisplayEntry("KT47", "see-desk", None, 1)


def test_codes_are_listed_by_themselves_so_that_the_order_of_arrival_is_not_seen() -> None:
    visits = [
        a_visit(ticket="ZB22", arrived_at=NOW - 3),
        a_visit(ticket="BZ22", arrived_at=NOW - 2),
        a_visit(ticket="MM33", arrived_at=NOW - 1, room_id="n-1"),
    ]

    assert [entry.ticket for entry in entries_of(visits, ROOMS, NOW)] == ["MM33", "BZ22", "ZB22"]


def test_the_newest_call_stands_at_the_top() -> None:
    visits = [
        a_visit(ticket="BB22", room_id="n-1", call_no=1, called_at=NOW - 30 * SECOND),
        a_visit(ticket="CC22", stage="arrived", call_no=1, called_at=NOW - 10 * SECOND),
        a_visit(ticket="DD22", room_id="n-2", call_no=1, called_at=NOW - 20 * SECOND),
    ]

    assert [entry.ticket for entry in entries_of(visits, ROOMS, NOW)] == ["CC22", "DD22", "BB22"]


def test_a_code_given_twice_appears_once_as_a_call() -> None:
    found = entries_of([a_visit(), a_visit(room_id="n-1")], ROOMS, NOW)

    assert found == (DisplayEntry("KT47", "please-go-to", "Room 1"),)


def test_the_frame_has_no_field_for_anything_else() -> None:
    # The type is the promise: a new field here must be a decision about privacy.
    fields = {kind.__name__: kind.__struct_fields__ for kind in (DisplayEntry, DisplayFrame, Band)}

    assert fields == {
        "DisplayEntry": ("ticket", "state", "room", "call"),
        "DisplayFrame": ("version", "generated_at", "clinic", "entries", "band", "open", "paused"),
        "Band": ("low", "high"),
    }
    with pytest.raises(msgspec.ValidationError, match="name"):
        msgspec.convert({"ticket": "KT47", "state": "waiting", "name": "Imani"}, DisplayEntry)


def test_ten_thousand_patients_leave_no_trace_but_their_codes() -> None:
    chance = random.Random(11)
    visits = []
    for number in range(10_000):
        secret = f"CANARY{number:05}"
        code = f"{chance.choice('BCDF')}{chance.choice('GHJK')}{number % 10_000:04}"
        ticket = chance.choice([code, secret, f"{code} {secret}"])
        room = chance.choice(["n-1", "n-2", secret, None])
        visits.append(
            a_visit(
                case_id=secret, patient_id=secret, clinic_id=secret, org_id=secret, ticket=ticket, room_id=room,
                stage=chance.choice(["arrived", "checked-in", "roomed", "with-provider", secret]), language=secret,
                acuity=secret, open_cases=(secret,), call_no=chance.randrange(3), called_at=NOW - 1,
            )
        )  # fmt: skip

    entries = entries_of(visits, ROOMS, NOW)
    frame = DisplayFrame(1, NOW, "North", entries, Band(5, 15))
    sent = msgspec.json.encode(frame) + repr(frame).encode()

    assert len(entries) > 1000
    assert len(sent) > 100_000
    assert b"CANARY" not in sent
