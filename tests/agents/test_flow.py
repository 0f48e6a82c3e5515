"""Stage, ticket, room and clocks of a visit whatever the order of its events, and the rooms themselves."""

import itertools

import pytest

from clinicflow.core.ids import room_case
from tests.agents.harness import MINUTE, ORDER, ROOM, START, VISIT, Clinic

STEPS = [
    ("patient-arrived", 0, "arrived"),
    ("checked-in", 5, "checked-in"),
    ("roomed", 15, "roomed"),
    ("provider-entered", 30, "with-provider"),
    ("provider-exited", 45, "roomed"),
    ("visit-ended", 50, "visit-ended"),
    ("checked-out", 55, "checked-out"),
]


def test_the_stage_follows_the_course_and_counts_from_what_happened() -> None:
    clinic = Clinic()
    for kind, minute, stage in STEPS:
        clinic.happens(kind, minute, logged=minute + 3)
        assert (clinic.view().stage, clinic.view().since) == (stage, START + minute * MINUTE)
    assert clinic.view().arrived_at == START


@pytest.mark.parametrize("order", list(itertools.permutations(STEPS[:4])))
def test_the_stage_does_not_depend_on_the_order_in_which_events_come(order: list[tuple[str, int, str]]) -> None:
    clinic = Clinic()
    for told, (kind, minute, _) in enumerate(order):
        clinic.happens(kind, minute, logged=60 + told)
    view = clinic.view()
    assert (view.stage, view.since, view.arrived_at) == ("with-provider", START + 30 * MINUTE, START)


def test_the_ticket_its_language_and_consent_are_shown() -> None:
    clinic = Clinic()
    clinic.happens("ticket-issued", 0, language="es", display_consent=False)
    clinic.happens("patient-called", 5)
    view = clinic.view()
    assert (view.ticket, view.language, view.display_consent) == ("HK47", "es", False)
    assert (view.call_no, view.called_at) == (1, START + 5 * MINUTE)


def test_an_old_call_does_not_replace_a_newer_one() -> None:
    clinic = Clinic()
    clinic.happens("ticket-issued", 0)
    clinic.happens("patient-called", 9, call_no=2)
    clinic.happens("patient-called", 5, call_no=1, logged=10)
    assert clinic.view().call_no == 2


def test_ready_for_provider_shows_until_one_comes() -> None:
    clinic = Clinic()
    clinic.happens("checked-in", 0)
    clinic.happens("roomed", 5)
    clinic.happens("ready-for-provider", 10)
    assert clinic.view().ready_for_provider
    clinic.happens("provider-entered", 20)
    assert not clinic.view().ready_for_provider


def test_acuity_is_what_licensed_staff_said() -> None:
    clinic = Clinic()
    clinic.happens("checked-in", 0, acuity="asap")
    assert clinic.view().acuity == "asap"


def test_the_room_hears_who_has_it_once() -> None:
    clinic = Clinic()
    clinic.happens("checked-in", 0)
    clinic.happens("room-assigned", 4)
    clinic.happens("roomed", 5)
    (told,) = clinic.happened("room-occupied")
    assert (told.case_id, told.visit_case_id, told.room_id, told.patient_id) == (ROOM, VISIT, "n-1", None)
    assert clinic.view().room_id == "n-1"


def test_a_move_releases_the_room_before_and_asks_to_turn_it_over() -> None:
    clinic = Clinic()
    clinic.happens("checked-in", 0)
    clinic.happens("roomed", 5)
    clinic.happens("roomed", 9, room_id="n-2")
    (released,) = clinic.happened("room-released")
    assert (released.case_id, released.reason) == (ROOM, "moved")
    assert clinic.open(ROOM) == {"turn-over-room"}
    assert clinic.open(room_case("demo", "n-2")) == set()


def test_an_older_room_that_is_told_late_changes_nothing() -> None:
    clinic = Clinic()
    clinic.happens("checked-in", 0)
    clinic.happens("roomed", 9, room_id="n-2")
    clinic.happens("roomed", 5, logged=12, room_id="n-1")
    assert clinic.view().room_id == "n-2"
    assert len(clinic.happened("room-occupied")) == 1


