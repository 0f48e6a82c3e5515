"""Times as text (RFC 3339) and as integers: microseconds since 1970 in UTC, exactly."""

import re
from datetime import datetime, timedelta

EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - all arithmetic here is on UTC, without zones
MICRO = timedelta(microseconds=1)
FIRST = (datetime(1, 1, 1) - EPOCH) // MICRO  # noqa: DTZ001
LAST = (datetime(9999, 12, 31, 23, 59, 59, 999999) - EPOCH) // MICRO  # noqa: DTZ001

AHEAD = 48 * 3600 * 1_000_000
"""How far ahead of the receiver's clock an event from outside may be, in microseconds."""

EXPECTED = "a time with its offset and at most microseconds, such as 2026-03-01T09:30:00.5+01:00"

_TEXT = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d{1,6})0*)?(?:[Zz]|([+-])(\d\d):(\d\d))", re.ASCII
)


def micros_of(text: str) -> int:
    """Microseconds since 1970 of a time in RFC 3339. The offset is mandatory: a zone is never guessed.

    Errors: ``ValueError`` for another form, an impossible date, more digits than microseconds, or a leap second.
    """
    match = _TEXT.fullmatch(text)
    if match is None:
        raise ValueError(EXPECTED)
    year, month, day, hour, minute, second, fraction, sign, hours, minutes = match.groups()
    time = datetime(int(year), int(month), int(day), int(hour), int(minute), int(second))  # noqa: DTZ001
    micros = (time - EPOCH) // MICRO + int((fraction or "0").ljust(6, "0"))
    if sign is not None:
        if int(hours) > 23 or int(minutes) > 59:
            raise ValueError(EXPECTED)
        offset = (int(hours) * 60 + int(minutes)) * 60_000_000
        micros += -offset if sign == "+" else offset
    if not FIRST <= micros <= LAST:
        raise ValueError("a time within the years 0001 to 9999 in UTC")
    return micros


def text_of(micros: int) -> str:
    """The time in RFC 3339, in UTC with six digits. ``micros`` is within the years 0001 to 9999."""
    return (EPOCH + timedelta(microseconds=micros)).isoformat(timespec="microseconds") + "Z"
