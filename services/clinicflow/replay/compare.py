"""Replay as recorded: the whole journal through the same agents, on all cores, compared with what is stored."""

from __future__ import annotations

import asyncio
import gc
import os
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_all_start_methods, get_context

import msgspec

from clinicflow.agents import all_agents
from clinicflow.errors import UnusableRecording
from clinicflow.replay.codes import Codes, codes_of
from clinicflow.replay.derived import derived_differences, told_by_code
from clinicflow.replay.findings import Difference, Expected
from clinicflow.replay.fold import Fold, Folded, fast_folding
from clinicflow.replay.recorded import Recorded
from clinicflow.replay.sources import Bundles, Compiled, Place, Source, open_source

_WORTH_PROCESSES = 20_000
_SHOWN = 1000
"""Differences of one code's making are all alike soon; so many are kept."""


class Report(msgspec.Struct):
    """What a replay found. ``ahead`` are rows that the groups had not applied when it began.

    ``found`` counts all differences, ``by_other_code`` those in what other code had a part in; ``differences`` are
    the first of both.
    """

    rows: int
    steps: int
    corrections: int
    cases: int
    seconds: float
    ahead: int
    skipped: int
    codes: Codes
    found: int
    by_other_code: int
    differences: list[Difference]

    @property
    def equal(self) -> bool:
        """Whether everything agrees."""
        return not self.found

    @property
    def by_this_code(self) -> int:
        """How many differences are in what this code alone made: faults, or damage."""
        return self.found - self.by_other_code


class _Part(msgspec.Struct):
    """What one process gives back."""

    folded: Folded
    cases: int
    codes: Counter[frozenset[int]]
    counts: Counter[str]
    """Differences by whose code made them."""


def replay(place: Place, processes: int | None = None) -> Report:
    """Replay everything at a place, on so many cores (None: all).

    Raises ``UnusableRecording`` when no agent has ever applied an event, and what opening the place raises.
    """
    started = time.perf_counter()
    with fast_folding():  # reading and compiling a bundle throws as little away
        recorded, compiled = asyncio.run(_prepared(place))
        shares = shares_of(recorded, processes or _processes(recorded))
        if len(shares) == 1:
            parts = [_fold_place(place, recorded, shares[0], compiled)]
        else:
            with _pool(len(shares), compiled) as pool:
                parts = list(pool.map(_fold_place, [place] * len(shares), [recorded] * len(shares), shares))
            gc.unfreeze()
    return asyncio.run(_reported(place, recorded, parts, started))


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
    return await _report(source, recorded, [part], started)


async def fold_partitions(
    source: Source, recorded: Recorded, partitions: Sequence[int], compiled: Compiled | None = None
) -> _Part:
    """Fold these partitions and compare. ``compiled`` are bundles of the source that need not be compiled again."""
    with fast_folding():
        expected = Expected(recorded, partitions)
        await expected.load(source)
        fold = Fold(source, recorded, expected, compiled=compiled)
        for partition in partitions:
            await fold.partition(partition)
        folded = await fold.finish()
    counts = Counter(one.made_by for one in folded.differences)
    folded.differences = few_of(folded.differences)
    return _Part(folded, len(fold.cases), expected.written.sets(), counts)


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


async def _reported(place: Place, recorded: Recorded, parts: Sequence[_Part], started: float) -> Report:
    source = await open_source(place)
    try:
        return await _report(source, recorded, parts, started)
    finally:
        await source.close()


async def _report(source: Source, recorded: Recorded, parts: Sequence[_Part], started: float) -> Report:
    folds = [part.folded for part in parts]
    codes = codes_of(part.codes for part in parts)
    derived = derived_differences(recorded, folds)
    if codes.other:
        derived = await told_by_code(source, recorded, derived)
    counts = sum((part.counts for part in parts), Counter(one.made_by for one in derived))
    lowest = recorded.lowest()
    return Report(
        rows=sum(fold.rows for fold in folds),
        steps=sum(fold.steps for fold in folds),
        corrections=sum(fold.corrections for fold in folds),
        cases=sum(part.cases for part in parts),
        seconds=time.perf_counter() - started,
        ahead=sum(head - lowest[partition] for partition, head in recorded.heads.items()),
        skipped=len(recorded.skipped),
        codes=codes,
        by_other_code=counts["other"] + (counts[""] if codes.all_other else 0),
        found=counts.total(),
        differences=sorted(_settled(one, codes) for one in (*_all(folds), *derived)),
    )


def _all(folds: Sequence[Folded]) -> Iterator[Difference]:
    return (one for fold in folds for one in fold.differences)


def _settled(one: Difference, codes: Codes) -> Difference:
    """What no stored case tells of is by this code, unless this code had no part in the recording."""
    return one if one.made_by else msgspec.structs.replace(one, made_by="other" if codes.all_other else "this")


def few_of(differences: Sequence[Difference]) -> list[Difference]:
    """The first of each code's making, so that many of one do not hide those of another."""
    kept: Counter[str] = Counter()
    found = []
    for one in sorted(differences):
        kept[one.made_by] += 1
        if kept[one.made_by] <= _SHOWN:
            found.append(one)
    return found
