"""An order from the tube to the reviewed result."""

from typing import Any

import pytest

from clinicflow.core.ids import named
from tests.agents.harness import HOUR, MINUTE, ORDER, START, VISIT, Clinic

OTHER_ORDER = named("story|other-order")


def ordered(clinic: Clinic | None = None, **fields: Any) -> Clinic:
    clinic = clinic or Clinic()
    clinic.happens("checked-in", 0)
    clinic.happens("lab-test-ordered", 10, **fields)
    return clinic


def open_rules(clinic: Clinic) -> set[str]:
    return clinic.open(ORDER)


@pytest.mark.parametrize(
    ("kind", "priority", "rule", "minutes", "asked"),
    [
        ("blood", "stat", "collect-blood-stat", 10, "stat"),
        ("blood", "asap", "collect-blood-asap", 20, "asap"),
        ("blood", "urgent", "collect-blood-asap", 20, "urgent"),
        ("blood", "routine", "collect-blood-routine", 60, "routine"),
        ("urine", "stat", "collect-specimen-stat", 10, "stat"),
        ("swab", "asap", "collect-specimen-asap", 20, "asap"),
        (None, "routine", "collect-specimen-routine", 60, "routine"),
    ],
)
def test_collecting_is_due_by_priority_and_blood_needs_the_skill(
    kind: str | None, priority: str, rule: str, minutes: int, asked: str
) -> None:
    clinic = ordered(specimen_class=kind, priority=priority)
    assert open_rules(clinic) == {rule}
    task = clinic.task(rule)
    assert task.due_at - START == (10 + minutes) * MINUTE
    assert (task.priority, task.credential) == (asked, "ma-phleb" if kind == "blood" else "ma-basic")


def test_an_assistant_without_the_skill_is_refused_and_told_why() -> None:
    clinic = ordered()
    claim = clinic.asks("ma-dewi", "claim", clinic.task("collect-blood-routine"), 12)
    assert clinic.refusals(claim)["specimens"].code == "credential"
    assert clinic.refusals(clinic.asks("ma-ana", "claim", clinic.task("collect-blood-routine"), 13)) == {}


def test_the_way_of_a_specimen() -> None:
    clinic = ordered()
    steps = [
        ("specimen-collected", {"label-specimen"}),
        ("specimen-labelled", {"log-specimen"}),
        ("specimen-logged", {"hand-to-courier"}),
        ("specimen-sent", set()),
        ("specimen-received", set()),
        ("result-received", {"review-result"}),
        ("result-reviewed", set()),
    ]
    for minute, (kind, expected) in enumerate(steps):
        clinic.happens(kind, 20 + minute, by="prv-jonas" if kind == "result-reviewed" else "ma-ana")
        assert open_rules(clinic) == expected, kind


def test_steps_that_are_told_out_of_order_ask_for_nothing_that_is_done() -> None:
    clinic = ordered()
    clinic.happens("specimen-labelled", 21)
    clinic.happens("specimen-collected", 20, by="ma-ana", logged=22)
    assert not clinic.made("label-specimen")


def test_discard_unidentified_a_specimen_without_two_identifiers_does_not_count() -> None:
    clinic = ordered()
    clinic.happens("specimen-collected", 20, by="ma-ana", two_ids_checked=False)
    assert open_rules(clinic) == {"collect-blood-routine", "discard-unidentified", "report-unidentified"}
    clinic.happens("specimen-collected", 25, by="ma-ana", specimen_id="tube-2")
    assert "collect-blood-routine" not in open_rules(clinic)


@pytest.mark.parametrize("fault", ["two_ids", "time_on_label", "collector_on_label"])
def test_check_label_that_is_not_complete(fault: str) -> None:
    clinic = ordered()
    clinic.happens("specimen-collected", 20, by="ma-ana")
    clinic.happens("specimen-labelled", 21, **{fault: False})
    assert open_rules(clinic) == {"label-specimen", "check-label"}
    clinic.happens("specimen-labelled", 22)
    assert open_rules(clinic) == {"log-specimen"}


