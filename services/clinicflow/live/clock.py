"""The clock of the shell. Everything below the shell is given its times."""

import time
from collections.abc import Callable

Clock = Callable[[], int]
"""Answers UTC microseconds since 1970."""


def system_now() -> int:
    """The machine's time in UTC microseconds."""
    return time.time_ns() // 1_000
