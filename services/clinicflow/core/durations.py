"""Durations as protocols write them (ISO 8601: ``PT5M``, ``PT2H30M``, ``P2D``), in microseconds."""

import re
from functools import lru_cache

from clinicflow.errors import InvalidBundle

SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR

_FORM = re.compile(r"P(?:(\d+)W)?(?:(\d+)D)?(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?")


def parse_duration(text: object, day: int = DAY, week: int = 7 * DAY) -> int:
    """Microseconds of an ISO 8601 duration of weeks, days, hours, minutes and seconds.

    ``day`` and ``week`` are their lengths in microseconds where only opening hours count. Months and years have no
    fixed length and are refused with ``InvalidBundle``, as is every other text.
    """
    if not isinstance(text, str):
        raise InvalidBundle(f"Expected a duration such as PT5M, PT2H or P2D, but got {text!r}")
    return _duration(text, day, week)


@lru_cache(maxsize=1024)  # a few texts, asked for by each rule for each clinic
def _duration(text: str, day: int, week: int) -> int:
    found = _FORM.fullmatch(text)
    if found is None or not any(found.groups()):
        raise InvalidBundle(f"Expected a duration such as PT5M, PT2H or P2D, but got {text!r}")
    sizes = (week, day, HOUR, MINUTE, SECOND)
    return sum(int(count) * size for count, size in zip(found.groups(), sizes, strict=True) if count)


def parse_fraction(text: object) -> float | None:
    """The fraction of ``50%``; None when the text is not a percentage."""
    found = re.fullmatch(r"(\d{1,4})%", text) if isinstance(text, str) else None
    return int(found.group(1)) / 100 if found else None