def test_check_label_of_a_specimen_that_is_not_of_this_order() -> None:
    clinic = ordered()
    clinic.happens("specimen-collected", 20, by="ma-ana")
    clinic.happens("specimen-labelled", 21, specimen_id="tube-of-somebody-else")
    assert "check-label" in open_rules(clinic)


def test_label_specimen_widens_to_a_nurse_after_five_minutes() -> None:
    clinic = ordered()
    clinic.happens("specimen-collected", 20, by="ma-ana")
    clinic.wait(26)
    task = clinic.task("label-specimen")
    assert (task.roles, task.meant_for, task.level, task.reserved) == (("RN",), "ma-ana", 1, False)


def test_each_tube_is_labelled_by_who_took_it() -> None:
    clinic = ordered()
    clinic.happens("specimen-collected", 20, by="ma-ana")
    clinic.happens("specimen-collected", 21, by="ma-dewi", specimen_id="tube-2")
    first, second = [task for task in clinic.result.tasks.values() if task.rule == "label-specimen"]
    assert (first.meant_for, second.meant_for) == ("ma-ana", "ma-dewi")
    clinic.happens("specimen-labelled", 22)
    assert clinic.result.tasks[first.task_id].status == "completed"
    assert clinic.result.tasks[second.task_id].status == "requested"
    clinic.happens("specimen-labelled", 23, specimen_id="tube-2")
    assert "label-specimen" not in open_rules(clinic)


def test_collect_by_nurse_after_two_tries() -> None:
    clinic = ordered()
    clinic.happens("collection-failed", 20, by="ma-ana", tries=1)
    assert open_rules(clinic) == {"collect-blood-routine"}
    clinic.happens("collection-failed", 22, by="ma-ana", tries=2)
    assert open_rules(clinic) == {"collect-by-nurse"}
    assert clinic.task("collect-by-nurse").roles == ("RN",)


def test_ask_orderer_when_the_nurse_fails_too_or_the_patient_refuses() -> None:
    clinic = ordered()
    clinic.happens("collection-failed", 22, by="ma-ana")
    clinic.happens("collection-failed", 30, by="rn-grace")
    assert "ask-orderer" in open_rules(clinic)
    refusing = ordered()
    refusing.happens("collection-failed", 22, by="ma-ana", tries=1, reason="patient_refused")
    assert "ask-orderer" in open_rules(refusing)


def test_a_cancelled_order_withdraws_everything_and_the_collector_is_told() -> None:
    clinic = ordered()
    clinic.asks("ma-ana", "claim", clinic.task("collect-blood-routine"), 12)
    clinic.happens("order-cancelled", 14)
    assert open_rules(clinic) == set()
    again = clinic.happens("order-cancelled", 15)
    assert clinic.refusals(again)["specimens"].code == "already-cancelled"
    clinic.happens("specimen-collected", 16, by="ma-ana")
    assert open_rules(clinic) == set()


def test_an_order_is_placed_once() -> None:
    clinic = ordered()
    again = clinic.happens("lab-test-ordered", 11)
    assert clinic.refusals(again)["specimens"].code == "already-ordered"


def test_trace_specimen_twelve_hours_after_sending() -> None:
    clinic = ordered()
    clinic.happens("specimen-sent", 30)
    clinic.wait(30 + 11 * 60)
    assert not clinic.made("trace-specimen")
    clinic.wait(31 + 12 * 60)
    assert "trace-specimen" in open_rules(clinic)
    clinic.happens("specimen-received", 40 + 12 * 60)
    assert "trace-specimen" not in open_rules(clinic)


@pytest.mark.parametrize("expected", [2, 20])
def test_trace_specimen_twelve_hours_after_the_laboratory_should_have_it(expected: int) -> None:
    clinic = ordered()
    clinic.happens("specimen-sent", 30, expected_at=START + expected * HOUR)
    clinic.wait((expected + 12) * 60 - 1)
    assert not clinic.made("trace-specimen")
    clinic.wait((expected + 12) * 60 + 1)
    assert "trace-specimen" in open_rules(clinic)


