"""The front desk: arrival, identity, check-in, calls, merged and unmatched records, check-out, those who left."""

import pytest

from tests.agents.harness import NORMAL, UNMATCHED, VISIT, Clinic


def test_check_in_is_asked_for_once_and_done_by_the_check_in() -> None:
    clinic = Clinic()
    clinic.happens("patient-arrived", 0)
    clinic.happens("ticket-issued", 1)
    assert [task.rule for task in clinic.tasks()] == ["check-in"]
    clinic.happens("checked-in", 3, by="fd-lena")
    task = clinic.task("check-in")
    assert (task.status, task.doers) == ("completed", ("fd-lena",))


def test_check_in_goes_to_the_lead_after_ten_minutes_and_then_to_the_manager() -> None:
    clinic = Clinic()
    clinic.happens("ticket-issued", 0)
    clinic.wait(11)
    assert clinic.task("check-in").roles == ("FD", "LEAD")
    clinic.wait(21)
    assert clinic.task("check-in").roles == ("FD", "LEAD", "MGR")


def test_an_arrival_that_is_told_after_check_in_asks_for_nothing() -> None:
    clinic = Clinic()
    clinic.happens("checked-in", 3)
    clinic.happens("patient-arrived", 0, logged=5)
    assert not clinic.made("check-in")


def test_check_in_again_when_the_desk_gives_up() -> None:
    clinic = Clinic()
    clinic.happens("patient-arrived", 0)
    clinic.asks("rn-grace", "fail", clinic.task("check-in"), 2, reason="other")
    assert clinic.task("check-in-again").priority == "urgent"


def test_a_second_check_in_is_refused_by_every_agent_alike() -> None:
    clinic = Clinic()
    clinic.happens("checked-in", 0)
    second = clinic.happens("checked-in", 1)
    refusals = clinic.refusals(second)
    assert {why.code for why in refusals.values()} == {"already-checked-in"}
    hears = {name for name, agent in clinic.agents.items() if "visit" in agent.kinds}
    heard = {name for name in hears if "checked-in" in clinic.bundle.subscribed(name)}
    assert {"flow", "front_desk", "rooming", "vitals"} <= set(refusals) == heard


@pytest.mark.parametrize(("matched", "asked"), [(0, True), (1, True), (2, False), (3, False)])
def test_verify_identity_when_fewer_than_two_identifiers_matched(matched: int, asked: bool) -> None:
    clinic = Clinic()
    clinic.happens("checked-in", 0, identifiers_matched=matched)
    assert clinic.made("verify-identity") is asked


@pytest.mark.parametrize(("name", "asked"), [("north", True), ("east", True), ("south", False)])
def test_collect_copay_where_there_is_one(name: str, asked: bool) -> None:
    clinic = Clinic(name)
    clinic.happens("checked-in", 0)
    assert clinic.made("collect-copay") is asked


def test_collect_copay_is_done_by_saying_so() -> None:
    clinic = Clinic()
    clinic.happens("checked-in", 0)
    said = clinic.asks("fd-lena", "completion", clinic.task("collect-copay"), 4)
    task = clinic.task("collect-copay")
    assert (clinic.refusals(said), task.status, task.scope_rule) == ({}, "completed", "any-administrative")


def test_search_waiting_area_five_minutes_after_the_second_call() -> None:
    clinic = Clinic()
    clinic.happens("checked-in", 0)
    clinic.happens("patient-called", 5)
    clinic.wait(12)
    assert not clinic.made("search-waiting-area")
    clinic.happens("patient-called", 12, call_no=2)
    clinic.wait(18)
    assert "search-waiting-area" in clinic.open()
    clinic.happens("roomed", 19)
    assert "search-waiting-area" not in clinic.open()


def test_nobody_is_searched_for_who_has_come() -> None:
    clinic = Clinic()
    clinic.happens("checked-in", 0)
    clinic.happens("patient-called", 5, call_no=2)
    clinic.happens("roomed", 7)
    clinic.wait(30)
    assert not clinic.made("search-waiting-area")


