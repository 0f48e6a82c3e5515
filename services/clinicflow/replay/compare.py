"""Replay as recorded: the whole journal through the same agents, on all cores, compared with what is stored."""

from __future__ import annotations

import asyncio
import gc
import os
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_all_start_methods, get_context

import msgspec

from clinicflow.agents import all_agents
from clinicflow.errors import UnusableRecording
from clinicflow.replay.emissions import At
from clinicflow.replay.findings import Difference, Expected
from clinicflow.replay.fold import Fold, Folded, fast_folding
from clinicflow.replay.recorded import Recorded
from clinicflow.replay.sources import Bundles, Compiled, Place, Source, open_source

_WORTH_PROCESSES = 20_000
_SHOWN = 1000
"""Differences of one kind are all alike soon; so many are kept."""


class Report(msgspec.Struct):
    """What a replay found. ``ahead`` are rows that the groups had not applied when it began."""

    rows: int
    steps: int
    corrections: int
    cases: int
    seconds: float
    ahead: int
    skipped: int
    differences: list[Difference]

    @property
    def equal(self) -> bool:
        """Whether everything agrees."""
        return not self.differences


class _Part(msgspec.Struct):
    """What one process gives back."""

    folded: Folded
    cases: int


def replay(place: Place, processes: int | None = None) -> Report:
    """Replay everything at a place, on so many cores (None: all).

    Raises ``UnusableRecording`` when no agent has ever applied an event, and what opening the place raises.
    """
    started = time.perf_counter()
    recorded, compiled = asyncio.run(_prepared(place))
    shares = shares_of(recorded, processes or _processes(recorded))
    if len(shares) == 1:
        parts = [_fold_place(place, recorded, shares[0], compiled)]
    else:
        with _pool(len(shares), compiled) as pool:
            parts = list(pool.map(_fold_place, [place] * len(shares), [recorded] * len(shares), shares))
    return _report(recorded, parts, time.perf_counter() - started)


def _pool(size: int, compiled: Compiled) -> ProcessPoolExecutor:
    """Processes that go on from what is loaded and compiled here, or begin anew where a copy would not be safe.

    A copy of a process with several threads may hold locks that nobody gives back; a new one costs more than a second.
    """
    if threading.active_count() > 1 or "fork" not in get_all_start_methods():
        return ProcessPoolExecutor(size, mp_context=get_context("spawn"))
    gc.freeze()  # memory that no collection touches stays shared
    return ProcessPoolExecutor(size, mp_context=get_context("fork"), initializer=_inherit, initargs=(compiled,))


_inherited: Compiled = {}


def _inherit(compiled: Compiled) -> None:
    _inherited.update(compiled)


async def replay_source(source: Source) -> Report:
    """The same in this process, of a source that is open."""
    started = time.perf_counter()
    recorded = usable(await source.recorded())
    part = await fold_partitions(source, recorded, range(recorded.partitions))
    return _report(recorded, [part], time.perf_counter() - started)


async def fold_partitions(
    source: Source, recorded: Recorded, partitions: Sequence[int], compiled: Compiled | None = None
) -> _Part:
    """Fold these partitions and compare. ``compiled`` are bundles of the source that need not be compiled again."""
    fast_folding()
    expected = Expected(recorded, partitions)
    await expected.load(source)
    fold = Fold(source, recorded, expected, compiled=compiled)
    for partition in partitions:
        await fold.partition(partition)
    folded = await fold.finish()
    folded.differences = sorted(folded.differences)[:_SHOWN]
    return _Part(folded, len(fold.cases))


def usable(recorded: Recorded) -> Recorded:
    """Refuse a journal without anything to compare with."""
    known = set(recorded.reached) & set(all_agents())
    if not known:
        raise UnusableRecording("Expected agents that have applied events, but no stored state is of an agent here")
    return recorded


def shares_of(recorded: Recorded, processes: int) -> list[list[int]]:
    """Partitions dealt out to processes, about the same number of rows to each."""
    shares: list[list[int]] = [[] for _ in range(max(1, min(processes, recorded.partitions)))]
    loads = [0] * len(shares)
    for partition in sorted(recorded.heads, key=lambda one: (-recorded.heads[one], one)):
        least = loads.index(min(loads))
        shares[least].append(partition)
        loads[least] += recorded.heads[partition] + 1
    return [share for share in shares if share]


def _processes(recorded: Recorded) -> int:
    """One for each core, but for a journal that is folded sooner than processes start."""
    rows = sum(head + 1 for head in recorded.heads.values())
    return (os.cpu_count() or 1) if rows > _WORTH_PROCESSES else 1


async def _prepared(place: Place) -> tuple[Recorded, Compiled]:
    """The frame, and the bundles that the first rows of the longest partition name, which are most often all."""
    source = await open_source(place)
    try:
        recorded = usable(await source.recorded())
        bundles = Bundles(source, all_agents())
        if recorded.heads:
            async for rows in source.rows(max(recorded.heads, key=recorded.heads.__getitem__)):
                for org_id, number in sorted({(row.org_id, row.bundle) for row in rows}):
                    await bundles.get(org_id, number)
                break
        return recorded, bundles.kept
    finally:
        await source.close()


def _fold_place(place: Place, recorded: Recorded, partitions: list[int], compiled: Compiled | None = None) -> _Part:
    async def run() -> _Part:
        source = await open_source(place)
        try:
            return await fold_partitions(source, recorded, partitions, compiled or _inherited)
        finally:
            await source.close()

    return asyncio.run(run())


def _report(recorded: Recorded, parts: Sequence[_Part], seconds: float) -> Report:
    differences = [one for part in parts for one in part.folded.differences]
    differences += derived_differences(recorded, [part.folded for part in parts])
    lowest = {
        partition: min((reached[partition] for reached in recorded.reached.values()), default=-1)
        for partition in recorded.heads
    }
    return Report(
        rows=sum(part.folded.rows for part in parts),
        steps=sum(part.folded.steps for part in parts),
        corrections=sum(part.folded.corrections for part in parts),
        cases=sum(part.cases for part in parts),
        seconds=seconds,
        ahead=sum(head - lowest[partition] for partition, head in recorded.heads.items()),
        skipped=len(recorded.skipped),
        differences=sorted(differences),
    )


def derived_differences(recorded: Recorded, folds: Sequence[Folded]) -> list[Difference]:
    """Derived events that the fold causes but the journal has not, has otherwise, or has without a cause."""
    caused = {event_id: told for fold in folds for event_id, told in fold.derived.items()}
    journaled = {event_id: told for fold in folds for event_id, told in fold.journaled.items()}
    lowest = {
        partition: min((reached[partition] for reached in recorded.reached.values()), default=-1)
        for partition in recorded.heads
    }
    found = []
    for event_id, at in caused.items():
        known = journaled.get(event_id)
        if known is not None and known[0] == at[0]:
            continue
        if known is not None:
            found.append(_derived(at, event_id, "journaled with other fields"))
        elif recorded.settled and at[2] <= lowest[at[1]]:
            found.append(_derived(at, event_id, "caused, but not journaled"))
    for event_id in sorted(journaled.keys() - caused.keys()):
        found.append(_derived(journaled[event_id], event_id, "journaled, but nothing causes it"))
    return found


def _derived(at: At[bytes], event_id: str, detail: str) -> Difference:
    _, partition, position, case_id = at
    return Difference(partition, position, "derived event", case_id, "", event_id, detail)