def test_prepare_specimen_is_due_in_two_hours_and_only_for_a_tube_that_needs_it() -> None:
    clinic = ordered()
    clinic.happens("specimen-collected", 20, by="ma-ana", preparation="spin")
    clinic.happens("specimen-labelled", 22, by="ma-ana")
    task = clinic.task("prepare-specimen")
    assert (task.due_at, task.roles, task.credential) == (START + 142 * MINUTE, ("MA",), "ma-basic")
    clinic.happens("specimen-prepared", 55, by="ma-ana", specimen_id="tube-1")
    assert "prepare-specimen" not in open_rules(clinic)
    urine = ordered(specimen_class="urine")
    urine.happens("specimen-collected", 20)
    urine.happens("specimen-labelled", 22)
    assert not urine.made("prepare-specimen")


def test_nobody_is_called_back_or_told_when_the_patient_has_died() -> None:
    clinic = ordered()
    clinic.happens("specimen-collected", 20, by="ma-ana")
    clinic.happens("specimen-rejected", 30)
    assert {"recollect-routine", "tell-patient-routine", "tell-orderer"} <= open_rules(clinic)
    died = clinic.happens("patient-deceased", 40)
    assert open_rules(clinic) == {"tell-orderer"}
    clinic.happens("specimen-rejected", 50)
    clinic.happens("result-received", 60)
    clinic.happens("result-reviewed", 70, by="prv-jonas", outcome="tell_patient")
    assert not any(clinic.made(rule) for rule in ("call-back-for-specimen", "tell-normal-result"))
    assert open_rules(clinic) == {"tell-orderer"}
    clinic.happens("event-voided", 80, corrects=died.event_id)
    assert {"recollect-routine", "tell-patient-routine", "tell-normal-result"} <= open_rules(clinic)


def test_a_specimen_that_has_arrived_is_not_traced() -> None:
    clinic = ordered()
    clinic.happens("specimen-sent", 30)
    clinic.happens("specimen-received", 60)
    clinic.wait(24 * 60)
    assert not clinic.made("trace-specimen")


def test_call_back_for_specimen_when_the_patient_left_before_it_was_taken() -> None:
    clinic = ordered()
    clinic.happens("checked-out", 40)
    assert open_rules(clinic) == {"call-back-for-specimen"}
    clinic.happens("specimen-collected", 900, by="ma-ana")
    assert "call-back-for-specimen" not in open_rules(clinic)


@pytest.mark.parametrize(
    ("priority", "expected"),
    [
        ("stat", {"recollect-stat", "tell-patient-stat", "tell-orderer"}),
        ("routine", {"recollect-routine", "tell-patient-routine", "tell-orderer"}),
    ],
)
def test_a_refused_specimen_is_taken_again_and_patient_and_orderer_are_told(priority: str, expected: set[str]) -> None:
    clinic = ordered(priority=priority)
    for minute, kind in enumerate(("specimen-collected", "specimen-labelled", "specimen-logged", "specimen-sent")):
        clinic.happens(kind, 20 + minute)
    clinic.happens("specimen-rejected", 120)
    assert open_rules(clinic) == expected
    clinic.happens("specimen-collected", 140, by="ma-ana", specimen_id="tube-2")
    assert open_rules(clinic) & {"recollect-stat", "recollect-routine"} == set()
    assert "label-specimen" in open_rules(clinic)


@pytest.mark.parametrize(("reason", "reported"), [("RA", True), ("RS", True), ("RH", False), ("QS", False)])
def test_report_mislabelled_specimens(reason: str, reported: bool) -> None:
    clinic = ordered()
    clinic.happens("specimen-rejected", 120, reason=reason)
    assert clinic.made("report-mislabelled") is reported


def test_reprint_labels_of_an_order_when_the_name_has_changed() -> None:
    clinic = ordered()
    clinic.happens("specimen-collected", 20, by="ma-ana")
    clinic.happens("specimen-labelled", 21)
    clinic.happens("demographics-updated", 22, case=ORDER, changed=["name"])
    assert "reprint-labels" in open_rules(clinic)


