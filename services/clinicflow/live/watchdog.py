"""Ends a worker that stands still although it could work. It runs outside the event loop, which may be what hangs.

A consumer library can stop fetching without an error and stay a healthy member of its group; only the checkpoint
tells. A new process starts from the checkpoint and loses nothing.
"""

import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from clinicflow.telemetry import log

EXIT_CODE = 75
"""Of a process that the watchdog has ended (EX_TEMPFAIL: start it again)."""

_log = log("live.watchdog")


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds. ``answered_s``: how fresh an answer of store and broker must be for a stall to be the worker's own."""

    stalled_s: float = 20.0
    blocked_s: float = 20.0
    answered_s: float = 10.0
    period_s: float = 1.0


@dataclass(slots=True)
class Vitals:
    """What the worker says of itself; written in the event loop, read by the watchdog. Times: ``time.monotonic()``.

    ``lag`` is events placed and not applied, by partition; ``moved_at`` when that partition's checkpoint last moved
    or had no lag. Without an assignment both speak of the group's partitions: somebody should work on them.
    ``excused`` are partitions of which the broker has nothing more to give.
    """

    loop_at: float = field(default_factory=time.monotonic)
    store_at: float = 0.0
    broker_at: float = 0.0
    lag: dict[int, int] = field(default_factory=dict)
    moved_at: dict[int, float] = field(default_factory=dict)
    excused: frozenset[int] = frozenset()

    def note(self, positions: dict[int, int], heads: dict[int, int], seen: dict[int, int], now: float) -> None:
        """Take over where partitions stand. ``seen``: their positions when last noted; updated here."""
        lag = {}
        for partition in sorted(positions):
            lag[partition] = max(0, heads.get(partition, -1) - positions[partition])
            if lag[partition] == 0 or seen.get(partition) != positions[partition]:
                self.moved_at[partition] = now
            self.moved_at.setdefault(partition, now)
        seen.clear()
        seen.update(positions)
        self.lag = lag


def verdict(vitals: Vitals, limits: Limits, now: float) -> str | None:
    """Why the process must end, or None."""
    if now - vitals.loop_at > limits.blocked_s:
        return f"the event loop has not run for {now - vitals.loop_at:.0f} s"
    if now - min(vitals.store_at, vitals.broker_at) > limits.answered_s:
        return None  # nothing can move while one of them is away
    for partition, lag in sorted(vitals.lag.items()):
        still = now - vitals.moved_at.get(partition, now)
        if lag > 0 and partition not in vitals.excused and still > limits.stalled_s:
            return f"the checkpoint of partition {partition} has not moved for {still:.0f} s, {lag} events wait"
    return None


class Watchdog(threading.Thread):
    """Looks each period and ends the process when there is a reason."""

    def __init__(self, vitals: Vitals, limits: Limits, end: Callable[[int], object] = os._exit) -> None:
        super().__init__(name="watchdog", daemon=True)
        self._vitals = vitals
        self._limits = limits
        self._end = end
        self._stopped = threading.Event()

    def stop(self) -> None:
        """Look no more."""
        self._stopped.set()

    def run(self) -> None:
        """The thread's body."""
        grace_until = last = time.monotonic()
        while not self._stopped.wait(self._limits.period_s):
            now = time.monotonic()
            if now - last > 3 * self._limits.period_s + 1.0:
                # This thread did not run either: the process was stopped or the machine slept. Let it come to itself.
                grace_until = now + max(self._limits.blocked_s, self._limits.stalled_s)
            last = now
            reason = verdict(self._vitals, self._limits, now) if now >= grace_until else None
            if reason is not None:
                _log.critical("worker ended by the watchdog", error=reason)
                self._end(EXIT_CODE)
                return
