"""The simulated clinic on a running system: it reads the boards, and tells what happens through the public door."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable

import msgspec

from clinicflow.core.bundle import Bundle
from clinicflow.errors import StoreUnavailable
from clinicflow.simulate.agenda import Batch
from clinicflow.simulate.day import DayPlan
from clinicflow.simulate.door import Door
from clinicflow.simulate.simulation import Simulation
from clinicflow.simulate.synthetic import VirtualClinic
from clinicflow.store.ports import ScreenStore, Store
from clinicflow.telemetry import log

HISTORY = 90.0
"""Simulated minutes that have passed already when a demo begins, so that its boards are not empty."""
FILLED = 6
"""With so many open visits there is a day under way, and no past is made up."""

_TICK_S = 0.05
_AT_ONCE = 8
_PATIENCE_S = 4.0
_ROOMS = frozenset({"roomed", "room-assigned", "visit-ended"})

_log = log("simulate.live")


def now_micros() -> int:
    """The time in UTC microseconds."""
    return time.time_ns() // 1000


class Boards:
    """What boards show, followed change by change, and shown to a simulation."""

    def __init__(self, store: ScreenStore, org_id: str, clinics: Iterable[str]) -> None:
        self._store = store
        self._org = org_id
        self._clinics = frozenset(clinics)
        self._cursor = ""
        self.tasks: set[str] = set()
        """Ids of all tasks that were seen."""

    async def snapshot(self, simulation: Simulation, now: int) -> int:
        """Show everything that is open; how many visits that are."""
        self._cursor = await self._store.cursor()
        count = 0
        for clinic in sorted(self._clinics):
            for view in await self._store.visits(self._org, clinic):
                simulation.see_visit(view)
                count += 1
            for row in await self._store.tasks(self._org, clinic_id=clinic, limit=10_000):
                self.tasks.add(row.task.task_id)
                simulation.see_task(row.task, row.case_id, row.clinic_id, row.patient_id, now)
        simulation.labour.adopt(now)
        return count

    async def begin(self) -> None:
        """Follow from here, without a look at what is there."""
        self._cursor = await self._store.cursor()

    async def follow(self, simulation: Simulation | None, now: int) -> None:
        """Take what has changed since the last look; with a simulation, show it."""
        try:
            changes = await self._store.changes(self._cursor)
        except StoreUnavailable:
            return
        for change in changes:
            self._cursor = change.cursor
            for view in change.visits:
                if simulation is not None and self._mine(view.org_id, view.clinic_id):
                    simulation.see_visit(view)
            for row in change.tasks:
                self.tasks.add(row.task.task_id)
                if simulation is not None and self._mine(row.org_id, row.clinic_id):
                    simulation.see_task(row.task, row.case_id, row.clinic_id, row.patient_id, now)

    def _mine(self, org_id: str, clinic_id: str) -> bool:
        return org_id == self._org and clinic_id in self._clinics


async def run_demo(
    door: Door,
    store: Store,
    bundle: Bundle,
    *,
    seed: int = 1,
    speed: float = 1.0,
    clinics: tuple[str, ...] = (),
    history: float = HISTORY,
    all_areas: bool = False,
    stop: asyncio.Event | None = None,
) -> None:
    """Simulate until ``stop`` is set. Events carry the wall clock; ``speed`` simulated minutes go into a real one.

    ``history`` simulated minutes are told at once in the beginning, dated back, unless there are open visits already.
    ``all_areas``: everything that a clinic does, not the plain visits only.
    """
    stop = stop or asyncio.Event()
    begin = now_micros()
    plan = await plan_of(store, bundle, seed, begin, clinics, all_areas=all_areas)
    simulation = Simulation(bundle, plan, begin, speed)
    boards = Boards(store, bundle.org_id, plan.clinics)
    if history > 0 and await boards.snapshot(simulation, begin) < FILLED:
        simulation = Simulation(bundle, plan, begin - simulation.agenda.micros(history), speed)
        virtual = VirtualClinic(bundle, simulation)
        virtual.run(begin)
        await boards.begin()
        await tell_past(door, boards, virtual.told, stop)
    _log.info("simulation runs", count=door.told.accepted)
    while not stop.is_set():
        now = now_micros()
        await boards.follow(simulation, now)
        await tell_all(door, simulation.due(now))
        await _pause(stop, _TICK_S)


async def plan_of(
    store: Store, bundle: Bundle, seed: int, begin: int, clinics: tuple[str, ...] = (), *, all_areas: bool = False
) -> DayPlan:
    """Who will come. In an empty journal one seed gives always the same patients; ``begin`` names a later run.

    What an earlier run has told must not be told anew: other patients come then, with ids of their own.
    """
    empty = (await store.health()).journal_events == 0
    return DayPlan(bundle, seed, run="" if empty else str(begin), clinics=clinics, all_areas=all_areas)


async def tell_past(door: Door, boards: Boards, past: list[Batch], stop: asyncio.Event) -> None:
    """Tell what has happened so far in order; a request waits until its task is on the boards."""
    last = time.monotonic()
    while past and not stop.is_set():
        ready, past = ready_of(past, boards.tasks)
        if ready:
            await tell_all(door, ready)
            last = time.monotonic()
        elif time.monotonic() - last > _PATIENCE_S:
            _log.warning("a request of the past has no task", event_type=past[0].events[0].TYPE)
            past, last = without_task(past), time.monotonic()
        await _pause(stop, _TICK_S)
        await boards.follow(None, now_micros())


def without_task(past: list[Batch]) -> list[Batch]:
    """Without all requests of the task that the first of them names: it comes later, by a timer that runs anew."""
    lost = {getattr(event, "task_id", None) for event in past[0].events} - {None}
    left = [[event for event in batch.events if getattr(event, "task_id", None) not in lost] for batch in past]
    told = zip(past, left, strict=True)
    return [msgspec.structs.replace(batch, events=tuple(events)) for batch, events in told if events]


def ready_of(past: list[Batch], tasks: set[str]) -> tuple[list[Batch], list[Batch]]:
    """What can be told now, and what must wait: for its task, or for something earlier of its case or its rooms."""
    ready: list[Batch] = []
    waits: list[Batch] = []
    held: set[str] = set()
    for batch in past:
        threads = _threads(batch)
        if held.isdisjoint(threads) and all(_known(event, tasks) for event in batch.events):
            ready.append(batch)
        else:
            held |= threads
            waits.append(batch)
    return ready, waits


def _threads(batch: Batch) -> set[str]:
    """Within what the order counts: the case, and for what concerns rooms all rooms of the clinic."""
    found = {batch.events[0].case_id}
    if any(
        event.TYPE in _ROOMS or event.CASE == "room" or getattr(event, "agent", "") == "flow" for event in batch.events
    ):
        found.add(f"rooms of {batch.events[0].clinic_id}")
    return found


def _known(event: object, tasks: set[str]) -> bool:
    task_id = getattr(event, "task_id", None)
    return task_id is None or task_id in tasks


async def tell_all(door: Door, batches: list[Batch]) -> None:
    """Tell batches: those of one case in order, several cases at once."""
    queues: dict[str, list[Batch]] = {}
    for batch in batches:
        queues.setdefault(batch.events[0].case_id, []).append(batch)
    limit = asyncio.Semaphore(_AT_ONCE)

    async def tell(queue: list[Batch]) -> None:
        async with limit:
            if not await door.tell(queue) and len(queue) > 1:
                for batch in queue:
                    await door.tell([batch])

    await asyncio.gather(*(tell(queue) for queue in queues.values()))


async def _pause(stop: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await stop.wait()
    except TimeoutError:
        return
