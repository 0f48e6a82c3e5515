"""Offsets of time zones from the system's or the package's zone files, as data that a bundle carries."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from clinicflow.errors import InvalidBundle

YEARS = (2020, 2035)
"""The years, first and last, whose changes of offset a bundle carries for its zones."""


def zone_transitions(name: str) -> list[list[int]]:
    """[from UTC second, offset in seconds] of an IANA zone over ``YEARS``; ``InvalidBundle`` for an unknown name."""
    try:
        zone = ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise InvalidBundle(f"Expected an IANA time zone such as Europe/London, but got {name!r}") from error
    hour = timedelta(hours=1)
    at = datetime(YEARS[0], 1, 1, tzinfo=UTC)
    found = [[int(at.timestamp()), _offset(zone, at)]]
    while at.year <= YEARS[1]:
        later = at + 24 * hour
        if _offset(zone, later) != found[-1][1]:
            change = _change(zone, at, later)
            found.append([change, _offset(zone, datetime.fromtimestamp(change, UTC))])
        at = later
    return found


def _offset(zone: ZoneInfo, at: datetime) -> int:
    offset = at.astimezone(zone).utcoffset()
    return int(offset.total_seconds()) if offset is not None else 0


def _change(zone: ZoneInfo, before: datetime, after: datetime) -> int:
    """The first second of the new offset, between two instants with different ones."""
    low, high = int(before.timestamp()), int(after.timestamp())
    old = _offset(zone, before)
    while high - low > 1:
        middle = (low + high) // 2
        if _offset(zone, datetime.fromtimestamp(middle, UTC)) == old:
            low = middle
        else:
            high = middle
    return high