@pytest.mark.parametrize(
    ("status", "abnormal", "rule"),
    [
        ("F", False, "review-result"),
        ("F", True, "review-abnormal-result"),
        ("C", False, "review-result"),
        ("P", False, None),
        ("P", True, "review-abnormal-result"),
        ("X", False, "result-not-coming"),
    ],
)
def test_who_looks_at_a_result(status: str, abnormal: bool, rule: str | None) -> None:
    clinic = ordered()
    clinic.happens("specimen-collected", 15, by="ma-ana")
    clinic.happens("specimen-labelled", 16)
    clinic.happens("specimen-logged", 17)
    clinic.happens("specimen-sent", 18)
    clinic.happens("result-received", 120, status=status, abnormal=abnormal)
    assert open_rules(clinic) == ({rule} if rule else set())


def test_an_abnormal_result_is_due_in_a_day_a_normal_one_in_three() -> None:
    clinic = Clinic()
    clinic.happens("result-received", 0)
    clinic.happens("result-received", 0, case=OTHER_ORDER, abnormal=True)
    assert clinic.task("review-result").due_at - START == 72 * HOUR
    assert clinic.task("review-abnormal-result").due_at - START == 24 * HOUR


def test_a_result_without_a_known_order_is_a_case_of_its_own() -> None:
    clinic = Clinic()
    clinic.happens("result-received", 0)
    assert open_rules(clinic) == {"review-result"}


def test_only_a_prescriber_reviews_a_result() -> None:
    clinic = ordered()
    early = clinic.happens("result-reviewed", 15, by="prv-jonas")
    assert clinic.refusals(early)["specimens"].code == "no-result"
    clinic.happens("result-received", 120)
    by_assistant = clinic.happens("result-reviewed", 121, by="ma-ana")
    assert clinic.refusals(by_assistant)["specimens"].code == "not-prescriber"
    assert "review-result" in open_rules(clinic)


def test_review_corrected_result_although_the_old_one_was_reviewed() -> None:
    clinic = ordered()
    clinic.happens("result-received", 120)
    clinic.happens("result-reviewed", 130, by="prv-jonas")
    clinic.happens("result-corrected", 140)
    task = clinic.task("review-corrected-result")
    assert (task.open, task.due_at - task.created_at) == (True, HOUR)
    assert clinic.view().open_cases == (ORDER,)


def test_a_review_that_names_a_result_leaves_the_others_open() -> None:
    clinic = ordered()
    first = clinic.happens("result-received", 120)
    clinic.happens("result-received", 125, abnormal=True)
    clinic.happens("result-reviewed", 130, by="prv-jonas", result_event=first.event_id)
    assert open_rules(clinic) & {"review-result", "review-abnormal-result"} == {"review-abnormal-result"}


@pytest.mark.parametrize(
    ("abnormal", "rule", "roles"),
    [(False, "tell-normal-result", ("MA",)), (True, "tell-abnormal-result", ("RN", "PRV", "PHY"))],
)
def test_who_tells_the_patient(abnormal: bool, rule: str, roles: tuple[str, ...]) -> None:
    clinic = ordered()
    clinic.happens("result-received", 120, abnormal=abnormal)
    clinic.happens("result-reviewed", 130, by="prv-jonas", outcome="tell_patient")
    assert clinic.task(rule).roles == roles


def test_an_abnormal_result_that_is_looked_at_after_a_normal_one_is_told_by_licensed_staff() -> None:
    clinic = ordered()
    first = clinic.happens("result-received", 60, result_id="R-1", abnormal=True)
    clinic.happens("result-received", 70, result_id="R-2", abnormal=False)
    clinic.happens("result-reviewed", 80, by="prv-jonas", result_event=first.event_id, outcome="tell_patient")
    assert not clinic.made("tell-normal-result")
    assert clinic.task("tell-abnormal-result").open
    told = clinic.happens("result-communicated", 90, by="ma-ana", how="phone", by_script=True)
    assert clinic.refusals(told)["specimens"].code == "not-licensed"


