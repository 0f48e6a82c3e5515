"""The waiting time as a public screen may show it: a lower and an upper bound in minutes, or nothing.

Two delays are known without any model: how long the last patient who was taken in had waited, and how long the one at
the head of the queue has waited until now (Ibrahim and Whitt, 2009). The band spans both. A screen that promised too
little makes people leave, so the upper bound is the generous one and a band never shrinks quickly.
"""

import msgspec

MINUTE = 60_000_000
STEP = 5
"""Minutes that bounds are rounded to."""
NARROWEST = 10
WIDEST = 60
LONGEST = 240
"""Above this nobody believes a number: the screen says please ask."""
ENOUGH = 10
"""Patients of the day below which a band would be a guess, and would tell of single persons."""
FEED_LIMIT = 180 * 1_000_000
"""A feed older than this (microseconds) gives no band."""
SHRINK = 10
"""Minutes by which a bound may fall at once."""
PAUSE = MINUTE
"""A shown band stays at least this long."""


class Band(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Bounds in minutes, both multiples of five."""

    low: int
    high: int


class Shown(msgspec.Struct, frozen=True):
    """What a screen shows, and since when (UTC microseconds)."""

    band: Band | None = None
    since: int = 0


def estimate(last: int | None, head: int | None, patients: int, feed_age: int) -> Band | None:
    """The band for these delays (microseconds); None when there are too few ``patients`` today or the feed is stale.

    ``last``: the delay of the patient taken in last; ``head``: the wait of the one who has waited longest.
    """
    known = [delay for delay in (last, head) if delay is not None]
    if not known or patients < ENOUGH or feed_age > FEED_LIMIT:
        return None
    return _band(min(known), max(known))


def published(minutes: tuple[int, int] | None, age: int, patients: int, feed_age: int) -> Band | None:
    """The band for what a forecaster published (half of the patients, and nine of ten, wait no longer), ``age``
    microseconds ago; None for a word that was taken back, is older than three minutes, or would tell of few patients.
    """
    if minutes is None or max(age, feed_age) > FEED_LIMIT or patients < ENOUGH:
        return None
    return _band(minutes[0] * MINUTE, minutes[1] * MINUTE)


def _band(least: int, most: int) -> Band | None:
    low = least // MINUTE // STEP * STEP
    high = max(-(-most // MINUTE // STEP) * STEP, low + NARROWEST)
    if high > LONGEST:
        return None
    return Band(max(low, high - WIDEST), high)


def steady(shown: Shown, fresh: Band | None, now: int) -> Shown:
    """What to show now: a new band at most once a minute, falling by at most ten minutes at once; none at once."""
    if fresh is None:
        return shown if shown.band is None else Shown(None, now)
    if shown.band is None:
        return Shown(fresh, now)
    if now - shown.since < PAUSE or fresh == shown.band:
        return shown
    return Shown(Band(_not_far_below(fresh.low, shown.band.low), _not_far_below(fresh.high, shown.band.high)), now)


def _not_far_below(fresh: int, shown: int) -> int:
    return max(fresh, shown - SHRINK)
