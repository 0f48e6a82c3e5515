"""Rows that stories begin with."""

from __future__ import annotations

import hashlib
import itertools
import uuid
from collections.abc import Sequence
from typing import Any

from clinicflow.core.outcome import Timer
from clinicflow.core.task import Task
from clinicflow.core.view import VisitView
from clinicflow.store.ports import Store
from clinicflow.store.rows import (
    Appended,
    Checkpoint,
    NewEvent,
    PartitionMove,
    PlacedRow,
    Round,
    StateRow,
    TaskRow,
    TimerRow,
)

ORG = "demo"
GROUP = "all"
NOW = 1_800_000_000_000_000
_numbers = itertools.count(1)


def uid(name: str | None = None) -> str:
    """A UUID by name: the same name is the same id; without a name a new one."""
    return str(uuid.uuid5(uuid.NAMESPACE_OID, name or f"nameless {next(_numbers)}"))


def event(
    name: str | None = None, *, case: str = "a visit", body: bytes = b"body", org: str = ORG, **more: Any
) -> NewEvent:
    """An event as intake would journal it."""
    digest = hashlib.sha256(body).digest()[:16]
    more = {"type": "checked-in", **more}
    return NewEvent(org_id=org, event_id=uid(name), case_id=uid(case), payload=body, body_hash=digest, **more)


async def journaled(store: Store, *events: NewEvent) -> list[Appended]:
    """The events appended in one transaction."""
    async with store.intake() as transaction:
        return await transaction.append(events)


async def placed(store: Store, *events: NewEvent, now: int = NOW) -> list[PlacedRow]:
    """The events journaled and placed."""
    await journaled(store, *events)
    return await place(store, now=now)


async def place(store: Store, *, now: int = NOW, limit: int = 1000) -> list[PlacedRow]:
    """Everything unplaced, placed by one relay."""
    lease = await store.take_lease("the relay")
    assert lease is not None
    rows = await store.place(lease[0], now, limit)
    assert rows is not None
    return rows


async def worker(store: Store, agents: Sequence[str] = ("flow", "vitals"), group: str = GROUP) -> dict[int, Checkpoint]:
    """A worker of a group that got all partitions."""
    await store.register_group(group, agents)
    return await store.assign(group, range(len(await store.heads())))


def move(checkpoint: Checkpoint, to: int) -> PartitionMove:
    """From where the group stands to position ``to``."""
    return PartitionMove(checkpoint.partition, checkpoint.epoch, checkpoint.position, to, to)


def a_round(checkpoint: Checkpoint, to: int, *, group: str = GROUP, **rows: Any) -> Round:
    """A round of one partition."""
    return Round(group=group, moves=(move(checkpoint, to),), **rows)


def view(row: PlacedRow, **more: Any) -> VisitView:
    """What boards show of the visit that ``row`` is about."""
    return VisitView(case_id=row.case_id, org_id=row.org_id, **{"clinic_id": "north", **more})


def state(row: PlacedRow, content: bytes = b"\x80", **more: Any) -> StateRow:
    """The case of ``row`` after it."""
    given = {"clinic_id": "north", "kind": "visit", "open": True, "view": view(row), **more}
    return StateRow(
        partition=row.partition, org_id=row.org_id, case_id=row.case_id, position=row.position, state=content, **given
    )


def task(name: str | None = None, **more: Any) -> Task:
    """A task of the vitals agent."""
    given: dict[str, Any] = {
        "agent": "vitals",
        "rule": "take-vitals",
        "activity": "take-vitals",
        "roles": ("MA",),
        "credential": "ma-basic",
        "priority": "routine",
        "status": "requested",
        "created_at": NOW,
        "due_at": NOW + 300_000_000,
        "cause": uid("cause"),
        "bundle": 1,
        **more,
    }
    return Task(task_id=uid(name), **given)


def task_row(row: PlacedRow, of: Task, kind: str = "created", **more: Any) -> TaskRow:
    """A task about the case of ``row``, changed by it."""
    given = {"clinic_id": "north", "patient_id": None, **more}
    return TaskRow(
        org_id=row.org_id,
        case_id=row.case_id,
        partition=row.partition,
        position=row.position,
        changed_at=row.logged_at,
        kind=kind,
        task=of,
        **given,
    )


def timer_row(row: PlacedRow, name: str = "a timer", *, fires_at: int = NOW) -> TimerRow:
    """A running timer about the case of ``row``."""
    timer = Timer(uid(name), "wait", 0, row.event_id, fires_at, fires_at)
    return TimerRow(row.partition, row.org_id, "north", row.case_id, "vitals", timer)