def test_a_result_that_was_corrected_to_normal_may_be_told_by_the_script() -> None:
    clinic = ordered()
    clinic.happens("result-received", 60, result_id="R-1", abnormal=True)
    clinic.happens("result-corrected", 70, result_id="R-1", abnormal=False)
    clinic.happens("result-reviewed", 80, by="prv-jonas", outcome="tell_patient")
    assert not clinic.made("tell-abnormal-result")
    assert clinic.task("tell-normal-result").open


def test_a_critical_result_in_two_steps_a_nurse_takes_the_call_a_prescriber_takes_charge() -> None:
    clinic = ordered()
    clinic.happens("critical-result-received", 120)
    assert open_rules(clinic) >= {"take-critical-call", "act-on-critical-result"}
    clinic.happens("critical-result-acknowledged", 122, by="rn-grace")
    assert clinic.task("take-critical-call").doers == ("rn-grace",)
    assert clinic.task("act-on-critical-result").open
    clinic.happens("critical-result-acknowledged", 125, by="prv-jonas")
    assert clinic.task("act-on-critical-result").doers == ("prv-jonas",)


def test_a_critical_result_is_not_answered_by_an_assistant_nor_without_reading_back() -> None:
    clinic = ordered()
    clinic.happens("critical-result-received", 120)
    by_assistant = clinic.happens("critical-result-acknowledged", 121, by="ma-ana")
    assert clinic.refusals(by_assistant)["specimens"].code == "not-licensed"
    unread = clinic.happens("critical-result-acknowledged", 122, by="rn-grace", read_back=False)
    assert clinic.refusals(unread)["specimens"].code == "not-read-back"
    assert open_rules(clinic) >= {"take-critical-call", "act-on-critical-result"}


def test_a_critical_result_outlasts_the_cancelled_order_and_the_visit() -> None:
    clinic = ordered()
    clinic.happens("critical-result-received", 120)
    clinic.happens("order-cancelled", 121)
    clinic.happens("checked-out", 122)
    assert open_rules(clinic) == {"take-critical-call", "act-on-critical-result"}


def test_act_on_critical_result_goes_up_to_the_manager_within_the_hour() -> None:
    clinic = ordered()
    clinic.happens("critical-result-received", 120)
    clinic.wait(166)
    task = clinic.task("act-on-critical-result")
    assert (task.level, task.roles) == (3, ("PRV", "PHY", "LEAD", "MGR"))


LIMITS = [
    ("2823-3", "mmol/L", "2.9", "3.0", "6.0", "5.9"),
    ("2823-3", "meq/L", "2.9", "3.0", "6.0", "5.9"),
    ("2951-2", "mmol/L", "126", "127", "155", "154"),
    ("2951-2", "meq/L", "126", "127", "155", "154"),
    ("2345-7", "mg/dL", "50", "51", "400", "399"),
    ("2339-0", "mg/dL", "50", "51", "400", "399"),
    ("41653-7", "mg/dL", "50", "51", "400", "399"),
    ("14749-6", "mmol/L", "2.8", "2.9", "22.2", "22.1"),
    ("17861-6", "mg/dL", "7.0", "7.1", "13.0", "12.9"),
    ("2000-8", "mmol/L", "1.75", "1.76", "3.24", "3.23"),
    ("19123-9", "mg/dL", "1.0", "1.1", "4.0", "3.9"),
    ("2601-3", "mmol/L", "0.42", "0.43", "1.64", "1.63"),
    ("718-7", "g/dL", "7.0", "7.1", "20", "19.9"),
    ("718-7", "g/L", "70", "71", "200", "199"),
    ("777-3", "10*3/uL", "50", "51", "1000", "999"),
    ("777-3", "10*9/L", "50", "51", "1000", "999"),
    ("6690-2", "10*3/uL", "2.5", "2.6", "25", "24.9"),
    ("6690-2", "10*9/L", "2.5", "2.6", "25", "24.9"),
]
"""Code and unit; the lowest limit and what is just above it, the highest and what is just below it."""

