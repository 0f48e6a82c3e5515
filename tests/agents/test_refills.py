"""A refill request: a check of facts against a table, then the person whom the outcome asks for."""

from typing import Any

import pytest

from clinicflow.agents import all_agents
from clinicflow.core.bundle import compile_bundle
from tests.agents.harness import HOUR, REFILL, START, VISIT, Clinic
from tests.support.bundles import shipped

DAY = 24 * HOUR


def requested(**fields: Any) -> Clinic:
    clinic = Clinic()
    clinic.happens("refill-requested", 0, **fields)
    return clinic


def outcome(clinic: Clinic) -> tuple[str, list[str]]:
    (checked,) = clinic.happened("refill-protocol-checked")
    return checked.outcome, checked.rules


def open_rules(clinic: Clinic) -> set[str]:
    return clinic.open(REFILL)


@pytest.mark.parametrize(
    ("fields", "expected", "rule"),
    [
        ({}, "pass", None),
        ({"controlled_schedule": "II"}, "prescriber", "controlled-or-unknown-schedule"),
        ({"controlled_schedule": "unknown"}, "prescriber", "controlled-or-unknown-schedule"),
        ({"controlled_schedule": None}, "prescriber", "controlled-or-unknown-schedule"),
        ({"on_protocol": False}, "prescriber", "not-on-protocol-list"),
        ({"on_protocol": None}, "prescriber", "not-on-protocol-list"),
        ({"on_active_list": False}, "prescriber", "not-on-active-list"),
        ({"dose_changed": True}, "prescriber", "dose-changed"),
        ({"quantity_changed": True}, "prescriber", "quantity-changed"),
        ({"frequency_changed": True}, "prescriber", "frequency-changed"),
        ({"days_supply_left": 7}, "pass", None),
        ({"days_supply_left": 8}, "prescriber", "too-early"),
        ({"days_supply_left": None}, "prescriber", "too-early"),
        ({"duplicate": True}, "prescriber", "duplicate-request"),
        ({"alert": True}, "prescriber", "alert"),
        ({"alert": None}, "prescriber", "alert"),
        ({"high_alert": True}, "prescriber", "high-alert-drug"),
        ({"pregnant": True}, "prescriber", "pregnant"),
        ({"pregnant": None}, "pass", None),
        ({"patient_age": 8, "weight_based": True}, "prescriber", "weight-based-child"),
        ({"patient_age": 8, "weight_based": None}, "prescriber", "weight-based-child"),
        ({"patient_age": None, "patient_age_unit": None, "weight_based": True}, "prescriber", "weight-based-child"),
        ({"weight_based": True}, "pass", None),
        ({"lab_overdue": True}, "lab_due", "lab-overdue"),
        ({"lab_abnormal": True}, "lab_due", "lab-abnormal"),
        ({"last_visit_at": START - 365 * DAY}, "pass", None),
        ({"last_visit_at": START - 365 * DAY - 1}, "visit_due", "visit-over-12-months-ago"),
        ({"last_visit_at": None}, "visit_due", "visit-over-12-months-ago"),
    ],
)
def test_every_check_of_the_protocol(fields: dict[str, Any], expected: str, rule: str | None) -> None:
    assert outcome(requested(**fields)) == (expected, [rule] if rule else [])


def test_the_strictest_outcome_holds_and_all_reasons_are_told() -> None:
    clinic = requested(alert=True, lab_overdue=True, last_visit_at=None)
    assert outcome(clinic) == ("prescriber", ["alert", "lab-overdue", "visit-over-12-months-ago"])
    (routed,) = clinic.happened("refill-routed")
    assert (routed.to_role, routed.reasons) == ("PRV", ["alert", "lab-overdue", "visit-over-12-months-ago"])


def test_sign_off_refill_then_send_refill() -> None:
    clinic = requested()
    assert open_rules(clinic) == {"acknowledge-refill", "sign-off-refill"}
    assert clinic.task("sign-off-refill").due_at - START == 48 * HOUR
    assert clinic.task("acknowledge-refill").due_at - START == 4 * HOUR
    clinic.happens("refill-approved", 30, by="rn-grace")
    assert open_rules(clinic) == {"send-refill"}
    clinic.happens("refill-sent", 60, by="ma-ana")
    assert open_rules(clinic) == set()


def test_sign_off_refill_today_when_the_medicine_runs_out() -> None:
    clinic = requested(days_supply_left=1)
    assert clinic.task("sign-off-refill-today").priority == "urgent"
    assert clinic.task("sign-off-refill-today").due_at - START == 4 * HOUR


def test_decide_refill_is_the_prescribers() -> None:
    clinic = requested(alert=True)
    assert clinic.task("decide-refill").roles == ("PRV", "PHY")
    assert requested(alert=True, days_supply_left=0).task("decide-refill-today").priority == "urgent"


