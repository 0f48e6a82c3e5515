"""When a worker must be ended from outside its event loop, and when not."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from clinicflow.live.watchdog import EXIT_CODE, Limits, Vitals, verdict

ROOT = Path(__file__).resolve().parents[2]
LIMITS = Limits(stalled_s=20, blocked_s=30, answered_s=10)


def vitals(**over: object) -> Vitals:
    """A worker that stands still at 100 s although everything else answers."""
    known: dict[str, object] = {
        "loop_at": 99.0,
        "store_at": 95.0,
        "broker_at": 95.0,
        "lag": {0: 0, 3: 7},
        "moved_at": {0: 99.0, 3: 70.0},
        "excused": frozenset(),
    }
    return Vitals(**(known | over))  # type: ignore[arg-type]


def test_partition_that_stands_still_with_lag_ends_the_worker() -> None:
    reason = verdict(vitals(), LIMITS, 100.0)
    assert reason is not None
    assert "partition 3" in reason
    assert "7 events" in reason


@pytest.mark.parametrize(
    "over",
    [
        {"lag": {3: 0}},
        {"moved_at": {3: 81.0}},
        {"store_at": 80.0},
        {"broker_at": 80.0},
        {"excused": frozenset({3})},
    ],
    ids=["no lag", "moved lately", "store away", "broker away", "the broker has nothing more to give"],
)
def test_worker_that_cannot_or_need_not_move_is_left_alone(over: dict[str, object]) -> None:
    assert verdict(vitals(**over), LIMITS, 100.0) is None


def test_blocked_event_loop_ends_the_worker_whatever_else_is() -> None:
    reason = verdict(vitals(loop_at=60.0, store_at=0.0, lag={}), LIMITS, 100.0)
    assert reason is not None
    assert "event loop" in reason


def test_checkpoint_that_moves_or_catches_up_counts_as_movement() -> None:
    seen: dict[int, int] = {}
    known = Vitals()
    known.note({0: 4, 1: 9}, {0: 9, 1: 9}, seen, 10.0)
    known.note({0: 4, 1: 9}, {0: 9, 1: 9}, seen, 20.0)
    known.note({0: 5, 1: 9}, {0: 9, 1: 12}, seen, 30.0)
    known.note({0: 5, 1: 9}, {0: 9, 1: 12}, seen, 40.0)

    assert known.lag == {0: 4, 1: 3}
    assert known.moved_at == {0: 30.0, 1: 20.0}


def run(body: str) -> int:
    """Exit code of a process with a watchdog of short limits."""
    script = """
        import time
        from clinicflow.live.watchdog import Limits, Vitals, Watchdog
        vitals = Vitals()
        # Above the delay that the watchdog takes for a machine that sleeps: a slow one must not make a verdict.
        Watchdog(vitals, Limits(stalled_s=2.0, blocked_s=2.0, period_s=0.1)).start()
    """
    source = textwrap.dedent(script) + textwrap.dedent(body)
    return subprocess.run([sys.executable, "-c", source], check=False, cwd=ROOT, timeout=60).returncode


def test_process_whose_loop_hangs_is_ended() -> None:
    assert run("time.sleep(120)") == EXIT_CODE


def test_process_that_fetches_nothing_more_is_ended() -> None:
    body = """
        vitals.note({0: 5}, {0: 50}, {}, time.monotonic())
        while True:
            vitals.loop_at = vitals.store_at = vitals.broker_at = time.monotonic()
            time.sleep(0.05)
    """
    assert run(body) == EXIT_CODE


def test_process_that_works_is_left_alone() -> None:
    body = """
        seen = {}
        for position in range(70):
            vitals.loop_at = vitals.store_at = vitals.broker_at = time.monotonic()
            vitals.note({0: position}, {0: 1000}, seen, time.monotonic())
            time.sleep(0.05)
    """
    assert run(body) == 0


def test_process_that_was_stopped_and_continued_is_given_time() -> None:
    body = """
        import os, signal, subprocess, sys
        pid = os.getpid()
        code = "import os, time, signal as s; time.sleep(.3)"
        code += f"; os.kill({pid}, s.SIGSTOP); time.sleep(4); os.kill({pid}, s.SIGCONT)"
        helper = subprocess.Popen([sys.executable, "-c", code])
        while helper.poll() is None:
            vitals.loop_at = time.monotonic()
            time.sleep(0.05)
    """
    assert run(body) == 0