AT_THE_LIMITS = [
    ({"code": code, "unit": unit, "value": value}, critical)
    for code, unit, *values in LIMITS
    for value, critical in zip(values, (True, False, True, False), strict=True)
] + [({"code": "6301-6", "unit": "{INR}", "value": "5"}, True)]


def observation(**fields: Any) -> dict[str, Any]:
    return {"code": "2823-3", "system": "loinc", "unit": "mmol/L", "status": "F", **fields}


@pytest.mark.parametrize(
    ("fields", "critical"),
    [
        ({"value": "2.9"}, True),
        ({"value": "3.0"}, False),
        ({"value": "5.99"}, False),
        ({"value": "6.0"}, True),
        ({"value": "6.8", "flag": "H"}, False),
        ({"value": "6.8", "unit": "mg/dL"}, False),
        ({"value": "6.8", "system": "local"}, False),
        ({"value": "<2.9"}, False),
        ({"code": "718-7", "unit": "g/dL", "value": "7.0"}, True),
        ({"code": "2951-2", "value": "155"}, True),
        ({"code": "6690-2", "unit": "10*3/uL", "value": "25.1"}, True),
        ({"code": "6301-6", "unit": "{INR}", "value": "4.9"}, False),
        *AT_THE_LIMITS,
    ],
)
def test_a_value_beyond_a_default_limit_is_critical_unless_the_laboratory_says_otherwise(
    fields: dict[str, Any], critical: bool
) -> None:
    from clinicflow.events import Observation

    clinic = Clinic()
    clinic.happens("result-received", 120, observations=[Observation(**observation(**fields))])
    assert ("act-on-critical-result" in open_rules(clinic)) is critical


@pytest.mark.parametrize(
    ("fields", "verdict"),
    [
        ({"value": "6.8", "unit": "mg/dL"}, "unsure"),
        ({"value": "4.1", "unit": "mEq/L"}, "unsure"),
        ({"value": "4.1", "unit": None}, "unsure"),
        ({"value": "6.8", "unit": "mg/dL", "flag": "N"}, "clear"),
        ({"value": "6.8", "unit": "mg/dL", "status": "X"}, "clear"),
        ({"code": "1742-6", "value": "900", "unit": None}, "clear"),
    ],
)
def test_a_number_in_a_unit_that_the_table_does_not_name_is_looked_at(fields: dict[str, Any], verdict: str) -> None:
    from clinicflow.events import Observation

    clinic = ordered()
    clinic.happens("result-received", 120, observations=[Observation(**observation(**fields))])
    assert judged(clinic) == verdict


def test_adult_limits_are_not_used_for_children() -> None:
    from clinicflow.events import Observation

    clinic = ordered(patient_age=2, patient_age_unit="mo")
    clinic.happens("result-received", 120, observations=[Observation(**observation(value="6.1"))])
    assert clinic.happened("critical-result-received") == []


SIGNED = [
    ("2823-3", "mmol/L", "below", "2.9", "critical"),
    ("2823-3", "mmol/L", "below", "2.8", "critical"),
    ("2823-3", "mmol/L", "below", "3.0", "unsure"),
    ("2823-3", "mmol/L", "at_or_below", "2.9", "critical"),
    ("2823-3", "mmol/L", "at_or_below", "3.0", "unsure"),
    ("2823-3", "mmol/L", "above", "6.0", "critical"),
    ("2823-3", "mmol/L", "above", "5.9", "unsure"),
    ("2823-3", "mmol/L", "at_or_above", "6.0", "critical"),
    ("2823-3", "mmol/L", "at_or_above", "5.9", "unsure"),
    ("6301-6", "{INR}", "below", "5", "clear"),
    ("6301-6", "{INR}", "at_or_below", "5", "unsure"),
    ("6301-6", "{INR}", "below", "5.1", "unsure"),
    ("6301-6", "{INR}", "above", "5", "critical"),
    ("2823-3", "mg/dL", "below", "0.1", "unsure"),
    ("6301-6", "1", "above", "5", "critical"),
    ("2339-0", "mg/dL", "above", "500", "critical"),
    ("1742-6", "U/L", "below", "5", "clear"),
]
"""Code, unit, side and number; what a value that lies there is. A number in another unit must be looked at."""


