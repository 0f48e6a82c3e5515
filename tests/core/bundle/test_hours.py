"""Time as clinics count it: opening hours, holidays, the nights when clocks change."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from clinicflow.bundle_zones import zone_transitions
from clinicflow.core.durations import DAY, HOUR, MINUTE
from clinicflow.core.hours import ClinicHours, Zone, clinic_hours, parse_day, parse_ranges, weekday
from clinicflow.errors import InvalidBundle

NAMES = ("America/Los_Angeles", "Europe/London", "Australia/Lord_Howe", "America/Santiago", "Asia/Jakarta")
ZONES = {name: Zone(zone_transitions(name)) for name in NAMES}

instants = st.integers(
    min_value=int(datetime(2020, 1, 2, tzinfo=UTC).timestamp()) * 1_000_000,
    max_value=int(datetime(2035, 12, 30, tzinfo=UTC).timestamp()) * 1_000_000,
)
lengths = st.integers(min_value=0, max_value=60 * HOUR)
names = st.sampled_from(NAMES)

WEEKS = {
    "split day": {"monday": "08:00-12:00, 13:00-17:00", "thursday": "09:30-18:15"},
    "nights": {"friday": "20:00-04:00", "saturday": "22:00-06:00", "monday": "00:00-03:00"},
    "always": {"daily": "00:00-24:00"},
    "always but holidays": {"daily": "00:00-24:00", "holidays": ["2026-03-29", "2026-01-01"]},
}
weeks = st.sampled_from(sorted(WEEKS))


def hours(name: str, week: str) -> ClinicHours:
    """The hours of a clinic in this zone with this week."""
    known = dict(WEEKS[week])
    holidays = known.pop("holidays", [])
    return clinic_hours({"zone": name, "hours": known, "holidays": holidays}, {name: zone_transitions(name)})


def at(name: str, text: str) -> int:
    """Microseconds of a local time."""
    return round(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(name)).timestamp()) * 1_000_000


@given(names, instants)
def test_wall_clock_is_that_of_the_zone_files(name: str, instant: int) -> None:
    expected = (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=instant)).astimezone(ZoneInfo(name))

    local = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=ZONES[name].local(instant))

    assert local.replace(tzinfo=None) == expected.replace(tzinfo=None)


@given(names, instants)
def test_a_wall_clock_time_becomes_the_first_instant_that_shows_it(name: str, local: int) -> None:
    naive = (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=local)).replace(tzinfo=None)
    expected = naive.replace(tzinfo=ZoneInfo(name)).astimezone(UTC)

    assert datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=ZONES[name].instant(local)) == expected


@pytest.mark.parametrize(
    ("name", "local", "utc"),
    [
        ("Europe/London", "2026-03-29T01:30", "2026-03-29T01:30"),
        ("Europe/London", "2026-10-25T01:30", "2026-10-25T00:30"),
        ("America/Los_Angeles", "2026-03-08T02:30", "2026-03-08T10:30"),
        ("America/Los_Angeles", "2026-11-01T01:30", "2026-11-01T08:30"),
    ],
)
def test_skipped_and_repeated_hours(name: str, local: str, utc: str) -> None:
    wall = round(datetime.fromisoformat(local).replace(tzinfo=UTC).timestamp()) * 1_000_000

    assert ZONES[name].instant(wall) == at("UTC", utc)


@given(names, weeks, instants, lengths, lengths)
def test_more_time_is_never_earlier(name: str, week: str, start: int, some: int, more: int) -> None:
    clinic = hours(name, week)

    assert clinic.add_open_time(start, some) <= clinic.add_open_time(start, some + more)


@given(names, weeks, instants, lengths, st.integers(min_value=0, max_value=9 * DAY))
def test_a_later_start_is_never_due_earlier(name: str, week: str, start: int, some: int, later: int) -> None:
    clinic = hours(name, week)

    assert clinic.add_open_time(start, some) <= clinic.add_open_time(start + later, some)


@given(names, weeks, instants, st.integers(min_value=1, max_value=60 * HOUR))
def test_due_times_lie_in_opening_hours(name: str, week: str, start: int, some: int) -> None:
    """An opening ends as closing time begins: what is due at the end was open just before."""
    clinic = hours(name, week)

    assert clinic.is_open(clinic.add_open_time(start, some) - 1)


@given(names, weeks, instants, lengths, lengths)
def test_time_adds_up(name: str, week: str, start: int, first: int, second: int) -> None:
    clinic = hours(name, week)

    assert clinic.add_open_time(clinic.add_open_time(start, first), second) == clinic.add_open_time(
        start, first + second
    )


@given(names, weeks, instants, st.integers(min_value=1, max_value=60 * HOUR), lengths)
@example("America/Los_Angeles", "nights", 1_596_099_599_989_761, 126_000_000_000, 215_999_989_760)
def test_going_back_undoes_going_on(name: str, week: str, start: int, first: int, second: int) -> None:
    clinic = hours(name, week)
    middle = clinic.add_open_time(start, first)

    end = clinic.add_open_time(middle, second)
    back = clinic.subtract_open_time(end, second)
    # From closing time it is the next opening, between which no opening time lies.
    assert back == middle or middle < back < clinic.add_open_time(middle, 1)
    assert clinic.add_open_time(back, second) == end


@given(names, instants, lengths)
def test_a_clinic_that_never_closes_counts_every_moment(name: str, start: int, some: int) -> None:
    assert hours(name, "always").add_open_time(start, some) == start + some


def test_what_begins_before_closing_time_goes_on_the_next_open_morning() -> None:
    """Given a clinic open on Mondays and Thursdays, when 30 minutes begin at 16:50 on Monday, then Thursday 09:50."""
    clinic = hours("Europe/London", "split day")

    assert clinic.add_open_time(at("Europe/London", "2026-06-01T16:50"), 30 * MINUTE) == at(
        "Europe/London", "2026-06-04T09:50"
    )


def test_the_lunch_break_does_not_count() -> None:
    clinic = hours("Europe/London", "split day")

    assert clinic.add_open_time(at("Europe/London", "2026-06-01T11:45"), 30 * MINUTE) == at(
        "Europe/London", "2026-06-01T13:15"
    )


def test_a_holiday_does_not_count() -> None:
    clinic = hours("Europe/London", "always but holidays")

    assert clinic.add_open_time(at("Europe/London", "2025-12-31T23:30"), HOUR) == at(
        "Europe/London", "2026-01-02T00:30"
    )


def test_a_night_shift_on_the_night_of_the_change_has_its_real_length() -> None:
    """Given the night from Saturday 22:00 to Sunday 06:00, then it has seven hours in March and nine in October."""
    clinic = hours("Europe/London", "nights")
    spring, autumn = at("Europe/London", "2026-03-28T22:00"), at("Europe/London", "2026-10-24T22:00")

    assert clinic.add_open_time(spring, 7 * HOUR) == at("Europe/London", "2026-03-29T06:00")
    assert clinic.add_open_time(autumn, 9 * HOUR) == at("Europe/London", "2026-10-25T06:00")


def test_nothing_to_wait_for_at_night_is_the_next_opening() -> None:
    clinic = hours("Europe/London", "split day")

    assert clinic.add_open_time(at("Europe/London", "2026-06-02T03:00"), 0) == at("Europe/London", "2026-06-04T09:30")


def test_weekdays_are_those_of_the_calendar() -> None:
    assert weekday(parse_day("2026-06-01")) == 0
    assert parse_day("1970-01-01") == 0
    assert parse_day("2000-03-01") == 11017


@pytest.mark.parametrize("text", ["8-17", "08:00", "08:00-25:00", "08:61-09:00", "24:00-03:00", "a-b", 17])
def test_hours_that_are_none_are_refused(text: object) -> None:
    with pytest.raises(InvalidBundle, match="Expected"):
        parse_ranges(text)


@pytest.mark.parametrize("text", ["2026-02-30", "2026-1-1", "20260101", 2026, None])
def test_days_that_are_none_are_refused(text: object) -> None:
    with pytest.raises(InvalidBundle, match="Expected a date"):
        parse_day(text)


@pytest.mark.parametrize(
    ("week", "moment", "closes"),
    [
        ("split day", "2026-03-02T07:50", "2026-03-02T17:00"),
        ("split day", "2026-03-02T12:30", "2026-03-02T17:00"),
        ("split day", "2026-03-02T17:00", "2026-03-02T17:00"),
        ("split day", "2026-03-02T19:10", "2026-03-02T19:10"),
        ("split day", "2026-03-03T10:00", "2026-03-03T10:00"),
        ("nights", "2026-03-06T21:00", "2026-03-07T04:00"),
        ("nights", "2026-03-07T03:59", "2026-03-07T04:00"),
        ("nights", "2026-03-07T04:00", "2026-03-08T06:00"),
        ("always", "2026-03-06T21:00", "2026-03-07T00:00"),
        ("always", "2026-03-07T00:00", "2026-03-08T00:00"),
    ],
)
@pytest.mark.parametrize("name", NAMES)
def test_a_clinic_closes_at_the_end_of_its_last_opening_of_the_day(
    name: str, week: str, moment: str, closes: str
) -> None:
    assert hours(name, week).closing(at(name, moment)) == at(name, closes)


@pytest.mark.parametrize(
    ("week", "moment", "closes"),
    [
        ("split day", "2026-03-02T07:50", "2026-03-02T17:00"),
        ("split day", "2026-03-02T16:50", "2026-03-02T17:00"),
        ("split day", "2026-03-02T17:00", "2026-03-05T18:15"),
        ("split day", "2026-03-03T10:00", "2026-03-05T18:15"),
        ("split day", "2026-03-05T19:00", "2026-03-09T17:00"),
        ("nights", "2026-03-07T03:59", "2026-03-07T04:00"),
        ("nights", "2026-03-04T12:00", "2026-03-07T04:00"),
        ("always but holidays", "2026-03-28T23:50", "2026-03-29T00:00"),
        ("always but holidays", "2026-03-29T12:00", "2026-03-31T00:00"),
    ],
)
@pytest.mark.parametrize("name", NAMES)
def test_the_same_day_ends_as_the_clinic_closes_or_on_its_next_open_day(
    name: str, week: str, moment: str, closes: str
) -> None:
    assert hours(name, week).end_of_work(at(name, moment)) == at(name, closes)


def test_a_clinic_without_hours_closes_at_midnight() -> None:
    found = clinic_hours({"zone": "Europe/London"}, {"Europe/London": zone_transitions("Europe/London")})
    midnight = at("Europe/London", "2026-07-02T00:00")
    assert found.closing(at("Europe/London", "2026-07-01T15:00")) == midnight
    assert found.end_of_work(at("Europe/London", "2026-07-01T15:00")) == midnight


def test_a_clinic_whose_only_openings_are_holidays_ends_its_day_at_once() -> None:
    moment = at("Europe/London", "2026-06-30T10:00")
    holidays = range(parse_day("2026-06-29"), parse_day("2032-06-29"))
    assert ClinicHours(ZONES["Europe/London"], [((480, 1020),)] * 7, holidays).end_of_work(moment) == moment
