"""Vital signs: who measures, what is measured again, when a clinician is called and who may answer."""

from typing import Any

import pytest

from tests.agents.harness import NORMAL, ORDER, VISIT, Clinic

FLAG = "vitals-critical-flagged"
CRITICAL = {**NORMAL, "systolic": 85}
VERY_CRITICAL = {**NORMAL, "systolic": 85, "resp_rate": 28, "temp": 395}


def in_room(clinic: Clinic | None = None, **checked_in: Any) -> Clinic:
    clinic = clinic or Clinic()
    clinic.happens("checked-in", 0, **checked_in)
    clinic.happens("roomed", 5)
    return clinic


def calls(clinic: Clinic) -> set[str]:
    return {rule for rule in clinic.open() if rule.startswith("acknowledge-critical")}


def test_take_vitals_is_asked_for_in_the_room_and_done_by_the_measurement() -> None:
    clinic = in_room()
    task = clinic.task("take-vitals")
    assert (task.roles, task.credential, task.due_at - task.created_at) == (("MA",), "ma-basic", 300_000_000)
    clinic.happens("vitals-taken", 8, by="ma-ana", **NORMAL)
    done = clinic.task("take-vitals")
    assert (done.status, done.doers) == ("completed", ("ma-ana",))
    assert clinic.happened(FLAG) == []


def test_vitals_measured_before_the_room_are_not_asked_for_again() -> None:
    clinic = Clinic()
    clinic.happens("checked-in", 0)
    clinic.happens("vitals-taken", 2, **NORMAL)
    clinic.happens("roomed", 5)
    assert not clinic.made("take-vitals")


def test_a_move_to_another_room_does_not_ask_again() -> None:
    clinic = in_room()
    clinic.happens("roomed", 7, room_id="n-2")
    assert sum(task.rule == "take-vitals" for task in clinic.tasks()) == 1


def test_a_measurement_of_nothing_does_not_count() -> None:
    clinic = in_room()
    clinic.happens("vitals-taken", 8, note="ref-1")
    assert "take-vitals" in clinic.open()


def test_after_fifteen_minutes_a_nurse_may_measure() -> None:
    clinic = in_room()
    clinic.wait(21)
    assert clinic.task("take-vitals").roles == ("MA", "RN")


def test_take_vitals_again_when_the_assistant_gives_up() -> None:
    clinic = in_room()
    clinic.asks("ma-ana", "claim", clinic.task("take-vitals"), 6)
    clinic.asks("ma-ana", "fail", clinic.task("take-vitals"), 7, reason="other")
    assert clinic.task("take-vitals-again").roles == ("RN",)


def test_retake_vitals_when_a_reading_cannot_be_true_which_is_kept_and_not_scored() -> None:
    clinic = in_room()
    taken = clinic.happens("vitals-taken", 8, **{**NORMAL, "heart_rate": 301})
    (asked,) = clinic.happened("vitals-retake-requested")
    assert (asked.fields, asked.reasons, asked.of_event) == (["heart_rate"], ["out_of_range"], taken.event_id)
    assert clinic.happened(FLAG) == []
    assert "retake-vitals" in clinic.open()
    clinic.happens("vitals-taken", 10, **NORMAL, retake_of=taken.event_id)
    assert "retake-vitals" not in clinic.open()


def test_the_other_readings_of_such_a_measurement_are_judged_as_incomplete() -> None:
    clinic = in_room()
    clinic.happens("vitals-taken", 8, **{**CRITICAL, "heart_rate": 301})
    (flag,) = clinic.happened(FLAG)
    assert (flag.rule_id, flag.complete) == ("news2-single-3", False)


def test_the_flag_says_which_rule_of_which_table_was_met() -> None:
    clinic = in_room()
    taken = clinic.happens("vitals-taken", 8, **CRITICAL)
    (flag,) = clinic.happened(FLAG)
    assert (flag.table, flag.table_version, flag.rule_id, flag.level) == ("news2", "2017.1", "news2-single-3", "asap")
    assert (flag.parameter, flag.value, flag.unit) == ("systolic", "85", "mm[Hg]")
    assert (flag.vitals_event, flag.complete, flag.late) == (taken.event_id, True, False)


def test_temperatures_are_compared_and_told_exactly() -> None:
    clinic = in_room(patient_age=2, patient_age_unit="mo")
    clinic.happens("vitals-taken", 8, temp=379)
    assert clinic.happened(FLAG) == []
    clinic.happens("vitals-taken", 9, temp=380)
    (flag,) = clinic.happened(FLAG)
    assert (flag.value, flag.unit, flag.level) == ("38.0", "Cel", "stat")


def test_one_flag_a_measurement_names_the_other_rules() -> None:
    clinic = in_room()
    clinic.happens("vitals-taken", 8, **VERY_CRITICAL)
    (flag,) = clinic.happened(FLAG)
    assert (flag.rule_id, flag.level, flag.score) == ("news2-7-or-more", "stat", 8)
    assert flag.other_rules == ["news2-single-3"]


