"""Replay: a recorded day folded again from Avro by all agents and compared with everything stored, on all cores."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable
from typing import Any

from bench import machine
from bench.figures import Figure
from bench.network import load
from bench.system import System
from clinicflow.core import cel
from clinicflow.replay.compare import replay
from clinicflow.replay.fold import Fold, fast_folding
from clinicflow.replay.sources import Place, Source, open_source

EVENTS = 100_000


async def measure(events: int = EVENTS) -> list[Figure]:
    """Events a second by the command's own code, and for one core the fold alone with the share of conditions."""
    told = load(events, primary=True)  # what agents add must be theirs, at their own time
    async with System("tansu") as system:
        processes = [system.start("relay"), system.start("worker", "--agent", "all")]
        await system.journal(told)
        await _applied(system)
        for process in processes:
            system.stop(process)
        place = Place(dsn=system.postgres.dsn("read"))
        before = _cpu()
        report = await asyncio.to_thread(replay, place, os.cpu_count())
        cpu = 1e6 * (_cpu() - before) / report.rows
        rate, share = await _fold_alone(place)
    verdict = "equal" if report.equal else f"DIFFERENT: {report.differences[0].line()}"
    note = f"{report.rows} events on {os.cpu_count()} cores, from PostgreSQL, {cpu:.0f} us of CPU an event with "
    note += f"the start of processes; compared: {verdict}"
    return [
        Figure(name="replay, compared", value=report.rows / report.seconds, unit="events/s", target=60_000, note=note),
        Figure(name="replay, fold alone", value=rate, unit="events/s a core", note="rows in memory, from Avro"),
        Figure(name="share of conditions (CEL)", value=100 * share, unit="%", note="of the fold: contexts and running"),
        Figure(name="peak memory of a replay", value=machine.peak_mb(os.getpid()), unit="MB", note="of the fold alone"),
    ]


def _cpu() -> float:
    """User and system time of this process and of the children that have ended, in seconds."""
    return sum(os.times()[:4])


async def _applied(system: System, within: float = 150.0) -> None:
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        if not (await system.behind())[1]:
            return
        await asyncio.sleep(0.3)
    raise TimeoutError("expected all events to be applied by now")


async def _fold_alone(place: Place) -> tuple[float, float]:
    """Events a second of one core without reading and comparing, and the part of the time that conditions take."""
    source = await open_source(place)
    try:
        rows = [row for part in range(8) async for some in source.rows(part) for row in some]
        seconds = await _fold(source, rows)
        spent = _Spent()
        with spent:
            slower = await _fold(source, rows)
    finally:
        await source.close()
    return len(rows) / seconds, spent.seconds / slower


async def _fold(source: Source, rows: list[Any]) -> float:
    fast_folding()
    fold = Fold(source, await source.recorded())
    await fold.fold(rows[:200])  # compiles the bundle
    fold.cases.clear()
    started = time.process_time()
    await fold.fold(rows)
    return time.process_time() - started


class _Spent:
    """Adds up the time within building contexts and running conditions, while it is entered."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self._undo: list[tuple[Any, str, Any]] = []

    def __enter__(self) -> None:
        for owner, name in ((cel.Prepared, "holds"), (cel.Prepared, "value"), (cel.Fields, "prepared")):
            self._undo.append((owner, name, getattr(owner, name)))
            setattr(owner, name, self._timed(getattr(owner, name)))

    def __exit__(self, *_: object) -> None:
        for owner, name, before in self._undo:
            setattr(owner, name, before)

    def _timed(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def timed(*args: Any) -> Any:
            started = time.perf_counter()
            try:
                return function(*args)
            finally:
                self.seconds += time.perf_counter() - started

        return timed
