"""Rooms, devices and injuries: what cannot be, what comes twice, and what is taken back."""

from clinicflow.agents import all_agents
from clinicflow.data import data_dir
from clinicflow.events import EquipmentFaulted
from clinicflow.protocols.scenario import read_defaults
from clinicflow.protocols.stage import Stage
from tests.agents.harness import demo_bundle, happened


def stage(clinic: str = "north") -> Stage:
    return Stage(all_agents(), demo_bundle(), clinic, read_defaults(data_dir("scenarios")))


def test_a_block_that_is_not_there_cannot_be_taken_away() -> None:
    clinic = stage()
    event = clinic.happens("room-unblocked", 0, case="room:n-1")
    assert clinic.refusals(event)["facility"] == "not-blocked"


def test_a_room_with_two_blocks_is_ready_only_without_both() -> None:
    clinic = stage()
    for reason in ("flood", "maintenance"):
        clinic.happens("room-blocked", 0, case="room:n-1", fields={"reason": reason})
    clinic.happens("room-unblocked", 5, case="room:n-1", fields={"reason": "flood"})
    assert clinic.newest("move-room-bookings").open
    assert clinic.happened("room-ready") == []
    clinic.happens("room-unblocked", 9, case="room:n-1", fields={"reason": "maintenance"})
    assert len(clinic.happened("room-ready")) == 1
    assert not clinic.newest("move-room-bookings").open


def test_two_faults_of_a_room_are_two_blocks() -> None:
    clinic = stage()
    for minute in (0, 3):
        clinic.happens("room-blocked", minute, case="room:n-1", fields={"reason": "fault"})
    clinic.happens("room-unblocked", 5, case="room:n-1", fields={"reason": "fault"})
    assert clinic.newest("move-room-bookings").open
    assert clinic.happened("room-ready") == []
    assert clinic.refusals(clinic.happens("room-unblocked", 9, case="room:n-1", fields={"reason": "fault"})) == {}
    assert len(clinic.happened("room-ready")) == 1
    assert not clinic.newest("move-room-bookings").open
    third = clinic.happens("room-unblocked", 12, case="room:n-1", fields={"reason": "fault"})
    assert clinic.refusals(third)["facility"] == "not-blocked"


def test_who_cleans_a_room_ends_the_block_of_both_its_spills() -> None:
    clinic = stage()
    for minute in (0, 3):
        clinic.happens("spill-reported", minute, case="room:n-1")
    clinic.happens("spill-cleaned", 9, case="room:n-1", by="evs-victor")
    assert len(clinic.happened("room-unblocked")) == 1
    assert len(clinic.happened("room-ready")) == 1


def test_a_room_in_use_is_not_ready_when_its_spill_is_gone() -> None:
    clinic = stage()
    clinic.happens("checked-in", 0)
    clinic.happens("roomed", 5)
    clinic.happens("spill-reported", 6, case="room:n-1")
    clinic.happens("spill-cleaned", 9, case="room:n-1", by="evs-victor")
    assert len(clinic.happened("room-unblocked")) == 1
    assert clinic.happened("room-ready") == []


def test_an_airborne_case_that_was_none_opens_the_room_for_cleaning() -> None:
    clinic = stage()
    event = clinic.happens("room-vacated", 0, case="room:n-1", fields={"precautions": "airborne"})
    clinic.happens("room-vacated", 5, case="room:n-1", fields={"precautions": "standard"}, corrects=event.event_id)
    assert clinic.newest("clean-room").open
    clinic.pass_time(clinic.result.events[-1].logged_at + 3_600_000_000 * 4)
    assert clinic.happened("air-time-over") == []


def test_a_device_that_fails_its_calibration_is_faulty() -> None:
    clinic = stage()
    clinic.happens("calibrated", 0, fields={"passed": False})
    assert happened(clinic, EquipmentFaulted)[0].fault == "calibration_failed"
    assert clinic.newest("tag-out-equipment").open


def test_an_overdue_service_takes_the_device_out_once() -> None:
    clinic = stage()
    clinic.happens("maintenance-due", 0)
    clinic.happens("maintenance-due", 1)
    clinic.happens("calibrated", 20_000, fields={"passed": False})
    assert len(clinic.happened("service-overdue")) == 2
    assert len(clinic.happened("equipment-tagged-out")) == 1


def test_an_injury_is_reported_once() -> None:
    clinic = stage()
    clinic.happens("sharps-injury-reported", 0, by="ma-ana")
    again = clinic.happens("sharps-injury-reported", 2, by="rn-grace")
    assert clinic.refusals(again)["facility"] == "already-reported"
    assert len(clinic.tasks("first-aid")) == 1


def test_the_tasks_of_an_injury_that_was_reported_by_mistake_stay_marked() -> None:
    clinic = stage()
    injury = clinic.happens("sharps-injury-reported", 0, by="ma-ana")
    clinic.happens("event-voided", 5, case="incident", corrects=injury.event_id, fields={"reason": "entered_in_error"})
    task = clinic.newest("post-exposure-evaluation")
    assert (task.open, task.cause_voided) == (True, True)