@pytest.mark.parametrize(
    ("age", "readings", "rule", "roles"),
    [
        (40, VERY_CRITICAL, "acknowledge-critical-vitals-stat", ("RN", "PRV", "PHY")),
        (40, CRITICAL, "acknowledge-critical-vitals-asap", ("RN", "PRV", "PHY")),
        (13, {"heart_rate": 115}, "acknowledge-critical-vitals-urgent", ("RN", "PRV", "PHY")),
    ],
)
def test_a_flag_calls_by_its_level(age: int, readings: dict[str, Any], rule: str, roles: tuple[str, ...]) -> None:
    clinic = in_room(patient_age=age)
    clinic.happens("vitals-taken", 8, **readings)
    assert calls(clinic) == {rule}
    task = clinic.task(rule)
    assert (task.roles, task.critical) == (roles, True)


def test_a_stat_call_is_paged_again_every_five_minutes_until_somebody_answers() -> None:
    clinic = in_room()
    clinic.happens("vitals-taken", 8, **VERY_CRITICAL)
    for minute, level in ((12, 0), (13.1, 1), (18.1, 2), (23.1, 3), (28.1, 4)):
        clinic.wait(minute)
        assert clinic.task("acknowledge-critical-vitals-stat").level == level
    clinic.wait(8 + 120)
    assert clinic.task("acknowledge-critical-vitals-stat").level == 24
    clinic.happens("critical-vitals-acknowledged", 129, by="rn-grace")
    clinic.wait(240)
    assert clinic.task("acknowledge-critical-vitals-stat").level == 24


def test_only_a_licensed_person_answers_a_call() -> None:
    clinic = in_room()
    clinic.happens("vitals-taken", 8, **CRITICAL)
    by_assistant = clinic.happens("critical-vitals-acknowledged", 9, by="ma-ana")
    assert clinic.refusals(by_assistant)["vitals"].code == "not-licensed"
    by_nobody = clinic.happens("critical-vitals-acknowledged", 9)
    assert clinic.refusals(by_nobody)["vitals"].code == "not-licensed"
    assert calls(clinic) == {"acknowledge-critical-vitals-asap"}
    clinic.happens("critical-vitals-acknowledged", 10, by="rn-grace")
    assert calls(clinic) == set()
    assert clinic.task("acknowledge-critical-vitals-asap").doers == ("rn-grace",)


def test_an_assistant_cannot_claim_a_call() -> None:
    clinic = in_room()
    clinic.happens("vitals-taken", 8, **VERY_CRITICAL)
    claim = clinic.asks("ma-ana", "claim", clinic.task("acknowledge-critical-vitals-stat"), 9)
    assert clinic.refusals(claim)["vitals"].code == "role"


def test_a_normal_retake_does_not_close_a_call() -> None:
    clinic = in_room()
    clinic.happens("vitals-taken", 8, **CRITICAL)
    clinic.happens("vitals-taken", 12, **NORMAL)
    assert calls(clinic) == {"acknowledge-critical-vitals-asap"}


def test_a_second_measurement_calls_again_only_when_it_is_more_urgent() -> None:
    clinic = in_room()
    clinic.happens("vitals-taken", 8, **CRITICAL)
    clinic.happens("vitals-taken", 10, **CRITICAL)
    assert len(clinic.happened(FLAG)) == 2
    assert sum(task.activity == "acknowledge-critical-vitals" for task in clinic.tasks()) == 1
    clinic.happens("vitals-taken", 12, **VERY_CRITICAL)
    assert calls(clinic) == {"acknowledge-critical-vitals-asap", "acknowledge-critical-vitals-stat"}
    clinic.happens("critical-vitals-acknowledged", 13, by="prv-jonas")
    assert calls(clinic) == set()


def test_an_acknowledgement_that_names_a_flag_answers_that_call_only() -> None:
    clinic = in_room()
    clinic.happens("vitals-taken", 8, **CRITICAL)
    clinic.happens("vitals-taken", 12, **VERY_CRITICAL)
    first, second = clinic.happened(FLAG)
    clinic.happens("critical-vitals-acknowledged", 13, by="rn-grace", flag_event=second.event_id)
    assert calls(clinic) == {"acknowledge-critical-vitals-asap"}
    clinic.happens("critical-vitals-acknowledged", 14, by="rn-grace", flag_event=first.event_id)
    assert calls(clinic) == set()
    again = clinic.happens("critical-vitals-acknowledged", 15, by="rn-grace", flag_event=first.event_id)
    assert clinic.refusals(again)["vitals"].code == "flag-not-open"


def test_an_acknowledgement_from_before_the_measurement_answers_nothing() -> None:
    clinic = in_room()
    clinic.happens("vitals-taken", 8, **CRITICAL)
    clinic.happens("critical-vitals-acknowledged", 7, by="rn-grace", logged=9)
    assert calls(clinic) == {"acknowledge-critical-vitals-asap"}


