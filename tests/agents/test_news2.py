"""NEWS2: every edge of every band, as in the chart of the Royal College of Physicians."""

from typing import Any

import pytest

from clinicflow.agents.vitals.news2 import findings, score
from tests.agents.harness import NORMAL, demo_bundle

TABLE = demo_bundle().table("news2", "north")


@pytest.mark.parametrize(
    ("name", "value", "points"),
    [
        *[("resp_rate", value, 3) for value in (3, 8, 25, 60)],
        *[("resp_rate", value, 1) for value in (9, 11)],
        *[("resp_rate", value, 0) for value in (12, 20)],
        *[("resp_rate", value, 2) for value in (21, 24)],
        *[("spo2", value, 3) for value in (50, 91)],
        *[("spo2", value, 2) for value in (92, 93)],
        *[("spo2", value, 1) for value in (94, 95)],
        *[("spo2", value, 0) for value in (96, 100)],
        *[("systolic", value, 3) for value in (40, 90, 220, 300)],
        *[("systolic", value, 2) for value in (91, 100)],
        *[("systolic", value, 1) for value in (101, 110)],
        *[("systolic", value, 0) for value in (111, 219)],
        *[("heart_rate", value, 3) for value in (20, 40, 131, 300)],
        *[("heart_rate", value, 1) for value in (41, 50, 91, 110)],
        *[("heart_rate", value, 0) for value in (51, 90)],
        *[("heart_rate", value, 2) for value in (111, 130)],
        *[("temp", value, 3) for value in (300, 350)],
        *[("temp", value, 1) for value in (351, 360, 381, 390)],
        *[("temp", value, 0) for value in (361, 380)],
        *[("temp", value, 2) for value in (391, 430)],
        ("consciousness", "A", 0),
        *[("consciousness", value, 3) for value in "CVPU"],
    ],
)
def test_points_of_a_reading(name: str, value: Any, points: int) -> None:
    assert score(TABLE, {name: value}).points[name] == points


@pytest.mark.parametrize(("on_oxygen", "points"), [(False, 0), (True, 2)])
def test_points_of_extra_oxygen(on_oxygen: bool, points: int) -> None:
    assert score(TABLE, {"on_oxygen": on_oxygen}).points["oxygen"] == points


@pytest.mark.parametrize(
    ("value", "on_air", "on_oxygen"),
    [
        (83, 3, 3),
        (84, 2, 2),
        (85, 2, 2),
        (86, 1, 1),
        (87, 1, 1),
        (88, 0, 0),
        (92, 0, 0),
        (93, 0, 1),
        (94, 0, 1),
        (95, 0, 2),
        (96, 0, 2),
        (97, 0, 3),
    ],
)
def test_points_of_a_saturation_on_the_second_scale(value: int, on_air: int, on_oxygen: int) -> None:
    air = {"spo2": value, "spo2_scale": 2, "on_oxygen": False}
    oxygen = {"spo2": value, "spo2_scale": 2, "on_oxygen": True}
    assert score(TABLE, air).points["spo2"] == on_air
    assert score(TABLE, oxygen).points["spo2"] == on_oxygen


def test_a_high_saturation_on_the_second_scale_is_not_scored_while_oxygen_is_not_known() -> None:
    assert "spo2" not in score(TABLE, {"spo2": 96, "spo2_scale": 2}).points
    assert score(TABLE, {"spo2": 90, "spo2_scale": 2}).points["spo2"] == 0


@pytest.mark.parametrize("number", [0, 3, -1, 2**40])
def test_a_scale_that_there_is_not_counts_as_the_usual_one(number: int) -> None:
    low = {"spo2": 91, "on_oxygen": False}
    assert score(TABLE, {**low, "spo2_scale": number}) == score(TABLE, {**low, "spo2_scale": 1})
    assert score(TABLE, {**low, "spo2_scale": number}).points["spo2"] == 3


def test_a_healthy_adult_scores_nothing_and_nothing_is_missing() -> None:
    result = score(TABLE, NORMAL)
    assert (result.total, result.complete) == (0, True)
    assert list(findings(TABLE, NORMAL)) == []


@pytest.mark.parametrize(
    "missing", ["resp_rate", "spo2", "on_oxygen", "systolic", "heart_rate", "consciousness", "temp"]
)
def test_a_score_without_one_of_its_readings_is_incomplete(missing: str) -> None:
    assert not score(TABLE, {name: value for name, value in NORMAL.items() if name != missing}).complete


@pytest.mark.parametrize(
    ("changed", "total", "rule", "level"),
    [
        ({"resp_rate": 22, "heart_rate": 115}, 4, None, None),
        ({"resp_rate": 22, "heart_rate": 115, "temp": 385}, 5, "news2-5-or-6", "asap"),
        ({"resp_rate": 22, "heart_rate": 115, "temp": 395}, 6, "news2-5-or-6", "asap"),
        ({"resp_rate": 22, "heart_rate": 115, "temp": 395, "spo2": 95}, 7, "news2-7-or-more", "stat"),
    ],
)
def test_the_sum_calls_by_its_height(changed: dict[str, int], total: int, rule: str | None, level: str | None) -> None:
    found = list(findings(TABLE, {**NORMAL, **changed}))
    assert score(TABLE, {**NORMAL, **changed}).total == total
    assert [(one.rule_id, one.level, one.score) for one in found] == ([(rule, level, total)] if rule else [])


def test_one_reading_in_an_extreme_band_calls_although_the_sum_is_low_and_others_are_missing() -> None:
    (found,) = findings(TABLE, {"heart_rate": 131})
    assert (found.rule_id, found.level, found.parameter, found.value) == ("news2-single-3", "asap", "heart_rate", "131")
    assert not found.complete


def test_a_site_may_have_the_nurse_told_of_low_scores() -> None:
    low = [*TABLE["triggers"][:2], {**TABLE["triggers"][2], "disabled": False}]
    (found,) = findings({**TABLE, "triggers": low}, {**NORMAL, "heart_rate": 95})
    assert (found.rule_id, found.level, found.score) == ("news2-1-to-4", "urgent", 1)
