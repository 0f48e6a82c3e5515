"""Replay: a recorded day folded again from Avro by all agents and compared with everything stored, on all cores."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

from bench import machine
from bench.figures import Figure
from bench.network import load
from bench.system import System
from clinicflow.core import cel
from clinicflow.replay.fold import Fold, fast_folding
from clinicflow.replay.sources import Place, Source, open_source

EVENTS = 100_000


_TOLD = re.compile(r"^(\d+) events of \d+ cases in [\d.]+ s \(([\d,]+) events/s\)", re.MULTILINE)


async def measure(events: int = EVENTS, areas: str = "plain") -> list[Figure]:
    """Events a second of the command on a journal file and on the database; for one core the fold alone."""
    told = load(events, primary=True, areas=areas)  # what agents add must be theirs, at their own time
    async with System("tansu") as system:
        processes = [system.start("relay"), system.start("worker", "--agent", "all")]
        await system.journal(told)
        await _applied(system)
        for process in processes:
            system.stop(process)
        file = str(system.folder / "journal")
        await asyncio.to_thread(_command, system, "--export", file)
        figures = [
            await _replayed(system, "replay of a journal file, compared", 60_000, "--file", file),
            await _replayed(system, "replay of the database, compared", None),
        ]
        rate, share = await _fold_alone(Place(file=file))
    return [
        *figures,
        Figure(name="replay, fold alone", value=rate, unit="events/s a core", note="rows in memory, from Avro"),
        Figure(name="share of conditions (CEL)", value=100 * share, unit="%", note="of the fold: contexts and running"),
        Figure(name="peak memory of a replay", value=machine.peak_mb(os.getpid()), unit="MB", note="of the fold alone"),
    ]


async def _replayed(system: System, name: str, target: float | None, *words: str) -> Figure:
    """The command with all cores, its start included only in the CPU time that the note tells."""
    before = _cpu()
    said = await asyncio.to_thread(_command, system, *words)
    found = _TOLD.search(said)
    if found is None:
        raise RuntimeError(f"expected the command to tell its rate, but it said: {said[:200]}")
    rows, rate = int(found[1]), float(found[2].replace(",", ""))
    verdict = next((word for word in ("DIFFERENT", "equal") if word in said), "no verdict")
    note = f"{rows} events on {os.cpu_count()} cores, {1e6 * (_cpu() - before) / rows:.0f} us of CPU an event with the "
    note += f"start of the program; {verdict}"
    return Figure(name=name, value=rate, unit="events/s", target=target, note=note)


def _command(system: System, *words: str) -> str:
    """What ``clinicflow replay`` says. Exit code 1 says that something differs, which is told as a figure's note."""
    done = subprocess.run(
        [sys.executable, "-m", "clinicflow.cli", "replay", *words],
        env=system.environment(),
        stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode not in (0, 1):
        raise RuntimeError(f"clinicflow replay ended with {done.returncode}: {done.stderr[-500:]}")
    return done.stdout


def _cpu() -> float:
    """User and system time of the children that have ended, in seconds."""
    return sum(os.times()[2:4])


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
    with fast_folding():
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
