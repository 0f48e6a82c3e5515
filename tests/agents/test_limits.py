"""Tables of limits for children, pregnancy, blood pressure and glucose: every edge, and for whom a row is."""

from typing import Any

import pytest

from clinicflow.agents.vitals.evaluate import evaluate, subject_of
from clinicflow.agents.vitals.findings import Subject
from clinicflow.agents.vitals.measure import implausible
from clinicflow.core.outcome import PatientFacts
from tests.agents.harness import NORMAL, Clinic, demo_bundle

TABLES = demo_bundle().tables("north")
ADULT = Subject(months=40 * 12)


def rules(found: dict[str, Any], subject: Subject) -> dict[str, str]:
    return {one.rule_id: one.level for one in evaluate(TABLES, found, subject)}


BANDS = [
    ("newborn", Subject(0, newborn=True), 110, 159, 30, 49),
    ("1-11-months", Subject(1), 110, 159, 30, 49),
    ("1-11-months", Subject(11), 110, 159, 30, 49),
    ("12-23-months", Subject(12), 100, 149, 25, 39),
    ("12-23-months", Subject(23), 100, 149, 25, 39),
    ("2-4-years", Subject(24), 90, 139, 20, 34),
    ("2-4-years", Subject(59), 90, 139, 20, 34),
    ("5-11-years", Subject(60), 80, 129, 20, 29),
    ("5-11-years", Subject(143), 80, 129, 20, 29),
    ("12-15-years", Subject(144), 70, 109, 15, 24),
    ("12-15-years", Subject(191), 70, 109, 15, 24),
]


@pytest.mark.parametrize(("band", "child", "low", "high", "slow", "fast"), BANDS)
def test_a_child_outside_the_range_of_its_age_calls_a_nurse(
    band: str, child: Subject, low: int, high: int, slow: int, fast: int
) -> None:
    assert rules({"heart_rate": low}, child) == rules({"heart_rate": high}, child) == {}
    assert rules({"heart_rate": low - 1}, child) == {f"heart-rate-{band}": "urgent"}
    assert rules({"heart_rate": high + 1}, child)[f"heart-rate-{band}"] == "urgent"
    assert rules({"resp_rate": slow}, child) == rules({"resp_rate": fast}, child) == {}
    assert rules({"resp_rate": slow - 1}, child) == {f"resp-rate-{band}": "urgent"}
    assert rules({"resp_rate": fast + 1}, child)[f"resp-rate-{band}"] == "urgent"


@pytest.mark.parametrize(
    ("child", "limit", "rule"),
    [
        (Subject(0, newborn=True), 60, "low-systolic-newborn"),
        (Subject(1), 70, "low-systolic-1-11-months"),
        (Subject(12), 72, "low-systolic-1-10-years"),
        (Subject(35), 74, "low-systolic-1-10-years"),
        (Subject(60), 80, "low-systolic-1-10-years"),
        (Subject(131), 90, "low-systolic-1-10-years"),
        (Subject(132), 90, "low-systolic-11-15-years"),
        (Subject(191), 90, "low-systolic-11-15-years"),
    ],
)
def test_a_low_pressure_of_a_child_calls_at_once(child: Subject, limit: int, rule: str) -> None:
    assert rules({"systolic": limit}, child) == {}
    assert rules({"systolic": limit - 1}, child) == {rule: "stat"}


