"""Asking the store with patience: it is asked until it answers, as long as the assignment is still the same."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from clinicflow.errors import Overtaken, StoreUnavailable
from clinicflow.telemetry import log

_FIRST_DELAY_S = 0.1
_LAST_DELAY_S = 5.0

Current = Callable[[], bool]
"""Whether the assignment is still the one that the work began with."""

T = TypeVar("T")
_log = log("live.asking")


async def insist(work: Callable[[], Awaitable[T]], current: Current) -> T:
    """Ask the store until it answers; a store that is away is waited for. Raises ``Overtaken``."""
    delay = _FIRST_DELAY_S
    while True:
        try:
            found = await work()
        except (StoreUnavailable, OSError) as error:
            _log.warning("store away", error=type(error).__name__)
            await asyncio.sleep(delay)
            delay = min(_LAST_DELAY_S, delay * 2)
            check(current)
        else:
            check(current)
            return found


def check(current: Current) -> None:
    """Raises ``Overtaken`` when the assignment has changed."""
    if not current():
        raise Overtaken