@pytest.mark.parametrize(("changed", "asked"), [(["name"], True), (["birth-date", "phone"], True), (["phone"], False)])
def test_reprint_labels_when_what_stands_on_them_has_changed(changed: list[str], asked: bool) -> None:
    clinic = Clinic()
    clinic.happens("checked-in", 0)
    clinic.happens("demographics-updated", 2, case=VISIT, changed=changed)
    assert clinic.made("reprint-labels") is asked


def test_review_merged_record_of_a_visit() -> None:
    clinic = Clinic()
    clinic.happens("checked-in", 0)
    clinic.happens("case-merged", 2, case=VISIT)
    assert "review-merged-record" in clinic.open()


def test_resolve_identity_of_a_message_that_nobody_could_match() -> None:
    clinic = Clinic()
    clinic.happens("unmatched-received", 0)
    assert clinic.open(UNMATCHED) == {"resolve-identity"}
    clinic.happens("unmatched-resolved", 4, by="fd-lena")
    assert clinic.open(UNMATCHED) == set()
    again = clinic.happens("unmatched-resolved", 5, by="fd-lena")
    assert clinic.refusals(again)["front_desk"].code == "already-resolved"


def test_resolve_identity_again_when_the_desk_gives_up() -> None:
    clinic = Clinic()
    clinic.happens("unmatched-received", 0)
    clinic.asks("rn-grace", "fail", clinic.task("resolve-identity"), 2, reason="other")
    assert clinic.open(UNMATCHED) == {"resolve-identity-again"}


def test_checkout_follows_the_clinical_part_and_is_done_by_leaving() -> None:
    clinic = Clinic()
    clinic.happens("checked-in", 0)
    clinic.happens("visit-ended", 30)
    clinic.happens("visit-ended", 31)
    assert sum(task.rule == "checkout" for task in clinic.tasks()) == 1
    clinic.happens("checked-out", 35, by="fd-lena")
    assert (clinic.task("checkout").status, clinic.task("checkout").doers) == ("completed", ("fd-lena",))
    assert clinic.tasks() == []


def test_checkout_again_when_the_desk_gives_up() -> None:
    clinic = Clinic()
    clinic.happens("checked-in", 0)
    clinic.happens("visit-ended", 30)
    clinic.asks("rn-grace", "fail", clinic.task("checkout"), 32, reason="other")
    assert "checkout-again" in clinic.open()


def test_follow_up_lwbs_call_by_the_desk_survives_the_end() -> None:
    clinic = Clinic()
    clinic.happens("checked-in", 0)
    clinic.happens("left-without-being-seen", 60)
    assert clinic.open() == {"follow-up-lwbs-call"}
    assert clinic.task("room-patient").status == "cancelled"


def test_follow_up_lwbs_nurse_when_vital_signs_were_critical() -> None:
    clinic = Clinic()
    clinic.happens("checked-in", 0)
    clinic.happens("vitals-taken", 5, **{**NORMAL, "systolic": 85})
    clinic.happens("left-without-being-seen", 60)
    assert clinic.open() == {"follow-up-lwbs-nurse", "acknowledge-critical-vitals-asap"}
    assert not clinic.made("follow-up-lwbs-call")


def test_a_second_ending_is_refused() -> None:
    clinic = Clinic()
    clinic.happens("checked-in", 0)
    clinic.happens("checked-out", 10)
    second = clinic.happens("visit-cancelled", 11)
    assert {why.code for why in clinic.refusals(second).values()} == {"visit-ended"}


@pytest.mark.parametrize("ending", ["checked-out", "visit-cancelled", "left-without-being-seen", "patient-deceased"])
def test_every_ending_withdraws_what_is_open(ending: str) -> None:
    clinic = Clinic()
    clinic.happens("patient-arrived", 0)
    clinic.happens("checked-in", 1)
    clinic.happens("roomed", 5)
    clinic.happens(ending, 20)
    assert clinic.open() - {"follow-up-lwbs-call"} == set()
