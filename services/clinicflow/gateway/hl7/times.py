"""HL7 time stamps to instants. A stamp without offset is in the feed's zone; a date alone is no instant."""

import re
from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from clinicflow.errors import MessageRefused

_STAMP = re.compile(
    r"(?P<day>\d{4}(?:\d{2}(?:\d{2})?)?)(?P<clock>\d{2}(?:\d{2}(?:\d{2})?)?)?(?P<fraction>\.\d{1,4})?(?P<offset>[+-]\d{4})?"
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def instant(stamp: str, zone: ZoneInfo, what: str) -> int | None:
    """UTC microseconds of a stamp that is exact to the minute at least; None when empty or a date alone.

    A local time that occurs twice (clocks set back) is the earlier one; one that does not occur is refused.
    Raises ``MessageRefused`` for anything that is not a time stamp; ``what`` names the field.
    """
    if not stamp:
        return None
    match = _STAMP.fullmatch(stamp)
    if match is None:
        raise MessageRefused("time", f"Expected YYYYMMDDHHMM[SS[.SSSS]][+/-ZZZZ] in {what}")
    clock = match["clock"] or ""
    if len(match["day"]) < 8 or len(clock) < 4:
        return None
    try:
        naive = datetime.strptime(match["day"] + clock.ljust(6, "0"), "%Y%m%d%H%M%S")  # noqa: DTZ007
    except ValueError as error:
        raise MessageRefused("time", f"Expected a real date and time in {what}") from error
    naive += timedelta(microseconds=int((match["fraction"] or ".0")[1:].ljust(6, "0")))
    moment = naive.replace(tzinfo=_offset(match["offset"], what) if match["offset"] else zone)
    if match["offset"] is None and moment.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != naive:
        raise MessageRefused("time", f"Expected a local time that exists in {what}, but clocks skip it in {zone.key}")
    return (moment - _EPOCH) // timedelta(microseconds=1)


def calendar_day(stamp: str) -> date | None:
    """The calendar day of a stamp (a date of birth), or None when it is not exact to the day."""
    match = _STAMP.fullmatch(stamp)
    if match is None or len(match["day"]) < 8:
        return None
    try:
        return datetime.strptime(match["day"], "%Y%m%d").date()  # noqa: DTZ007
    except ValueError:
        return None


def local_day(at: int, zone: ZoneInfo) -> date:
    """The calendar day in a zone of an instant in UTC microseconds."""
    return datetime.fromtimestamp(at / 1_000_000, zone).date()


def age(born: date, at: int, zone: ZoneInfo) -> tuple[int, str] | None:
    """Completed days below 28 days, months below 16 years, else years; None when born after ``at``."""
    today = local_day(at, zone)
    days = (today - born).days
    if days < 0:
        return None
    if days < 28:
        return days, "d"
    months = (today.year - born.year) * 12 + today.month - born.month - (today.day < born.day)
    return (months, "mo") if months < 16 * 12 else (months // 12, "a")


def _offset(text: str, what: str) -> timezone:
    hours, minutes = int(text[1:3]), int(text[3:5])
    if hours > 14 or minutes > 59:
        raise MessageRefused("time", f"Expected an offset between -1200 and +1400 in {what}")
    delta = timedelta(hours=hours, minutes=minutes)
    return timezone(-delta if text[0] == "-" else delta)