def judged(clinic: Clinic) -> str:
    """What became of a result: critical, looked at by a nurse, or neither."""
    found = {"act-on-critical-result": "critical", "look-at-result": "unsure"}
    return "+".join(sorted(found[rule] for rule in open_rules(clinic) if rule in found)) or "clear"


@pytest.mark.parametrize(("code", "unit", "side", "bound", "verdict"), SIGNED)
def test_a_signed_number_is_critical_when_all_that_it_may_be_is(
    code: str, unit: str, side: str, bound: str, verdict: str
) -> None:
    from clinicflow.events import Observation

    clinic = ordered()
    signed = observation(code=code, unit=unit, comparator=side, bound=bound, value_text="cf-ref:1")
    clinic.happens("result-received", 120, observations=[Observation(**signed)])
    assert judged(clinic) == verdict
    told = [(event.comparator, event.bound) for event in clinic.happened("critical-result-received")]
    assert told == ([(side, bound)] if verdict == "critical" else [])


@pytest.mark.parametrize(
    ("fields", "verdict"),
    [
        ({"value": None, "value_text": "cf-ref:1"}, "unsure"),
        ({"value": "<2.9"}, "unsure"),
        ({"value": None, "value_text": "cf-ref:1", "flag": "N"}, "clear"),
        ({"value": None, "value_text": "cf-ref:1", "status": "X"}, "clear"),
        ({"value": None}, "clear"),
        ({"code": "600-7", "finding": "positive"}, "critical"),
        ({"code": "17928-3", "finding": "positive"}, "critical"),
        ({"code": "17934-1", "finding": "positive"}, "critical"),
        ({"code": "90435-9", "finding": "positive"}, "critical"),
        ({"code": "606-4", "finding": "positive"}, "critical"),
        ({"code": "600-7", "finding": "positive", "flag": "A"}, "critical"),
        ({"code": "600-7", "finding": "positive", "flag": "N"}, "clear"),
        ({"code": "600-7", "finding": "positive", "flag": "AA"}, "clear"),
        ({"code": "600-7", "value_text": "cf-ref:1", "flag": "POS"}, "critical"),
        ({"code": "600-7", "value_text": "cf-ref:1", "flag": "A"}, "unsure"),
        ({"code": "600-7", "value_text": "cf-ref:1"}, "unsure"),
        ({"code": "600-7", "finding": "indeterminate"}, "unsure"),
        ({"code": "600-7", "finding": "negative"}, "clear"),
        ({"code": "600-7"}, "clear"),
        ({"code": "630-4", "finding": "positive"}, "clear"),
        ({"code": "600-7", "finding": "positive", "system": "local"}, "clear"),
        ({"code": "600-7", "finding": "positive", "status": "P"}, "critical"),
    ],
)
def test_what_was_found_in_blood_is_critical_and_what_nobody_can_tell_is_looked_at(
    fields: dict[str, Any], verdict: str
) -> None:
    from clinicflow.events import Observation

    clinic = ordered()
    clinic.happens("result-received", 120, observations=[Observation(**observation(**fields))])
    assert judged(clinic) == verdict


def test_a_positive_blood_culture_of_a_child_is_critical_too() -> None:
    from clinicflow.events import Observation

    clinic = ordered(patient_age=2, patient_age_unit="mo")
    found = observation(code="600-7", unit=None, finding="positive")
    clinic.happens("result-received", 120, observations=[Observation(**found), Observation(**observation(value="6.1"))])
    assert [event.code for event in clinic.happened("critical-result-received")] == ["600-7"]


def test_the_visit_hears_when_the_order_is_open_and_when_it_is_done() -> None:
    clinic = ordered()
    assert [event.linked_case_id for event in clinic.happened("case-opened")] == [ORDER]
    clinic.happens("result-received", 120)
    clinic.happens("result-reviewed", 130, by="prv-jonas")
    (closed,) = clinic.happened("case-closed")
    assert (closed.case_id, closed.linked_case_id, closed.outcome) == (VISIT, ORDER, "reviewed")
