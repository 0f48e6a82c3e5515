"""One round of looking at every open task again, of a network of 50 clinics with 20,000 of them: what it costs."""

from __future__ import annotations

import copy
import time
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import cycle
from typing import Any

from msgspec.structs import replace

from bench.figures import Figure
from bench.network import network_document
from bench.system import PARTITIONS, System
from clinicflow.agents import all_agents
from clinicflow.core.bundle import Bundle, bundle_hash, compile_bundle
from clinicflow.core.rechecks import wanted
from clinicflow.core.requests import Setting
from clinicflow.core.standing import Known
from clinicflow.core.task import Task
from clinicflow.live.rechecker import Rechecker
from clinicflow.store.partition import partition_of
from clinicflow.store.postgres import PostgresStore
from clinicflow.store.rows import PartitionMove, Round, TaskRow

CLINICS = 50
TASKS = 20_000
_NOW = int(datetime(2027, 6, 15, 17, 30, tzinfo=UTC).timestamp()) * 1_000_000
"""In the first shift of the day."""
_LATER = 20_000_000
_GROUP = "bench"


async def measure(tasks: int | None = None) -> list[Figure]:
    """Seconds of a look at all tasks: one that changes nothing, and one after the rules took work from assistants."""
    async with System("tansu", clinics=CLINICS) as system:
        return await _measure(system.store, tasks or TASKS)


async def _measure(store: PostgresStore, tasks: int) -> list[Figure]:
    document = network_document(CLINICS)
    await _fill(store, compile_bundle(document, 1, all_agents()), tasks)
    clock = [_NOW]
    keeper = Rechecker(store, lambda: clock[0])
    settled = await keeper.look()  # compiles the bundle, and asks for whatever the made-up tasks want
    clock[0] += _LATER
    quiet, nothing = await _timed(keeper)
    unasked, _ = await _timed(keeper)
    tighter = copy.deepcopy(document)
    for rules in tighter["scope"].values():
        rules[:] = [rule for rule in rules if "MA" not in rule["role"]]
    await store.apply_bundle("demo", bundle_hash(tighter), tighter, _NOW)
    clock[0] += _LATER
    started = time.process_time()
    compile_bundle(tighter, 2, all_agents())
    compiling = time.process_time() - started
    changed, asked = await _timed(keeper)
    after = f"{asked} re-checks; {compiling:.1f} s of it to compile the rules"
    note = f"{tasks} open tasks, {CLINICS} clinics; {nothing} re-checks asked for ({settled} before)"
    return [
        Figure(name="look at all open tasks, nothing changed", value=quiet, unit="s", note=note),
        Figure(name="look while nothing was told", value=unasked, unit="s", note="no task is read"),
        Figure(name="look after stricter rules came into force", value=changed, unit="s", note=after),
    ]


async def _timed(keeper: Rechecker) -> tuple[float, int]:
    """Seconds of this process's work, which waits for the database beside, and what was asked for."""
    started = time.process_time()
    found = await keeper.look()
    return time.process_time() - started, found


async def _fill(store: PostgresStore, bundle: Bundle, tasks: int) -> None:
    """So many open tasks of all rules, half of them held by somebody of their clinic, all of cases without an end."""
    await store.register_group(_GROUP, sorted(all_agents()))
    marks = await store.assign(_GROUP, range(PARTITIONS))
    by_partition: dict[int, list[TaskRow]] = {number: [] for number in marks}
    made = _rows(bundle)
    for _ in range(tasks):
        row = next(made)
        by_partition[row.partition].append(row)
    for number, rows in by_partition.items():
        move = PartitionMove(number, marks[number].epoch, -1, 0, None)
        assert await store.commit_round(Round(_GROUP, (move,), tasks=tuple(rows)))


def _rows(bundle: Bundle) -> Iterator[TaskRow]:
    specs = cycle([(name, rule) for name in sorted(all_agents()) for rule in bundle.rules_of(name) if rule.task])
    clinics = cycle(sorted(bundle.clinics))
    held = cycle([False, True])
    people = {name: bundle.people(name, Known()) for name in bundle.clinics}
    for number, (name, rule) in enumerate(specs):
        clinic, spec = next(clinics), rule.task
        assert spec is not None
        staff = bundle.staffing.on_site(clinic, _NOW)
        owner = staff[number % len(staff)] if next(held) and not spec.waits_for else None
        case = str(uuid.uuid5(uuid.NAMESPACE_URL, f"case {number}"))
        more: dict[str, Any] = {"status": "in-progress", "owner": owner} if owner else {}
        task = _task(bundle, name, rule.id, spec.blank, number, more)
        if wanted(Setting(bundle, clinic, _NOW), task, people[clinic]) is not None:
            continue  # somebody holds what they may not do: the network is to be as it comes to rest
        place = partition_of(case, PARTITIONS)
        yield TaskRow("demo", clinic, case, None, place, 0, _NOW, "created", task, rules=0)


def _task(bundle: Bundle, agent: str, rule: str, blank: Task, number: int, more: dict[str, Any]) -> Task:
    identity = str(uuid.uuid5(uuid.NAMESPACE_URL, f"task {number}"))
    times = {"created_at": _NOW, "due_at": _NOW}
    return replace(
        blank, task_id=identity, agent=agent, rule=rule, cause=identity, bundle=bundle.number, **times, **more
    )
