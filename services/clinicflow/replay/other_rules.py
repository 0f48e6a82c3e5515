"""What if: the recorded day under another bundle, and how its tasks would have differed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import msgspec

from clinicflow import bundle_files
from clinicflow.agents import all_agents
from clinicflow.core.bundle import Bundle, compile_bundle
from clinicflow.core.event import Placed
from clinicflow.core.task import Task
from clinicflow.core.whatif import what_if
from clinicflow.data import data_dir
from clinicflow.replay.codes import Codes, codes_of, written
from clinicflow.replay.fold import placed_of
from clinicflow.replay.recorded import Recorded
from clinicflow.replay.sources import Source

OTHER = 1_000_000
"""The number that a bundle has which was never applied."""


class RuleCount(msgspec.Struct, frozen=True, order=True):
    """Tasks of one rule: as recorded, under the other bundle, and how many of these are the same tasks."""

    agent: str
    rule: str
    recorded: int
    other: int
    same: int


class Compared(msgspec.Struct, frozen=True):
    """The tasks of every rule on both sides, and by which code the recorded side was made: the other is by this one."""

    codes: Codes
    rules: list[RuleCount]


def load_bundle(folder: Path) -> Bundle:
    """The bundle in a folder, compiled. Raises ``InvalidBundle``."""
    return compile_bundle(bundle_files.load(folder, data_dir("protocols")), OTHER, all_agents())


async def compare_rules(source: Source, recorded: Recorded, bundle: Bundle) -> Compared:
    """Fold the organization's primary events under ``bundle``; tasks of each rule, recorded and otherwise.

    Both sides end with the last row, so that timers fire up to the same moment.
    """
    rows = await primaries(source, recorded, bundle.org_id)
    until = max((row.logged_at for row in rows), default=0)
    other = what_if(all_agents(), bundle, rows, until=until).tasks
    known: dict[str, Task] = {}
    async for tasks in source.tasks():
        known |= {row.task.task_id: row.task for row in tasks if row.org_id == bundle.org_id}
    codes = codes_of([(await written(source, recorded)).sets()])
    return Compared(codes, counts_of(known, other))


async def primaries(source: Source, recorded: Recorded, org_id: str) -> list[Placed]:
    """All rows of an organization in the order in which they were placed; ``what_if`` leaves out what was derived."""
    found: list[Placed] = []
    for partition in range(recorded.partitions):
        async for rows in source.rows(partition):
            found += [placed for row in rows if row.org_id == org_id and (placed := placed_of(row)) is not None]
    return sorted(found, key=lambda one: (one.logged_at, one.partition, one.position))


def counts_of(recorded: dict[str, Task], other: dict[str, Task]) -> list[RuleCount]:
    """Tasks by agent and rule on both sides."""
    then = Counter((task.agent, task.rule) for task in recorded.values())
    now = Counter((task.agent, task.rule) for task in other.values())
    same = Counter((task.agent, task.rule) for task_id, task in other.items() if task_id in recorded)
    return [RuleCount(*key, then[key], now[key], same[key]) for key in sorted(then.keys() | now.keys())]


def lines_of(found: Compared) -> Iterator[str]:
    """A line for each rule, with a star where the two sides differ."""
    if found.codes.other:
        yield f"{found.codes.line()}; what differs may come from the code too, not only from the rules"
    yield f"{'agent':<12} {'rule':<36} {'recorded':>9} {'what if':>9} {'same':>9}"
    for one in found.rules:
        changed = "" if one.recorded == one.other == one.same else "  *"
        yield f"{one.agent:<12} {one.rule:<36} {one.recorded:>9} {one.other:>9} {one.same:>9}{changed}"
