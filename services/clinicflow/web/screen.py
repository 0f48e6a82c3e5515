"""The frames of one clinic's display, made once and shared by all of its screens."""

import msgspec

from clinicflow.web.display import STALE_AFTER, DisplayFrame, entries_of, room_names
from clinicflow.web.mirror import Mirror
from clinicflow.web.wait_band import Band, Shown, estimate, published, steady
from clinicflow.web.waits import head_wait


class Screen:
    """Makes a frame when asked, and keeps it until something in it changes."""

    def __init__(self, clinic_id: str) -> None:
        self.clinic_id = clinic_id
        self._shown = Shown()
        self._frame: DisplayFrame | None = None

    def frame(self, mirror: Mirror, age: float, now: int) -> DisplayFrame:
        """The frame at ``now`` (UTC microseconds); ``age`` is that of the feed in seconds."""
        fresh = self._make(mirror, age, now)
        last = self._frame
        if last is None or not _same(last, fresh):
            self._frame = fresh
        return self._frame if self._frame is not None else fresh

    def _make(self, mirror: Mirror, age: float, now: int) -> DisplayFrame:
        bundle = mirror.bundle
        clinic = bundle.clinic(self.clinic_id)
        visits = mirror.visits(self.clinic_id).values()
        self._shown = steady(self._shown, self._band(mirror, int(age * 1_000_000), now), now)
        hours = bundle.hours(self.clinic_id)
        is_open = hours is None or hours.is_open(now)
        paused = age > STALE_AFTER
        entries = entries_of(visits, room_names(clinic), now) if is_open and not paused else ()
        return DisplayFrame(
            version=max(now, self._frame.version + 1 if self._frame else 0),
            generated_at=now,
            clinic=str(clinic.get("name", self.clinic_id)),
            entries=entries,
            band=None if paused else self._shown.band,
            open=is_open,
            paused=paused,
        )

    def _band(self, mirror: Mirror, age: int, now: int) -> Band | None:
        """What the clinic's forecaster says, if it has one; else what the waits of today say."""
        waits = mirror.waits(self.clinic_id)
        told = mirror.estimates.of(self.clinic_id, now)
        if told is not None:
            return published(told.minutes, now - told.at, waits.patients(now), age)
        head = head_wait(mirror.visits(self.clinic_id).values(), now)
        return estimate(waits.last_delay(), head, waits.patients(now), age)


def _same(one: DisplayFrame, other: DisplayFrame) -> bool:
    return msgspec.structs.replace(one, version=0, generated_at=0) == msgspec.structs.replace(
        other, version=0, generated_at=0
    )
