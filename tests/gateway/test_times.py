"""Time stamps of messages: exact or refused, in the feed's zone unless they say another."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from clinicflow.errors import MessageRefused
from clinicflow.gateway.hl7.times import age, calendar_day, instant

LONDON = ZoneInfo("Europe/London")


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1_000_000)


@pytest.mark.parametrize(
    ("stamp", "expected"),
    [
        ("202607010930", "2026-07-01T08:30:00"),
        ("20260701093015", "2026-07-01T08:30:15"),
        ("20260101093015", "2026-01-01T09:30:15"),
        ("20260701093015.1234", "2026-07-01T08:30:15.123400"),
        ("20260701093015-0700", "2026-07-01T16:30:15"),
        ("20260701093015.5+0215", "2026-07-01T07:15:15.500000"),
    ],
)
def test_a_stamp_without_offset_is_in_the_zone_of_the_feed(stamp: str, expected: str) -> None:
    assert instant(stamp, LONDON, "EVN-2") == at(expected)


@pytest.mark.parametrize("stamp", ["", "2026", "202607", "20260701", "2026070109"])
def test_a_stamp_that_is_not_exact_to_the_minute_is_no_instant(stamp: str) -> None:
    assert instant(stamp, LONDON, "EVN-2") is None


@pytest.mark.parametrize("stamp", ["yesterday", "20260230093015", "202607012530", "20260701093015+9900", "2026-07-01"])
def test_what_is_no_time_is_refused_by_the_name_of_its_field(stamp: str) -> None:
    with pytest.raises(MessageRefused, match="EVN-2"):
        instant(stamp, LONDON, "EVN-2")


def test_a_local_time_that_clocks_skip_is_refused() -> None:
    with pytest.raises(MessageRefused, match="clocks skip it"):
        instant("202603290130", LONDON, "EVN-2")


def test_a_local_time_that_occurs_twice_is_the_earlier_one() -> None:
    assert instant("202610250130", LONDON, "EVN-2") == at("2026-10-25T00:30:00")


@pytest.mark.parametrize(
    ("born", "today", "expected"),
    [
        ("20260920", "2026-09-21", (1, "d")),
        ("20260824", "2026-09-20", (27, "d")),
        ("20260824", "2026-09-21", (0, "mo")),
        ("20200229", "2021-02-28", (11, "mo")),
        ("20100922", "2026-09-21", (191, "mo")),
        ("20100921", "2026-09-21", (16, "a")),
        ("19311002", "2026-09-21", (94, "a")),
    ],
)
def test_age_is_counted_in_days_then_months_then_years(born: str, today: str, expected: tuple[int, str]) -> None:
    day = calendar_day(born)
    assert day is not None
    assert age(day, at(f"{today}T12:00:00"), LONDON) == expected


def test_nobody_is_born_in_the_future() -> None:
    assert age(date(2030, 1, 1), at("2026-09-21T12:00:00"), LONDON) is None
    assert calendar_day("1990") is None