@pytest.mark.parametrize(
    ("months", "found", "rule", "level"),
    [
        (2, {"temp": 380}, "ng143-red-fever-under-3-months", "stat"),
        (2, {"temp": 379}, None, None),
        (3, {"temp": 389}, None, None),
        (3, {"temp": 390}, "ng143-amber-fever-3-to-6-months", "asap"),
        (6, {"temp": 390}, "ng143-amber-fever-3-to-6-months", "asap"),
        (7, {"temp": 400}, None, None),
        (59, {"resp_rate": 61}, "ng143-red-resp-rate", "stat"),
        (60, {"resp_rate": 61}, "resp-rate-5-11-years", "urgent"),
        (6, {"resp_rate": 51}, "ng143-amber-resp-rate-6-to-12-months", "asap"),
        (12, {"resp_rate": 51}, "ng143-amber-resp-rate-6-to-12-months", "asap"),
        (13, {"resp_rate": 41}, "ng143-amber-resp-rate-over-12-months", "asap"),
        (12, {"resp_rate": 41}, "resp-rate-12-23-months", "urgent"),
        (11, {"heart_rate": 161}, "ng143-amber-heart-rate-under-12-months", "asap"),
        (12, {"heart_rate": 151}, "ng143-amber-heart-rate-12-to-24-months", "asap"),
        (24, {"heart_rate": 141}, "ng143-amber-heart-rate-2-to-5-years", "asap"),
        (24, {"heart_rate": 140}, "heart-rate-2-4-years", "urgent"),
        (30, {"spo2": 95, "on_oxygen": False}, "ng143-amber-spo2-in-air", "asap"),
        (30, {"spo2": 95, "on_oxygen": True}, None, None),
        (30, {"spo2": 96}, None, None),
        (30, {"spo2": 91}, "child-spo2-very-low", "stat"),
        (100, {"spo2": 92}, None, None),
        (100, {"consciousness": "V"}, "child-not-alert", "stat"),
        (100, {"heart_rate": 100, "carer_worried": True}, "carer-worried", "asap"),
        (100, {"heart_rate": 100, "carer_worried": False}, None, None),
    ],
)
def test_a_child_by_the_traffic_light_and_the_carer(
    months: int, found: dict[str, Any], rule: str | None, level: str | None
) -> None:
    first = next(iter(rules(found, Subject(months)).items()), (None, None))
    assert first == (rule, level)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ({"systolic": 180}, {}),
        ({"systolic": 181}, {"pressure-very-high": "asap"}),
        ({"diastolic": 120}, {}),
        ({"diastolic": 121}, {"pressure-very-high": "asap"}),
        ({"systolic": 181, "red_flag": True}, {"pressure-with-red-flag": "stat", "pressure-very-high": "asap"}),
        ({"glucose": 539}, {"glucose-level-2": "stat", "glucose-level-1": "asap"}),
        ({"glucose": 540}, {"glucose-level-1": "asap"}),
        ({"glucose": 699}, {"glucose-level-1": "asap"}),
        ({"glucose": 700}, {}),
        ({"glucose": 3999}, {}),
        ({"glucose": 4000}, {"glucose-very-high": "asap"}),
    ],
)
def test_an_adult_by_pressure_and_glucose(found: dict[str, Any], expected: dict[str, str]) -> None:
    assert rules(found, ADULT) == expected


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ({"systolic": 139, "diastolic": 89}, {}),
        ({"systolic": 140}, {"pregnancy-pressure-raised": "urgent"}),
        ({"diastolic": 90}, {"pregnancy-pressure-raised": "urgent"}),
        ({"systolic": 159}, {"pregnancy-pressure-raised": "urgent"}),
        ({"systolic": 160}, {"pregnancy-pressure-severe": "stat", "pregnancy-pressure-raised": "urgent"}),
        ({"diastolic": 110}, {"pregnancy-pressure-severe": "stat", "pregnancy-pressure-raised": "urgent"}),
    ],
)
def test_pressure_in_pregnancy_and_after_birth(found: dict[str, Any], expected: dict[str, str]) -> None:
    assert rules(found, Subject(30 * 12, pregnant=True)) == expected
    assert rules(found, Subject(30 * 12, postpartum_days=42)) == expected
    assert not any(name.startswith("pregnancy") for name in rules(found, Subject(30 * 12, postpartum_days=43)))


def test_the_adult_score_is_not_made_in_pregnancy_but_an_extreme_reading_still_calls() -> None:
    sum_of_seven = {**NORMAL, "resp_rate": 22, "heart_rate": 115, "temp": 395, "spo2": 95}
    assert rules(sum_of_seven, Subject(360, pregnant=True)) == {}
    assert rules(sum_of_seven, Subject(360)) == {"news2-7-or-more": "stat"}
    assert rules({"heart_rate": 140}, Subject(360, pregnant=True)) == {"news2-single-3": "asap"}


def test_the_day_of_the_sixteenth_birthday_changes_the_table() -> None:
    assert rules({"heart_rate": 110}, Subject(191)) == {"heart-rate-12-15-years": "urgent"}
    assert rules({"heart_rate": 110}, Subject(192)) == {}


def test_an_unknown_age_is_judged_by_the_strictest_table_and_always_flagged() -> None:
    fever = evaluate(TABLES, {"temp": 380}, Subject(None))
    assert (fever[0].rule_id, fever[0].level) == ("ng143-red-fever-under-3-months", "stat")
    calm = rules({"temp": 365}, Subject(None))
    assert calm == {"age-unknown": "urgent"}
    assert rules({"systolic": 89}, Subject(None))["low-systolic-1-10-years"] == "stat"


@pytest.mark.parametrize(
    ("patient", "months", "newborn"),
    [
        (PatientFacts(27, "d"), 0, True),
        (PatientFacts(1, "mo"), 1, False),
        (PatientFacts(191, "mo"), 191, False),
        (PatientFacts(16, "a"), 192, False),
        (PatientFacts(40, None), None, False),
        (PatientFacts(), None, False),
    ],
)
def test_ages_as_they_are_told(patient: PatientFacts, months: int | None, newborn: bool) -> None:
    subject = subject_of(patient, Clinic().event("vitals-taken"))
    assert (subject.months, subject.newborn) == (months, newborn)


PLAUSIBLE = {
    "heart_rate": (20, 300),
    "resp_rate": (3, 120),
    "spo2": (50, 100),
    "temp": (300, 430),
    "systolic": (40, 300),
    "diastolic": (20, 200),
    "weight": (300, 400_000),
    "height": (250, 2500),
    "glucose": (100, 15_000),
    "pain": (0, 10),
}


@pytest.mark.parametrize("field", sorted(PLAUSIBLE))
def test_what_cannot_be_true(field: str) -> None:
    low, high = PLAUSIBLE[field]
    table = TABLES["plausibility"]
    assert implausible({field: low}, table) == implausible({field: high}, table) == {}
    assert implausible({field: low - 1}, table) == implausible({field: high + 1}, table) == {field: "out_of_range"}


def test_a_systolic_pressure_not_above_the_diastolic_cannot_be_true() -> None:
    wrong = implausible({"systolic": 80, "diastolic": 80}, TABLES["plausibility"])
    assert wrong == {"systolic": "not_above_diastolic", "diastolic": "not_below_systolic"}
