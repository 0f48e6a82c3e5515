"""Time as a clinic counts it: local time by the zone's transitions in the bundle, and time while it is open.

All instants are UTC microseconds. Local time is also a count of microseconds, as if the wall clock were UTC. The zone's
offsets come with the bundle, so that no system zone files decide what a replay says.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from clinicflow.core.durations import DAY, MINUTE, SECOND
from clinicflow.errors import InvalidBundle

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_EPOCH_ORDINAL = date(1970, 1, 1).toordinal()
_EPOCH_WEEKDAY = 3
"""1970-01-01 was a Thursday."""
_REACH = 1500
"""Days to look for an opening before a clinic counts as closed for good."""

KEPT = 400
"""How many days of a clinic are kept."""

Range = tuple[int, int]


class Zone:
    """A time zone as its list of (from UTC second, offset in seconds), sorted; the first holds for all time before."""

    __slots__ = ("_offsets", "_since", "_starts")

    def __init__(self, transitions: Sequence[Sequence[int]]) -> None:
        self._starts = [start * SECOND for start, _ in transitions]
        self._offsets = [offset * SECOND for _, offset in transitions]
        self._since = [self._offsets[0], *self._offsets]

    def local(self, instant: int) -> int:
        """Wall clock at an instant."""
        return instant + self._since[bisect_right(self._starts, instant)]

    def instant(self, local: int) -> int:
        """The instant of a wall clock time: of a repeated hour the first, in a skipped hour by the offset before it."""
        at = max(0, bisect_right(self._starts, local - DAY) - 1)
        while at + 1 < len(self._starts) and self._reached(at + 1, local):
            at += 1
        return local - self._offsets[at]

    def _reached(self, at: int, local: int) -> bool:
        return local - max(self._offsets[at - 1], self._offsets[at]) >= self._starts[at]


def weekday(day: int) -> int:
    """The weekday (0 Monday) of a day counted from 1970-01-01."""
    return (day + _EPOCH_WEEKDAY) % 7


def parse_ranges(text: object) -> tuple[Range, ...]:
    """``08:00-12:00, 13:00-17:00`` (a text or a list; ``closed`` or empty for none) as minutes of the day.

    A range that ends at or before its start goes on into the next day: 22:00-06:00 is (1320, 1800).
    """
    if text in (None, "closed", "", []):
        return ()
    if isinstance(text, str):
        return _ranges_of(text)
    if not isinstance(text, list):
        raise InvalidBundle(f"Expected hours such as 08:00-17:00, but got {text!r}")
    return tuple(sorted(_range(part) for part in text))


@lru_cache(maxsize=1024)  # a network's opening hours are a few texts, asked for by each rule for each clinic
def _ranges_of(text: str) -> tuple[Range, ...]:
    return tuple(sorted(_range_of(part.strip()) for part in text.split(",")))


def _range(text: object) -> Range:
    if not isinstance(text, str):
        raise InvalidBundle(f"Expected hours such as 08:00-17:00, but got {text!r}")
    return _range_of(text)


@lru_cache(maxsize=1024)  # a network's shifts are a few ranges, written thousands of times
def _range_of(text: str) -> Range:
    ends = text.split("-")
    if len(ends) != 2:
        raise InvalidBundle(f"Expected hours such as 08:00-17:00, but got {text!r}")
    start, end = (_minute(end) for end in ends)
    if start >= 1440:
        raise InvalidBundle(f"Expected hours that begin before 24:00, but got {text!r}")
    return start, end if end > start else end + 1440


def _minute(text: str) -> int:
    hour, colon, minute = text.strip().partition(":")
    if not (colon and hour.isdigit() and minute.isdigit() and len(minute) == 2):
        raise InvalidBundle(f"Expected a time of day such as 08:30, but got {text!r}")
    total = int(hour) * 60 + int(minute)
    if int(minute) > 59 or total > 1440:
        raise InvalidBundle(f"Expected a time of day from 00:00 to 24:00, but got {text!r}")
    return total


class ClinicHours:
    """When one clinic is open: the ranges of each weekday but on ``holidays`` (days from 1970)."""

    __slots__ = ("_holidays", "_known", "_week", "wall", "zone")

    def __init__(self, zone: Zone, week: Sequence[Sequence[Range]], holidays: Sequence[int] = ()) -> None:
        self.zone = zone
        self._week = tuple(tuple(sorted(ranges)) for ranges in week)
        self._holidays = frozenset(holidays)
        self._known: dict[int, tuple[Range, ...]] = {}
        always = not holidays and all(ranges == ((0, 1440),) for ranges in self._week)
        self.wall = always or not any(self._week)
        """Whether opening time is wall time: the clinic never closes, or has no hours at all."""

    def is_open(self, instant: int) -> bool:
        """Whether the clinic is open at this instant (an opening ends where closing time begins)."""
        day = self.zone.local(instant) // DAY
        return any(start <= instant < end for at in (day - 1, day) for start, end in self._openings(at))

    def closing(self, instant: int) -> int:
        """When the clinic closes for the day: at the end of the day's last opening, or at once when none is ahead.

        An opening over midnight belongs to the day on which it begins. A clinic without hours closes at midnight.
        """
        day = self.zone.local(instant) // DAY
        if not any(self._week):
            return self.zone.instant((day + 1) * DAY)
        night, today = self._openings(day - 1), self._openings(day)
        if any(opens <= instant < closes for opens, closes in night):
            return max(closes for _, closes in night)
        return max([instant, *(closes for _, closes in today)])

    def end_of_work(self, instant: int) -> int:
        """When the clinic closes on the day of ``instant``; after that, and on a day when it is closed, on the next day
        on which it opens. For a clinic that never opens it is at once."""
        found = self.closing(instant)
        if found > instant:
            return found
        opens = next((opens for opens, _ in self._forward(instant) if opens >= instant), None)
        return instant if opens is None else self.closing(opens)

    def add_open_time(self, start: int, micros: int) -> int:
        """The instant by which so much opening time has passed since ``start``.

        Nothing is added to an opening that is not there: for a clinic without hours wall time counts. Zero time from a
        moment when the clinic is closed is its next opening.
        """
        if self.wall:
            return start + micros
        left = micros
        for opens, closes in self._forward(start):
            begin = max(opens, start)
            if begin < closes and left <= closes - begin:
                return begin + left
            left -= max(0, closes - begin)
            start = max(start, closes)
        return start + left

    def subtract_open_time(self, end: int, micros: int) -> int:
        """The latest instant since which so much opening time has passed at ``end``."""
        if self.wall:
            return end - micros
        left = micros
        for opens, closes in self._backward(end):
            until = min(closes, end)
            if opens < until and left <= until - opens:
                return until - left
            left -= max(0, until - opens)
            end = min(end, opens)
        return end - left

    def _forward(self, start: int) -> Iterator[Range]:
        first = self.zone.local(start) // DAY - 1
        for day in range(first, first + _REACH):
            yield from self._openings(day)

    def _backward(self, end: int) -> Iterator[Range]:
        last = self.zone.local(end) // DAY
        for day in range(last, last - _REACH, -1):
            yield from reversed(self._openings(day))

    def _openings(self, day: int) -> tuple[Range, ...]:
        """The openings that begin on a local day, as instants. Due times ask for the same few days over and over."""
        found = self._known.get(day)
        if found is None:
            if len(self._known) >= KEPT:
                self._known.clear()
            found = self._known[day] = tuple(self._opened(day))
        return found

    def _opened(self, day: int) -> Iterator[Range]:
        if day not in self._holidays:
            midnight = day * DAY
            for start, end in self._week[weekday(day)]:
                opens, closes = self.zone.instant(midnight + start * MINUTE), self.zone.instant(midnight + end * MINUTE)
                if opens < closes:
                    yield opens, closes


def parse_day(text: object) -> int:
    """Days from 1970-01-01 of an ISO date; ``InvalidBundle`` for anything else."""
    if not isinstance(text, str) or not _DATE.fullmatch(text):
        raise InvalidBundle(f"Expected a date such as 2026-01-31, but got {text!r}")
    try:
        return date.fromisoformat(text).toordinal() - _EPOCH_ORDINAL
    except ValueError as error:
        raise InvalidBundle(f"Expected a date of the calendar, but got {text!r}") from error


def opening_day(clinic: Mapping[str, Any]) -> tuple[int, int]:
    """How long a day and a week are where only opening hours count: the mean open day, and all of the week's hours.

    So a task that is due one day from Monday 10:00 is due on Tuesday 10:00 in a clinic of equal days. A clinic without
    hours has days of 24 hours.
    """
    hours = clinic.get("hours") or {}
    try:
        return _opening_day(tuple(hours.items()))
    except TypeError:  # ranges told as a list are no key
        return _mean_day(hours)


@lru_cache(maxsize=1024)  # each rule asks for each clinic of a network, and most clinics are open alike
def _opening_day(hours: tuple[tuple[str, str], ...]) -> tuple[int, int]:
    return _mean_day(dict(hours))


def _mean_day(hours: Mapping[str, Any]) -> tuple[int, int]:
    minutes = [sum(end - start for start, end in ranges) for ranges in _week(hours)]
    open_days = [length for length in minutes if length]
    if not open_days:
        return DAY, 7 * DAY
    return sum(open_days) * MINUTE // len(open_days), sum(open_days) * MINUTE


def _week(hours: Mapping[str, Any]) -> list[tuple[Range, ...]]:
    return [parse_ranges(hours.get(name, hours.get("daily"))) for name in WEEKDAYS]


def clinic_hours(clinic: Mapping[str, Any], zones: Mapping[str, Sequence[Sequence[int]]]) -> ClinicHours:
    """The hours of a clinic from its part of the bundle document (``zone``, ``hours`` by weekday, ``holidays``)."""
    holidays = [parse_day(day.get("date") if isinstance(day, Mapping) else day) for day in clinic.get("holidays", ())]
    return ClinicHours(Zone(zones[clinic["zone"]]), _week(clinic.get("hours") or {}), holidays)
