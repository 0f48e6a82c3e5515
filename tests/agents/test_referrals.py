"""The referrals agent where no scenario goes: what cannot be, comes late or twice, or is taken back."""

from typing import Any

import pytest

from clinicflow.agents import all_agents
from clinicflow.data import data_dir
from clinicflow.protocols.scenario import read_defaults
from clinicflow.protocols.stage import Stage
from tests.agents.harness import demo_bundle


def stage() -> Stage:
    return Stage(all_agents(), demo_bundle(), "north", read_defaults(data_dir("scenarios")))


def open_rules(clinic: Stage) -> set[str]:
    return {task.rule for task in clinic.result.tasks.values() if task.open and task.agent == "referrals"}


@pytest.mark.parametrize("second", ["referral-ordered", "outside-test-arranged", "hospital-discharge-notified"])
def test_a_case_begins_once(second: str) -> None:
    clinic = stage()
    clinic.happens("referral-ordered", 0)
    event = clinic.happens(second, 1)
    assert clinic.refusals(event)["referrals"] == "already-ordered"
    assert open_rules(clinic) == {"send-referral-routine"}


@pytest.mark.parametrize(
    ("kind", "fields", "by", "code"),
    [
        ("referral-closed", {}, "prv-jonas", "no-report"),
        ("referral-closed", {"outcome": "not_needed"}, "ma-ana", "prescriber-needed"),
        ("referral-decided", {"decision": "close"}, "fd-lena", "prescriber-needed"),
    ],
)
def test_what_may_not_end_a_referral(kind: str, fields: dict[str, Any], by: str, code: str) -> None:
    clinic = stage()
    clinic.happens("referral-ordered", 0)
    event = clinic.happens(kind, 5, by=by, fields=fields)
    assert clinic.refusals(event)["referrals"] == code
    assert open_rules(clinic) == {"send-referral-routine"}


def test_a_withdrawn_referral_is_not_sent_and_nobody_asks_for_it() -> None:
    clinic = stage()
    clinic.happens("checked-in", 0)
    visit = clinic.happened("checked-in")[0].case_id
    clinic.happens("referral-ordered", 1, fields={"visit_case_id": visit})
    clinic.happens("referral-cancelled", 5, by="prv-jonas")
    sent = clinic.happens("referral-sent", 9, by="ma-ana")
    assert clinic.refusals(sent)["referrals"] == "cancelled"
    assert open_rules(clinic) == set()
    assert [event.outcome for event in clinic.happened("case-closed")] == ["cancelled"]


def test_a_second_report_after_the_loop_was_closed_is_read_too() -> None:
    clinic = stage()
    clinic.happens("referral-ordered", 0)
    clinic.happens("referral-report-received", 10)
    clinic.happens("referral-closed", 20, by="prv-jonas")
    assert open_rules(clinic) == set()
    clinic.happens("referral-report-received", 30, fields={"document_ref": "doc-2"})
    assert open_rules(clinic) == {"review-report"}


def test_an_authorisation_that_comes_twice_asks_once_to_send() -> None:
    clinic = stage()
    clinic.happens("referral-ordered", 0, fields={"auth_needed": True})
    clinic.happens("prior-auth-decided", 10)
    clinic.happens("prior-auth-decided", 11)
    assert len(clinic.tasks("send-referral-routine")) == 1


def test_sending_that_was_entered_by_mistake_is_open_again_and_not_chased() -> None:
    clinic = stage()
    clinic.happens("referral-ordered", 0)
    sent = clinic.happens("referral-sent", 10, by="ma-ana")
    clinic.happens("event-voided", 20, case="referral", by="ma-ana", corrects=sent.event_id)
    assert open_rules(clinic) == {"send-referral-routine"}
    clinic.happens("referral-accepted", 9000)
    assert clinic.tasks("chase-referral") == []


def test_a_report_without_an_order_here_is_read_by_a_prescriber() -> None:
    clinic = stage()
    clinic.happens("referral-report-received", 10)
    assert open_rules(clinic) == {"review-report"}


def test_a_second_emergency_is_called_after_the_first_was_handed_over() -> None:
    clinic = stage()
    clinic.happens("checked-in", 0)
    clinic.happens("emergency-called", 5, by="rn-grace")
    clinic.happens("handed-to-ambulance", 15, by="rn-grace")
    clinic.happens("emergency-called", 16, by="rn-grace")
    assert len(clinic.tasks("stay-with-patient")) == 2
