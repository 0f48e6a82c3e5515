"""The waiting time on public screens: a band or nothing, never a promise that shrinks quickly."""

import pytest

from clinicflow.core.hours import Zone
from clinicflow.core.view import VisitView
from clinicflow.web.wait_band import FEED_LIMIT, MINUTE, Band, Shown, estimate, published, steady
from clinicflow.web.waits import Waits, head_wait

NOON = 1_767_960_000_000_000


def minutes(n: float) -> int:
    return round(n * MINUTE)


@pytest.mark.parametrize(
    ("last", "head", "band"),
    [
        (12, 31, Band(10, 35)),
        (31, 12, Band(10, 35)),
        (20, None, Band(20, 30)),
        (None, 3, Band(0, 10)),
        (0, 0, Band(0, 10)),
        (5, 119, Band(60, 120)),
    ],
)
def test_the_band_spans_both_delays_in_steps_of_five(last: int | None, head: int | None, band: Band) -> None:
    known = [None if each is None else minutes(each) for each in (last, head)]

    assert estimate(known[0], known[1], 10, 0) == band


def test_nothing_is_promised_to_few_patients_from_old_data_or_for_hours_on_end() -> None:
    assert estimate(minutes(20), minutes(20), 9, 0) is None
    assert estimate(minutes(20), minutes(20), 50, FEED_LIMIT + 1) is None
    assert estimate(None, None, 50, 0) is None
    assert estimate(minutes(20), minutes(300), 50, 0) is None


@pytest.mark.parametrize(
    ("p50", "p90", "band"),
    [(22, 41, Band(20, 45)), (3, 4, Band(0, 10)), (10, 10, Band(10, 20)), (5, 118, Band(60, 120)), (30, 241, None)],
)
def test_what_a_forecaster_says_becomes_a_band_in_steps_of_five(p50: int, p90: int, band: Band | None) -> None:
    assert published((p50, p90), 0, 10, 0) == band


def test_a_forecast_that_is_old_or_withdrawn_or_tells_of_few_patients_promises_nothing() -> None:
    assert published((20, 40), FEED_LIMIT, 10, FEED_LIMIT) == Band(20, 40)
    assert published((20, 40), FEED_LIMIT + 1, 10, 0) is None
    assert published((20, 40), 0, 10, FEED_LIMIT + 1) is None
    assert published((20, 40), 0, 9, 0) is None
    assert published(None, 0, 10, 0) is None


def test_a_band_falls_by_ten_minutes_at_most_and_once_a_minute() -> None:
    shown = Shown(Band(30, 50), NOON)

    early = steady(shown, Band(5, 15), NOON + minutes(0.9))
    later = steady(shown, Band(5, 15), NOON + minutes(1))

    assert early == shown
    assert later == Shown(Band(20, 40), NOON + minutes(1))


def test_a_band_rises_at_once_and_goes_when_nothing_is_known() -> None:
    shown = Shown(Band(5, 15), NOON)

    assert steady(shown, Band(40, 60), NOON + minutes(1)).band == Band(40, 60)
    assert steady(shown, None, NOON + 1).band is None
    assert steady(Shown(None, NOON), Band(5, 15), NOON + 1).band == Band(5, 15)


def a_visit(case: str, arrived: int, **over: object) -> VisitView:
    known = {"case_id": case, "org_id": "demo", "clinic_id": "north", "stage": "checked-in"}
    return VisitView(**{**known, "arrived_at": arrived, "since": arrived, **over})  # type: ignore[arg-type]


def test_the_wait_of_an_early_patient_counts_from_the_appointment() -> None:
    waits = Waits(Zone([(0, 0)]))

    waits.note(
        a_visit("1", NOON - minutes(50), appointment_at=NOON - minutes(10), stage="roomed", since=NOON - minutes(4)),
        NOON,
    )

    assert waits.last_delay() == minutes(6)
    assert head_wait([a_visit("2", NOON - minutes(30), appointment_at=NOON + minutes(5))], NOON) is None
    assert head_wait([a_visit("3", NOON - minutes(30)), a_visit("4", NOON - minutes(2))], NOON) == minutes(30)


def test_the_patient_taken_in_last_tells_the_delay_and_is_not_counted_again_in_the_room() -> None:
    waits = Waits(Zone([(0, 0)]))
    first = a_visit("1", NOON - minutes(40), stage="roomed", since=NOON - minutes(30))
    second = a_visit("2", NOON - minutes(25), stage="roomed", since=NOON - minutes(5))

    for view in (first, second, a_visit("1", NOON - minutes(40), stage="roomed", since=NOON)):
        waits.note(view, NOON)

    assert waits.last_delay() == minutes(20)
    assert waits.patients(NOON) == 2


def test_a_new_day_begins_without_yesterdays_patients() -> None:
    waits = Waits(Zone([(0, 0)]))
    waits.note(a_visit("1", NOON), NOON)

    assert waits.patients(NOON) == 1
    assert waits.patients(NOON + minutes(12 * 60)) == 0
    assert waits.last_delay() is None
