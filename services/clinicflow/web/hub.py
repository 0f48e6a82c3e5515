"""The changes of the store, followed once per process and handed to every screen."""

import asyncio
import time
from collections import deque
from collections.abc import Iterable

from clinicflow import telemetry
from clinicflow.agents import all_agents
from clinicflow.core.bundle import Bundle, compile_bundle
from clinicflow.errors import ClinicflowError
from clinicflow.store.rows import Change, TaskRow
from clinicflow.web.mirror import Mirror
from clinicflow.web.services import Services

log = telemetry.log("clinicflow.web")

LOOK_AGAIN = 0.5
"""Seconds after which the store is asked although nobody woke the hub: a notification may be lost."""
SWEEP = 60_000_000
"""Microseconds between two looks for visits that ended long ago."""
REFRESH = 2.0
"""Seconds between two looks at what no change row tells."""
KEPT = 4096
"""Changes kept in memory, so that a screen that comes back does not ask the store."""
BATCH = 500


class Hub:
    """Follows the changes. Screens wait for ``moved`` and read mirrors, or changes after their cursor."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._mirrors: dict[str, Mirror] = {}
        self._loading = asyncio.Lock()
        self._kept: deque[Change] = deque(maxlen=KEPT)
        self._moved: asyncio.Event = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._fresh_at = time.monotonic()
        self._swept_at = 0
        self._refreshed_at = 0.0
        self._behind: dict[str, float] = {}
        self.cursor = ""

    def age(self, agent: str | None = None) -> float:
        """How old what screens show is, in seconds: since the store last answered, and what waits for the agents.

        ``agent``: only what waits for this one counts; None is the slowest of all.
        """
        behind = self._behind.values() if agent is None else [self._behind.get(agent, 0.0)]
        return max(time.monotonic() - self._fresh_at, *behind, 0.0)

    async def mirror(self, org_id: str) -> Mirror:
        """The organization's mirror, up to date as of this call. Raises ``UnknownBundle`` and what the store raises."""
        async with self._loading:
            await self._begin()
            bundle = await self._services.bundles.get(org_id)
            mirror = self._mirrors.get(org_id)
            if mirror is None:
                mirror = await self._load(org_id, bundle)
            mirror.adopt(bundle)
        return mirror

    async def wait(self, seconds: float) -> None:
        """Return at the next change, or after so many seconds."""
        moved = self._moved
        try:
            async with asyncio.timeout(seconds):
                await moved.wait()
        except TimeoutError:
            return

    async def after(self, cursor: str) -> list[Change]:
        """Changes after a cursor, up to what the mirrors have seen; the next ones at the next call."""
        if cursor == self.cursor:
            return []
        newer: list[Change] = []
        for change in reversed(self._kept):
            if change.cursor == cursor:
                return newer[::-1]
            newer.append(change)
        found = await self._services.store.changes(cursor, BATCH)
        seen = next((place for place, change in enumerate(found) if change.cursor == self.cursor), None)
        return found if seen is None else found[: seen + 1]

    async def knows(self, cursor: str) -> bool:
        """Whether a screen may resume from a cursor and miss nothing.

        Not from one that this store has not reached (it was restored), and not from before the oldest change kept.
        """
        if not cursor.isdecimal() or int(cursor) > int(self.cursor or 0):
            return False
        if cursor == self.cursor or any(change.cursor == cursor for change in self._kept):
            return True
        oldest = await self._services.store.changes("", 1)
        return bool(oldest) and int(cursor) + 1 >= int(oldest[0].cursor)

    async def stop(self) -> None:
        """End following."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None

    def tend(self) -> None:
        """Go on following if it ended by an error of its own; screens call it with each heartbeat."""
        if self._task is not None and self._task.done() and not self._task.cancelled():
            log.error("following the changes failed; beginning again", error=type(self._task.exception()).__name__)
            self._task = asyncio.create_task(self._follow(), name="changes for screens")

    async def _begin(self) -> None:
        if self._task is None:
            self.cursor = await self._services.store.cursor()
            self._fresh_at = time.monotonic()
            self._task = asyncio.create_task(self._follow(), name="changes for screens")

    async def _load(self, org_id: str, bundle: Bundle) -> Mirror:
        """Read a snapshot that holds at least every change up to the hub's cursor; later ones are applied again."""
        mirror = Mirror(org_id, bundle)
        mirror.incomplete = frozenset(await self._services.store.incomplete_cases(org_id))
        mirror.forgotten = tuple(await self._services.store.forgotten(org_id))
        await mirror.load(self._services.store, self._services.clock())
        await self._learn(mirror, mirror.tasks.values())
        self._mirrors[org_id] = mirror
        await self._read()
        return mirror

    async def _follow(self) -> None:
        woken = asyncio.Event()
        failed = False
        while True:
            try:
                async with self._services.store.wake(woken.set):
                    while True:
                        async with self._loading:
                            await self._read()
                        await self._refresh()
                        failed = False
                        await _either(woken, LOOK_AGAIN)
            except (ClinicflowError, OSError, TimeoutError) as error:
                if not failed:
                    log.warning("screens do not reach the store; trying again", error=type(error).__name__)
                failed = True
                await asyncio.sleep(LOOK_AGAIN)

    async def _refresh(self) -> None:
        """What no change row tells: agents that stand still, another bundle, missed events, published waits."""
        if time.monotonic() - self._refreshed_at < REFRESH:
            return
        self._refreshed_at = time.monotonic()
        health = await self._services.store.health()
        self._behind = {agent: health.behind_s(agent) for agent in health.groups}
        for org_id, mirror in list(self._mirrors.items()):
            mirror.adopt(await self._services.bundles.get(org_id))
            mirror.incomplete = frozenset(await self._services.store.incomplete_cases(org_id))
            mirror.forgotten = tuple(await self._services.store.forgotten(org_id))
            await mirror.estimates.look(self._services.store, self._services.clock())

    async def _read(self) -> None:
        while True:
            found = await self._services.store.changes(self.cursor, BATCH)
            self._fresh_at = time.monotonic()
            for mirror in self._mirrors.values():
                await self._learn(mirror, [row for change in found for row in change.tasks])
            self._apply(found)
            if len(found) < BATCH:
                return

    async def _learn(self, mirror: Mirror, rows: Iterable[TaskRow]) -> None:
        """Bring the bundles that made these tasks and that their cases go by: for titles, and for what ends them."""
        for number in mirror.unknown(rows):
            stored = await self._services.store.bundle(mirror.org_id, number)
            if stored is not None:
                mirror.learn(compile_bundle(stored.document, number, all_agents()))

    def _apply(self, changes: list[Change]) -> None:
        if not changes:
            return
        now = self._services.clock()
        for change in changes:
            for mirror in self._mirrors.values():
                mirror.apply(change, now)
        if now - self._swept_at > SWEEP:
            self._swept_at = now
            for mirror in self._mirrors.values():
                mirror.forget_ended(now)
        self._kept.extend(changes)
        self.cursor = changes[-1].cursor
        moved, self._moved = self._moved, asyncio.Event()
        moved.set()


async def _either(woken: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await woken.wait()
    except TimeoutError:
        return
    finally:
        woken.clear()