@pytest.mark.parametrize("fields", [{"lab_overdue": True}, {"last_visit_at": None}])
def test_book_visit_when_a_visit_or_a_test_is_due(fields: dict[str, Any]) -> None:
    clinic = requested(**fields)
    assert open_rules(clinic) == {"acknowledge-refill", "decide-refill", "book-visit"}


def test_an_assistant_never_approves_and_a_nurse_only_what_passes() -> None:
    clinic = requested(alert=True)
    by_assistant = clinic.happens("refill-approved", 5, by="ma-ana")
    assert clinic.refusals(by_assistant)["refills"].code == "not-licensed"
    by_nurse = clinic.happens("refill-approved", 6, by="rn-grace")
    assert clinic.refusals(by_nurse)["refills"].code == "prescriber-needed"
    assert "decide-refill" in open_rules(clinic)
    clinic.happens("refill-approved", 7, by="prv-jonas")
    assert open_rules(clinic) == {"send-refill"}


def test_nothing_is_sent_that_nobody_approved() -> None:
    clinic = requested()
    sent = clinic.happens("refill-sent", 5, by="ma-ana")
    assert clinic.refusals(sent)["refills"].code == "not-approved"


def test_tell_patient_denied_with_the_reason() -> None:
    clinic = requested()
    clinic.happens("refill-denied", 30, by="rn-grace")
    assert open_rules(clinic) == {"tell-patient-denied"}
    again = clinic.happens("refill-denied", 31, by="prv-jonas")
    assert clinic.refusals(again)["refills"].code == "already-decided"


def test_a_denial_may_be_turned_into_an_approval() -> None:
    clinic = requested()
    clinic.happens("refill-denied", 30, by="rn-grace")
    clinic.happens("refill-approved", 40, by="prv-jonas")
    assert open_rules(clinic) == {"send-refill"}


def test_fix_refill_that_the_pharmacy_did_not_take() -> None:
    clinic = requested()
    clinic.happens("refill-approved", 30, by="rn-grace")
    clinic.happens("refill-failed", 40)
    assert open_rules(clinic) == {"fix-refill"}
    clinic.happens("refill-sent", 60, by="ma-ana")
    assert open_rules(clinic) == set()


def test_the_same_request_twice_in_one_case_is_refused() -> None:
    clinic = requested()
    again = clinic.happens("refill-requested", 5)
    assert clinic.refusals(again)["refills"].code == "already-requested"


def test_the_visit_hears_when_a_refill_is_open_and_when_it_is_done() -> None:
    clinic = Clinic()
    clinic.happens("checked-in", 0)
    clinic.happens("refill-requested", 5, visit_case_id=VISIT)
    assert clinic.view().open_cases == (REFILL,)
    clinic.happens("refill-approved", 30, by="rn-grace")
    clinic.happens("refill-sent", 60, by="ma-ana")
    assert clinic.view().open_cases == ()
    assert clinic.happened("case-closed")[0].outcome == "sent"


def test_a_decision_is_due_in_two_days_by_the_clock_not_by_opening_hours() -> None:
    document = shipped()
    hours = {"monday": "08:00-17:00", "tuesday": "08:00-17:00", "wednesday": "08:00-17:00"}
    document["clinics"]["north"] = {**document["clinics"]["north"], "hours": hours}
    bundle = compile_bundle(document, 1, all_agents())
    for name in ("sign-off-refill", "decide-refill"):
        task = bundle.rule("refills", name).task
        assert task is not None
        assert bundle.due_at(task.due, START, "north", None) == START + 48 * HOUR


@pytest.mark.parametrize(
    ("before", "left"),
    [
        ({}, {"acknowledge-refill", "sign-off-refill"}),
        ({"last_visit_at": None}, {"acknowledge-refill", "decide-refill", "book-visit"}),
        ({"days_supply_left": 1}, {"acknowledge-refill", "sign-off-refill-today"}),
    ],
)
def test_nothing_more_is_done_about_a_refill_when_the_patient_has_died(before: dict[str, Any], left: set[str]) -> None:
    clinic = Clinic()
    clinic.happens("checked-in", 0)
    clinic.happens("refill-requested", 5, visit_case_id=VISIT, **before)
    assert open_rules(clinic) == left
    clinic.happens("patient-deceased", 10)
    assert open_rules(clinic) == set()
    clinic.happens("refill-denied", 20, by="prv-jonas")
    clinic.happens("refill-approved", 30, by="prv-jonas")
    clinic.happens("refill-failed", 40)
    assert open_rules(clinic) == set()


def test_a_corrected_request_is_checked_anew() -> None:
    clinic = requested()
    first = clinic.happened("refill-requested")[0]
    clinic.happens("refill-requested", 0, logged=5, corrects=first.event_id, alert=True)
    checks = clinic.happened("refill-protocol-checked")
    assert (checks[-1].outcome, checks[-1].corrects) == ("prescriber", checks[0].event_id)
    assert open_rules(clinic) == {"acknowledge-refill", "decide-refill"}