def test_a_new_critical_measurement_after_the_answer_calls_again() -> None:
    clinic = in_room()
    clinic.happens("vitals-taken", 8, **CRITICAL)
    clinic.happens("critical-vitals-acknowledged", 9, by="rn-grace")
    clinic.happens("vitals-taken", 30, **CRITICAL)
    assert calls(clinic) == {"acknowledge-critical-vitals-asap"}


def test_a_measurement_that_is_told_late_is_flagged_as_late() -> None:
    clinic = in_room()
    clinic.happens("vitals-taken", 8, logged=24, **CRITICAL)
    assert clinic.happened(FLAG)[0].late


def test_a_call_survives_the_end_of_the_visit_and_a_late_measurement_still_calls() -> None:
    clinic = in_room()
    clinic.happens("vitals-taken", 8, **CRITICAL)
    clinic.happens("left-without-being-seen", 20)
    assert calls(clinic) == {"acknowledge-critical-vitals-asap"}
    clinic.happens("vitals-taken", 10, logged=30, **VERY_CRITICAL)
    assert clinic.happened(FLAG)[1].late
    assert "acknowledge-critical-vitals-stat" in calls(clinic)


def test_after_the_end_nothing_is_flagged_that_a_clinician_has_already_seen() -> None:
    clinic = in_room()
    clinic.happens("vitals-taken", 8, **CRITICAL)
    clinic.happens("critical-vitals-acknowledged", 12, by="rn-grace")
    clinic.happens("checked-out", 20)
    clinic.happens("vitals-taken", 10, logged=30, **VERY_CRITICAL)
    assert len(clinic.happened(FLAG)) == 1


def test_repeat_blood_pressure_when_it_is_very_high_without_symptoms() -> None:
    clinic = in_room()
    clinic.happens("vitals-taken", 8, **{**NORMAL, "systolic": 185})
    assert "repeat-blood-pressure" in clinic.open()
    clinic.happens("vitals-taken", 14, **NORMAL)
    assert "repeat-blood-pressure" not in clinic.open()


def test_assess_now_when_a_red_flag_symptom_is_told() -> None:
    clinic = in_room()
    clinic.happens("vitals-taken", 8, **{**NORMAL, "systolic": 185}, red_flag=True)
    assert clinic.task("assess-now").priority == "stat"
    assert clinic.happened(FLAG)[0].rule_id == "pressure-with-red-flag"
    assert "repeat-blood-pressure" not in clinic.open()
    assert clinic.refusals(clinic.asks("ma-ana", "claim", clinic.task("assess-now"), 9)).keys() == {"vitals"}


def test_repeat_vitals_fifteen_minutes_after_a_flag_unless_they_were_taken() -> None:
    clinic = in_room()
    clinic.happens("vitals-taken", 8, **CRITICAL)
    clinic.wait(22)
    assert not clinic.made("repeat-vitals")
    clinic.wait(24)
    assert "repeat-vitals" in clinic.open()
    clinic.happens("vitals-taken", 25, **NORMAL)
    clinic.wait(60)
    assert "repeat-vitals" not in clinic.open()


def test_pregnancy_told_at_check_in_counts_for_every_measurement() -> None:
    clinic = in_room(patient_age=30, pregnant=True)
    clinic.happens("vitals-taken", 8, systolic=160, diastolic=90)
    assert clinic.happened(FLAG)[0].rule_id == "pregnancy-pressure-severe"


def test_an_age_that_is_not_known_is_flagged() -> None:
    clinic = in_room(patient_age=None, patient_age_unit=None)
    clinic.happens("vitals-taken", 8, temp=365)
    assert clinic.happened(FLAG)[0].rule_id == "age-unknown"
    clinic.happens("demographics-updated", 9, case=VISIT, patient_age=40, patient_age_unit="a")
    clinic.happens("vitals-taken", 10, temp=365)
    assert len(clinic.happened(FLAG)) == 1


def test_voided_vitals_take_their_flag_back_but_the_call_stays_marked() -> None:
    clinic = in_room()
    taken = clinic.happens("vitals-taken", 8, by="ma-ana", **CRITICAL)
    clinic.happens("event-voided", 10, corrects=taken.event_id)
    (flag,) = clinic.happened(FLAG)
    voids = [event for event in clinic.happened("event-voided") if event.corrects == flag.event_id]
    assert len(voids) == 1
    call = clinic.task("acknowledge-critical-vitals-asap")
    assert (call.open, call.cause_voided) == (True, True)
    assert clinic.task("take-vitals").status in ("requested", "accepted")


def test_corrected_vitals_raise_the_call_that_the_first_ones_missed() -> None:
    clinic = in_room()
    taken = clinic.happens("vitals-taken", 8, by="ma-ana", **NORMAL)
    clinic.happens("vitals-taken", 8, logged=10, by="ma-ana", corrects=taken.event_id, **CRITICAL)
    assert calls(clinic) == {"acknowledge-critical-vitals-asap"}
    assert clinic.task("take-vitals").status == "completed"
    assert ORDER not in clinic.result.cases
