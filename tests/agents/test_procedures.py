"""The procedures agent where no scenario goes: what cannot be, comes late, comes twice or is taken back."""

from typing import Any

import pytest

from clinicflow.agents import all_agents
from clinicflow.core.bundle import compile_bundle
from clinicflow.data import data_dir
from clinicflow.least_fields import MINUTE
from clinicflow.protocols.scenario import read_defaults
from clinicflow.protocols.stage import START, Stage
from tests.support.bundles import shipped

AGENTS = all_agents()
BUNDLE = compile_bundle(shipped(), 1, AGENTS)
DEFAULTS = read_defaults(data_dir("scenarios"))


def stage() -> Stage:
    return Stage(AGENTS, BUNDLE, "north", DEFAULTS)


def open_rules(clinic: Stage) -> set[str]:
    return {task.rule for task in clinic.result.tasks.values() if task.open and task.agent == "procedures"}


@pytest.mark.parametrize(
    ("kind", "fields", "code"),
    [
        ("ecg-reviewed", {}, "no-trace"),
        ("ecg-recorded", {"device_faulty": True}, "device-faulty"),
        ("procedure-ended", {}, "not-started"),
        ("procedure-timeout-done", {"patient_agrees": False}, "timeout-disagrees"),
        ("nail-tray-used", {"pack_expires_at": START}, "pack-expired"),
        ("dressing-changed", {}, "no-order"),
        ("dressing-ordered", {"every_days": 0}, "interval"),
        ("suture-removal-ordered", {"placed": 0}, "none-placed"),
        ("holter-fitted", {"wear_days": 15}, "wear-days"),
        ("holter-fitted", {"device_calibrated_until": START}, "device-past-calibration"),
        ("stress-test-prepared", {"device_checked": False}, "device-not-checked"),
        ("tonometry-recorded", {"right": 420}, "implausible"),
        ("tonometry-recorded", {"right": None, "left": None}, "nothing-measured"),
        ("visual-field-done", {"device_faulty": True}, "device-faulty"),
        ("dilation-drops-given", {"order_case_id": "o", "expires_at": START}, "drops-expired"),
    ],
)
def test_what_cannot_count_is_refused(kind: str, fields: dict[str, Any], code: str) -> None:
    clinic = stage()
    event = clinic.happens(kind, 5, by="prv-jonas", fields=fields)
    assert clinic.refusals(event)["procedures"] == code
    assert open_rules(clinic) == set()


@pytest.mark.parametrize(
    ("kind", "asked"),
    [
        ("ecg-ordered", "record-ecg"),
        ("diagnostic-test-ordered", "perform-spirometry"),
        ("dressing-ordered", "dressing"),
        ("suture-removal-ordered", "suture-removal"),
    ],
)
def test_an_order_is_placed_once(kind: str, asked: str) -> None:
    clinic = stage()
    clinic.happens(kind, 0, by="prv-jonas")
    again = clinic.happens(kind, 1, by="prv-jonas")
    assert clinic.refusals(again)["procedures"] == "already-ordered"
    assert len(clinic.tasks(f"procedures/{asked}")) == 1


def test_a_trace_that_comes_before_its_order_is_read_and_not_recorded_again() -> None:
    clinic = stage()
    clinic.happens("ecg-recorded", 5, by="ma-ana")
    clinic.happens("ecg-ordered", 4, told=8, by="prv-jonas", fields={"indication": "chest_pain"})
    assert open_rules(clinic) == {"read-ecg"}


def test_a_trace_of_the_wrong_patient_is_taken_back_and_recorded_again() -> None:
    clinic = stage()
    clinic.happens("ecg-ordered", 0, by="prv-jonas")
    wrong = clinic.happens("ecg-recorded", 5, by="ma-ana")
    clinic.happens("event-voided", 8, case="order", by="ma-ana", corrects=wrong.event_id)
    assert open_rules(clinic) == {"record-ecg"}
    assert clinic.newest("procedures/read-ecg").status == "entered-in-error"


def test_another_recorder_than_the_one_that_was_given_does_not_come_back() -> None:
    clinic = stage()
    clinic.happens("holter-fitted", 0, by="ma-ana")
    other = clinic.happens("holter-returned", 60, by="fd-lena", fields={"serial": "holter-6"})
    assert clinic.refusals(other)["procedures"] == "other-device"
    clinic.pass_time(START + 3000 * MINUTE)
    assert open_rules(clinic) == {"holter-late"}


def test_a_recall_of_another_load_leaves_the_set_and_a_recall_after_the_start_asks_for_no_new_one() -> None:
    clinic = stage()
    clinic.happens("load-released", 0, by="ma-dewi", fields={"load_id": "load-7"})
    clinic.happens("procedure-set-up", 0, by="ma-ana", fields={"load_id": "load-7"})
    clinic.happens("instruments-blocked", 1, fields={"load_id": "load-1"})
    clinic.happens("procedure-timeout-done", 2, by="rn-grace")
    clinic.happens("procedure-started", 3, by="prv-jonas")
    clinic.happens("instruments-blocked", 4)
    assert open_rules(clinic) == {"hand-instruments"}


def test_a_set_that_is_blocked_twice_is_replaced_once() -> None:
    clinic = stage()
    clinic.happens("procedure-set-up", 0, by="ma-ana", fields={"load_id": "load-7"})
    clinic.happens("load-recalled", 5, by="ipc-ida", fields={"load_id": "load-7", "reason": "device_faulty"})
    assert len(clinic.happened("instruments-blocked")) == 2
    assert len(clinic.tasks("procedures/replace-set")) == 1


def test_a_procedure_whose_appointment_is_cancelled_and_booked_again_is_set_up() -> None:
    clinic = stage()
    fields = {"visit_type": "procedure", "start": START + 600 * MINUTE, "end": START + 630 * MINUTE}
    clinic.happens("appointment-booked", 0, fields=fields)
    clinic.happens("appointment-cancelled", 5)
    assert open_rules(clinic) == set()
    clinic.happens("appointment-rescheduled", 9, fields={"start": START + 900 * MINUTE, "end": START + 930 * MINUTE})
    assert open_rules(clinic) == {"set-up-procedure"}


def test_an_open_test_is_withdrawn_with_the_visit_and_what_was_recorded_is_still_read() -> None:
    clinic = stage()
    visit = clinic.happens("checked-in", 0)
    clinic.happens("diagnostic-test-ordered", 5, fields={"visit_case_id": visit.case_id})
    clinic.happens("ecg-ordered", 6, case="ecg", fields={"visit_case_id": visit.case_id})
    clinic.happens("ecg-recorded", 8, case="ecg", by="ma-ana")
    clinic.happens("left-without-being-seen", 20)
    assert open_rules(clinic) == {"read-ecg"}
