"""The timekeeper: journals ``timer-fired`` for timers and escalations whose time has come.

It decides nothing: the id of the event follows from the timer's, so that two timekeepers or a repeat add nothing,
and the agent refuses a timer that does not run any more.
"""

import asyncio
from hashlib import blake2b

from clinicflow.codec import encode
from clinicflow.core.ids import named
from clinicflow.errors import StoreUnavailable
from clinicflow.events import TimerFired
from clinicflow.live import metrics
from clinicflow.live.clock import Clock, system_now
from clinicflow.live.stopping import pause
from clinicflow.store.ports import Store
from clinicflow.store.rows import DueTimer, NewEvent
from clinicflow.telemetry import log

SOURCE = "clinicflow.timekeeper"
_BATCH = 500
_POLL_S = 0.25
_RETRY_S = 1.0
_FORGET_MICROS = 60_000_000
"""A timer that is still due a minute after it was journaled is journaled again, which changes nothing."""

_log = log("live.timekeeper")


class Timekeeper:
    """Looks four times a second until stopped. ``clock`` answers UTC microseconds."""

    def __init__(self, store: Store, clock: Clock = system_now) -> None:
        self._store = store
        self._clock = clock
        self._stopping = asyncio.Event()
        self._journaled: dict[str, int] = {}

    def stop(self) -> None:
        """Let ``run`` end."""
        self._stopping.set()

    async def run(self) -> None:
        """Fire what is due, for ever; a store that is away is waited for."""
        while not self._stopping.is_set():
            try:
                full = await self.fire_due()
                seconds = 0.0 if full else _POLL_S
            except StoreUnavailable as error:
                _log.warning("store away", error=type(error).__name__)
                seconds = _RETRY_S
            await pause(self._stopping, seconds)

    async def fire_due(self) -> bool:
        """Journal what is due now; True when there may be more at once."""
        now = self._clock()
        self._journaled = {key: at for key, at in self._journaled.items() if now - at < _FORGET_MICROS}
        # What was journaled stays due until its agent has folded it: those are passed over, not waited for.
        limit = _BATCH + len(self._journaled)
        due = await self._store.due(now, limit)
        fresh = [timer for timer in due if timer.timer_id not in self._journaled][:_BATCH]
        if fresh:
            await self._journal([(timer, 0) for timer in fresh], now)
            self._journaled.update((timer.timer_id, now) for timer in fresh)
        return len(due) == limit

    async def _journal(self, timers: list[tuple[DueTimer, int]], now: int) -> None:
        rows = [fired(timer, now, attempt) for timer, attempt in timers]
        async with self._store.intake() as transaction:
            answers = await transaction.append(rows)
        metrics.TIMERS.inc(sum(answer.status == "stored" for answer in answers))
        again = [
            (timer, attempt + 1)
            for (timer, attempt), answer in zip(timers, answers, strict=True)
            if answer.status == "duplicate" and await self._is_over(timer, answer.event_id)
        ]
        if again:
            await self._journal(again, now)

    async def _is_over(self, timer: DueTimer, event_id: str) -> bool:
        """Whether the agent has had that event and the timer runs all the same: a correction has set it again."""
        outcome = await self._store.outcome(timer.org_id, event_id)
        return outcome is not None and outcome.state in ("applied", "refused")


def fired(timer: DueTimer, now: int, attempt: int = 0) -> NewEvent:
    """The journal row that says that a timer came due; ``now`` is when it was noticed."""
    event = TimerFired(
        event_id=named(f"timer-fired|{timer.timer_id}|{timer.fires_at}|{attempt}"),
        org_id=timer.org_id,
        clinic_id=timer.clinic_id,
        case_id=timer.case_id,
        occurred_at=timer.fires_at,
        recorded_at=now,
        source_system=SOURCE,
        agent=timer.agent,
        timer_id=timer.timer_id,
        task_id=timer.task_id,
        due_at=timer.due_at,
    )
    # Not over the bytes: ``recorded_at`` differs in a repeat, which is the same event all the same.
    body = f"{timer.timer_id}|{timer.agent}|{timer.fires_at}".encode()
    digest = blake2b(body, digest_size=16).digest()
    return NewEvent(timer.org_id, event.event_id, timer.case_id, event.TYPE, encode(event), digest)