@pytest.mark.parametrize("kind", ["visit-ended", "left-without-being-seen", "checked-out", "patient-deceased"])
def test_turn_over_room_when_the_patient_needs_it_no_longer(kind: str) -> None:
    clinic = Clinic()
    clinic.happens("checked-in", 0)
    clinic.happens("roomed", 5)
    clinic.happens(kind, 30)
    assert clinic.open(ROOM) == {"turn-over-room"}
    assert clinic.view().room_id is None
    if kind == "visit-ended":
        clinic.happens("checked-out", 35)
        assert len(clinic.happened("room-released")) == 1


def test_clean_room_follows_turn_over_room() -> None:
    clinic = Clinic()
    clinic.happens("checked-in", 0)
    clinic.happens("roomed", 5)
    clinic.happens("visit-ended", 30)
    clinic.happens("room-vacated", 33, by="ma-ana")
    assert clinic.task("turn-over-room").doers == ("ma-ana",)
    assert clinic.open(ROOM) == {"clean-room"}
    clinic.happens("room-cleaned", 40, by="evs-victor")
    assert clinic.open(ROOM) == set()


@pytest.mark.parametrize(("precautions", "priority"), [("standard", "routine"), ("contact", "urgent")])
def test_clean_room_is_urgent_with_precautions(precautions: str, priority: str) -> None:
    clinic = Clinic()
    clinic.happens("room-vacated", 0, precautions=precautions)
    assert clinic.task("clean-room").priority == priority


def test_clean_room_airborne_waits_until_the_air_has_changed() -> None:
    clinic = Clinic()
    clinic.happens("room-vacated", 0, precautions="airborne")
    assert clinic.open(ROOM) == set()
    clinic.wait(61)
    assert clinic.open(ROOM) == {"clean-room-airborne"}


def test_the_next_visit_in_a_room_is_not_released_by_the_one_before() -> None:
    clinic = Clinic()
    other = room_case("demo", "other-visit")
    clinic.happens("checked-in", 0)
    clinic.happens("roomed", 5)
    clinic.happens("checked-in", 6, case=other)
    clinic.happens("roomed", 8, case=other)
    clinic.happens("visit-ended", 20)
    assert clinic.open(ROOM) == set()


def test_open_cases_are_listed_and_hear_of_the_end() -> None:
    clinic = Clinic()
    clinic.happens("checked-in", 0)
    clinic.happens("lab-test-ordered", 10)
    assert clinic.view().open_cases == (ORDER,)
    clinic.happens("checked-out", 30)
    (told,) = clinic.happened("visit-closed")
    assert (told.case_id, told.visit_case_id, told.how) == (ORDER, VISIT, "checked_out")


def test_a_case_that_is_opened_after_the_end_hears_of_it_at_once() -> None:
    clinic = Clinic()
    clinic.happens("checked-in", 0)
    clinic.happens("checked-out", 30)
    clinic.happens("lab-test-ordered", 40)
    assert [event.case_id for event in clinic.happened("visit-closed")] == [ORDER]


def test_a_case_that_is_done_is_not_listed() -> None:
    clinic = Clinic()
    clinic.happens("checked-in", 0)
    clinic.happens("lab-test-ordered", 10)
    clinic.happens("order-cancelled", 12)
    assert clinic.view().open_cases == ()
    clinic.happens("checked-out", 30)
    assert clinic.happened("visit-closed") == []


def test_a_room_that_was_an_error_is_taken_back() -> None:
    clinic = Clinic()
    clinic.happens("checked-in", 0)
    roomed = clinic.happens("roomed", 5)
    clinic.happens("event-voided", 6, corrects=roomed.event_id)
    assert (clinic.view().stage, clinic.view().room_id) == ("checked-in", None)
    (told,) = clinic.happened("room-occupied")
    assert told.event_id in [event.corrects for event in clinic.happened("event-voided")]
